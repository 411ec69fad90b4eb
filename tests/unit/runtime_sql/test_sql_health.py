"""A server that says nothing: noticed within seconds, and nothing is lost when it speaks again. Another that writes."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from katana.embedded import EmbeddedPostgres
from katana.runtime.sql import Database, DatabaseUnavailable, ReadOnlyTransaction, Statement, pack_int8, unpack_int8
from katana.runtime.sql import _health as health

ECHO = Statement("test.echo", "SELECT $1::bigint", (20,), (20,))
SLEEP = Statement("test.sleep", "SELECT pg_sleep(3)")
WRITE = Statement("test.write", "INSERT INTO t VALUES (1)")


async def _echo(db, number):
    return unpack_int8((await db.execute(ECHO, (pack_int8(number),))).get_value(0, 0))


def _signal(server, number):
    """To the postmaster and every process of it."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    for pid in (server.pid, *map(int, children)):
        os.kill(pid, number)


async def _until(condition):
    while not condition():
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("busy", [False, True])
def test_a_frozen_server_is_noticed_and_answers_when_it_thaws(run, opened, busy):
    async def scenario(server):
        async with opened(server.url(), lanes=2) as db:
            pids = [lane.conn.backend_pid for lane in db._open]
            running = [asyncio.create_task(db.execute(SLEEP)) for _ in range(2 * busy)]
            await asyncio.sleep(0.1)
            _signal(server, signal.SIGSTOP)
            try:
                await _until(lambda: not db.ready)
                assert db.reason == health.SILENT
                with pytest.raises(DatabaseUnavailable, match="does not answer") as caught:
                    await _echo(db, 1)
                assert not caught.value.may_have_run
            finally:
                _signal(server, signal.SIGCONT)
            await _until(lambda: db.ready)
            assert db.reason == ""
            await asyncio.gather(*running)
            assert await _echo(db, 2) == 2
            assert [lane.conn.backend_pid for lane in db._open] == pids, "no connection was given up"

    with EmbeddedPostgres.start() as server:
        run(scenario(server))


def test_a_lane_that_is_dead_while_the_server_lives_is_replaced(run, opened, proxied, monkeypatch):
    monkeypatch.setattr(health, "_EVERY", 0.05)
    monkeypatch.setattr(health, "_MOMENTS", 0.5)
    proxy, dsn = proxied()

    async def scenario():
        async with proxy, opened(dsn(), lanes=1) as db:
            pid = db._open[0].conn.backend_pid
            proxy.freeze()
            await _until(lambda: db._open and db._open[0].conn.backend_pid != pid)
            assert await _echo(db, 3) == 3

    run(scenario())


def test_slow_queries_on_every_lane_are_no_sign_of_death(run, opened, dsn, monkeypatch):
    monkeypatch.setattr(health, "_EVERY", 0.02)
    monkeypatch.setattr(health, "_MOMENTS", 0.5)

    async def scenario():
        async with opened(dsn, lanes=2) as db:
            silences = []
            monkeypatch.setattr(db._health, "_on_change", lambda: silences.append(db.reason))
            await asyncio.gather(*(db.execute(SLEEP) for _ in range(2)))
            assert silences == []

    run(scenario())


def test_a_server_that_stops_taking_writes_is_left_for_the_one_that_takes_them(run, opened, fetch):
    async def scenario(first, second):
        hosts = [server.tcp_url().rpartition("@")[2].partition("/")[0].rpartition(":")[2] for server in (first, second)]
        async with opened(first.url(), lanes=1) as one, opened(second.url(), lanes=1) as two:
            for db in (one, two):
                await fetch(db, "CREATE TABLE t (a int)")
                await fetch(db, "ALTER ROLE postgres PASSWORD 'shared'")
            dsn = f"postgresql://postgres:shared@127.0.0.1:{hosts[0]},127.0.0.1:{hosts[1]}/postgres"
            async with opened(dsn, lanes=2) as db:
                await db.execute(WRITE)
                assert await fetch(one, "SELECT count(*)::text FROM t") == [("1",)]
                await fetch(one, "ALTER SYSTEM SET default_transaction_read_only = on")
                await fetch(one, "SELECT pg_reload_conf()::text")
                refused = 0
                while await fetch(two, "SELECT count(*)::text FROM t") == [("0",)]:
                    try:
                        await db.execute(WRITE)
                    except (ReadOnlyTransaction, DatabaseUnavailable):
                        refused += 1
                        await db.wait_ready(30)
                    await asyncio.sleep(0.01)
                await _until(lambda: len(db._open) == 2)
                assert [bool(await db.execute(WRITE)) for _ in range(6)] == [True] * 6
                assert refused <= 8

    with EmbeddedPostgres.start(port=0) as first, EmbeddedPostgres.start(port=0) as second:
        run(scenario(first, second))


def test_a_database_that_is_closed_while_its_server_says_nothing_closes(run):
    async def scenario(server):
        db = Database(server.url(), lanes=1)
        db.start()
        assert await db.wait_ready(30)
        _signal(server, signal.SIGSTOP)
        try:
            await _until(lambda: not db.ready)
            await db.close(0.1)
        finally:
            _signal(server, signal.SIGCONT)

    with EmbeddedPostgres.start() as server:
        run(scenario(server))
