"""What needs a connection of its own, interrupted wherever it waits: by its caller, and by the end of the server."""

from __future__ import annotations

import asyncio
import types
from collections.abc import AsyncIterator, Callable, Coroutine, Generator
from dataclasses import dataclass
from typing import Any

import pytest
from psycopg import pq

from katana.runtime import Ctx
from katana.runtime.sql import (
    Database,
    DatabaseUnavailable,
    RowStream,
    Statement,
    copy_from,
    pack_int4,
    pack_int8,
    run_batch,
    unpack_int4,
    unpack_int8,
)

CREATE = Statement("test.create", "CREATE TABLE t (n bigint PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)")
INSERT = Statement("test.insert", "INSERT INTO t (n) VALUES ($1)", (20,))
COUNT = Statement("test.count", "SELECT count(*) FROM t", (), (20,))
CLEAR = Statement("test.clear", "DELETE FROM t")
NUMBERS = Statement("test.numbers", "SELECT n FROM generate_series(1, $1) AS n", (23,), (23,))
COPY = Statement("test.copy", "COPY t (n) FROM STDIN (FORMAT binary)")
COLUMNS = Statement("test.copy", "SELECT n FROM t LIMIT 0", result_oids=(20,))
OPEN = Statement(
    "test.open",
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()",
    (),
    (20,),
)

pytestmark = pytest.mark.parametrize("run", ["uvloop"], indirect=True)


@dataclass
class Interruption:
    """`happens` is called at the `at`-th suspension of what is driven; `late`: when its answer has come in."""

    at: int
    happens: Callable[[], object]
    late: bool = False
    suspensions: int = 0

    @types.coroutine
    def drive(self, work: Coroutine[Any, Any, int]) -> Generator[Any, Any, int]:
        """The work, as the running task would do it."""
        loop = asyncio.get_running_loop()
        error: BaseException | None = None
        while True:
            try:
                waits_for = work.send(None) if error is None else work.throw(error)
            except StopIteration as end:
                return end.value
            error = None
            self.suspensions += 1
            if self.suspensions == self.at:
                if self.late and waits_for is not None:
                    waits_for.add_done_callback(lambda _: self.happens())
                else:
                    loop.call_soon(self.happens)
            try:
                yield waits_for
            except BaseException as thrown:  # noqa: BLE001 - the work shall see what a task would have seen
                error = thrown


async def insert(ctx: Ctx, n: int) -> None:
    await ctx.db.execute(INSERT, (pack_int8(n),), ctx.deadline)


async def savepoints(ctx: Ctx) -> int:
    async with ctx.tx("repeatable read"):
        await insert(ctx, 1)
        async with ctx.tx():
            await insert(ctx, 2)
            async with ctx.tx():
                await insert(ctx, 3)
        with pytest.raises(LookupError):
            async with ctx.tx():
                await insert(ctx, 4)
                raise LookupError
    return 3


async def repeated(ctx: Ctx) -> int:
    async def work() -> int:
        await insert(ctx, 1)
        return 1

    return await ctx.tx("serializable").run(work)


async def by_hand(ctx: Ctx) -> int:
    tx = ctx.tx()
    await tx.begin()
    try:
        await insert(ctx, 1)
    except BaseException:
        tx.rollback()
        raise
    await tx.commit()
    return 1


async def copied(ctx: Ctx) -> int:
    return await copy_from(ctx.db, COPY, COLUMNS, range(600), lambda n: (pack_int8(n),), deadline=ctx.deadline)


async def copied_slowly(ctx: Ctx) -> int:
    async def rows() -> AsyncIterator[int]:
        for n in range(3):
            await asyncio.sleep(0)
            yield n

    return await copy_from(ctx.db, COPY, COLUMNS, rows(), lambda n: (pack_int8(n),), deadline=ctx.deadline)


async def copied_in_a_transaction(ctx: Ctx) -> int:
    async with ctx.tx():
        await insert(ctx, -1)
        async with ctx.tx():
            return await copied(ctx) + 1


async def streamed(ctx: Ctx) -> int:
    async with ctx.tx():
        count = 0
        async for n in RowStream(ctx.db, NUMBERS, (pack_int4(300),), _number, ctx.deadline):
            if n % 150 == 0:
                await insert(ctx, n)
                count += 1
        return count


async def streamed_alone(ctx: Ctx) -> int:
    async for _ in RowStream(ctx.db, NUMBERS, (pack_int4(600),), _number, ctx.deadline):
        pass
    return 0


async def in_batches(ctx: Ctx) -> int:
    async with ctx.tx():
        return len(await run_batch(ctx.db, INSERT, range(200), lambda n: (pack_int8(n),), ctx.deadline))


async def at_once(ctx: Ctx) -> int:
    async with ctx.tx():
        await asyncio.gather(*(insert(ctx, n) for n in range(10)))
    return 10


WORKS = (savepoints, repeated, by_hand, copied, copied_slowly, copied_in_a_transaction, streamed, streamed_alone,
         in_batches, at_once)  # fmt: skip


def _number(result: Any, row: int) -> int:
    return unpack_int4(result.get_value(row, 0))


async def _count(db: Database, statement: Statement) -> int:
    return unpack_int8((await db.execute(statement)).get_value(0, 0) or b"")


async def _settled(db: Database) -> None:
    """Every connection has come back, none waits for one, and nothing is left open on the server."""
    leases = db._leases
    while leases._used or leases._opening:
        await asyncio.sleep(0.001)
    assert not leases._waiters
    assert all(not lane.pending and not lane.cursors and not lane.detached for lane in leases._idle)
    assert all(lane.conn.transaction_status == pq.TransactionStatus.IDLE for lane in leases._idle)
    while await _count(db, OPEN):
        await asyncio.sleep(0.001)


async def _usable(db: Database) -> None:
    """The connection serves the next one as it served the first."""
    await db.execute(CLEAR)
    ctx = Ctx(method="POST", path="/", db=db)
    async with asyncio.timeout(10):
        assert await savepoints(ctx) == await _count(db, COUNT) == 3
    await db.execute(CLEAR)


@pytest.mark.parametrize("late", [False, True], ids=["waiting", "answered"])
@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.__name__)
def test_work_cancelled_at_any_suspension_is_whole_or_undone(run, opened, dsn, work, late):
    async def scenario() -> None:
        async with opened(dsn, lanes=1, leases=1) as db:
            await db.execute(CREATE)
            at = 0
            while True:
                at += 1
                ctx = Ctx(method="POST", path="/", db=db)
                task: asyncio.Task[int] | None = None
                interruption = Interruption(at, lambda: task and task.cancel(), late)  # noqa: B023 - of this turn
                task = asyncio.ensure_future(interruption.drive(work(ctx)))
                (outcome,) = await asyncio.gather(task, return_exceptions=True)
                await _settled(db)
                kept = await _count(db, COUNT)
                if isinstance(outcome, int):
                    assert kept == outcome, at
                else:
                    assert isinstance(outcome, asyncio.CancelledError), at
                    assert kept in (0, await _whole(work, db)), at
                await _usable(db)
                if interruption.suspensions < at:
                    assert isinstance(outcome, int)
                    assert at > 2, "it waits at BEGIN at least, and at the end"
                    return

    run(scenario())


async def _whole(work: Callable[[Ctx], Coroutine[Any, Any, int]], db: Database) -> int:
    """What the work leaves behind when nothing comes between."""
    await db.execute(CLEAR)
    return await work(Ctx(method="POST", path="/", db=db))


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.__name__)
def test_work_whose_connection_ends_at_any_suspension_is_whole_or_undone(run, opened, dsn, work):
    async def scenario() -> None:
        async with opened(dsn, lanes=1, leases=1) as db:
            await db.execute(CREATE)
            at = 0
            while True:
                at += 1
                interruption = Interruption(at, lambda: _terminate(dsn, db))
                try:
                    outcome: int | DatabaseUnavailable = await interruption.drive(
                        work(Ctx(method="POST", path="/", db=db))
                    )
                except DatabaseUnavailable as error:
                    outcome = error
                await _settled(db)
                kept = await _count(db, COUNT)
                if isinstance(outcome, int):
                    assert kept == outcome, at
                elif kept:
                    assert outcome.may_have_run, at
                    assert kept == await _whole(work, db), at
                await _usable(db)
                if interruption.suspensions < at:
                    assert isinstance(outcome, int)
                    return

    run(scenario())


def _terminate(dsn: str, db: Database) -> None:
    """Ends the connections that are lent, and returns when the server has."""
    pids = [pipeline.conn.backend_pid for pipeline in db._leases._used if pipeline.alive]
    conn = pq.PGconn.connect(dsn.encode())
    for pid in pids:
        conn.exec_(b"SELECT pg_terminate_backend(%d, 5000)" % pid)
    conn.finish()
