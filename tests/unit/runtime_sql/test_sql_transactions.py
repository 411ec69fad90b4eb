"""Transactions: whole or not at all, whatever happens to the handler, and found by the queries that belong to them.

In one file, because all of it happens to one table and is judged by the same look at it.
"""

import asyncio
import gc
from typing import cast

import pytest

from katana.runtime import Ctx
from katana.runtime.sql import (
    Database,
    DatabaseOverloaded,
    DatabaseUnavailable,
    SerializationFailure,
    Statement,
    TransactionAborted,
    UniqueViolation,
    pack_int8,
    unpack_int8,
)

CREATE = Statement("test.create", "CREATE TABLE t (n bigint PRIMARY KEY, v bigint NOT NULL DEFAULT 0)")
INSERT = Statement("test.insert", "INSERT INTO t (n) VALUES ($1)", (20,))
COUNT = Statement("test.count", "SELECT count(*) FROM t", (), (20,))
SLEEP = Statement("test.sleep", "SELECT pg_sleep(600)")
ISOLATION = Statement("test.isolation", "SHOW transaction_isolation")
READ_ONLY = Statement("test.read_only", "SHOW transaction_read_only")
OPEN = Statement(
    "test.open",
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL"
    " AND pid <> pg_backend_pid()",
    (),
    (20,),
)
KILL = Statement(
    "test.kill",
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()",
)


def _ctx(db: Database) -> Ctx:
    return Ctx(method="GET", path="/", db=db)


async def _insert(ctx: Ctx, n: int) -> None:
    await ctx.db.execute(INSERT, (pack_int8(n),), ctx.deadline)


async def _count(ctx: Ctx) -> int:
    return unpack_int8((await ctx.db.execute(COUNT)).get_value(0, 0) or b"")


async def _open_transactions(db: Database) -> int:
    return unpack_int8((await db.execute(OPEN)).get_value(0, 0) or b"")


async def _nothing_open(db: Database) -> None:
    while await _open_transactions(db):
        await asyncio.sleep(0.01)


@pytest.fixture
def scene(run, opened, dsn):
    """Runs `body(ctx, db)` on a database with an empty table `t`; afterwards no transaction may be open."""

    def play(body, **options):
        async def scenario():
            async with opened(dsn, lanes=1, **options) as db:
                await db.execute(CREATE)
                await body(_ctx(db), db)
                await _nothing_open(db)

        run(scenario())

    return play


def test_what_a_block_did_is_kept_at_its_end_and_seen_by_others_only_then(scene):
    async def body(ctx, db):
        async with ctx.tx():
            await _insert(ctx, 1)
            assert await _count(ctx) == 1
            assert await _count(_ctx(db)) == 0
        assert await _count(ctx) == await _count(_ctx(db)) == 1

    scene(body)


def test_what_a_block_did_is_undone_when_it_raises(scene):
    async def body(ctx, _db):
        with pytest.raises(LookupError):
            async with ctx.tx():
                await _insert(ctx, 1)
                raise LookupError
        assert await _count(ctx) == 0

    scene(body)


def test_a_violated_constraint_undoes_the_block_and_is_the_error_of_the_block(scene):
    async def body(ctx, _db):
        with pytest.raises(UniqueViolation):
            async with ctx.tx():
                await _insert(ctx, 1)
                await _insert(ctx, 1)
        assert await _count(ctx) == 0

    scene(body)


def test_a_block_that_hides_a_failed_statement_is_told_that_nothing_was_kept(scene):
    async def body(ctx, _db):
        with pytest.raises(TransactionAborted, match="nothing of it was kept"):
            async with ctx.tx():
                await _insert(ctx, 1)
                with pytest.raises(UniqueViolation):
                    await _insert(ctx, 1)
        assert await _count(ctx) == 0

    scene(body)


def test_a_nested_block_is_undone_alone(scene):
    async def body(ctx, _db):
        async with ctx.tx():
            await _insert(ctx, 1)
            with pytest.raises(UniqueViolation):
                async with ctx.tx():
                    await _insert(ctx, 2)
                    await _insert(ctx, 1)
            async with ctx.tx():
                await _insert(ctx, 3)
                async with ctx.tx():
                    await _insert(ctx, 4)
        assert await _count(ctx) == 3

    scene(body)


def test_a_nested_block_that_hides_a_failed_statement_is_told_and_the_one_around_it_goes_on(scene):
    async def body(ctx, _db):
        async with ctx.tx():
            with pytest.raises(TransactionAborted):
                async with ctx.tx():
                    await _insert(ctx, 1)
                    with pytest.raises(UniqueViolation):
                        await _insert(ctx, 1)
            await _insert(ctx, 2)
        assert await _count(ctx) == 1

    scene(body)


def test_tasks_started_in_a_block_belong_to_it_and_others_do_not(scene):
    async def body(ctx, _db):
        outside = asyncio.Event()

        async def other():
            await outside.wait()
            return await _count(ctx)

        task = asyncio.create_task(other())
        async with ctx.tx():
            await asyncio.gather(*(_insert(ctx, n) for n in range(50)))
            outside.set()
            assert await task == 0
        assert await _count(ctx) == 50

    scene(body)


def test_a_task_that_outlives_its_block_cannot_use_it(scene):
    async def body(ctx, _db):
        over = asyncio.Event()

        async def late():
            await over.wait()
            await _insert(ctx, 1)

        async with ctx.tx():
            task = asyncio.create_task(late())
            await asyncio.sleep(0)
        over.set()
        with pytest.raises(RuntimeError, match="has ended"):
            await task
        assert await _count(ctx) == 0

    scene(body)


def test_two_nested_blocks_at_once_are_an_error_of_the_program(scene):
    async def body(ctx, _db):
        async def nested(n):
            async with ctx.tx():
                await _insert(ctx, n)
                await asyncio.sleep(0.01)

        with pytest.raises(RuntimeError, match="a nested transaction is open"):
            async with ctx.tx():
                await asyncio.gather(nested(1), nested(2))
        assert await _count(ctx) == 0

    scene(body)


def test_a_block_that_ends_before_one_nested_in_it_keeps_nothing(scene):
    async def body(ctx, _db):
        go_on = asyncio.Event()

        async def nested():
            async with ctx.tx():
                await _insert(ctx, 1)
                await go_on.wait()
                await _insert(ctx, 2)

        with pytest.raises(RuntimeError, match="nothing was kept"):
            async with ctx.tx():
                task = asyncio.create_task(nested())
                await asyncio.sleep(0.05)
        go_on.set()
        with pytest.raises(RuntimeError, match="has ended"):
            await task
        assert await _count(ctx) == 0

    scene(body)


@pytest.mark.parametrize("isolation", ["read committed", "repeatable read", "serializable"])
def test_isolation_and_access_mode_are_those_asked_for(scene, isolation):
    async def body(ctx, _db):
        async with ctx.tx(isolation, read_only=True, deferrable=True):
            assert (await ctx.db.execute(ISOLATION)).get_value(0, 0) == isolation.encode()
            assert (await ctx.db.execute(READ_ONLY)).get_value(0, 0) == b"on"
            with pytest.raises(RuntimeError, match="nested"):
                async with ctx.tx("serializable"):
                    pass

    scene(body)


def test_a_lost_race_is_run_again_from_its_start(scene):
    async def body(ctx, db):
        await _insert(ctx, 1)
        read = Statement("test.read", "SELECT v FROM t WHERE n = 1", (), (20,))
        write = Statement("test.write", "UPDATE t SET v = $1 WHERE n = 1", (20,))
        attempts = 0

        async def increment(of: Ctx) -> None:
            nonlocal attempts
            attempts += 1
            value = unpack_int8((await of.db.execute(read)).get_value(0, 0) or b"")
            await of.db.execute(write, (pack_int8(value + 1),))

        async def one() -> None:
            own = _ctx(db)
            await own.tx("serializable").run(lambda: increment(own), attempts=50)

        await asyncio.gather(*(one() for _ in range(8)))
        assert unpack_int8((await ctx.db.execute(read)).get_value(0, 0) or b"") == 8
        assert attempts > 8

    scene(body)


def test_the_last_attempt_fails_with_its_own_error(scene):
    async def body(ctx, _db):
        calls = 0

        async def lose() -> None:
            nonlocal calls
            calls += 1
            raise SerializationFailure("lost", sqlstate="40001")

        with pytest.raises(SerializationFailure):
            await ctx.tx().run(lose, attempts=3)
        assert calls == 3

    scene(body)


@pytest.mark.parametrize("turns", range(12))
def test_a_request_cancelled_at_any_point_leaves_all_or_nothing(scene, turns):
    async def body(ctx, db):
        async def work() -> None:
            async with ctx.tx():
                await _insert(ctx, 1)
                async with ctx.tx():
                    await _insert(ctx, 2)
                await _insert(ctx, 3)

        task = asyncio.create_task(work())
        for _ in range(turns):
            await asyncio.sleep(0.0005)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await _nothing_open(db)
        assert await _count(_ctx(db)) in (0, 3)

    scene(body)


def test_a_slow_statement_of_a_cancelled_block_ends_on_the_server(scene):
    async def body(ctx, db):
        async def work() -> None:
            async with ctx.tx():
                await _insert(ctx, 1)
                await ctx.db.execute(SLEEP)

        task = asyncio.create_task(work())
        while await _open_transactions(db) == 0:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await _nothing_open(db)
        assert await _count(ctx) == 0

    scene(body)


def test_a_connection_lost_in_a_block_fails_it_and_the_next_block_has_another(scene):
    async def body(ctx, db):
        with pytest.raises(DatabaseUnavailable):
            async with ctx.tx():
                await _insert(ctx, 1)
                await db.execute(KILL)
                await _count(ctx)
        while not db.ready:
            await asyncio.sleep(0.01)
        own = _ctx(db)
        async with own.tx():
            await _insert(own, 2)
        assert await _count(own) == 1

    scene(body)


def test_who_finds_no_connection_waits_in_order_and_not_beyond_the_deadline(scene):
    async def body(ctx, db):
        async with ctx.tx():
            late = _ctx(db)
            late.deadline = asyncio.get_running_loop().time() + 0.05
            with pytest.raises(DatabaseOverloaded):
                async with late.tx():
                    pass
            order: list[int] = []

            async def one(n: int) -> None:
                own = _ctx(db)
                async with own.tx():
                    order.append(n)
                    await _insert(own, n)

            waiting = [asyncio.create_task(one(n)) for n in range(6)]
            await asyncio.sleep(0)
            waiting[2].cancel()
        waiting.append(asyncio.create_task(one(6)))  # who comes when a connection is free does not pass the others
        await asyncio.gather(*waiting, return_exceptions=True)
        assert order == [0, 1, 3, 4, 5, 6]

    scene(body, leases=1)


def test_begin_commit_and_rollback_are_there_for_code_without_a_block(scene):
    async def body(ctx, _db):
        tx = ctx.tx()
        await tx.begin()
        with pytest.raises(RuntimeError, match="open already"):
            await tx.begin()
        await _insert(ctx, 1)
        await tx.commit()
        with pytest.raises(RuntimeError, match="not open"):
            tx.rollback()
        await tx.begin()
        await _insert(ctx, 2)
        tx.rollback()
        assert await _count(ctx) == 1

    scene(body)


def test_a_transaction_that_nobody_ends_is_undone_when_its_task_is_gone(scene):
    async def body(ctx, db):
        async def forget() -> None:
            own = _ctx(db)
            await own.tx().begin()
            await _insert(own, 1)

        task = asyncio.create_task(forget())
        await task
        del task
        gc.collect()
        await _nothing_open(db)
        assert await _count(ctx) == 0

    scene(body, leases=1)


def test_a_table_altered_between_two_transactions_is_prepared_for_again_unnoticed(scene):
    async def body(ctx, db):
        star = Statement("test.star", "SELECT * FROM t")

        async def columns() -> int:
            async with ctx.tx():
                return cast("int", (await ctx.db.execute(star)).nfields)

        assert await columns() == 2
        await db.execute(Statement("test.alter", "ALTER TABLE t ADD COLUMN w bigint"))
        assert await columns() == 3

    scene(body, leases=1)
