"""LISTEN and NOTIFY: nothing is missed without a word."""

import asyncio
from typing import cast

import pytest

from katana.runtime import Ctx
from katana.runtime.sql import CountedDatabase, Database, DatabaseUnavailable, DataError, Notification, listen, notify
from katana.runtime.sql import _listen as listening

LISTENING = (
    "SELECT {}::text FROM pg_stat_activity"
    " WHERE datname = current_database() AND query LIKE 'LISTEN%' AND pid <> pg_backend_pid()"
)


async def _all(events):
    return [event async for event in events]


async def _take(events, count):
    return [await anext(events) for _ in range(count)]


def test_notifications_reach_everybody_who_listens_in_order(run, opened, dsn):
    async def scenario():
        name = "Orders; now"
        async with (
            opened(dsn) as db,
            opened(dsn) as other,
            listen(db, name) as first,
            listen(cast("Database", CountedDatabase(other)), name) as second,
            listen(db, "quiet") as quiet,
        ):
            for number in range(200):
                await notify(db, name, f"größe {number}")
            expected = [Notification(name, f"größe {number}") for number in range(200)]
            assert await _take(first, 200) == expected
            assert await _take(second, 200) == expected
            assert not quiet._queue

    run(scenario())


def test_a_notification_of_a_transaction_comes_when_it_commits_and_never_when_it_does_not(run, opened, dsn):
    async def scenario():
        async with opened(dsn) as db:
            ctx = Ctx(method="GET", path="/", db=db)
            async with listen(ctx.db, "c") as events:
                with pytest.raises(ZeroDivisionError):
                    async with ctx.tx():
                        await notify(ctx.db, "c", "undone")
                        raise ZeroDivisionError
                async with ctx.tx():
                    await notify(ctx.db, "c", "kept")
                    await asyncio.sleep(0.05)
                    assert not events._queue
                assert await anext(events) == Notification("c", "kept")

    run(scenario())


def test_a_lost_connection_is_made_again_and_said(run, opened, dsn, fetch):
    async def scenario():
        async with opened(dsn) as db, listen(db, "a") as events, listen(db, "b") as others:
            await notify(db, "a", "before")
            assert await anext(events) == Notification("a", "before")
            assert await fetch(db, LISTENING.format("pg_terminate_backend(pid)")) == [("true",)]
            assert await anext(events) == Notification("a", "", missed=True)
            assert await anext(others) == Notification("b", "", missed=True)
            await notify(db, "a", "after")
            assert await anext(events) == Notification("a", "after")

    run(scenario())


def test_the_connection_is_there_while_somebody_listens(run, opened, dsn, fetch):
    async def scenario():
        async with opened(dsn) as db:
            for _ in range(2):
                async with listen(db, "a"):
                    assert await fetch(db, LISTENING.format("count(*)")) == [("1",)]
                while await fetch(db, LISTENING.format("count(*)")) != [("0",)]:
                    await asyncio.sleep(0.01)

    run(scenario())


def test_a_listener_that_is_too_slow_is_told_what_it_misses(run, opened, dsn, monkeypatch):
    monkeypatch.setattr(listening, "_MOST", 3)

    async def scenario():
        async with opened(dsn) as db, listen(db, "a") as slow:
            for number in range(10):
                await notify(db, "a", str(number))
            while not slow._missed:
                await asyncio.sleep(0.01)
            async with listen(db, "a") as witness:
                await notify(db, "a", "end of the flood")
                while (await anext(witness)).payload != "end of the flood":
                    pass
            assert [event.payload for event in await _take(slow, 3)] == ["0", "1", "2"]
            await notify(db, "a", "again")
            assert await anext(slow) == Notification("a", "again", missed=True)

    run(scenario())


def test_what_cannot_be_is_said(run, opened, dsn, tmp_path):
    async def scenario():
        async with opened(dsn) as db:
            with pytest.raises(DataError):
                await notify(db, "a", "x" * 8000)
        nowhere = Database(f"postgresql://ada@/shop?host={tmp_path}")
        with pytest.raises(DatabaseUnavailable, match="cannot listen"):
            await listen(nowhere, "a").__aenter__()
        await nowhere.close()

    run(scenario())


def test_closing_the_database_ends_the_iteration(run, dsn):
    async def scenario():
        db = Database(dsn)
        db.start()
        async with listen(db, "a") as events:
            reading = asyncio.create_task(_all(events))
            await asyncio.sleep(0)
            await db.close(1)
            assert await reading == []

    run(scenario())


@pytest.mark.parametrize("channel", ["", "x" * 64, "ä" * 32, "a\0b", "\ud800"])
def test_a_channel_that_cannot_be_is_refused_before_it_disturbs_other_listeners(dsn, channel):
    with pytest.raises(ValueError, match="a channel has a name of 1 to 63 bytes"):
        listen(Database(dsn), channel)


def test_nobody_enters_after_the_end(run, dsn):
    async def scenario():
        db = Database(dsn)
        db.start()
        await db.close()
        with pytest.raises(DatabaseUnavailable):
            await listen(db, "a").__aenter__()
        assert db.listeners._task is None

    run(scenario())
