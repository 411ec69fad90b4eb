"""Queries that allow it go to replicas, and never show a request less than it has written.

Another database stands for the replica, so that each answer tells where it is from.
"""

from typing import cast

import pytest

from katana.runtime import Ctx
from katana.runtime.sql import CountedDatabase, Database, DsnError, Statement
from katana.runtime.sql._dsn import parse_dsn, parse_replica_dsn

READ = Statement("test.read", "SELECT current_database()::text", (), (25,), read_only=True, replica_ok=True)
PRIMARY = Statement("test.primary", "SELECT current_database()::text", (), (25,), read_only=True)
TABLE = Statement("test.table", "SELECT 'primary' FROM only_there", (), (25,), read_only=True, replica_ok=True)
WRITE = Statement("test.write", "UPDATE only_there SET a = 1")


@pytest.fixture
def second(server):
    yield server.create_database("replica")
    server.drop_database("replica")


async def _where(db, statement=READ):
    return "replica" if (await db.execute(statement)).get_value(0, 0) == b"replica" else "primary"


@pytest.fixture
def scene(run, opened, dsn, second, fetch):
    def play(body):
        async def scenario():
            async with opened(dsn, replica_dsn=second) as db:
                await fetch(db, "CREATE TABLE only_there (a int)")
                await fetch(db, "INSERT INTO only_there VALUES (1)")
                assert await db.replicas.wait_ready(30)
                await body(db)

        run(scenario())

    return play


def test_only_what_allows_it_goes_to_a_replica(scene):
    async def body(db):
        request = db.for_request()
        assert [await _where(request), await _where(request, PRIMARY), await _where(request)] == [
            "replica",
            "primary",
            "replica",
        ]
        assert await _where(db) == "primary", "without a request there is nothing to remember writes by"

    scene(body)


def test_a_request_that_has_written_reads_from_the_primary(scene):
    async def body(db):
        request, other = db.for_request(), db.for_request()
        await request.execute(WRITE)
        assert [await _where(request), await _where(other)] == ["primary", "replica"]

    scene(body)


def test_inside_and_after_a_transaction_the_primary_answers(scene):
    async def body(db):
        for request in (db.for_request(), CountedDatabase(db.for_request())):
            ctx = Ctx(method="GET", path="/", db=cast("Database", request))
            assert await _where(ctx.db) == "replica"
            async with ctx.tx():
                assert await _where(ctx.db) == "primary"
            assert await _where(ctx.db) == "primary"

    scene(body)


def test_the_primary_does_what_a_replica_cannot(scene):
    async def body(db):
        request = db.for_request()
        assert (await request.execute(TABLE)).get_value(0, 0) == b"primary", "the replica is behind with a migration"
        await db.replicas.close()
        assert await _where(request) == "primary"

    scene(body)


def test_a_replica_that_is_not_there_costs_nothing_but_its_answers(run, opened, dsn, tmp_path):
    async def scenario():
        async with opened(dsn, replica_dsn=f"postgresql://ada@/shop?host={tmp_path}") as db:
            assert db.ready
            assert await _where(db.for_request()) == "primary"

    run(scenario())


def test_without_replicas_a_request_has_the_database_itself(dsn):
    db = Database(dsn)
    assert db.for_request() is db


def test_a_replica_that_cannot_be_read_is_told_apart(dsn):
    with pytest.raises(DsnError) as caught:
        Database(dsn, replica_dsn="postgresql://[")
    assert caught.value.of_replica


def test_replicas_are_taken_at_random_and_standbys_first():
    several = parse_replica_dsn("postgresql://a,b/x").conninfo()
    assert b"load_balance_hosts='random'" in several
    assert b"target_session_attrs='prefer-standby'" in several
    assert b"load_balance_hosts" not in parse_replica_dsn("postgresql://a/x").conninfo()
    assert b"target_session_attrs='read-write'" in parse_dsn("postgresql://a,b/x").conninfo()
    assert b"target_session_attrs='any'" in parse_dsn("postgresql://a,b/x?target_session_attrs=any").conninfo()


@pytest.mark.parametrize("state", ["0A000", "25006"])
def test_the_primary_does_what_a_server_in_recovery_refuses(scene, state):
    refused = Statement(
        "test.refused",
        "SELECT current_database()::text, * FROM refused",
        (),
        (25,),
        read_only=True,
        replica_ok=True,
    )

    async def body(db):
        await db.execute(Statement("test.there", "CREATE VIEW refused AS SELECT 1"))
        function = (
            "CREATE FUNCTION refuse() RETURNS int LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE 'cannot access unlogged relations during recovery' USING ERRCODE = '{state}'; END $$"
        )
        await db.replicas.execute(Statement("test.function", function))
        await db.replicas.execute(Statement("test.view", "CREATE VIEW refused AS SELECT refuse()"))
        assert await _where(db.for_request(), refused) == "primary"

    scene(body)


def test_what_replicas_did_is_counted(scene):
    async def body(db):
        request = db.for_request()
        await _where(request)
        await _where(request, TABLE)
        assert db.status() == {"replica.answered": 1, "replica.passed_on": 1}

    scene(body)
