"""Streams of rows: read in chunks, ended anywhere, and the connection back in the pool every time."""

from __future__ import annotations

import asyncio
import random

import pytest

from katana.runtime import Ctx
from katana.runtime.sql import (
    Database,
    DatabaseUnavailable,
    DataError,
    InvalidStatement,
    QueryTimeout,
    RowStream,
    SchemaMismatch,
    Statement,
    pack_int4,
    unpack_int4,
)

NUMBERS = Statement("test.numbers", "SELECT n FROM generate_series(1, $1) AS n", (23,), (23,))
SHIFTED = Statement("test.shifted", "SELECT $1 * 1000000 + n FROM generate_series(1, 700) AS n", (23,), (23,))
ONE = Statement("test.one", "SELECT 1")


def value(result, row: int) -> int:
    return unpack_int4(result.get_value(row, 0))


def numbers(db: Database, until: int, deadline: float | None = None) -> RowStream[int]:
    return RowStream(db, NUMBERS, (pack_int4(until),), value, deadline)


async def idle(db: Database) -> int:
    """How many connections for leases are free, once those on their way back have come."""
    while db._leases._used:
        await asyncio.sleep(0.001)
    return len(db._leases._idle)


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257, 1000])
def test_every_row_comes_once_and_in_order(run, opened, dsn, count):
    async def scenario():
        async with opened(dsn, leases=1) as db:
            assert [row async for row in numbers(db, count)] == list(range(1, count + 1))
            assert [row async for rows in numbers(db, count).chunks() for row in rows] == list(range(1, count + 1))
            assert await idle(db) == 1

    run(scenario())


def test_a_loop_that_breaks_gives_the_connection_back(run, opened, dsn):
    async def scenario():
        async with opened(dsn, leases=1) as db:
            for _ in range(5):
                async for row in numbers(db, 100_000):
                    if row == 300:
                        break
                assert await idle(db) == 1
            async with numbers(db, 1000) as stream:
                assert await anext(stream) == 1
            assert await idle(db) == 1
            assert [row async for row in stream] == []

    run(scenario())


def test_an_error_in_the_middle_ends_the_stream(run, opened, dsn):
    broken = Statement("test.broken", "SELECT 1 / (n - 600) FROM generate_series(1, 1000) AS n", (), (23,))
    unknown = Statement("test.unknown", "SELECT n FROM nowhere", (), (23,))
    other = Statement("test.other", "SELECT 'a'::text", (), (23,))

    async def scenario():
        async with opened(dsn, leases=1) as db:
            seen = 0
            with pytest.raises(DataError, match=r"test\.broken: division by zero"):
                async for _ in RowStream(db, broken, (), value):
                    seen += 1
            assert seen == 512
            with pytest.raises(InvalidStatement, match="nowhere"):
                await anext(RowStream(db, unknown, (), value))
            with pytest.raises(SchemaMismatch):
                await anext(RowStream(db, other, (), value))
            assert await idle(db) == 1
            assert [row async for row in numbers(db, 3)] == [1, 2, 3]

    run(scenario())


def test_a_stream_in_a_transaction_lets_other_queries_run_between(run, opened, dsn):
    async def scenario():
        async with opened(dsn, leases=1) as db:
            ctx = Ctx(method="GET", path="/", db=db)
            async with ctx.tx():
                await ctx.db.execute(Statement("test.create", "CREATE TABLE seen (n int)"))
                insert = Statement("test.insert", "INSERT INTO seen VALUES ($1)", (23,))
                async for row in numbers(ctx.db, 600):
                    await ctx.db.execute(insert, (pack_int4(row),))
                one, other = numbers(ctx.db, 300), numbers(ctx.db, 300)
                assert [(await anext(one), await anext(other)) for _ in range(300)] == [(n, n) for n in range(1, 301)]
                one.close()
                other.close()
                async for _ in numbers(ctx.db, 600):
                    break
            result = await db.execute(Statement("test.count", "SELECT count(*)::int FROM seen"))
            assert value(result, 0) == 600

    run(scenario())


def test_a_stream_ends_with_its_transaction(run, opened, dsn):
    async def scenario():
        async with opened(dsn, leases=1) as db:
            ctx = Ctx(method="GET", path="/", db=db)
            async with ctx.tx():
                stream = numbers(ctx.db, 1000)
                assert await anext(stream) == 1
            with pytest.raises(RuntimeError, match="the transaction that the stream reads in has ended"):
                [row async for row in stream]
            assert await idle(db) == 1

    run(scenario())


def test_a_deadline_ends_a_stream(run, opened, dsn):
    slow = Statement("test.slow", "SELECT n FROM generate_series(1, 1000) AS n, pg_sleep(30)", (), (23,))

    async def scenario():
        async with opened(dsn, leases=1) as db:
            with pytest.raises(QueryTimeout):
                await anext(RowStream(db, slow, (), value, asyncio.get_running_loop().time() + 0.1))
            assert await idle(db) == 1
            assert [row async for row in numbers(db, 2)] == [1, 2]

    run(scenario())


def test_a_lost_connection_ends_a_stream(run, opened, dsn):
    kill = Statement(
        "test.kill", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%FETCH%katana_0'"
    )

    async def scenario():
        async with opened(dsn, leases=1) as db:
            with pytest.raises(DatabaseUnavailable):
                async for row in numbers(db, 100_000):
                    if row == 1:
                        await db.execute(kill)
            assert [row async for row in numbers(db, 2)] == [1, 2]

    run(scenario())


def test_streams_cancelled_at_random_never_mix_their_rows(run, opened, dsn):
    chance = random.Random(7)

    async def one(db: Database, number: int) -> int:
        seen = 0
        ctx = Ctx(method="GET", path="/", db=db)
        if number % 3 == 0:
            async with ctx.tx():
                async for row in RowStream(ctx.db, SHIFTED, (pack_int4(number),), value):
                    seen += 1
                    assert row == number * 1_000_000 + seen
            return seen
        async for row in RowStream(db, SHIFTED, (pack_int4(number),), value):
            seen += 1
            assert row == number * 1_000_000 + seen
            if number % 7 == 0 and seen == 300:
                break
        return seen

    async def scenario():
        async with opened(dsn, leases=3) as db:
            tasks = []
            for number in range(200):
                task = asyncio.ensure_future(one(db, number))
                tasks.append(task)
                asyncio.get_running_loop().call_later(chance.random() * 0.2, task.cancel)
                await asyncio.sleep(0.001)
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
            assert {type(outcome) for outcome in outcomes} <= {int, asyncio.CancelledError}
            assert {outcome for outcome in outcomes if isinstance(outcome, int)} <= {300, 700}
            await idle(db)
            assert [row async for row in numbers(db, 3)] == [1, 2, 3]
            assert not [pipeline.cursors for pipeline in db._leases._idle if pipeline.cursors]

    run(scenario())
