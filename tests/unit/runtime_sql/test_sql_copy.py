"""COPY on a lease and in a transaction: everything or nothing, and a connection that is fit for use afterwards."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator

import pytest

from katana.runtime import Ctx
from katana.runtime.sql import (
    CheckViolation,
    Database,
    DatabaseUnavailable,
    DataError,
    QueryTimeout,
    SchemaMismatch,
    Statement,
    UniqueViolation,
    copy_from,
    pack_int8,
    pack_text,
    unpack_int8,
)

COPY = Statement("test.copy", "COPY items (id, name) FROM STDIN (FORMAT binary)")
COLUMNS = Statement("test.copy", "SELECT id, name FROM items LIMIT 0", result_oids=(20, 25))
COUNT = Statement("test.count", "SELECT count(*) FROM items")
CREATE = Statement("test.create", "CREATE TABLE items (id bigint PRIMARY KEY CHECK (id < 1000000), name text NOT NULL)")
KILL_OTHERS = Statement(
    "test.kill",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()",
)


def values(number: int) -> tuple[bytes | None, ...]:
    return (pack_int8(number), pack_text(f"item {number}"))


async def copy(db: Database, rows: Iterator[int] | AsyncIterator[int] | range, deadline: float | None = None) -> int:
    return await copy_from(db, COPY, COLUMNS, rows, values, deadline=deadline)


async def count(db: Database) -> int:
    return unpack_int8((await db.execute(COUNT)).get_value(0, 0) or b"")


def request(db: Database) -> Ctx:
    return Ctx(method="POST", path="/", db=db)


def test_many_rows_arrive_from_iterables_of_both_kinds(run, opened, dsn):
    async def slowly() -> AsyncIterator[int]:
        for number in range(5000, 6000):
            if number % 100 == 0:
                await asyncio.sleep(0)
            yield number

    async def scenario():
        async with opened(dsn) as db:
            await db.execute(CREATE)
            assert await copy(db, range(5000)) == 5000
            assert await copy(db, slowly()) == 1000
            assert await copy(db, range(0)) == 0
            assert await count(db) == 6000

    run(scenario())


def test_a_value_longer_than_the_table_of_lengths_arrives(run, opened, dsn):
    async def scenario():
        async with opened(dsn) as db:
            await db.execute(CREATE)
            sizes = (0, 1023, 1024, 1_000_000)

            def pack(number: int) -> tuple[bytes, ...]:
                return (pack_int8(number), b"x" * sizes[number])

            assert await copy_from(db, COPY, COLUMNS, range(4), pack) == 4
            result = await db.execute(Statement("test.sizes", "SELECT length(name)::bigint FROM items ORDER BY id"))
            assert [unpack_int8(result.get_value(row, 0)) for row in range(4)] == list(sizes)

    run(scenario())


def test_no_row_is_read_before_the_server_takes_rows(run, opened, dsn):
    async def scenario():
        async with opened(dsn) as db:
            await db.execute(CREATE)
            lock = Ctx(method="GET", path="/", db=db)
            read = 0

            def source() -> Iterator[int]:
                nonlocal read
                for number in range(1_000_000):
                    read = number
                    yield number

            async with lock.tx():
                await lock.db.execute(Statement("test.lock", "LOCK TABLE items IN ACCESS EXCLUSIVE MODE"))
                task = asyncio.ensure_future(copy(db, source()))
                await asyncio.sleep(0.2)
                assert read == 0
                task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert await count(db) == 0

    run(scenario())


def test_an_error_names_the_constraint_and_the_row_and_keeps_nothing(run, opened, dsn):
    async def scenario():
        async with opened(dsn, leases=1) as db:
            await db.execute(CREATE)
            with pytest.raises(UniqueViolation, match=r"\(row 701\)") as caught:
                await copy(db, (number % 700 for number in range(900)))
            assert caught.value.constraint == "items_pkey"
            assert caught.value.statement == "test.copy"
            with pytest.raises(CheckViolation, match=r"\(row 3\)"):
                await copy(db, iter((1, 2, 1_000_000)))
            with pytest.raises(DataError, match=r"out of range .* \(row 2\)"):
                await copy(db, iter((1, 2**63)))
            assert await count(db) == 0
            assert await copy(db, range(10)) == 10

    run(scenario())


def test_a_source_that_raises_leaves_nothing_behind(run, opened, dsn):
    def source() -> Iterator[int]:
        yield from range(3000)
        raise KeyError("source")

    async def scenario():
        async with opened(dsn, leases=1) as db:
            await db.execute(CREATE)
            with pytest.raises(KeyError, match="source"):
                await copy(db, source())
            assert await count(db) == 0
            assert await copy(db, range(10)) == 10

    run(scenario())


def test_a_column_of_another_type_is_an_error_and_no_misread_value(run, opened, dsn):
    async def scenario():
        async with opened(dsn, leases=1) as db:
            await db.execute(Statement("test.create", "CREATE TABLE items (id float8, name text)"))
            with pytest.raises(SchemaMismatch):
                await copy(db, range(3))
            assert await count(db) == 0

    run(scenario())


def test_a_copy_belongs_to_the_transaction_around_it(run, opened, dsn):
    async def scenario():
        async with opened(dsn, leases=1) as db:
            await db.execute(CREATE)
            ctx = request(db)
            with pytest.raises(KeyError):
                async with ctx.tx():
                    assert await copy(ctx.db, range(10)) == 10
                    assert await count(ctx.db) == 10
                    raise KeyError
            assert await count(db) == 0
            async with ctx.tx():
                with pytest.raises(UniqueViolation):
                    async with ctx.tx():
                        await copy(ctx.db, iter((1, 1)))
                assert await copy(ctx.db, range(5)) == 5
            assert await count(db) == 5

    run(scenario())


def test_the_transaction_refuses_other_queries_while_it_copies(run, opened, dsn):
    async def scenario():
        async with opened(dsn, leases=1) as db:
            await db.execute(CREATE)
            ctx = request(db)

            async def source() -> AsyncIterator[int]:
                yield 1
                await ctx.db.execute(COUNT)

            with pytest.raises(RuntimeError, match="a COPY is under way"):
                async with ctx.tx():
                    await copy(ctx.db, source())
            assert await count(db) == 0

    run(scenario())


def test_a_deadline_ends_a_copy_whose_source_hangs(run, opened, dsn):
    async def source() -> AsyncIterator[int]:
        yield 1
        await asyncio.Event().wait()

    async def scenario():
        async with opened(dsn, leases=1) as db:
            await db.execute(CREATE)
            with pytest.raises(QueryTimeout):
                await copy(db, source(), asyncio.get_running_loop().time() + 0.1)
            assert await count(db) == 0
            assert await copy(db, range(2)) == 2

    run(scenario())


def test_the_timeout_of_a_query_ends_a_copy_that_the_server_does_not_answer(run, opened, dsn):
    async def scenario():
        async with opened(dsn, query_timeout=0.2) as db:
            await db.execute(CREATE)
            ctx = request(db)
            async with ctx.tx():
                await ctx.db.execute(Statement("test.lock", "LOCK TABLE items IN SHARE MODE"))
                with pytest.raises(QueryTimeout):
                    await copy(db, range(2))
            assert await count(db) == 0

    run(scenario())


def test_a_lost_connection_is_an_error_of_its_own(run, opened, dsn):
    async def scenario():
        async with opened(dsn, leases=1) as db:
            await db.execute(CREATE)

            async def source() -> AsyncIterator[int]:
                for number in range(100_000):
                    if number == 600:
                        with pytest.raises(DatabaseUnavailable):
                            while True:
                                await db.execute(KILL_OTHERS)
                                await db.execute(Statement("test.end", "SELECT pg_terminate_backend(pg_backend_pid())"))
                    yield number

            with pytest.raises(DatabaseUnavailable) as caught:
                await copy(db, source())
            assert not caught.value.may_have_run
            await db.wait_ready(10)
            assert await copy(db, range(3)) == 3

    run(scenario())


def test_a_copy_that_runs_when_the_database_closes_ends_with_an_error(run, opened, dsn):
    async def source(started: asyncio.Event) -> AsyncIterator[int]:
        yield 1
        started.set()
        await asyncio.sleep(0.2)
        for number in range(2, 100_000):
            yield number

    async def scenario():
        async with opened(dsn, leases=1) as db:
            await db.execute(CREATE)
            started = asyncio.Event()
            task = asyncio.ensure_future(copy(db, source(started)))
            await started.wait()
            await db.close()
            with pytest.raises(DatabaseUnavailable):
                await task

    run(scenario())


def test_copies_cancelled_at_random_are_whole_or_nothing(run, opened, dsn):
    """Each copy has rows of its own; what is in the table afterwards is all of a copy or nothing of it."""
    chance = random.Random(5)

    async def source(number: int) -> AsyncIterator[int]:
        for row in range(600):
            if row % 50 == 0:
                await asyncio.sleep(0)
            yield number * 1000 + row

    async def one(db: Database, number: int) -> None:
        ctx = request(db)
        if number % 2:
            await copy(db, source(number))
        else:
            async with ctx.tx():
                await copy(ctx.db, source(number))
                await ctx.db.execute(COUNT)

    async def scenario():
        async with opened(dsn, leases=3) as db:
            await db.execute(CREATE)
            tasks = []
            for number in range(120):
                task = asyncio.ensure_future(one(db, number))
                tasks.append(task)
                asyncio.get_running_loop().call_later(chance.random() * 0.3, task.cancel)
                await asyncio.sleep(0.002)
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
            assert {type(outcome) for outcome in outcomes} <= {type(None), asyncio.CancelledError}
            sql = "SELECT id / 1000, count(*) FROM items GROUP BY 1"
            result = await db.execute(Statement("test.groups", sql))
            kept = {
                unpack_int8(result.get_value(row, 0)): unpack_int8(result.get_value(row, 1))
                for row in range(result.ntuples)
            }
            assert set(kept.values()) <= {600}
            finished = {number for number, outcome in enumerate(outcomes) if outcome is None}
            assert finished <= set(kept)
            assert await copy(db, range(999_000, 999_003)) == 3

    run(scenario())
