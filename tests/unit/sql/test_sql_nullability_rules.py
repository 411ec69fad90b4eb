"""Each rule of nullability, on a schema where every kind of NULL can come."""

import pytest

from katana import sql
from unit.sql.nullability_cases import SCHEMA, SECTIONS

CASES = [case for cases in SECTIONS.values() for case in cases]


@pytest.fixture(scope="module")
def compiled(server, tmp_path_factory):
    directory = tmp_path_factory.mktemp("nullability")
    (directory / "schema.sql").write_text(SCHEMA)
    queries = "".join(f"-- name: q{i} :many\n{query};\n" for i, (query, _) in enumerate(CASES))
    (directory / "cases.sql").write_text(queries)
    database = sql.compile([directory / "schema.sql"], [directory / "cases.sql"], source="cases", db_url=server.url())
    return {query.name: query for query in database.queries}


@pytest.mark.parametrize("index", range(len(CASES)), ids=[query[:70] for query, _ in CASES])
def test_nullability(compiled, index):
    _, expected = CASES[index]
    found = " ".join("?" if column.nullable else "!" for column in compiled[f"q{index}"].columns)
    assert found == expected


def test_a_parameter_that_may_be_none_makes_its_uses_nullable(compile_texts):
    query = "-- name: a :one\n-- nullable: x\nSELECT @x::int AS x, @y::int AS y, coalesce(@x, @y) AS z;"
    columns = compile_texts("", query).queries[0].columns
    assert [column.nullable for column in columns] == [True, False, False]


def test_the_author_may_know_better(compile_texts):
    query = (
        "-- name: a :one\n-- not_null: total\nSELECT sum(x) AS total, max(x) AS top FROM generate_series(1, 2) AS x;"
    )
    columns = compile_texts("", query).queries[0].columns
    assert [column.nullable for column in columns] == [False, True]
