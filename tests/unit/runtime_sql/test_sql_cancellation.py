"""Cancellation and deadlines: the server stops working for nobody, and no neighbour pays for it."""

import asyncio
import random

import pytest

from katana.runtime.sql import (
    Database,
    DatabaseUnavailable,
    QueryCanceled,
    QueryTimeout,
    Statement,
    pack_float8,
    pack_int8,
    unpack_int8,
)
from katana.runtime.sql import _pipeline as pipeline
from katana.runtime.sql import _watchdog as watchdog

SLEEP = Statement("test.sleep", "SELECT $2::bigint FROM pg_sleep($1::double precision)", (701, 20), (20,))
ACTIVE = (
    "SELECT count(*)::text FROM pg_stat_activity"
    " WHERE datname = current_database() AND state = 'active' AND query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()"
)


async def _sleep(db: Database, seconds: float, number: int = 0, deadline: float | None = None) -> int:
    result = await db.execute(SLEEP, (pack_float8(seconds), pack_int8(number)), deadline)
    return unpack_int8(result.get_value(0, 0) or b"")


async def _until(condition) -> None:
    while not await condition():
        await asyncio.sleep(0.01)


def test_a_cancelled_request_is_cancelled_on_the_server_and_those_behind_it_answer(run, opened, dsn, fetch):
    async def scenario():
        async with opened(dsn, lanes=1) as db, opened(dsn, lanes=1) as observer:
            running = asyncio.create_task(_sleep(db, 600))

            async def active():
                return await fetch(observer, ACTIVE) == [("1",)]

            async def idle():
                return await fetch(observer, ACTIVE) == [("0",)]

            await _until(active)
            waiting = [asyncio.create_task(_sleep(db, 0, n)) for n in range(20)]
            await asyncio.sleep(0)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            assert await asyncio.gather(*waiting) == list(range(20))
            await _until(idle)

    run(scenario())


def test_a_query_past_its_deadline_fails_and_the_lane_goes_on(run, opened, dsn):
    async def scenario():
        loop = asyncio.get_running_loop()
        async with opened(dsn, lanes=1) as db:
            pid = db._open[0].conn.backend_pid
            with pytest.raises(QueryTimeout) as caught:
                await _sleep(db, 600, deadline=loop.time() + 0.1)
            assert (caught.value.status, caught.value.sqlstate) == (504, "57014")
            assert await _sleep(db, 0, 7) == 7
            assert db._open[0].conn.backend_pid == pid, "still the same connection"

    run(scenario())


def test_queries_without_a_deadline_get_the_default_one(run, opened, dsn):
    async def scenario():
        async with opened(dsn, lanes=1, query_timeout=0.1) as db:
            with pytest.raises(QueryTimeout):
                await _sleep(db, 600)

    run(scenario())


def test_deadlines_are_kept_in_any_order(run, opened, dsn):
    async def scenario():
        loop = asyncio.get_running_loop()
        async with opened(dsn, lanes=1) as db:
            ended: list[int] = []

            async def attempt(number: int, after: float) -> None:
                with pytest.raises(QueryTimeout):
                    await _sleep(db, 600, deadline=loop.time() + after)
                ended.append(number)

            await asyncio.gather(attempt(3, 0.3), attempt(1, 0.1), attempt(2, 0.2))
            assert ended == [1, 2, 3]
            assert await _sleep(db, 0, 5, deadline=loop.time() + 30) == 5

    run(scenario())


def test_a_neighbour_hit_by_a_cancel_request_is_sent_again_unnoticed(run, opened, dsn, fetch):
    async def scenario():
        async with opened(dsn, lanes=1) as db, opened(dsn, lanes=1) as observer:
            innocent = asyncio.create_task(_sleep(db, 0.3, 42))

            async def active():
                return await fetch(observer, ACTIVE) == [("1",)]

            await _until(active)
            pipeline = db._open[0]
            query = pipeline.pending[0]
            await pipeline.watchdog._cancel()
            assert await innocent == 42
            assert query.sends == 2, "it was hit, and sent again"

    run(scenario())


def test_a_cancellation_that_katana_did_not_ask_for_reaches_the_caller(run, opened, dsn, fetch):
    async def scenario():
        async with opened(dsn, lanes=1) as db, opened(dsn, lanes=1) as observer:
            running = asyncio.create_task(_sleep(db, 600))

            async def cancelled():
                rows = await fetch(observer, ACTIVE.replace("count(*)", "pg_cancel_backend(pid)"))
                return rows == [("true",)]

            await _until(cancelled)
            with pytest.raises(QueryCanceled):
                await running

    run(scenario())


def test_a_statement_timeout_of_the_server_reaches_the_caller(run, opened, dsn, fetch):
    async def scenario():
        async with opened(dsn, lanes=1) as db:
            await fetch(db, "SET statement_timeout = 50")
            with pytest.raises(QueryCanceled) as caught:
                await _sleep(db, 600)
            assert type(caught.value) is QueryCanceled

    run(scenario())


def test_random_cancellations_never_mix_up_answers(run, opened, dsn):
    async def scenario():
        generator = random.Random(20)
        async with opened(dsn, lanes=2) as db:

            async def attempt(number: int) -> None:
                seconds = generator.choice((0, 0, 0, 0, 0, 0, 0, 0, 0.002, 0.05))
                task = asyncio.create_task(_sleep(db, seconds, number))
                if generator.random() < 0.3:
                    await asyncio.sleep(generator.choice((0, 0.001, 0.01)))
                    task.cancel()
                try:
                    assert await task == number
                except asyncio.CancelledError:
                    assert task.cancelled()

            for start in range(0, 1000, 50):
                await asyncio.gather(*(attempt(start + n) for n in range(50)))
            assert await _sleep(db, 0, 1) == 1

    run(scenario())


def test_a_server_that_ignores_cancel_requests_costs_the_connection_and_not_a_hang(run, opened, dsn, monkeypatch):
    monkeypatch.setattr(watchdog, "_CANCEL_INTERVAL", 0.01)

    async def nothing(*_):
        return True

    monkeypatch.setattr(watchdog, "poll_until_done", nothing)

    async def scenario():
        loop = asyncio.get_running_loop()
        async with opened(dsn, lanes=1) as db:
            stuck = asyncio.create_task(_sleep(db, 600, deadline=loop.time() + 0.05))
            behind = asyncio.create_task(_sleep(db, 0))
            with pytest.raises(QueryTimeout):
                await stuck
            with pytest.raises(DatabaseUnavailable, match="did not react to cancel requests") as caught:
                await behind
            assert caught.value.may_have_run
            assert await db.wait_ready(10)
            assert await _sleep(db, 0, 3) == 3

    run(scenario())


@pytest.mark.parametrize("sql", ["CALL p()", " commit", "-- why\nDO $$ $$", "/* a\n* b */ /**/\nCall p()"])
def test_what_may_commit_by_itself_is_known_behind_comments(sql):
    assert pipeline._KEEPS.match(sql.encode())


@pytest.mark.parametrize("sql", ["SELECT 1 -- CALL p()", "/* CALL */ INSERT INTO t VALUES (1)", "DONE", "-- DO"])
def test_what_is_one_transaction_may_be_sent_again(sql):
    assert not pipeline._KEEPS.match(sql.encode())
