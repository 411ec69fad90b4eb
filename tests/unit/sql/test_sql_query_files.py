"""Annotations are read strictly, and what is wrong with them is said at its place."""

import pytest

from katana.sql._parameters import number
from katana.sql._query_file import read_queries
from katana.sql._source import Source, read_source


def read(text: str):
    return read_queries(Source("users.sql", text))


def errors(text: str) -> list[tuple[str, int, int]]:
    queries, diagnostics = read(text)
    for query in queries:
        diagnostics += number(query)[1]
    return [(d.code, d.line, d.column) for d in diagnostics]


def the_query(text: str):
    queries, diagnostics = read(text)
    assert diagnostics == []
    return queries[0]


@pytest.mark.parametrize("command", ["one", "one!", "many", "exec", "execrows"])
def test_reads_name_and_command(command):
    query = the_query(f"-- name: get_user :{command}\nSELECT 1;")
    assert (query.name.text, query.command) == ("get_user", command)


def test_reads_lists():
    query = the_query("--name: a :one\n-- params: id, name\n--  nullable: name\n-- not_null: x,y\nSELECT $1, $2;")
    assert [word.text for word in query.params] == ["id", "name"]
    assert [word.text for word in query.nullable] == ["name"]
    assert [word.text for word in query.not_null] == ["x", "y"]


def test_takes_the_statement_without_comments_around_it_and_with_those_inside():
    text = "-- A remark: of the author\n-- name: a :one\n/* why */ -- and how\n\nSELECT 1, -- inside\n  2 -- last\n ;\n"
    query = the_query(text)
    assert text[query.start : query.end] == "SELECT 1, -- inside\n  2"


def test_does_not_take_a_semicolon_in_quotes_for_the_end():
    query = the_query("-- name: a :one\nSELECT ';', $$;$$, \";\" /* ; */ FROM t;\n")
    assert query.source.text[query.start : query.end].endswith("FROM t")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT 1;", [("missing-name", 1, 1)]),
        ("-- name: a :one\n", [("missing-statement", 1, 1)]),
        ("-- name: a :one\n;", [("missing-statement", 1, 1)]),
        ("-- name: a :one\nSELECT 1", [("missing-semicolon", 2, 8)]),
        ("-- name: a :one\nSELECT 1\n-- name: b :one\nSELECT 2;", [("missing-semicolon", 2, 8)]),
        ("-- name: a :one\nSELECT 1;\nSELECT 2;", [("several-statements", 3, 1)]),
        ("-- name: a :one\nSELECT 1;;", []),
        ("-- name: a\nSELECT 1;", [("bad-command", 1, 11)]),
        ("-- name:\nSELECT 1;", [("bad-query-name", 1, 9)]),
        ("-- name: a :two\nSELECT 1;", [("bad-command", 1, 12)]),
        ("-- name: a :one :many\nSELECT 1;", [("bad-command", 1, 17)]),
        ("-- name: GetUser :one\nSELECT 1;", [("bad-query-name", 1, 10)]),
        ("-- name: class :one\nSELECT 1;", [("bad-query-name", 1, 10)]),
        ("-- name: __init__ :one\nSELECT 1;", [("bad-query-name", 1, 10)]),
        ("-- name: a :one\n-- filter:\nSELECT 1;", [("empty-annotation", 2, 11)]),
        ("-- name: a :one\n-- nulable: x\nSELECT 1;", [("unknown-annotation", 2, 1)]),
        ("-- name: a :one\n-- nullable:\nSELECT 1;", [("empty-annotation", 2, 13)]),
        ("-- name: a :one\n-- nullable: x, x\nSELECT @x;", [("duplicate-annotation", 2, 17)]),
        ("-- name: a :one\n-- nullable: x\n-- nullable: y\nSELECT @x, @y;", [("duplicate-annotation", 3, 1)]),
        ("-- nullable: x\n-- name: a :one\nSELECT 1;", [("misplaced-annotation", 1, 1)]),
        ("-- name: a :one\nSELECT 1\n-- nullable: x\n;", [("misplaced-annotation", 3, 1)]),
        ("-- name: a :one\nSELECT 'x;\n", [("unterminated", 2, 8), ("missing-semicolon", 2, 1)]),
        ("-- name: a :one\nSELECT $1, @x;", [("bad-parameter", 2, 8)]),
        ("-- name: a :one\nSELECT $1, $3;", [("bad-parameter", 2, 12)]),
        ("-- name: a :one\nSELECT $0;", [("bad-parameter", 2, 8)]),
        ("-- name: a :one\nSELECT $70000;", [("bad-parameter", 2, 8)]),
        ("-- name: a :one\n-- params: x\nSELECT @x;", [("bad-parameter", 2, 12)]),
        ("-- name: a :one\n-- params: x\nSELECT $1, $2;", [("bad-parameter", 2, 12)]),
        ("-- name: a :one\n-- params: x, y\nSELECT $1;", [("bad-parameter", 2, 15)]),
        ("-- name: a :one\n-- params: x\nSELECT 1;", [("bad-parameter", 2, 12)]),
        ("-- name: a :one\n-- params: $1\nSELECT $1;", [("bad-parameter", 2, 12)]),
    ],
)
def test_says_what_is_wrong_and_where(text, expected):
    assert errors(text) == expected


def test_suggests_what_was_meant():
    _, diagnostics = read("-- name: a :execrow\n-- nulable: x\nSELECT 1;")
    assert [d.hint for d in diagnostics] == ["did you mean `:execrows`?", "did you mean `nullable`?"]


def test_leaves_remarks_alone():
    text = "-- name: a :one\n-- See https://example.com: the why\n-- Note: prose\n-- http://x\nSELECT 1;"
    assert errors(text) == []


def test_numbers_named_parameters_in_order_of_appearance():
    numbered, _ = number(the_query("-- name: a :one\nSELECT @b::int, @a, @b, '@c', x @> y, t <@tags;"))
    assert numbered.sql == "SELECT $1::int, $2, $1, '@c', x @> y, t <@tags"
    assert [parameter.name for parameter in numbered.parameters] == ["b", "a"]


def test_finds_its_way_back_from_numbered_to_named():
    text = "-- name: a :one\nSELECT @long_name, broken, @b;"
    numbered, _ = number(the_query(text))
    assert text[numbered.offset_in_file(numbered.sql.index("broken")) :].startswith("broken")
    assert text[numbered.offset_in_file(numbered.sql.index("$1") + 1) :].startswith("@long_name")
    assert text[numbered.offset_in_file(len(numbered.sql)) :].startswith("@b")


def test_reads_the_line_endings_of_every_system_alike(tmp_path):
    texts = []
    for nth, ending in enumerate(("\n", "\r\n", "\r")):
        path = tmp_path / f"{nth}.sql"
        path.write_bytes(b"\xef\xbb\xbf" + f"-- name: a :one{ending}SELECT 1 -- x{ending};{ending}".encode())
        texts.append(read_source(path).text)
    assert texts == ["-- name: a :one\nSELECT 1 -- x\n;\n"] * 3  # PostgreSQL too ends a comment at a lone CR


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("/* name: a :one */\nSELECT 1;", "misplaced-annotation", "write `-- name: a :one`"),
        ("# name: a :one\nSELECT 1;", "missing-name", "write `-- name: a :one`"),
        ("-- Name: a :one\nSELECT 1;", "misplaced-annotation", "write `-- name: a :one`"),
        ("-- nmae: a :one\nSELECT 1;", "misplaced-annotation", "write `-- name: a :one`"),
        ("-- name: :one\nSELECT 1;", "bad-query-name", "write `-- name: get_user :one`"),
        ("-- name: x :one\n/* nullable: y */\nSELECT @y;", "misplaced-annotation", "write `-- nullable: y`"),
        ("\\set x 1\n-- name: x :one\nSELECT 1;", "psql-command", None),
        ("-- name: x :one\nSELECT 1 \\gset\n;", "psql-command", None),
    ],
)
def test_says_once_what_a_slip_was_meant_to_be(text, code, hint):
    (found,) = read(text)[1]
    assert found.code == code
    assert hint is None or found.hint == hint


def test_leaves_remarks_alone_that_read_like_annotations():
    text = "-- see: the :many\n/* Remark: x */\n-- name: a :one\nSELECT 1 /* why: because */;"
    assert the_query(text).name.text == "a"


def test_reads_a_command_that_touches_the_name():
    assert the_query("-- name:a:many\nSELECT 1;").command == "many"
