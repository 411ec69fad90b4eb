"""Short queries do not wait behind long ones, and reading ones survive the loss of a connection."""

import asyncio
import logging

import pytest

from katana.runtime import Ctx
from katana.runtime.sql import (
    DatabaseUnavailable,
    PlanChanged,
    QueryTimeout,
    Statement,
    pack_float8,
    pack_int8,
    unpack_int8,
)
from katana.runtime.sql import _leases as leases
from katana.runtime.sql._connect import ConnectFailed

ECHO = Statement("test.echo", "SELECT $1::bigint", (20,), (20,), read_only=True)
SLEEP = Statement("test.sleep", "SELECT pg_sleep($1)", (701,))
READ = Statement("test.read", "SELECT $1::bigint FROM pg_sleep(0.3)", (20,), (20,), read_only=True)
NOTHING = Statement("test.nothing", "SELECT")
ROWS = Statement("test.rows", "SELECT * FROM t")
TERMINATE = (
    "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity"
    " WHERE datname = current_database() AND query LIKE '%pg_sleep(0.3)' AND state = 'active'"
)


async def _echo(db, number):
    return unpack_int8((await db.execute(ECHO, (pack_int8(number),))).get_value(0, 0))


def test_new_queries_avoid_a_lane_whose_oldest_takes_long(run, opened, dsn):
    async def scenario():
        async with opened(dsn, lanes=2) as db:
            slow = asyncio.create_task(db.execute(SLEEP, (pack_float8(600),)))
            while not any(lane.pending for lane in db._open):
                await asyncio.sleep(0)
            await asyncio.sleep(0.05)
            for _ in range(20):
                assert await asyncio.gather(*(_echo(db, n) for n in range(16))) == list(range(16))
            assert not slow.done()
            slow.cancel()

    run(scenario())


def test_a_statement_that_is_known_to_be_slow_runs_apart_until_it_is_fast(run, opened, dsn):
    async def scenario():
        async with opened(dsn, lanes=1) as db:
            for _ in range(2):
                assert SLEEP not in db._pace.slow
                await db.execute(SLEEP, (pack_float8(0.1),))
            assert SLEEP in db._pace.slow
            slow = asyncio.create_task(db.execute(SLEEP, (pack_float8(600),)))
            await asyncio.sleep(0)
            assert await asyncio.gather(*(_echo(db, n) for n in range(50))) == list(range(50)), "on the only lane"
            assert not slow.done()
            slow.cancel()
            await db.execute(SLEEP, (pack_float8(0),))
            assert SLEEP not in db._pace.slow

    run(scenario())


def test_slow_statements_leave_half_of_the_leases_to_transactions(run, opened, dsn):
    async def scenario():
        async with opened(dsn, lanes=2, leases=4) as db:
            db._pace.slow.add(SLEEP)
            slow = [asyncio.create_task(db.execute(SLEEP, (pack_float8(600),))) for _ in range(10)]
            while sum(len(lane.pending) for lane in db._open) < 8 or len(db._leases._used) < 2:
                await asyncio.sleep(0.001)
            async with Ctx(method="GET", path="/", db=db).tx():
                pass
            for task in slow:
                task.cancel()

    run(scenario())


def test_a_query_that_only_reads_is_sent_again_when_its_connection_is_lost(run, opened, dsn, fetch):
    async def scenario():
        async with opened(dsn, lanes=2) as db, opened(dsn, lanes=1) as other:
            reading = asyncio.create_task(db.execute(READ, (pack_int8(7),)))
            while await fetch(other, TERMINATE) != [("true",)]:
                await asyncio.sleep(0.01)
            assert unpack_int8((await reading).get_value(0, 0)) == 7
            writing = asyncio.create_task(db.execute(Statement("test.may_write", "SELECT FROM pg_sleep(0.3)")))
            while await fetch(other, TERMINATE) != [("true",)]:
                await asyncio.sleep(0.01)
            with pytest.raises(DatabaseUnavailable):
                await writing

    run(scenario())


def test_a_plan_that_is_gone_is_made_again_where_a_transaction_begins_with_it(run, opened, dsn, fetch):
    async def scenario():
        async with opened(dsn, lanes=1, leases=1) as db:
            await fetch(db, "CREATE TABLE t (a int)")
            ctx = Ctx(method="GET", path="/", db=db)
            async with ctx.tx():
                await ctx.db.execute(ROWS)
            await fetch(db, "ALTER TABLE t ADD COLUMN b int")
            async with ctx.tx("repeatable read"):
                assert (await ctx.db.execute(ROWS)).nfields == 2
                level = await fetch(ctx.db, "SELECT current_setting('transaction_isolation')")
                assert level == [("repeatable read",)]

    run(scenario())


def test_a_plan_that_is_gone_later_in_a_transaction_is_a_lost_race_that_run_repeats(run, opened, dsn, fetch):
    async def scenario():
        async with opened(dsn, lanes=1, leases=1) as db:
            await fetch(db, "CREATE TABLE t (a int)")
            ctx = Ctx(method="GET", path="/", db=db)
            async with ctx.tx():
                await ctx.db.execute(ROWS)

            async def work():
                await _echo(ctx.db, 1)
                return (await ctx.db.execute(ROWS)).nfields

            await fetch(db, "ALTER TABLE t ADD COLUMN b int")
            with pytest.raises(PlanChanged) as caught:
                async with ctx.tx():
                    await work()
            assert (caught.value.sqlstate, caught.value.status) == ("0A000", 503)
            await fetch(db, "ALTER TABLE t ADD COLUMN c int")
            assert await ctx.tx().run(work) == 3

    run(scenario())


def test_notices_are_logged_with_their_query_and_never_without_end(run, opened, dsn, caplog):
    async def scenario():
        async with opened(dsn, lanes=1) as db:
            warn = "DO $$ BEGIN FOR i IN 1..1000 LOOP RAISE WARNING '%', repeat('w', 9000); END LOOP; END $$"
            await db.execute(Statement("test.warn", warn))

    with caplog.at_level(logging.WARNING, "katana.sql"):
        run(scenario())
    texts = [record.getMessage() for record in caplog.records if "remarks" in record.getMessage()]
    assert len(texts) == 20
    assert all(text.startswith("test.warn: the database remarks: www") and len(text) < 600 for text in texts)


@pytest.mark.parametrize("how", ["cancelled", "late"])
def test_a_slow_statement_that_nobody_waits_for_ends_on_the_server_and_its_connection_stays(
    run, opened, dsn, fetch, how
):
    active = (
        "SELECT count(*)::text FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event = 'PgSleep' AND state = 'active'"
    )

    async def scenario():
        async with opened(dsn, lanes=1, leases=2) as db:
            db._pace.slow.add(SLEEP)
            deadline = asyncio.get_running_loop().time() + 0.2 if how == "late" else None
            slow = asyncio.create_task(db.execute(SLEEP, (pack_float8(600),), deadline))
            while await fetch(db, active) != [("1",)]:
                await asyncio.sleep(0.01)
            (connection,) = db._leases._used
            if how == "cancelled":
                slow.cancel()
            with pytest.raises((asyncio.CancelledError, QueryTimeout)):
                await slow
            async with asyncio.timeout(10):
                while await fetch(db, active) != [("0",)] or db._leases._used:
                    await asyncio.sleep(0.01)
            assert db._leases._idle == [connection]

    run(scenario())


def test_a_slow_statement_runs_among_the_others_where_no_connection_can_be_opened_for_it(run, opened, dsn, monkeypatch):
    async def refused(*_):
        raise ConnectFailed("sorry, too many clients already")

    async def scenario():
        async with opened(dsn, lanes=1) as db:
            db._pace.slow.add(NOTHING)
            monkeypatch.setattr(leases, "connect", refused)
            assert (await db.execute(NOTHING)).ntuples == 1

    run(scenario())


def test_a_slow_statement_that_only_reads_is_sent_again_when_its_connection_is_lost(run, opened, dsn, fetch):
    reads = Statement("test.reads", "SELECT 1 FROM pg_sleep(0.3)", read_only=True)

    async def scenario():
        async with opened(dsn, lanes=1) as db:
            db._pace.slow.add(reads)
            reading = asyncio.create_task(db.execute(reads))
            while await fetch(db, TERMINATE) == []:
                await asyncio.sleep(0.01)
            assert (await reading).ntuples == 1

    run(scenario())
