"""Nested rows are there exactly when PostgreSQL found a row, whatever the joins."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from katana import ir
from katana.embedded import EmbeddedPostgres
from katana.sql._session import Session

SCHEMA = """
CREATE TABLE a (id int PRIMARY KEY, x int, n int NOT NULL);
CREATE TABLE b (id int PRIMARY KEY, x int, n int NOT NULL);
CREATE TABLE c (id int PRIMARY KEY, x int, n int NOT NULL);
CREATE VIEW v AS SELECT id, x, n, 1 AS one FROM c;
"""
ROWS = "; ".join(
    f"INSERT INTO {table} SELECT i, nullif(i % {modulus}, 0), i % 2 FROM generate_series({first}, {first + 3}) i"
    for table, modulus, first in (("a", 2, 1), ("b", 3, 2), ("c", 2, 4))
)
JOINS = ("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN")
CONDITIONS = ("", "", "WHERE s.x > 0", "WHERE t.id IS NOT NULL", "WHERE u.x IS NULL", "WHERE coalesce(s.id, t.n) > 1")
THIRDS = ("c u", "v u", "(SELECT id, x, n, 5 AS five FROM c WHERE n > 0) u")


def _query(pick: random.Random) -> str:
    """A join of `s`, `t` and `u`, and at its end one column each that says whether there is a row."""
    first, second, third = "a s", "b t", pick.choice(THIRDS)
    inner, outer = pick.choice(JOINS), pick.choice(JOINS)
    on = "ON s.{0} = t.{0}", "ON {1}.{0} = u.{0}"
    one, two = (
        on[0].format(pick.choice(("id", "x", "n"))),
        on[1].format(pick.choice(("id", "x", "n")), pick.choice("st")),
    )
    if pick.random() < 0.5:
        source = f"{first} {inner} {second} {one} {outer} {third} {two}"
    else:
        source = f"{third} {outer} ({first} {inner} {second} {one}) {two}"
    # A whole row is distinct from NULL unless the join left it out.
    flags = ", ".join(f"{name} IS DISTINCT FROM NULL AS has_{name}" for name in "stu")
    return f"SELECT s.*, t.*, u.*, {flags} FROM {source} {pick.choice(CONDITIONS)}"


@pytest.mark.parametrize("seed", range(4))
def test_a_nested_row_is_there_when_the_join_has_one(
    compile_texts: Callable[[str, str], ir.Database], server: EmbeddedPostgres, seed: int
) -> None:
    pick = random.Random(seed)
    written = [_query(pick) for _ in range(60)]
    queries = "".join(f"-- name: q{n} :many\n-- embed: s, t, u\n{sql};\n" for n, sql in enumerate(written))
    database = compile_texts(SCHEMA, queries)
    url = server.create_database(f"nested{seed}")
    try:
        with Session(url) as session:
            session.run(SCHEMA + ROWS)
            for query in database.queries:
                for row in session.rows(query.sql):
                    _check(query, row)
    finally:
        server.drop_database(f"nested{seed}")


def _check(query: ir.Query, row: tuple[str, ...]) -> None:
    """`row` has texts, empty for NULL."""
    for nested, flag in zip(query.nested, row[-3:], strict=True):
        there = flag == "t"
        found = nested.presence < 0 or row[nested.presence] != ""
        assert found == there, (query.sql, nested.name, row)
        if there:
            for column, position in zip(nested.columns, nested.positions, strict=True):
                assert column.nullable or row[position] != "", (query.sql, nested.name, row)


def test_some_nested_rows_are_never_missing_and_some_may_be(compile_texts: Callable[[str, str], ir.Database]) -> None:
    text = "-- name: q{} :many\n-- embed: s, t\nSELECT s.*, t.* FROM a s LEFT JOIN b t ON t.id = s.x {};\n"
    database = compile_texts(SCHEMA, text.format(1, "") + text.format(2, "WHERE t.n > 0"))
    first, second = database.queries
    assert [nested.presence for nested in first.nested] == [-1, 3]
    assert [nested.presence for nested in second.nested] == [-1, -1]
    assert [nested.table for nested in first.nested] == ["a", "b"]
