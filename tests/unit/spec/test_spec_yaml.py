"""YAML 1.2 to values with places."""

from pathlib import Path

import pytest

from katana.diagnostics import DiagnosticsError
from katana.spec.document import read
from katana.spec.document._json_places import scan
from katana.spec.document._scalars import ScalarError, plain, tagged
from katana.spec.document._yaml import parse


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("012", "012"),
        ("-007", "-007"),
        ("2026-11-23", "2026-11-23"),
        ("12:30:45", "12:30:45"),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("+12", 12),
        ("0o14", 12),
        ("0x1F", 31),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1.2.3", "1.2.3"),
        ("-", "-"),
        ("+", "+"),
        (".", "."),
        ("=", "="),
        ("0x", "0x"),
        ("１２", "１２"),
    ],
)
def test_a_plain_scalar_means_what_yaml_1_2_says(text, value):
    assert plain(text) == value
    assert type(plain(text)) is type(value)


@pytest.mark.parametrize("text", [".inf", "-.INF", ".nan", "9" * 401, "1e999", "0x" + "f" * 500])
def test_a_number_that_json_cannot_say_is_refused(text):
    with pytest.raises(ScalarError):
        plain(text)


def test_a_tag_of_the_core_schema_decides_and_any_other_is_refused():
    assert tagged("tag:yaml.org,2002:str", "12") == "12"
    assert tagged("tag:yaml.org,2002:float", "1") == 1.0
    with pytest.raises(ScalarError):
        tagged("tag:yaml.org,2002:int", "twelve")
    with pytest.raises(ScalarError):
        tagged("!python/object", "x")


def test_every_node_knows_its_line_and_column():
    value, place = parse("a:\n  - x\n  - {b: 'long text'}\nc: 1\n")
    assert value == {"a": ["x", {"b": "long text"}], "c": 1}
    assert place.members is not None
    (line, column, width), below = place.members["a"]
    assert (line, column, width) == (1, 1, 1)
    assert below.items is not None
    assert below.items[0].start == (2, 5, 1)
    inner = below.items[1].members
    assert inner is not None
    assert inner["b"] == ((3, 6, 1), ((3, 9, 11), None, None))


def test_columns_count_characters_and_not_bytes():
    _, place = parse("é: ü\n")
    assert place.members is not None
    assert place.members["é"][1].start == (1, 4, 1)


def test_response_codes_need_no_quotes_and_keep_their_text():
    value, _ = parse("200: a\n0o14: b\ntrue: c\n1.0: d\n")
    assert value == {"200": "a", "0o14": "b", "true": "c", "1.0": "d"}


def test_an_alias_is_its_node_at_the_place_of_its_anchor():
    value, place = parse("a: &x {b: 1}\nc: *x\n")
    assert value == {"a": {"b": 1}, "c": {"b": 1}}
    assert place.members is not None
    inner = place.members["c"][1].members
    assert inner is not None
    assert inner["b"][0].line == 1


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a: 1\na: 2\n", "duplicate-key", 2, 1),
        ("a: {b: 1, b: 2}\n", "duplicate-key", 1, 11),
        ("a: [1\n", "yaml-syntax", 2, 1),
        ("a: 1\n---\nb: 2\n", "yaml-documents", 2, 1),
        ("a: &x [*x]\n", "yaml-alias", 1, 8),
        ("a: *nowhere\n", "yaml-alias", 1, 4),
        ("<<: {a: 1}\n", "yaml-merge-key", 1, 1),
        ("? [a]\n: b\n", "yaml-key", 1, 3),
        ("? *x\n: b\n", "yaml-key", 1, 3),
        ("a: !!python/object x\n", "yaml-scalar", 1, 4),
        ("a: !set {x: 1}\n", "yaml-tag", 1, 4),
        ("a: .inf\n", "yaml-scalar", 1, 4),
        ("a: 'x\0y'\n", "yaml-syntax", 1, 6),
        ("\t- a\n", "yaml-syntax", 1, 1),
        ("", "empty-document", 1, 1),
        ("# nothing\n", "empty-document", 1, 1),
        ("[" * 200, "too-deep", 1, 101),
        ("a:\n" + "".join(" " * i + "a:\n" for i in range(1, 150)), "too-deep", 101, 101),
    ],
)
def test_what_is_not_one_plain_document_is_refused_with_its_place(tmp_path, text, code, line, column):
    path = tmp_path / "bad.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DiagnosticsError) as caught:
        read(str(path))
    found = caught.value.diagnostics[0]
    assert (found.code, found.line, found.column) == (code, line, column)


def test_all_duplicate_keys_are_reported_at_once(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text("a: 1\na: 2\nb: {c: 1, c: 2}\n", encoding="utf-8")
    with pytest.raises(DiagnosticsError) as caught:
        read(str(path))
    assert [found.line for found in caught.value.diagnostics] == [2, 3]


def test_aliases_cannot_expand_beyond_a_bound(tmp_path):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    path = tmp_path / "laughs.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(DiagnosticsError) as caught:
        read(str(path))
    assert caught.value.diagnostics[0].code == "yaml-bomb"


def test_an_alias_cannot_nest_deeper_than_text_may(tmp_path):
    lines = ["a0: &a0 [x]", *(f"a{i}: &a{i} [*a{i - 1}]" for i in range(1, 200))]
    path = tmp_path / "deep.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(DiagnosticsError) as caught:
        read(str(path))
    assert caught.value.diagnostics[0].code == "too-deep"


def test_yaml_and_json_readers_agree_on_values_and_places():
    text = '{"a": [1, {"b\\u00e9": "x"}],\n "c": {}, "d": [[], -1.5e3, true, null]}\n'
    value, place = parse(text)
    assert value == {"a": [1, {"bé": "x"}], "c": {}, "d": [[], -1500.0, True, None]}

    def starts(node):
        members = {key: (at, starts(below)) for key, (at, below) in (node.members or {}).items()}
        return node.start[:2], members, [starts(item) for item in node.items or ()]

    scanned = scan(text)
    assert starts(scanned) == starts(place)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_byte_order_mark_is_ignored(tmp_path: Path, mark: bytes):
    path = tmp_path / "a.yaml"
    path.write_bytes(mark + b"a: 1\n")
    source = read(str(path))
    assert source.value == {"a": 1}
    assert source.locate(("a",)) == (1, 4, 1)
