"""Tables that change while queries are under way: an answer that is right, or an error that says what it is."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from katana.runtime import Ctx
from katana.runtime.sql import (
    Database,
    InvalidStatement,
    PlanChanged,
    RowStream,
    SchemaMismatch,
    Statement,
    copy_from,
    pack_int8,
    run_batch,
    unpack_int8,
    unpack_text,
)

CREATE = "CREATE TABLE t (id bigint PRIMARY KEY, n bigint NOT NULL, name text NOT NULL)"
FILL = "INSERT INTO t SELECT i, i * 2, 'row ' || i FROM generate_series(1, 300) AS i"
ONE = Statement("test.one", "SELECT * FROM t WHERE id = $1", (20,), (20, 20, 25))
NAMED = Statement("test.named", "SELECT id, n, name FROM t WHERE id = $1", (20,), (20, 20, 25))
ALL = Statement("test.all", "SELECT * FROM t ORDER BY id", (), (20, 20, 25))
WRITE = Statement("test.write", "UPDATE t SET name = name WHERE id = $1 RETURNING id, n, name", (20,), (20, 20, 25))
COPY = Statement("test.copy", "COPY copied (n) FROM STDIN (FORMAT binary)")
COLUMNS = Statement("test.copy", "SELECT n FROM copied LIMIT 0", result_oids=(20,))

EXPECTED = (SchemaMismatch, PlanChanged, InvalidStatement)
"""What a caller may be told: other types, a plan that ended within a transaction, a column that is gone."""

CHANGES = {
    "columns that come and go at the end": ["ALTER TABLE t ADD COLUMN x text", "ALTER TABLE t DROP COLUMN x"],
    "a column that is wider, and narrow again": [
        "ALTER TABLE t ALTER COLUMN n TYPE numeric",
        "ALTER TABLE t ALTER COLUMN n TYPE bigint",
    ],
    "a column of another type and the same width": [
        "ALTER TABLE t ALTER COLUMN n TYPE double precision",
        "ALTER TABLE t ALTER COLUMN n TYPE bigint",
    ],
    "a column that is gone for a while": [
        "ALTER TABLE t RENAME COLUMN name TO other",
        "ALTER TABLE t RENAME COLUMN other TO name",
    ],
    "a table that is replaced by one with its columns in another order": [
        "ALTER TABLE t RENAME TO old; CREATE TABLE t AS SELECT name, n, id FROM old",
        "DROP TABLE t; ALTER TABLE old RENAME TO t",
    ],
}


def _row(result: Any, row: int) -> tuple[int, int, str]:
    get = result.get_value
    return unpack_int8(get(row, 0)), unpack_int8(get(row, 1)), unpack_text(get(row, 2))


async def _one(db: Database, statement: Statement, number: int) -> None:
    result = await db.execute(statement, (pack_int8(number),))
    assert _row(result, 0) == (number, number * 2, f"row {number}")


async def _in_a_transaction(db: Database, number: int) -> None:
    ctx = Ctx(method="GET", path="/", db=db)
    async with ctx.tx():
        await _one(ctx.db, ONE, number)
        await asyncio.sleep(0)
        await _one(ctx.db, WRITE, number)


async def _in_a_repeated_transaction(db: Database, number: int) -> None:
    ctx = Ctx(method="GET", path="/", db=db)
    await ctx.tx().run(lambda: _one(ctx.db, ONE, number))


async def _as_a_batch(db: Database, number: int) -> None:
    numbers = [number, number + 1, number + 2]
    for n, result in zip(numbers, await run_batch(db, NAMED, numbers, lambda n: (pack_int8(n),)), strict=True):
        assert _row(result, 0) == (n, n * 2, f"row {n}")


async def _as_a_stream(db: Database, _: int) -> None:
    found = [row async for row in RowStream(db, ALL, (), _row)]
    assert found == [(n, n * 2, f"row {n}") for n in range(1, 301)]


async def _plainly(db: Database, number: int) -> None:
    await _one(db, ONE, number)
    await _one(db, NAMED, number)


KINDS: tuple[Callable[..., Awaitable[None]], ...] = (
    _plainly, _in_a_transaction, _in_a_repeated_transaction, _as_a_batch, _as_a_stream
)  # fmt: skip


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("run", ["uvloop"], indirect=True)
def test_queries_are_right_or_typed_errors_while_a_table_changes(run, opened, dsn, changes):
    async def scenario() -> None:
        async with opened(dsn, lanes=2, leases=4) as db, opened(dsn, lanes=1) as other:
            for sql in (CREATE, FILL):
                await db.execute(Statement(sql, sql))
            ended = False
            right = refused = 0

            async def work(kind, number: int) -> None:
                nonlocal right, refused
                while not ended:
                    try:
                        await kind(db, number)
                    except EXPECTED:
                        refused += 1
                    else:
                        right += 1
                    await asyncio.sleep(0)

            async def until(more: int) -> None:
                goal = right + refused + more
                while right + refused < goal and not any(task.done() for task in tasks):
                    await asyncio.sleep(0.001)

            tasks = [asyncio.create_task(work(kind, 1 + 20 * n)) for n in range(4) for kind in KINDS]
            for _ in range(3):
                for sql in changes:
                    await until(40)
                    for part in sql.split("; "):
                        await other.execute(Statement(part, part))
            await until(40)
            ended = True
            await asyncio.gather(*tasks)
            assert right > 0
            for kind in KINDS:
                await kind(db, 7)  # the table is as it was, and nothing remembers otherwise

    run(scenario())


def test_rows_copied_while_their_column_changes_are_kept_as_they_were_or_not_at_all(run, opened, dsn):
    async def scenario() -> None:
        async with opened(dsn, lanes=1, leases=2) as db, opened(dsn, lanes=1) as other:
            await db.execute(Statement("test.create", "CREATE TABLE copied (n bigint)"))
            kept = 0
            changing = True

            async def change() -> None:
                for _ in range(10):
                    for kind in ("double precision", "bigint"):
                        sql = f"ALTER TABLE copied ALTER COLUMN n TYPE {kind}"
                        await other.execute(Statement(sql, sql))
                        await asyncio.sleep(0.005)

            task = asyncio.create_task(change())
            while changing:
                changing = not task.done()
                with contextlib.suppress(SchemaMismatch):
                    kept += await copy_from(db, COPY, COLUMNS, range(1, 501), lambda n: (pack_int8(n),))
            await task
            total = await db.execute(Statement("t", "SELECT count(*), coalesce(sum(n), 0)::bigint FROM copied"))
            count, value = (unpack_int8(total.get_value(0, column)) for column in (0, 1))
            assert (count, value) == (kept, kept // 500 * sum(range(1, 501)))

    run(scenario())
