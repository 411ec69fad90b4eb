"""Batches: a result for each row, errors that name their row, on lanes and in transactions."""

from __future__ import annotations

import asyncio
import random
from typing import cast

import pytest

from katana.runtime import Ctx
from katana.runtime.sql import (
    CountedDatabase,
    Database,
    DataError,
    QueryTimeout,
    Statement,
    UniqueViolation,
    pack_int4,
    pack_int8,
    run_batch,
    unpack_int4,
    unpack_int8,
)

ECHO = Statement("test.echo", "SELECT $1::int", (23,), (23,))
CREATE = Statement("test.create", "CREATE TABLE items (id bigint PRIMARY KEY)")
INSERT = Statement("test.insert", "INSERT INTO items VALUES ($1)", (20,))
COUNT = Statement("test.count", "SELECT count(*) FROM items")


def int4(number: int) -> tuple[bytes]:
    return (pack_int4(number),)


def int8(number: int) -> tuple[bytes]:
    return (pack_int8(number),)


async def echo(db: Database, rows) -> list[int]:
    return [unpack_int4(result.get_value(0, 0) or b"") for result in await run_batch(db, ECHO, rows, int4)]


async def count(db: Database) -> int:
    return unpack_int8((await db.execute(COUNT)).get_value(0, 0) or b"")


def test_each_row_has_its_result(run, opened, dsn):
    async def scenario():
        async with opened(dsn) as db:
            assert await echo(db, range(1000)) == list(range(1000))
            assert await echo(db, []) == []
            ctx = Ctx(method="GET", path="/", db=db)
            async with ctx.tx():
                assert await echo(ctx.db, iter(range(300))) == list(range(300))

    run(scenario())


def test_on_lanes_every_row_is_tried_and_the_first_error_is_raised(run, opened, dsn):
    async def scenario():
        async with opened(dsn) as db:
            await db.execute(CREATE)
            with pytest.raises(UniqueViolation, match=r"\(row 3\)") as caught:
                await run_batch(db, INSERT, [1, 2, 1, 2, *range(10, 300)], int8)
            assert caught.value.constraint == "items_pkey"
            assert await count(db) == 292

    run(scenario())


def test_in_a_transaction_an_error_ends_the_batch(run, opened, dsn):
    async def scenario():
        async with opened(dsn, leases=1) as db:
            await db.execute(CREATE)
            ctx = Ctx(method="GET", path="/", db=db)
            with pytest.raises(UniqueViolation, match=r"\(row 2\)"):
                async with ctx.tx():
                    await run_batch(ctx.db, INSERT, [1, 1, *range(10, 1000)], int8)
            assert await count(db) == 0

    run(scenario())


def test_a_row_that_cannot_be_packed_is_found_before_anything_is_sent(run, opened, dsn):
    async def scenario():
        async with opened(dsn) as db:
            await db.execute(CREATE)
            with pytest.raises(DataError, match=r"test.insert: .* \(row 2\)"):
                await run_batch(db, INSERT, [1, 2**63], int8)
            assert await count(db) == 0

    run(scenario())


def test_a_deadline_ends_a_batch(run, opened, dsn):
    slow = Statement("test.slow", "SELECT pg_sleep($1)::text", (701,))

    async def scenario():
        async with opened(dsn, lanes=1) as db:
            deadline = asyncio.get_running_loop().time() + 0.1
            with pytest.raises(QueryTimeout):
                await run_batch(db, slow, [30.0] * 3, lambda _: (b"\x40\x3e\0\0\0\0\0\0",), deadline)
            assert await echo(db, [1, 2]) == [1, 2]

    run(scenario())


def test_a_batch_counts_as_one_query_of_its_request(run, opened, dsn):
    async def scenario():
        async with opened(dsn) as db:
            counted = CountedDatabase(db)
            await echo(cast("Database", counted), range(50))
            assert counted.counts == {ECHO: 1}

    run(scenario())


def test_batches_cancelled_at_random_give_nobody_the_results_of_others(run, opened, dsn):
    chance = random.Random(3)

    async def one(db: Database, number: int) -> bool:
        rows = range(number * 1000, number * 1000 + 200)
        ctx = Ctx(method="GET", path="/", db=db)
        if number % 4 == 0:
            async with ctx.tx():
                return await echo(ctx.db, rows) == list(rows)
        return await echo(ctx.db, rows) == list(rows)

    async def scenario():
        async with opened(dsn, leases=2, max_pending=100_000) as db:
            tasks = []
            for number in range(200):
                task = asyncio.ensure_future(one(db, number))
                tasks.append(task)
                asyncio.get_running_loop().call_later(chance.random() * 0.1, task.cancel)
                if number % 10 == 0:
                    await asyncio.sleep(0.005)
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
            assert {outcome if outcome is True else type(outcome) for outcome in outcomes} <= {
                True,
                asyncio.CancelledError,
            }
            assert await echo(db, range(10)) == list(range(10))

    run(scenario())
