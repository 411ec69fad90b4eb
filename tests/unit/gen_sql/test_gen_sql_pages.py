"""Keyset pagination: every row once and in order, whatever the keys, the ties, the NULLs and the neighbours do."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cmp_to_key
from itertools import product
from typing import Any

import pytest
from msgspec import json, structs

from katana.runtime import Ctx
from katana.runtime.sql import Statement

_SCHEMA = """
CREATE TABLE points (
    id bigint PRIMARY KEY,
    a int,
    b text COLLATE "C",
    c float8 NOT NULL
);
"""
_WAYS = ("asc", "desc", "asc nulls first", "desc nulls last")
_ORDERS = {
    f"o{n}": tuple(zip(("a", "b", "c", "id"), ways, strict=True))
    for n, ways in enumerate(product(_WAYS, _WAYS, ("asc", "desc"), ("asc", "desc")))
    if n % 3 == 0 or n < 4
}
_ORDERS |= {
    "by_id": (("id", "asc"),),
    "by_id_down": (("id", "desc"),),
    "alike": (("c", "asc"), ("id", "asc")),
    "alike_down": (("c", "desc"), ("id", "desc")),
    "mixed": (("c", "desc"), ("id", "asc")),
    "one_null": (("id", "asc"), ("a", "desc")),
}
_QUERIES = "\n".join(
    [
        "-- name: points :page",
        *(f"-- sort: {name}: {', '.join(' '.join(key) for key in keys)}" for name, keys in _ORDERS.items()),
        "SELECT a, b, c, id FROM points WHERE c >= @least OR c < @least;",
    ]
)
_INSERT = Statement("test.insert", "INSERT INTO points SELECT * FROM json_populate_recordset(NULL::points, $1)", (114,))
_DELETE = Statement("test.delete", "DELETE FROM points WHERE id = $1", (20,))


@pytest.fixture(scope="module")
def run(build: Callable[..., Any]) -> Any:
    return build(_SCHEMA, _QUERIES)


def _behind(keys: tuple[tuple[str, str], ...], one: Any, other: Any) -> int:
    """Compares two rows as PostgreSQL does (documentation, 7.5)."""
    for column, way in keys:
        left, right = one[column], other[column]
        if left == right:
            continue
        descending = way.startswith("desc")
        nulls_first = way.endswith("first") if "nulls" in way else descending
        if left is None or right is None:
            return -1 if (left is None) == nulls_first else 1
        return -1 if (left < right) != descending else 1
    return 0


def _sorted(order: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    keys = _ORDERS[order]
    return sorted(rows, key=cmp_to_key(lambda one, other: _behind(keys, one, other)))


def _row(chance: random.Random, number: int) -> dict[str, Any]:
    return {
        "a": chance.choice((None, None, 1, 2, -1)),
        "b": chance.choice((None, "", "a", "B", "é", "aa")),
        "c": chance.choice((0.0, 1.5, -2.0, 1e300)),
        "id": number,
    }


async def _insert(ctx: Ctx, rows: list[dict[str, Any]]) -> None:
    await ctx.db.execute(_INSERT, (json.encode(rows),))


def test_pages_are_the_sorted_rows_in_every_order(run: Any) -> None:
    async def scenario(repo: Any, ctx: Ctx) -> None:
        chance = random.Random(1)
        rows = [_row(chance, number) for number in range(60)]
        await _insert(ctx, rows)
        for order in _ORDERS:
            limit, found, after = chance.randint(1, 13), [], None
            while True:
                page = await repo.points(ctx, least=0.0, limit=limit, sort=order, after=after)
                found += [structs.asdict(row) for row in page.items]
                assert len(page.items) <= limit
                if page.next is None:
                    break
                assert len(page.items) == limit
                after = page.next
            assert found == _sorted(order, rows), order

    run(scenario)


def test_rows_that_come_and_go_meanwhile_move_no_others(run: Any) -> None:
    async def scenario(repo: Any, ctx: Ctx) -> None:
        chance = random.Random(2)
        for order in list(_ORDERS)[::3]:
            await ctx.db.execute(Statement("test.clear", "DELETE FROM points"))
            rows = [_row(chance, number) for number in range(0, 80, 2)]
            await _insert(ctx, rows)
            staying, found, after, new = {row["id"] for row in rows}, [], None, 1
            while True:
                page = await repo.points(ctx, least=0.0, limit=5, sort=order, after=after)
                found += [structs.asdict(row) for row in page.items]
                if page.next is None:
                    break
                after = page.next
                await _insert(ctx, [_row(chance, new), _row(chance, new + 2)])
                new += 4
                gone = chance.choice([row["id"] for row in rows])
                staying.discard(gone)
                await ctx.db.execute(_DELETE, (gone.to_bytes(8, "big"),))
            assert found == _sorted(order, found)
            assert len({row["id"] for row in found}) == len(found)
            assert staying <= {row["id"] for row in found}

    run(scenario)


def test_a_page_that_is_just_full_is_the_last(run: Any) -> None:
    async def scenario(repo: Any, ctx: Ctx) -> None:
        empty = await repo.points(ctx, least=0.0, limit=3, sort="by_id")
        assert (empty.items, empty.next) == ([], None)
        await _insert(ctx, [_row(random.Random(3), number) for number in range(6)])
        first = await repo.points(ctx, least=0.0, limit=3, sort="by_id")
        second = await repo.points(ctx, least=0.0, limit=3, sort="by_id", after=first.next)
        assert [row.id for row in (*first.items, *second.items)] == list(range(6))
        assert second.next is None
        last = await repo.points(ctx, least=0.0, limit=10_000, sort="by_id", after=first.next)
        assert (last.items, last.next) == (second.items, None)

    run(scenario)
