"""Migrations: once, in order, all or nothing, whoever else is at it."""

import asyncio
import hashlib
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from psycopg import pq

from katana.embedded import EmbeddedPostgres
from katana.runtime.sql import DatabaseUnavailable, Migration, MigrationError, Statement, migrate
from katana.runtime.sql._migration import Applied, pending
from katana.runtime.sql._ping import ping


def _migration(number, up, name="step"):
    return Migration(number=number, name=name, up=up, checksum=hashlib.sha256(up.encode()).hexdigest())


def _query(dsn, sql):
    conn = pq.PGconn.connect(dsn.encode())
    result = conn.exec_(sql.encode())
    assert result.status in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK), result.error_message
    rows = [tuple(result.get_value(r, c) for c in range(result.nfields)) for r in range(result.ntuples)]
    conn.finish()
    return rows


FIRST = _migration(1, "CREATE TABLE a (id int);\nCREATE TABLE b (id int);\n", "create_a")
SECOND = _migration(2, "ALTER TABLE a ADD COLUMN name text;", "name_a")


def test_missing_migrations_are_applied_in_order_and_only_once(dsn):
    assert migrate(dsn, [SECOND, FIRST]) == (FIRST, SECOND)
    assert migrate(dsn, [FIRST, SECOND]) == ()
    assert _query(dsn, "SELECT number, name, checksum = repeat('x', 0) FROM katana_migrations ORDER BY 1") == [
        (b"1", b"create_a", b"f"),
        (b"2", b"name_a", b"f"),
    ]


def test_a_failed_migration_leaves_nothing_behind_and_says_where_it_failed(dsn):
    broken = _migration(3, "CREATE TABLE c (id int);\n\tALTER TABLE nowhere ADD x int;\n", "break")
    with pytest.raises(MigrationError) as caught:
        migrate(dsn, [FIRST, SECOND, broken])
    assert str(caught.value).split("\n") == [
        'migration 3 (break) failed: relation "nowhere" does not exist [42P01]',
    ]
    assert _query(dsn, "SELECT count(*), to_regclass('c') IS NULL FROM katana_migrations") == [(b"2", b"t")]


def test_a_syntax_error_is_shown_with_its_line(dsn):
    broken = _migration(1, "CREATE TABLE c (id int);\n\tCREATE TABEL d (id int);\n", "break")
    with pytest.raises(MigrationError) as caught:
        migrate(dsn, [broken])
    assert str(caught.value).split("\n") == [
        'migration 1 (break) failed at line 2: syntax error at or near "TABEL" [42601]',
        "  2 |  CREATE TABEL d (id int);",
        "    |         ^",
    ]


def test_what_cannot_run_in_a_transaction_runs_without_one(dsn):
    alone = _migration(2, "CREATE INDEX CONCURRENTLY a_id ON a (id);", "index")
    assert migrate(dsn, [FIRST, alone]) == (FIRST, alone)
    assert migrate(dsn, [FIRST, alone]) == ()


def test_what_cannot_run_in_a_transaction_must_stand_alone(dsn):
    mixed = _migration(2, "CREATE TABLE c (id int); CREATE INDEX CONCURRENTLY a_id ON a (id);", "index")
    with pytest.raises(MigrationError, match="put this statement alone into a migration of its own"):
        migrate(dsn, [FIRST, mixed])
    assert _query(dsn, "SELECT to_regclass('c') IS NULL") == [(b"t",)]


def test_settings_that_a_migration_changes_do_not_reach_the_next_one(dsn):
    dump = _migration(2, "SELECT pg_catalog.set_config('search_path', '', false);\nCREATE TABLE public.c (id int);")
    after = _migration(3, "CREATE TABLE d (id int);")
    assert migrate(dsn, [FIRST, dump, after]) == (FIRST, dump, after)
    assert _query(dsn, "SELECT to_regclass('public.d') IS NOT NULL") == [(b"t",)]


def test_a_migration_that_commits_by_itself_is_recorded(dsn):
    own = _migration(1, "CREATE TABLE c (id int);\nCOMMIT;\n")
    assert migrate(dsn, [own]) == (own,)
    assert migrate(dsn, [own]) == ()


def test_an_empty_migration_is_one(dsn):
    assert migrate(dsn, [_migration(1, "-- nothing\n")]) != ()


def test_copy_from_the_client_is_refused(dsn):
    with pytest.raises(MigrationError, match="use INSERT"):
        migrate(dsn, [FIRST, _migration(2, "COPY a FROM STDIN;")])


def test_an_edited_migration_is_refused(dsn):
    migrate(dsn, [FIRST, SECOND])
    with pytest.raises(MigrationError, match=r"migration 1 \(create_a\) was edited after it had been applied"):
        migrate(dsn, [_migration(1, FIRST.up + "-- later", "create_a"), SECOND])


def test_every_disagreement_is_listed():
    applied = [Applied(1, "a", "x"), Applied(3, "c", "z"), Applied(9, "i", "z")]
    program = [
        Migration(number=1, name="a", up="", checksum="changed"),
        Migration(number=2, name="b", up="", checksum="y"),
        Migration(number=5, name="e", up="", checksum="y"),
        Migration(number=5, name="f", up="", checksum="y"),
    ]
    with pytest.raises(MigrationError) as caught:
        pending(program, applied)
    assert [line.partition(":")[0] for line in str(caught.value).split("\n")] == [
        "migration 5 (e) and migration 5 (f) have the same number",
        "migration 1 (a) was edited after it had been applied (SHA-256 x then, changed now)",
        "migration 3 (c) has been applied to the database, but this program does not have it",
        "migration 9 (i) has been applied to the database by a newer program than this one, which knows up to 5",
        "migration 2 (b) comes before migration 9, which has been applied",
        "migration 5 (e) comes before migration 9, which has been applied",
        "migration 5 (f) comes before migration 9, which has been applied",
    ]


def test_many_at_once_apply_each_migration_once(dsn):
    slow = _migration(3, "SELECT pg_sleep(0.2); CREATE TABLE s (id int);")
    index = _migration(4, "CREATE INDEX CONCURRENTLY a_id ON a (id);")
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: migrate(dsn, [FIRST, SECOND, slow, index]), range(4)))
    assert sorted(map(len, results)) == [0, 0, 0, 4]


def test_waiting_for_another_process_ends(dsn):
    holder = pq.PGconn.connect(dsn.encode())
    holder.exec_(f"SELECT pg_advisory_lock({int.from_bytes(b'katana')})".encode())
    with pytest.raises(MigrationError, match="another process"):
        migrate(dsn, [FIRST], wait=0.1)
    holder.finish()


def test_a_database_without_a_schema_is_explained(dsn):
    _query(dsn, "DROP SCHEMA public")
    with pytest.raises(MigrationError, match="search_path"):
        migrate(dsn, [FIRST])


def test_a_role_without_rights_is_explained(dsn, server):
    server.create_role("reader")
    with pytest.raises(MigrationError, match="permission denied"):
        migrate(dsn.replace("//postgres@", "//reader@"), [FIRST])


def test_a_server_that_is_starting_up_is_waited_for():
    with EmbeddedPostgres.start() as server:
        server.kill()
        starter = threading.Timer(0.3, server.restart)
        starter.start()
        assert migrate(server.url(), [FIRST]) == (FIRST,)
        starter.join()


def test_a_server_that_does_not_come_is_given_up(tmp_path):
    with pytest.raises(DatabaseUnavailable, match="no connection to the database postgresql://ada:"):
        migrate(f"postgresql://ada:s3cret@/shop?host={tmp_path}", [FIRST], wait=0.3)


def test_a_database_that_does_not_exist_is_not_waited_for(server):
    with pytest.raises(DatabaseUnavailable, match="does not exist"):
        migrate(server.url("nowhere"), [FIRST], wait=600)


def test_a_migrated_database_serves(run, opened, dsn):
    migrate(dsn, [FIRST])

    async def scenario():
        async with opened(dsn, lanes=1) as db:
            results = await asyncio.gather(*(db.execute(Statement("i", "INSERT INTO a VALUES (1)")) for _ in range(3)))
            assert [result.command_tuples for result in results] == [1, 1, 1]

    run(scenario())


def test_a_server_that_accepts_and_never_answers_does_not_hold_up_other_threads():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        dsn = f"postgresql://u@127.0.0.1:{silent.getsockname()[1]}/x?connect_timeout=1"
        failures: list[str] = []

        def start() -> None:
            with pytest.raises(DatabaseUnavailable) as caught:
                migrate(dsn, [FIRST], wait=0.5)
            failures.append(caught.value.message)

        thread = threading.Thread(target=start)
        thread.start()
        turns = 0
        while thread.is_alive():
            turns += 1
            time.sleep(0.01)
        assert turns > 20
        assert "the server does not answer" in failures[0]


def test_a_server_that_falls_silent_is_asked_without_stopping_the_process():
    """A second thread goes on while libpq waits for an answer."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        answer = []
        question = f"host=127.0.0.1 port={listener.getsockname()[1]} connect_timeout=2".encode()
        asking = threading.Thread(target=lambda: answer.append(ping(question)))
        asking.start()
        connection, _ = listener.accept()
        assert asking.is_alive(), "this thread ran while the other one waited"
        connection.close()
        asking.join()
    assert answer == [pq.Ping.NO_RESPONSE]
