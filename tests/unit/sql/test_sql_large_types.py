"""Composites that hold more than a value can be expected to: their descriptions grow with what is in them."""

from __future__ import annotations

from collections.abc import Callable

from katana import ir

Compile = Callable[[str, str], ir.Database]


def _columns(compile_texts: Compile, schema: str) -> list[ir.PgType]:
    database = compile_texts(schema, "-- name: g :many\nSELECT id, large, small FROM t;\n")
    return [column.type for column in database.queries[0].columns]


def _nested(fields: str, levels: int) -> str:
    types = [f"CREATE TYPE d{level} AS ({fields.replace('?', f'd{level - 1}')});" for level in range(1, levels)]
    return f"CREATE TYPE d0 AS (x int);{''.join(types)}CREATE TABLE t (id int, large d{levels - 1}, small d5);"


def test_composites_that_double_with_each_level_are_not_spelled_out(compile_texts: Compile) -> None:
    _, large, small = _columns(compile_texts, _nested("x ?, y ?[]", 17))
    assert (large.name, large.kind, large.fields) == ("d16", "base", ())
    assert small.kind == "composite"
    assert [field.name for field in small.fields] == ["x", "y"]


def test_composites_that_are_nested_very_deep_are_not_spelled_out(compile_texts: Compile) -> None:
    _, large, small = _columns(compile_texts, _nested("x ?", 300))
    assert (large.name, large.kind, large.fields) == ("d299", "base", ())
    assert small.kind == "composite"
