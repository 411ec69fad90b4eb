"""Connections that one caller has for itself for a while: what transactions run on.

In: a connection string. Out: `Lease`, a connection in pipeline mode that nobody else uses. Never: queries of its own.

1. Connections are opened when they are needed, kept for the next caller, and never more than `most` at once. Who finds
   none waits in order, until its deadline.
2. A connection goes back when its last query is answered. One that is then inside a transaction, or lost, is not used
   again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Final

from psycopg import pq
from psycopg.pq.abc import PGresult

from katana.runtime.sql._connect import ConnectFailed, connect
from katana.runtime.sql._dsn import Dsn
from katana.runtime.sql._errors import DatabaseOverloaded, DatabaseUnavailable
from katana.runtime.sql._pipeline import Pipeline
from katana.runtime.sql._query import Query
from katana.runtime.sql._statement import Statement

_NOTHING: Final = Statement("katana.nothing", "")


class Lease:
    """A connection in one caller's hands. Give it back by `release`, whatever happened.

    Attributes:
        pipeline: the connection.
        timeout: seconds for a query that comes without a deadline.
    """

    __slots__ = ("_leases", "_loop", "pipeline", "timeout")

    def __init__(self, leases: Leases, pipeline: Pipeline, timeout: float, loop: asyncio.AbstractEventLoop) -> None:
        self._leases = leases
        self._loop = loop
        self.pipeline = pipeline
        self.timeout = timeout

    def send(self, statement: Statement, params: Sequence[bytes | None] = (), deadline: float | None = None) -> Query:
        """Sends a statement, behind those already sent. Its future has the result."""
        until = self._loop.time() + self.timeout if deadline is None else deadline
        query = Query(statement, params, until, self._loop.create_future())
        self.pipeline.send(query)
        return query

    async def execute(
        self, statement: Statement, params: Sequence[bytes | None] = (), deadline: float | None = None
    ) -> PGresult:
        """`Database.execute` on this connection."""
        query = self.send(statement, params, deadline)
        try:
            return await query.future
        except asyncio.CancelledError:
            self.pipeline.watchdog.abandon(query)
            raise

    def forget(self) -> None:
        """Ends the lease without asking what state the connection is in: it is closed."""
        if not self._loop.is_closed():
            self.pipeline.close()
            self._leases.take_back(self.pipeline)

    def release(self) -> None:
        """Ends the lease; the connection is free when its last query is answered."""
        self._leases.take_back(self.pipeline)


class Leases:
    """At most `most` connections. `connect_timeout` and `query_timeout` in seconds."""

    def __init__(self, dsn: Dsn, most: int, connect_timeout: float, query_timeout: float) -> None:
        self._dsn = dsn
        self._most = most
        self._connect_timeout = connect_timeout
        self._query_timeout = query_timeout
        self._idle: list[Pipeline] = []
        self._used: set[Pipeline] = set()
        self._opening = 0
        self._waiters: deque[asyncio.Future[None]] = deque()
        self._closing = False

    async def lease(self, deadline: float | None) -> Lease:
        """A connection of one's own.

        Raises:
            DatabaseUnavailable: none can be opened.
            DatabaseOverloaded: none became free before the deadline (`connect_timeout` from now if there is none).
        """
        its_turn = False
        while not self._closing:
            if its_turn or not self._waiters:
                if self._idle:
                    return self._lent(self._idle.pop())
                if len(self._used) + self._opening < self._most:
                    return self._lent(await self._open())
            await self._wait(deadline, first=its_turn)
            its_turn = True
        raise DatabaseUnavailable("the database connections are being closed")

    async def spare(self) -> Lease | None:
        """A connection that nobody will miss: an idle one, or a new one while fewer than half are in use."""
        if self._closing or self._waiters:
            return None
        if self._idle:
            return self._lent(self._idle.pop())
        if (len(self._used) + self._opening) * 2 >= self._most:
            return None
        return self._lent(await self._open())

    def take_back(self, pipeline: Pipeline) -> None:
        """The end of a lease."""
        last = pipeline.last
        if last is not None and last.abandoned and pipeline.alive:
            # Nobody waits for it, but the connection is no good to others before it is answered: the watchdog has it
            # cancelled on the server, and what is sent behind it tells when it is over.
            loop = asyncio.get_running_loop()
            last = Query(_NOTHING, (), loop.time() + self._query_timeout, loop.create_future())
            pipeline.send(last)
        if last is not None:
            # It is the end of the transaction; it has an answer or the connection is lost.
            last.future.add_done_callback(lambda future: self._over(pipeline, future))
        else:
            self._settle(pipeline)

    async def close(self, grace: float) -> None:
        """Closes idle connections now, those in use when they come back or after `grace` seconds."""
        self._closing = True
        waiters, self._waiters = self._waiters, deque()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)
        running = [p.pending[-1].future for p in self._used if p.pending and not p.pending[-1].future.done()]
        if running and grace > 0:
            await asyncio.wait(running, timeout=grace)
        for pipeline in (*self._idle, *self._used):
            pipeline.close()
        self._idle.clear()
        self._used.clear()

    def _lent(self, pipeline: Pipeline) -> Lease:
        self._used.add(pipeline)
        return Lease(self, pipeline, self._query_timeout, asyncio.get_running_loop())

    async def _open(self) -> Pipeline:
        self._opening += 1
        try:
            conn, behind = await connect(self._dsn, self._connect_timeout)
        except ConnectFailed as error:
            self._wake()
            raise DatabaseUnavailable(str(error)) from None
        except BaseException:
            self._wake()
            raise
        finally:
            self._opening -= 1
        loop = asyncio.get_running_loop()
        elsewhere = self._dsn.leads_elsewhere
        pipeline = Pipeline(conn, loop, lambda _: self._lost(pipeline), elsewhere=elsewhere, pooled=behind)
        return pipeline

    async def _wait(self, deadline: float | None, *, first: bool) -> None:
        """Returns when a connection may be free, in order of arrival; `first` had its turn and found none."""
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[None] = loop.create_future()
        self._waiters.appendleft(waiter) if first else self._waiters.append(waiter)
        try:
            async with asyncio.timeout_at(loop.time() + self._connect_timeout if deadline is None else deadline):
                await waiter
        except BaseException as error:
            if waiter in self._waiters:
                self._waiters.remove(waiter)
            else:
                self._wake()  # It had its turn and cannot use it any more.
            if isinstance(error, TimeoutError):
                raise DatabaseOverloaded("no connection became free in time", sqlstate="53300") from None
            raise

    def _wake(self) -> None:
        """Lets the caller that waits longest look again."""
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return

    def _over(self, pipeline: Pipeline, future: asyncio.Future[PGresult]) -> None:
        """The last query is answered, well or not; who sent it looks at that."""
        if not future.cancelled():
            future.exception()
        self._settle(pipeline)

    def _settle(self, pipeline: Pipeline) -> None:
        if pipeline not in self._used:
            return
        self._used.discard(pipeline)
        clean = pipeline.alive and not pipeline.pending and not pipeline.retired
        if clean and not self._closing and pipeline.conn.transaction_status == pq.TransactionStatus.IDLE:
            self._idle.append(pipeline)
        else:
            pipeline.close()
        self._wake()

    def _lost(self, pipeline: Pipeline) -> None:
        """The connection died by itself; whoever holds it finds out by the next query."""
        if pipeline in self._idle:
            self._idle.remove(pipeline)
