"""COPY FROM STDIN in binary format (manual, COPY, "Binary Format"): many rows into a table at the price of few.

In: rows, and the function that packs the values of one. Out: the number of rows, once all of them are kept. Never: some
of the rows; more than a chunk (256) of them in memory.

1. COPY cannot run in pipeline mode, so it has a connection to itself: a lease, or that of the caller's transaction,
   which refuses other queries meanwhile. What was sent before has its answer when that to `columns` is there.
2. A chunk is written before the next one is packed, and the loop has its turn in between.
3. Whatever ends it early (an error of the rows, a cancellation, the deadline) is told to the server, which forgets all
   of it. A caller that is cancelled does not wait for that; what is sent on the connection meanwhile does.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterable, Callable, Iterable, Sequence
from itertools import islice
from typing import Final

from psycopg import Error as PsycopgError
from psycopg.pq.abc import PGresult

from katana.runtime.sql._borrowed import Borrowed, borrow
from katana.runtime.sql._database import Database
from katana.runtime.sql._declared import declared
from katana.runtime.sql._errors import DatabaseUnavailable, QueryTimeout, SqlError
from katana.runtime.sql._libpq import COMMAND_OK, COPY_IN, TUPLES_OK, is_fatal, sql_error
from katana.runtime.sql._pipeline import Pipeline
from katana.runtime.sql._row_errors import copy_error, name_row
from katana.runtime.sql._schema_check import schema_mismatch
from katana.runtime.sql._statement import Statement

_ROWS: Final = 256
_END_WITHIN: Final = 5.0
_HEADER: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER: Final = b"\xff\xff"
_NULL: Final = b"\xff\xff\xff\xff"
_short: Final = struct.Struct(">h").pack
_length: Final = struct.Struct(">i").pack
_LENGTHS: Final = tuple(_length(size) for size in range(1024))

Values = Sequence[bytes | None]


async def copy_from[T](
    db: Database,
    statement: Statement,
    columns: Statement,
    rows: Iterable[T] | AsyncIterable[T],
    pack: Callable[[T], Values],
    *,
    deadline: float | None = None,
) -> int:
    """`:copyfrom`: puts rows into a table.

    Args:
        db: `ctx.db`.
        statement: `COPY t (a, b) FROM STDIN (FORMAT binary)`.
        columns: selects the same columns and no row. COPY takes bytes for what the column is now, so the types are
            compared first; that asks for the right to read the columns.
        rows: as many as you like; read as they are sent.
        pack: the values of a row in the order of the columns.
        deadline: `loop.time()` for the whole; None: `query_timeout` for each answer of the server.

    Returns:
        How many rows there are more.

    Raises:
        SchemaMismatch: a column has another type than the values were packed for.
        SqlError: the server or a codec refused a row, whose number the message ends in; nothing was kept.
        QueryTimeout: the deadline passed; nothing was kept, unless it passed while the server was finishing.
        DatabaseUnavailable: no connection, or it was lost (`may_have_run` only after the last row).
    """
    borrowed = await borrow(db, statement, deadline)
    try:
        await borrowed.lease.execute(columns, (), deadline)
        copy = _Copy(borrowed, statement, columns, deadline)
    except BaseException:
        borrowed.give_back()
        raise
    return await copy.run(rows, pack)


class _Copy:
    """One COPY, from the first byte until the connection is in pipeline mode again."""

    def __init__(self, borrowed: Borrowed, statement: Statement, columns: Statement, deadline: float | None) -> None:
        self._loop = asyncio.get_running_loop()
        self._borrowed = borrowed
        self._pipeline: Pipeline = borrowed.lease.pipeline
        self._statement = statement
        self._columns = columns
        self._deadline = deadline
        self._limit = asyncio.timeout_at(deadline)
        self._rows = 0
        self._ending = False
        self._waiter: asyncio.Future[None] | None = None
        self._conn = self._pipeline.conn
        self._socket = self._conn.socket
        self._pipeline.detach(self._lost)

    async def run[T](self, rows: Iterable[T] | AsyncIterable[T], pack: Callable[[T], Values]) -> int:
        """The whole of it."""
        try:
            async with self._limit:
                await self._begin()
                if isinstance(rows, AsyncIterable):
                    await self._send_async(rows, pack)
                else:
                    await self._send(rows, pack)
                count = await self._finish()
        except BaseException as error:
            await self._give_up(error)
            late = isinstance(error, TimeoutError) and self._limit.expired()
            if late or isinstance(error, PsycopgError):
                raise self._translated(error) from None
            raise
        self._end()
        return count

    async def _begin(self) -> None:
        # In one transaction: what the columns are cannot change before COPY begins.
        self._conn.send_query(self._columns.query + b";\n" + self._statement.query)
        result = await self._result()
        if result is not None and result.status == TUPLES_OK:
            mismatch = schema_mismatch(self._columns, result)
            if mismatch is not None:
                raise mismatch
            result = await self._result()
        if result is None or result.status != COPY_IN:
            raise self._failure(result)
        self._conn.put_copy_data(_HEADER)

    async def _send[T](self, rows: Iterable[T], pack: Callable[[T], Values]) -> None:
        source = iter(rows)
        while chunk := list(islice(source, _ROWS)):
            await self._write(self._packed(chunk, pack))
            await asyncio.sleep(0)

    async def _send_async[T](self, rows: AsyncIterable[T], pack: Callable[[T], Values]) -> None:
        chunk: list[T] = []
        async for row in rows:
            chunk.append(row)
            if len(chunk) == _ROWS:
                await self._write(self._packed(chunk, pack))
                chunk.clear()
        await self._write(self._packed(chunk, pack))

    def _packed[T](self, rows: Sequence[T], pack: Callable[[T], Values]) -> bytes:
        """Rows as COPY takes them: the number of their fields, then each field with its length."""
        parts: list[bytes] = []
        add = parts.append
        head = b""
        packed = 0
        try:
            for row in rows:
                values = pack(row)
                packed += 1
                head = head or _short(len(values))
                add(head)
                for value in values:
                    if value is None:
                        add(_NULL)
                    else:
                        size = len(value)
                        add(_LENGTHS[size] if size < 1024 else _length(size))
                        add(value)
        except SqlError as error:
            error.statement = self._statement.name
            name_row(error, self._rows + packed + 1)
            raise
        self._rows += packed
        return b"".join(parts)

    async def _finish(self) -> int:
        self._conn.put_copy_data(_TRAILER)
        self._conn.put_copy_end()
        self._ending = True
        result = await self._result()
        if result is None or result.status != COMMAND_OK:
            raise self._failure(result)
        count = result.command_tuples or 0
        while await self._result() is not None:
            pass
        return count

    async def _write(self, data: bytes) -> None:
        """Sends packed rows, and waits until the kernel has taken them."""
        if data:
            self._conn.put_copy_data(data)
            await self._flush()

    async def _flush(self) -> None:
        while self._conn.flush():
            await self._ready(writing=True)
            self._conn.consume_input()

    async def _result(self) -> PGresult | None:
        await self._flush()
        while self._conn.is_busy():
            await self._ready()
            self._conn.consume_input()
        return self._conn.get_result()

    async def _ready(self, *, writing: bool = False) -> None:
        """Returns when the socket has something to read, or takes something."""
        loop, waiter = self._loop, self._loop.create_future()
        self._waiter = waiter
        loop.add_reader(self._socket, _wake, waiter)
        if writing:
            loop.add_writer(self._socket, _wake, waiter)
        try:
            if self._deadline is None:
                async with asyncio.timeout(self._borrowed.lease.timeout):
                    await waiter
            else:
                await waiter
        except TimeoutError:
            raise self._too_late() from None
        finally:
            self._waiter = None
            if self._pipeline.alive:
                loop.remove_reader(self._socket)
                if writing:
                    loop.remove_writer(self._socket)
        if not self._pipeline.alive:
            raise self._gone()

    def _lost(self) -> None:
        """The connection is being closed."""
        if self._waiter is not None:
            self._loop.remove_writer(self._socket)
            _wake(self._waiter)

    async def _give_up(self, error: BaseException) -> None:
        """Tells the server to forget it. Waits for its answer unless the caller has no time for that."""
        ending = self._loop.create_task(self._unwind())
        _ENDINGS.add(ending)
        ending.add_done_callback(_ENDINGS.discard)
        if isinstance(error, Exception) and not self._limit.expired():
            await asyncio.shield(ending)

    async def _unwind(self) -> None:
        """Brings the connection back to where it takes queries; one that does not come back is closed."""
        self._deadline = self._loop.time() + _END_WITHIN
        try:
            async with asyncio.timeout_at(self._deadline):
                while self._pipeline.alive and (result := await self._result()) is not None:
                    if result.status == COPY_IN:
                        self._conn.put_copy_end(b"the program gave up")
        except (PsycopgError, SqlError, TimeoutError):
            self._pipeline.abort("a COPY could not be ended")
        finally:
            self._end()

    def _end(self) -> None:
        self._pipeline.attach()
        self._borrowed.give_back()

    def _failure(self, result: PGresult | None) -> SqlError:
        if result is None:
            return self._gone()
        if is_fatal(result):
            # The server's last word on this connection; libpq may have closed the socket already.
            reason = str(sql_error(result))
            self._pipeline.abort(reason)
            return self._gone(reason)
        return declared(self._statement.answers, copy_error(result, self._statement.name))

    def _translated(self, error: BaseException) -> SqlError:
        return self._gone() if isinstance(error, PsycopgError) else self._too_late()

    def _too_late(self) -> QueryTimeout:
        return QueryTimeout("the deadline passed", statement=self._statement.name)

    def _gone(self, reason: str = "") -> DatabaseUnavailable:
        message = f"the connection was lost during COPY: {reason}" if reason else "the connection was lost during COPY"
        return DatabaseUnavailable(message, may_have_run=self._ending, statement=self._statement.name)


_ENDINGS: Final[set[asyncio.Task[None]]] = set()


def _wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
