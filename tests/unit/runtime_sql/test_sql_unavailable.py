"""A database that is away: 503 with Retry-After at once, never a hang, nothing lost in silence."""

import asyncio
import socket
from pathlib import Path

import pytest

from katana.embedded import EmbeddedPostgres
from katana.runtime import ServiceUnavailable, problem_reply
from katana.runtime.sql import Database, DatabaseOverloaded, DatabaseUnavailable, Statement, pack_int8, unpack_int8
from katana.runtime.sql._lane import backoff

ECHO = Statement("test.echo", "SELECT $1::bigint", (20,), (20,))
SLEEP = Statement("test.sleep", "SELECT pg_sleep(600)")
TERMINATE = (
    "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


async def _echo(db, number):
    return unpack_int8((await db.execute(ECHO, (pack_int8(number),))).get_value(0, 0))


async def _not_ready(db):
    while db.ready:
        await asyncio.sleep(0.005)


def test_a_killed_database_fails_fast_and_is_used_again_when_it_is_back(run, opened):
    async def scenario(server):
        async with opened(server.url(), lanes=2) as db:
            assert await _echo(db, 1) == 1
            running = [asyncio.create_task(db.execute(SLEEP)) for _ in range(4)]
            await asyncio.sleep(0)
            await asyncio.to_thread(server.kill)
            for failure in await asyncio.gather(*running, return_exceptions=True):
                assert isinstance(failure, DatabaseUnavailable)
                assert failure.may_have_run
            await _not_ready(db)
            assert db.reason
            for _ in range(50):
                with pytest.raises(DatabaseUnavailable) as caught:
                    await _echo(db, 2)
                assert not caught.value.may_have_run
                assert caught.value.retry_after >= 1
            await asyncio.to_thread(server.restart)
            assert await db.wait_ready(30)
            assert db.reason == ""
            assert await asyncio.gather(*(_echo(db, n) for n in range(100))) == list(range(100))

    with EmbeddedPostgres.start() as server:
        run(scenario(server))


def test_an_orderly_shutdown_of_the_server_is_unavailability_too(run, opened):
    async def scenario(server):
        async with opened(server.url(), lanes=1) as db:
            running = asyncio.create_task(db.execute(SLEEP))
            await asyncio.sleep(0)
            await asyncio.to_thread(server.restart)
            with pytest.raises(DatabaseUnavailable, match="57P01"):
                await running
            assert await db.wait_ready(30)
            assert await _echo(db, 3) == 3

    with EmbeddedPostgres.start() as server:
        run(scenario(server))


def test_terminated_connections_are_replaced_and_statements_prepared_again(run, opened, dsn, fetch):
    async def scenario():
        async with opened(dsn, lanes=3) as db, opened(dsn, lanes=1) as other:
            assert await asyncio.gather(*(_echo(db, n) for n in range(30))) == list(range(30))
            assert len(await fetch(other, TERMINATE)) == 3
            await _not_ready(db)
            assert await db.wait_ready(30)
            assert await asyncio.gather(*(_echo(db, n) for n in range(30))) == list(range(30))

    run(scenario())


def test_queries_wait_for_the_first_connection(run, dsn):
    async def scenario():
        db = Database(dsn, lanes=2)
        db.start()
        assert not db.ready
        assert db.reason == "connecting"
        assert await asyncio.gather(*(_echo(db, n) for n in range(50))) == list(range(50))
        await db.close(5)

    run(scenario())


def test_a_database_that_was_never_there_is_reported_at_once(run, tmp_path: Path):
    async def scenario():
        db = Database(f"postgresql://ada:secret@/shop?host={tmp_path}")
        db.start()
        with pytest.raises(DatabaseUnavailable) as caught:
            await _echo(db, 1)
        assert "No such file or directory" in caught.value.message
        assert "secret" not in caught.value.message + db.reason + db.dsn
        assert not await db.wait_ready(0.01)
        await db.close()

    run(scenario())


def test_a_server_that_never_answers_is_given_up_after_the_timeout(run):
    async def scenario():
        async def silence(reader, writer):
            await reader.read()
            writer.close()

        listener = await asyncio.start_server(silence, "127.0.0.1", 0)
        port = listener.sockets[0].getsockname()[1]
        db = Database(f"postgresql://ada@127.0.0.1:{port}/shop", connect_timeout=0.2)
        db.start()
        with pytest.raises(DatabaseUnavailable):
            await _echo(db, 1)
        assert db.reason in {"no connection within 0.2 s", "connecting"}
        await db.close()
        listener.close()

    run(scenario())


def test_host_names_are_looked_up_without_blocking_the_loop(run, opened):
    with EmbeddedPostgres.start(port=0) as server:
        dsn = server.tcp_url().replace("127.0.0.1", "localhost")

        async def scenario():
            async with opened(dsn, lanes=1) as db:
                assert await _echo(db, 1) == 1

        run(scenario())


def test_the_error_is_a_503_problem_without_internals():
    failure = DatabaseUnavailable("connection to 10.1.2.3 refused", retry_after=2.1, statement="users.get_user")
    assert isinstance(failure, ServiceUnavailable)
    reply = problem_reply(None, failure)
    assert b"10.1.2.3" not in reply.body
    assert b"urn:problem:database.unavailable" in reply.body
    assert ("retry-after", "3") in failure.fields
    assert str(failure) == "users.get_user: connection to 10.1.2.3 refused [08006]"


def test_more_queries_than_may_wait_are_refused(run, opened, dsn):
    async def scenario():
        async with opened(dsn, lanes=1, max_pending=10) as db:
            results = await asyncio.gather(*(_echo(db, n) for n in range(40)), return_exceptions=True)
            assert [r for r in results if isinstance(r, int)] == list(range(10))
            assert all(isinstance(r, DatabaseOverloaded) for r in results[10:])
            assert await _echo(db, 1) == 1

    run(scenario())


def test_closing_lets_running_queries_finish_and_refuses_new_ones(run, dsn):
    async def scenario():
        db = Database(dsn, lanes=2)
        db.start()
        await db.wait_ready(30)
        running = [asyncio.create_task(_echo(db, n)) for n in range(20)]
        await asyncio.sleep(0)
        closing = asyncio.create_task(db.close(30))
        await asyncio.sleep(0)
        with pytest.raises(DatabaseUnavailable):
            await _echo(db, 1)
        assert await asyncio.gather(*running) == list(range(20))
        await closing
        assert not db.ready

    run(scenario())


def test_closing_fails_what_does_not_finish_in_time(run, dsn):
    async def scenario():
        db = Database(dsn, lanes=1)
        db.start()
        await db.wait_ready(30)
        running = asyncio.create_task(db.execute(SLEEP))
        await asyncio.sleep(0)
        await db.close(0.05)
        with pytest.raises(DatabaseUnavailable) as caught:
            await running
        assert caught.value.may_have_run
        await db.close()

    run(scenario())


def test_a_database_that_was_not_started_says_so(run, dsn):
    async def scenario():
        with pytest.raises(RuntimeError, match="start"):
            await _echo(Database(dsn), 1)

    run(scenario())


def test_a_reset_that_arrives_together_with_data_is_noticed(run, monkeypatch, tmp_path):
    """A loop on libuv reports such a socket once and never again."""
    monkeypatch.chdir(tmp_path)
    authentication = b"R\x00\x00\x00\x08\x00\x00\x00\x00Z\x00\x00\x00\x05I"
    notice = b"SWARNING\x00VWARNING\x00C57P02\x00Mterminating connection\x00\x00"

    async def serve(listener):
        loop = asyncio.get_running_loop()
        connection, _ = await loop.sock_accept(listener)
        await loop.sock_recv(connection, 10_000)
        await loop.sock_sendall(connection, authentication)
        await loop.sock_recv(connection, 1)
        connection.send(b"N" + (len(notice) + 4).to_bytes(4) + notice)
        connection.close()  # the query is unread, so this resets the connection (unix(7), ECONNRESET)

    async def scenario():
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(".s.PGSQL.5432")
            listener.listen()
            listener.setblocking(False)
            serving = asyncio.create_task(serve(listener))
            db = Database(f"postgresql://ada@/shop?host={tmp_path}", lanes=1)
            db.start()
            assert await db.wait_ready(10)
            with pytest.raises(DatabaseUnavailable) as caught:
                await _echo(db, 1)
            assert caught.value.may_have_run
            await serving
            await db.close()

    run(scenario())


def test_answers_stay_with_their_callers_while_connections_are_terminated(run, opened, dsn, fetch):
    async def scenario():
        async with opened(dsn, lanes=3) as db, opened(dsn, lanes=1) as other:
            answered = lost = 0

            async def client(first):
                nonlocal answered, lost
                for number in range(first, first + 100_000):
                    # At least a hundred each, and on until a termination has met a query under way.
                    if number >= first + 100 and lost:
                        break
                    try:
                        assert await _echo(db, number) == number
                        answered += 1
                    except DatabaseUnavailable:
                        lost += 1
                        await db.wait_ready(30)

            clients = asyncio.gather(*(client(100_000 * n) for n in range(20)))
            while not clients.done():
                await fetch(other, TERMINATE)
                await asyncio.sleep(0.01)
            await clients
            assert answered + lost >= 2000
            assert answered > 0
            assert lost > 0

    run(scenario())


def test_delays_between_attempts_double_up_to_a_limit_and_never_agree():
    for failures, nominal in ((1, 0.1), (2, 0.2), (4, 0.8), (20, 5.0), (10_000, 5.0)):
        delays = {backoff(failures) for _ in range(100)}
        assert all(nominal * 0.5 <= delay <= nominal * 1.5 for delay in delays)
        assert len(delays) > 50
