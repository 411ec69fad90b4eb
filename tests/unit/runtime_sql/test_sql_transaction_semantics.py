"""What a transaction promises of itself: its isolation, its access mode, and that it tells how it ended."""

from __future__ import annotations

import asyncio

import pytest

from katana.runtime import Ctx
from katana.runtime.sql import (
    Database,
    ForeignKeyViolation,
    QueryCanceled,
    ReadOnlyTransaction,
    Statement,
    UniqueViolation,
    pack_int8,
    unpack_int8,
)

DOCTORS = Statement("test.doctors", "CREATE TABLE doctors (id bigint PRIMARY KEY, on_call boolean NOT NULL)")
TWO = Statement("test.two", "INSERT INTO doctors VALUES (1, true), (2, true)")
ON_CALL = Statement("test.on_call", "SELECT count(*) FROM doctors WHERE on_call", (), (20,))
LEAVE = Statement("test.leave", "UPDATE doctors SET on_call = false WHERE id = $1", (20,))
ENTER = Statement("test.enter", "INSERT INTO doctors VALUES ($1, true)", (20,))
DEFERRED = Statement(
    "test.deferred", "ALTER TABLE doctors ADD COLUMN chief bigint REFERENCES doctors DEFERRABLE INITIALLY DEFERRED"
)
OBEY = Statement("test.obey", "UPDATE doctors SET chief = $1", (20,))


def _ctx(db: Database) -> Ctx:
    return Ctx(method="POST", path="/", db=db)


async def _on_call(ctx: Ctx) -> int:
    return unpack_int8((await ctx.db.execute(ON_CALL)).get_value(0, 0) or b"")


async def _go_home(ctx: Ctx, doctor: int, others_have_looked: asyncio.Barrier | None) -> bool:
    """Write skew: each sees that somebody else stays, and goes."""
    somebody_stays = await _on_call(ctx) > 1
    if others_have_looked is not None:
        await others_have_looked.wait()
    if somebody_stays:
        await ctx.db.execute(LEAVE, (pack_int8(doctor),))
    return somebody_stays


@pytest.fixture
def hospital(run, opened, dsn):
    """Runs `body(ctx, db)` where two doctors are on call."""

    def play(body, **options):
        async def scenario():
            async with opened(dsn, lanes=1, **options) as db:
                await db.execute(DOCTORS)
                await db.execute(TWO)
                await body(_ctx(db), db)

        run(scenario())

    return play


def test_snapshots_let_write_skew_through_and_serializable_transactions_do_not(hospital):
    async def body(ctx, db):
        async def both(isolation) -> list[object]:
            barrier = asyncio.Barrier(2)

            async def one(doctor: int) -> bool:
                own = _ctx(db)
                async with own.tx(isolation):
                    return await _go_home(own, doctor, barrier)

            return list(await asyncio.gather(one(1), one(2), return_exceptions=True))

        assert await both("repeatable read") == [True, True]
        assert await _on_call(ctx) == 0
        await db.execute(Statement("test.again", "UPDATE doctors SET on_call = true"))
        outcomes = await both("serializable")
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["SerializationFailure", "bool"]
        assert await _on_call(ctx) == 1

    hospital(body)


def test_run_takes_write_skew_as_a_lost_race_and_decides_anew(hospital):
    async def body(ctx, db):
        barrier = asyncio.Barrier(2)
        attempts: list[int] = []

        async def one(doctor: int) -> bool:
            own = _ctx(db)

            async def work() -> bool:
                attempts.append(doctor)
                return await _go_home(own, doctor, barrier if attempts.count(doctor) == 1 else None)

            return await own.tx("serializable").run(work)

        assert sorted(await asyncio.gather(one(1), one(2))) == [False, True]
        assert len(attempts) == 3
        assert await _on_call(ctx) == 1

    hospital(body)


def test_a_snapshot_does_not_see_what_others_keep_meanwhile_and_read_committed_does(hospital):
    async def body(ctx, db):
        for isolation in ("read committed", "repeatable read", "serializable"):
            async with ctx.tx(isolation):
                before = await _on_call(ctx)
                await db.execute(ENTER, (pack_int8(before + 10),))
                assert await _on_call(ctx) == (before + 1 if isolation == "read committed" else before)
            assert await _on_call(ctx) == before + 1

    hospital(body)


def test_a_read_only_transaction_refuses_to_write(hospital):
    async def body(ctx, _db):
        with pytest.raises(ReadOnlyTransaction):
            async with ctx.tx(read_only=True):
                assert await _on_call(ctx) == 2
                await ctx.db.execute(ENTER, (pack_int8(3),))
        async with ctx.tx():
            await ctx.db.execute(ENTER, (pack_int8(3),))  # the connection is not read-only for the next
        assert await _on_call(ctx) == 3

    hospital(body, leases=1)


def test_a_deferrable_transaction_waits_until_nothing_can_make_it_fail(hospital):
    async def body(_, db):
        safe = Statement("test.deferrable", "SHOW transaction_deferrable")
        writer = _ctx(db)
        async with writer.tx("serializable"):
            await writer.db.execute(LEAVE, (pack_int8(1),))

            async def report() -> int:
                own = _ctx(db)
                async with own.tx("serializable", read_only=True, deferrable=True):
                    assert (await own.db.execute(safe)).get_value(0, 0) == b"on"
                    return await _on_call(own)

            waiting = asyncio.create_task(report())
            locks = Statement("test.waits", "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SafeSnapshot'")
            while unpack_int8((await db.execute(locks)).get_value(0, 0) or b"") == 0:
                assert not waiting.done()
                await asyncio.sleep(0.01)
        assert await waiting in (1, 2)

    hospital(body)


def test_a_commit_that_a_deferred_constraint_refuses_is_its_error_and_keeps_nothing(hospital):
    async def body(ctx, db):
        await db.execute(DEFERRED)
        with pytest.raises(ForeignKeyViolation) as caught:
            async with ctx.tx():
                await ctx.db.execute(ENTER, (pack_int8(3),))
                async with ctx.tx():
                    await ctx.db.execute(OBEY, (pack_int8(77),))
                assert await _on_call(ctx) == 3
        assert caught.value.constraint == "doctors_chief_fkey"
        assert await _on_call(ctx) == 2
        async with ctx.tx():
            await ctx.db.execute(OBEY, (pack_int8(1),))

    hospital(body, leases=1)


def test_an_error_in_the_middle_of_savepoints_undoes_its_own_and_no_more(hospital):
    async def body(ctx, _db):
        async with ctx.tx():
            await ctx.db.execute(ENTER, (pack_int8(3),))
            with pytest.raises(UniqueViolation):
                async with ctx.tx():
                    await ctx.db.execute(ENTER, (pack_int8(4),))
                    async with ctx.tx():
                        await ctx.db.execute(ENTER, (pack_int8(5),))
                        await ctx.db.execute(ENTER, (pack_int8(1),))
            assert await _on_call(ctx) == 3
            with pytest.raises(ZeroDivisionError):
                async with ctx.tx():
                    await ctx.db.execute(ENTER, (pack_int8(4),))
                    raise ZeroDivisionError
            async with ctx.tx():
                await ctx.db.execute(ENTER, (pack_int8(6),))
        assert await _on_call(ctx) == 4

    hospital(body, leases=1)


def test_a_commit_that_was_cancelled_on_the_server_is_no_success(hospital):
    """57014 for what a cancel request may have hit by mistake is sent again; COMMIT has then nothing to commit."""

    async def body(ctx, db):
        await db.execute(
            Statement(
                "test.slow",
                "CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN PERFORM pg_sleep(600); RETURN NULL; END $$",
            )
        )
        await db.execute(
            Statement(
                "test.trigger",
                "CREATE CONSTRAINT TRIGGER slowly AFTER INSERT ON doctors DEFERRABLE INITIALLY DEFERRED"
                " FOR EACH ROW EXECUTE FUNCTION slowly()",
            )
        )
        cancel = Statement(
            "test.cancel",
            "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity"
            " WHERE query = 'COMMIT' AND wait_event = 'PgSleep' AND datname = current_database()",
        )

        async def work() -> None:
            own = _ctx(db)
            async with own.tx():
                await own.db.execute(ENTER, (pack_int8(3),))

        task = asyncio.create_task(work())
        while not (committing := [p for p in db._leases._used if p.pending and p.pending[0].statement.sql == "COMMIT"]):
            await asyncio.sleep(0.01)
        committing[0].pending[0].exposed = True
        while unpack_int8((await db.execute(cancel)).get_value(0, 0) or b"") == 0:
            await asyncio.sleep(0.01)
        with pytest.raises(QueryCanceled):
            await task
        assert await _on_call(ctx) == 2

    hospital(body)
