"""Lanes: many requests share a connection, and none notices the others."""

import asyncio

import pytest

from katana.runtime.sql import (
    DataError,
    InvalidStatement,
    SchemaMismatch,
    SqlError,
    Statement,
    UniqueViolation,
    _libpq,
    pack_int4,
    pack_int8,
    pack_text,
    unpack_int4,
    unpack_int8,
)

ECHO = Statement("test.echo", "SELECT $1::bigint", (20,), (20,))
INVERSE = Statement("test.inverse", "SELECT 100 / $1::integer", (23,), (23,))


async def _echo(db, number):
    return unpack_int8((await db.execute(ECHO, (pack_int8(number),))).get_value(0, 0))


@pytest.mark.parametrize("lanes", [1, 3])
def test_a_thousand_interleaved_queries_get_their_own_answers(run, opened, dsn, lanes):
    async def scenario():
        async with opened(dsn, lanes=lanes) as db:
            assert await asyncio.gather(*(_echo(db, n) for n in range(1000))) == list(range(1000))

    run(scenario())


def test_a_failing_query_harms_no_neighbour(run, opened, dsn):
    async def scenario():
        async with opened(dsn, lanes=1) as db:
            results = await asyncio.gather(
                *(db.execute(INVERSE, (pack_int4(n % 5),)) for n in range(1, 200)), return_exceptions=True
            )
        for n, result in enumerate(results, start=1):
            if n % 5 == 0:
                assert isinstance(result, DataError)
                assert (result.sqlstate, result.statement) == ("22012", "test.inverse")
            else:
                assert not isinstance(result, BaseException)
                assert unpack_int4(result.get_value(0, 0)) == 100 // (n % 5)

    run(scenario())


def test_statements_that_cannot_be_prepared_fail_alone_each_time(run, opened, dsn):
    wrong = Statement("test.wrong", "SELECT nothing FROM nowhere")

    async def scenario():
        async with opened(dsn, lanes=1) as db:
            results = await asyncio.gather(
                *(db.execute(wrong) if n % 2 else _echo(db, n) for n in range(20)), return_exceptions=True
            )
        assert [r for r in results if isinstance(r, int)] == list(range(0, 20, 2))
        failures = [r for r in results if isinstance(r, InvalidStatement)]
        assert len(failures) == 10
        assert {failure.sqlstate for failure in failures} == {"42P01"}

    run(scenario())


def test_a_statement_is_prepared_once_per_connection_even_if_its_first_run_fails(run, opened, dsn, fetch):
    async def scenario():
        async with opened(dsn, lanes=1) as db:
            for divisor in (0, 0, 1, 0, 2):
                try:
                    await db.execute(INVERSE, (pack_int4(divisor),))
                except DataError:
                    assert divisor == 0
            await asyncio.gather(*(_echo(db, n) for n in range(50)))
            sql = "SELECT name || ': ' || statement FROM pg_prepared_statements WHERE statement LIKE 'SELECT %$1%'"
            assert len(await fetch(db, sql)) == 3, "ECHO, INVERSE, and this query itself"

    run(scenario())


def test_an_error_at_commit_reaches_the_query_that_caused_it(run, opened, dsn, fetch):
    insert = Statement("test.insert", "INSERT INTO t VALUES ($1)", (23,))

    async def scenario():
        async with opened(dsn, lanes=1) as db:
            await fetch(db, "CREATE TABLE t (a int CONSTRAINT t_once UNIQUE DEFERRABLE INITIALLY DEFERRED)")
            results = await asyncio.gather(
                *(db.execute(insert, (pack_int4(n),)) for n in (1, 1, 2)), return_exceptions=True
            )
            assert isinstance(results[1], UniqueViolation)
            assert (results[1].constraint, results[1].table) == ("t_once", "t")
            assert await fetch(db, "SELECT a::text FROM t ORDER BY a") == [("1",), ("2",)]

    run(scenario())


def test_a_plan_that_ddl_made_invalid_is_prepared_again_unnoticed(run, opened, dsn, fetch):
    select = Statement("test.star", "SELECT * FROM t", (), (23,))

    async def scenario():
        async with opened(dsn, lanes=1) as db:
            await fetch(db, "CREATE TABLE t (a int)")
            await fetch(db, "INSERT INTO t VALUES (7)")
            await db.execute(select)
            await fetch(db, "ALTER TABLE t ADD COLUMN b text DEFAULT 'new'")
            results = await asyncio.gather(*(db.execute(select) for _ in range(10)))
            assert [unpack_int4(result.get_value(0, 0)) for result in results] == [7] * 10
            await fetch(db, "SELECT 'the next Parse closes what was replaced'")
            plans = await fetch(db, "SELECT name FROM pg_prepared_statements WHERE statement = 'SELECT * FROM t'")
            assert len(plans) == 1

    run(scenario())


def test_an_altered_column_type_is_an_error_and_never_a_misread_value(run, opened, dsn, fetch):
    select = Statement("test.typed", "SELECT a FROM t", (), (20,))

    async def scenario():
        async with opened(dsn, lanes=1) as db:
            await fetch(db, "CREATE TABLE t (a bigint)")
            await fetch(db, "INSERT INTO t VALUES (7)")
            await db.execute(select)
            await fetch(db, "ALTER TABLE t ALTER a TYPE double precision")
            results = await asyncio.gather(*(db.execute(select) for _ in range(5)), return_exceptions=True)
            assert [type(result) for result in results] == [SchemaMismatch] * 5
            assert "OID 701" in str(results[0])
            assert "OID 20" in str(results[0])
            await fetch(db, "ALTER TABLE t ALTER a TYPE bigint")
            assert unpack_int8((await db.execute(select)).get_value(0, 0)) == 7

    run(scenario())


def test_statements_lost_on_the_server_are_prepared_again(run, opened, dsn, fetch):
    async def scenario():
        async with opened(dsn, lanes=1) as db:
            assert await _echo(db, 1) == 1
            await fetch(db, "DEALLOCATE ALL")
            assert await asyncio.gather(*(_echo(db, n) for n in range(20))) == list(range(20))

    run(scenario())


def test_results_and_parameters_larger_than_any_buffer_pass(run, opened, dsn):
    statement = Statement("test.large", "SELECT repeat($1, 40)", (25,), (25,))

    async def scenario():
        async with opened(dsn, lanes=1) as db:
            texts = [letter * 500_000 for letter in "abcd"]
            results = await asyncio.gather(*(db.execute(statement, (pack_text(text),)) for text in texts))
            for text, result in zip(texts, results, strict=True):
                assert result.get_value(0, 0) == (text * 40).encode()

    run(scenario())


def test_a_parameter_that_is_no_bytes_fails_alone(run, opened, dsn):
    async def scenario():
        async with opened(dsn, lanes=1) as db:
            results = await asyncio.gather(
                db.execute(ECHO, (1,)), _echo(db, 2), db.execute(ECHO, ()), _echo(db, 3), return_exceptions=True
            )
            assert isinstance(results[0], TypeError)
            assert results[1] == 2
            assert isinstance(results[2], Exception)
            assert results[3] == 3

    run(scenario())


def test_copy_is_refused_and_the_lane_comes_back(run, opened, dsn):
    copy = Statement("test.copy", "COPY (SELECT 1) TO STDOUT")

    async def scenario():
        async with opened(dsn, lanes=1) as db:
            with pytest.raises(SqlError, match="COPY cannot run in a pipeline"):
                await db.execute(copy)
            assert await db.wait_ready(10)
            assert await _echo(db, 5) == 5

    run(scenario())


def test_an_empty_statement_is_no_error(run, opened, dsn):
    async def scenario():
        async with opened(dsn, lanes=1) as db:
            assert (await db.execute(Statement("test.empty", "-- nothing"))).ntuples == 0

    run(scenario())


def test_a_libpq_that_cannot_queue_a_sync_gives_the_same_answers(run, opened, dsn, monkeypatch):
    monkeypatch.setattr(_libpq, "_send_sync", None)

    async def scenario():
        async with opened(dsn, lanes=2) as db:
            results = await asyncio.gather(
                *(_echo(db, n) if n % 3 else db.execute(INVERSE, (pack_int4(0),)) for n in range(300)),
                return_exceptions=True,
            )
        for n, result in enumerate(results):
            assert result == n if n % 3 else isinstance(result, DataError)

    run(scenario())


def test_the_bundled_libpq_can_queue_a_sync():
    assert _libpq._send_sync is not None
