"""One statement for many sets of parameters, without a round trip for each.

In: the sets. Out: a result for each, in order. Never: sets out of order, or more of them under way than a lane should
hold for one caller.

Outside of transactions each set is a transaction of its own: every one is tried, then the first error is raised. Inside
one, the sets behind an error fail with it. What a codec refuses is refused before anything is sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from psycopg.pq.abc import PGresult

from katana.runtime.sql._borrowed import innermost, outside
from katana.runtime.sql._database import Database
from katana.runtime.sql._errors import DatabaseUnavailable, SqlError
from katana.runtime.sql._pipeline import Pipeline
from katana.runtime.sql._query import Query
from katana.runtime.sql._row_errors import name_row
from katana.runtime.sql._statement import Statement

_AT_ONCE: Final = 128


async def run_batch[T](
    db: Database,
    statement: Statement,
    rows: Iterable[T],
    pack: Callable[[T], Sequence[bytes | None]],
    deadline: float | None = None,
) -> list[PGresult]:
    """`:batch`: runs a statement for each of `rows`.

    Raises:
        SqlError: of the first row that failed, whose number the message ends in; outside of transactions the other rows
            are done.
        QueryTimeout: the deadline passed.
        DatabaseUnavailable: no connection, or it was lost; the rows behind were not sent.
    """
    sets = _packed(statement, rows, pack)
    block, database = innermost(db, statement), outside(db)
    results: list[PGresult] = []
    failed: SqlError | None = None
    for start in range(0, len(sets), _AT_ONCE):
        if block is not None:
            block.check()
            pipeline, timeout = block.lease.pipeline, block.lease.timeout
        else:
            pipeline, timeout = await database.lane(deadline), database.query_timeout
        queries = _send(pipeline, statement, sets[start : start + _AT_ONCE], deadline, timeout)
        for number, outcome in enumerate(await _outcomes(pipeline, queries), start + 1):
            if not isinstance(outcome, SqlError):
                results.append(outcome)
            elif failed is None:
                failed = outcome
                name_row(failed, number)
        if failed is not None and (block is not None or isinstance(failed, DatabaseUnavailable)):
            break
    if failed is not None:
        raise failed
    return results


def _packed[T](
    statement: Statement, rows: Iterable[T], pack: Callable[[T], Sequence[bytes | None]]
) -> list[Sequence[bytes | None]]:
    sets: list[Sequence[bytes | None]] = []
    for row in rows:
        try:
            sets.append(pack(row))
        except SqlError as error:
            error.statement = statement.name
            name_row(error, len(sets) + 1)
            raise
    return sets


def _send(
    pipeline: Pipeline,
    statement: Statement,
    sets: Sequence[Sequence[bytes | None]],
    deadline: float | None,
    timeout: float,
) -> list[Query]:
    loop = asyncio.get_running_loop()
    until = loop.time() + timeout if deadline is None else deadline
    queries = [Query(statement, values, until, loop.create_future()) for values in sets]
    for query in queries:
        pipeline.send(query)
    return queries


async def _outcomes(pipeline: Pipeline, queries: Sequence[Query]) -> list[PGresult | SqlError]:
    """Waits for all of them. When the caller is cancelled, none of them is waited for any more."""
    found: list[PGresult | SqlError] = []
    try:
        for query in queries:
            try:
                found.append(await query.future)
            except SqlError as error:
                found.append(error)
    except asyncio.CancelledError:
        for query in queries[len(found) :]:
            query.future.cancel()
            pipeline.watchdog.abandon(query)
        raise
    return found
