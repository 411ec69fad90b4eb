"""Rows as they are asked for: a cursor of the server, read in chunks (manual, DECLARE and FETCH).

In: a query. Out: an async iterator of rows. Never: more than two chunks of rows in memory; a connection that is kept
after the last row, an error, a cancellation or `close`.

1. A cursor lives in a transaction: one of its own on a lease, or the caller's, whose other queries run between chunks.
2. The next chunk is under way while the caller works on one.
3. BEGIN, DECLARE and the first FETCH leave together: outside of a transaction DECLARE fails, so nothing can run there.
4. Leaving early sends ROLLBACK (or CLOSE inside the caller's transaction) and does not wait, so that it works wherever
   the iterator is dropped: `break` ends the stream, and so does the end of the function that holds it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from functools import lru_cache
from types import TracebackType
from typing import Final, Self

from psycopg.pq.abc import PGresult

from katana.runtime.sql._borrowed import Borrowed, borrow
from katana.runtime.sql._database import Database
from katana.runtime.sql._query import Query
from katana.runtime.sql._rows import Result, all_rows
from katana.runtime.sql._statement import Statement

CHUNK: Final = 256
"""Rows of a FETCH."""

_BEGIN: Final = Statement("katana.begin", "BEGIN")
_COMMIT: Final = Statement("katana.commit", "COMMIT")
_ROLLBACK: Final = Statement("katana.rollback", "ROLLBACK")


class RowStream[T]:
    """The rows of a `:stream` query: `async for row in repo.export(ctx): ...`.

    The connection is taken at the first row. Hold the stream by `async with` (or `close` it) where it may be left early
    and something else still refers to it.

    Args:
        db: `ctx.db`.
        statement: a SELECT.
        params: its parameters, packed.
        decode: makes a row.
        deadline: `loop.time()` until which the last row has to be read; None: `query_timeout` for each chunk.

    Raises (while it is iterated):
        SqlError: the server refused the query, or failed in the middle of it.
        QueryTimeout: the deadline passed.
        DatabaseUnavailable: no connection, or it was lost.
        RuntimeError: the transaction that it reads in has ended.
    """

    def __init__(
        self,
        db: Database,
        statement: Statement,
        params: Sequence[bytes | None],
        decode: Callable[[Result, int], T],
        deadline: float | None = None,
    ) -> None:
        self._db = db
        self._statement = statement
        self._params = params
        self._decode = decode
        self._deadline = deadline
        self._cursor: _Cursor | None = None
        self._ended = False
        self._rows: list[T] = []
        self._next = 0

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        while self._next == len(self._rows):
            self._rows, self._next = await self._chunk(), 0
            if not self._rows:
                raise StopAsyncIteration
        row = self._rows[self._next]
        self._next += 1
        return row

    async def chunks(self) -> AsyncIterator[list[T]]:
        """The rows in lists of up to `CHUNK`, which costs less than one by one."""
        try:
            rest = self._rows[self._next :]
            self._rows, self._next = [], 0
            while rows := rest or await self._chunk():
                rest = []
                yield rows
        finally:
            self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """Ends the stream, without waiting for the server. Rows that were read ahead are dropped."""
        self._ended = True
        self._rows, self._next = [], 0
        cursor, self._cursor = self._cursor, None
        if cursor is not None:
            cursor.leave()

    async def _chunk(self) -> list[T]:
        """The next rows; none at the end."""
        if self._ended:
            return []
        try:
            if self._cursor is None:
                borrowed = await borrow(self._db, self._statement, self._deadline)
                self._cursor = _Cursor(borrowed, self._statement, self._params, self._deadline)
            result = await self._cursor.fetch()
            rows = all_rows(self._statement, result, self._decode)
            if len(rows) < CHUNK:
                self._ended = True
                cursor, self._cursor = self._cursor, None
                await cursor.finish()
        except BaseException:
            self.close()
            raise
        return rows


class _Cursor:
    """A cursor, from the first statement sent."""

    def __init__(
        self, borrowed: Borrowed, statement: Statement, params: Sequence[bytes | None], deadline: float | None
    ) -> None:
        self._borrowed = borrowed
        self._deadline = deadline
        self._loop = asyncio.get_running_loop()
        cursors = borrowed.lease.pipeline.cursors
        self._number = next(n for n in range(len(cursors) + 1) if n not in cursors)
        cursors.add(self._number)
        declare, self._fetch = _statements(statement, self._number)
        send = borrowed.lease.send
        self._opening = [] if borrowed.block is not None else [send(_BEGIN, (), deadline)]
        self._opening.append(send(declare, params, deadline))
        self._ahead: Query | None = send(self._fetch, (), deadline)
        for query in (*self._opening, self._ahead):
            query.future.add_done_callback(_look_at)

    async def fetch(self) -> PGresult:
        """The chunk that is under way; asks for the one behind it if it was full."""
        block = self._borrowed.block
        if block is not None and not block.open:
            raise RuntimeError("the transaction that the stream reads in has ended")
        opening, self._opening = self._opening, []
        for query in opening:
            await self._answer(query)
        ahead, self._ahead = self._ahead, None
        if ahead is None:
            ahead = self._borrowed.lease.send(self._fetch, (), self._deadline)
        result = await self._answer(ahead)
        if result.ntuples == CHUNK:
            self._ahead = self._borrowed.lease.send(self._fetch, (), self._deadline)
            self._ahead.future.add_done_callback(_look_at)
        return result

    async def _answer(self, query: Query) -> PGresult:
        try:
            return await query.future
        except asyncio.CancelledError:
            self._borrowed.lease.pipeline.watchdog.abandon(query)
            raise

    async def finish(self) -> None:
        """The end after the last row. A transaction of its own is committed, for what functions of the query did."""
        if self._borrowed.block is not None:
            self.leave()
            return
        query = self._borrowed.lease.send(_COMMIT, (), self._deadline)
        self._give_back()
        await asyncio.shield(query.future)

    def leave(self) -> None:
        """The end, wherever it is."""
        if self._loop.is_closed():
            return
        block, lease = self._borrowed.block, self._borrowed.lease
        if block is None:
            if self._ahead is not None and not self._ahead.future.done():
                # Nobody waits for it: should it take long, it is cancelled on the server.
                self._ahead.future.cancel()
                lease.pipeline.watchdog.abandon(self._ahead)
            lease.send(_ROLLBACK).future.add_done_callback(_look_at)
        elif block.open:
            lease.send(_close(self._number)).future.add_done_callback(_look_at)
        self._give_back()

    def _give_back(self) -> None:
        self._borrowed.lease.pipeline.cursors.discard(self._number)
        self._borrowed.give_back()


@lru_cache(maxsize=1024)
def _statements(statement: Statement, number: int) -> tuple[Statement, Statement]:
    """DECLARE and FETCH: the text of the program with a number before it, never with a value."""
    declare = Statement(
        statement.name,
        f"DECLARE katana_{number} NO SCROLL CURSOR FOR {statement.sql}",
        parameter_oids=statement.parameter_oids,
        answers=statement.answers,
    )
    text = f"FETCH {CHUNK} FROM katana_{number}"
    fetch = Statement(statement.name, text, (), statement.result_oids, answers=statement.answers)
    return declare, fetch


@lru_cache(maxsize=64)
def _close(number: int) -> Statement:
    return Statement("katana.close", f"CLOSE katana_{number}")


def _look_at(future: asyncio.Future[PGresult]) -> None:
    """Takes an error that is raised where the answer is waited for, or nowhere when the stream is left."""
    if not future.cancelled():
        future.exception()
