"""JSON files to values with places, and files that cannot be read."""

import json
import os

import pytest

from katana.diagnostics import DiagnosticsError
from katana.spec.document import read


def refused(tmp_path, data: bytes, name: str = "bad.json"):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(DiagnosticsError) as caught:
        read(str(path))
    return caught.value.diagnostics


@pytest.mark.parametrize(
    ("data", "code", "line", "column"),
    [
        (b"{", "json-syntax", 1, 2),
        (b'{"a": 1,}', "json-syntax", 1, 9),
        (b'{"a": nul}', "json-syntax", 1, 7),
        (b"a: 1", "json-syntax", 1, 1),
        (b"", "json-syntax", 1, 1),
        (b'{"a": "\x00"}', "json-syntax", 1, 8),
        (b'{"a": 1,\n "a": 2}', "duplicate-key", 2, 2),
        (b'{"x": [{}, {"a": 1, "\\u0061": 2}]}', "duplicate-key", 1, 21),
        (b'{"a":\n NaN}', "json-number", 2, 2),
        (b'{"a": -Infinity}', "json-number", 1, 7),
        (b'{"a": 1e999}', "json-number", 1, 7),
        (b'{"a": ' + b"9" * 5000 + b"}", "json-number", 1, 7),
        (b'{"a": "\\ud83d\\ude00",\n "b": "\\ud800"}', "json-syntax", 2, 7),
        (b"[" * 100_000, "too-deep", 1, 1),
        (b"[" * 150 + b"]" * 150, "too-deep", 1, 1),
        (b"[" * 120 + b"{}" + b"]" * 120, "too-deep", 1, 1),
    ],
)
def test_what_is_not_json_is_refused_with_its_place(tmp_path, data, code, line, column):
    found = refused(tmp_path, data)[0]
    assert (found.code, found.line, found.column) == (code, line, column)


def test_a_duplicate_key_is_named_with_its_pointer(tmp_path):
    (found,) = refused(tmp_path, b'{"x": [{}, {"a/b": 1, "a/b": 2}]}')
    assert found.pointer == "/x/1/a~1b"


@pytest.mark.parametrize(
    ("data", "code", "line", "column"),
    [
        (b"a: 1\nb: caf\xe9\n", "encoding", 2, 7),
        (b"\xef\xbb\xbfa: \xff", "encoding", 1, 4),
        ("a: 1".encode("utf-16"), "encoding", 0, 0),
    ],
)
def test_text_that_is_not_utf_8_is_refused_with_its_place(tmp_path, data, code, line, column):
    found = refused(tmp_path, data, "bad.yaml")[0]
    assert (found.code, found.line, found.column) == (code, line, column)


def test_json_is_recognised_by_content_and_a_flow_mapping_is_still_yaml(tmp_path):
    for name, text in (("a.txt", '{"a": "\\ud83d\\ude00"}'), ("b.yaml", '{"a": 1}'), ("c.yaml", "{a: no, 200: {}}")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert read(str(tmp_path / "a.txt")).value == {"a": "😀"}
    assert read(str(tmp_path / "b.yaml")).value == {"a": 1}
    assert read(str(tmp_path / "c.yaml")).value == {"a": "no", "200": {}}


def test_places_of_json_point_at_keys_and_values(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('{\n  "a": {"b": [10, "x y"]}\n}\n', encoding="utf-8")
    source = read(str(path))
    assert source.locate(("a", "b", "1")) == (2, 19, 5)
    assert source.locate(("a", "b", "0"), key=True) == (2, 15, 2)
    assert source.locate(("a", "b")) == (2, 9, 3)
    assert source.locate(("a", "nowhere")) == (2, 3, 3)


def test_a_large_number_keeps_all_its_digits(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"a": 2**80}), encoding="utf-8")
    assert read(str(path)).value == {"a": 2**80}


def test_only_regular_files_are_read(tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    for name in ("pipe.yaml", "missing.yaml", "."):
        with pytest.raises(DiagnosticsError) as caught:
            read(str(tmp_path / name))
        assert caught.value.diagnostics[0].code == "unreadable-file"
    with pytest.raises(DiagnosticsError):
        read("a\0b.yaml")
