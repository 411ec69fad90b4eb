"""Behind a pooler that lets server connections change hands nothing stays prepared; migrations ask for the server."""

import asyncio
import re

import pytest

from katana.runtime import Ctx
from katana.runtime.sql import (
    Database,
    Migration,
    MigrationError,
    RowStream,
    Statement,
    listen,
    migrate,
    pack_int8,
    unpack_int8,
)

ECHO = Statement("test.echo", "SELECT $1::bigint", (20,), (20,))
SERIES = Statement("test.series", "SELECT generate_series(1, 600)::bigint", (), (20,))
PREPARED = Statement("test.prepared", "SELECT count(*) FROM pg_prepared_statements WHERE name <> ''", (), (20,))
FIRST = Migration(number=1, name="create_t", up="CREATE TABLE t_pooled (a int)", checksum="0" * 64)


def _as_pooler(data: bytes) -> bytes:
    """A pooler has a process id and a key of its own in BackendKeyData (manual, 54.7)."""
    return re.sub(rb"K\x00\x00\x00[\x0c-\x2f]....", lambda m: m[0][:5] + b"\x00\x00\x00\x07", data, flags=re.DOTALL)


def _number(result):
    return unpack_int8(result.get_value(0, 0))


@pytest.fixture
def pooler(proxied):
    proxy, dsn = proxied()
    proxy.edit = _as_pooler
    return proxy, dsn


def test_queries_bring_their_text_and_leave_nothing_prepared(run, pooler):
    proxy, dsn = pooler

    async def scenario():
        async with proxy:
            db = Database(dsn(), lanes=1, leases=1)
            db.start()
            for number in range(5):
                assert _number(await db.execute(ECHO, (pack_int8(number),))) == number
            assert _number(await db.execute(PREPARED)) == 0
            async with Ctx(method="GET", path="/", db=db).tx():
                assert _number(await db.execute(ECHO, (pack_int8(7),))) == 7
            rows = RowStream(db, SERIES, (), lambda result, row: unpack_int8(result.get_value(row, 0)))
            assert [row async for row in rows] == list(range(1, 601))
            with pytest.raises(RuntimeError, match="pooler"):
                await listen(db, "a").__aenter__()
            await db.close(1)

    run(scenario())


def test_a_server_by_itself_keeps_statements_prepared(run, opened, dsn):
    async def scenario():
        async with opened(dsn, lanes=1) as db:
            for number in range(5):
                assert _number(await db.execute(ECHO, (pack_int8(number),))) == number
            assert _number(await db.execute(PREPARED)) >= 2
            assert db._open[0].pooled.value == "not"

    run(scenario())


def test_migrations_are_refused_through_a_pooler_unless_there_is_nothing_to_do(run, pooler, tcp_dsn):
    proxy, dsn = pooler

    async def scenario():
        async with proxy:
            with pytest.raises(MigrationError, match="pooler") as caught:
                await asyncio.to_thread(migrate, dsn(), (FIRST,))
            assert "--no-migrate" in str(caught.value)
            await asyncio.to_thread(migrate, tcp_dsn, (FIRST,))
            assert await asyncio.to_thread(migrate, dsn(), (FIRST,)) == ()

    run(scenario())
