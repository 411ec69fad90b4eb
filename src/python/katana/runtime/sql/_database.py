"""The database of a reactor: a few lanes that all its requests share.

In: a connection string, statements and packed parameters. Out: results. Never: a queue for a connection: a query goes
at once to the lane with the fewest pending queries.

When no lane is open, a query waits (not longer than `connect_timeout`) if a first attempt to connect is under way, and
fails at once with DatabaseUnavailable otherwise.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, cast

from psycopg.pq.abc import PGresult

from katana.runtime.sql._answers import Answers
from katana.runtime.sql._connect import reached
from katana.runtime.sql._dsn import Dsn, parse_dsn, parse_replica_dsn
from katana.runtime.sql._errors import DatabaseOverloaded, DatabaseUnavailable
from katana.runtime.sql._health import Health
from katana.runtime.sql._lane import CONNECTING, Lane
from katana.runtime.sql._leases import Lease, Leases
from katana.runtime.sql._listeners import Listeners
from katana.runtime.sql._pace import PATIENCE, Pace
from katana.runtime.sql._pipeline import Pipeline
from katana.runtime.sql._query import Query
from katana.runtime.sql._replicas import ReplicatedDatabase
from katana.runtime.sql._statement import Statement
from katana.runtime.sql._transaction import Isolation, Scope, Transaction

if TYPE_CHECKING:
    from katana.runtime._ctx import Ctx

_log = logging.getLogger("katana.sql")


class Database:
    """Pipelined connections to one PostgreSQL, for one event loop. Make it after a fork, and `start` it on the loop.

    Args:
        dsn: URI or `key=value` string of libpq.
        lanes: number of connections, at least 1.
        leases: connections beside the lanes, at most, for transactions; opened when they are needed.
        max_pending: queries that may be under way on one lane; past it, DatabaseOverloaded.
        connect_timeout: seconds for one attempt to connect; the connection string's own value has precedence.
        query_timeout: seconds for a query that comes without a deadline.
        cache: bytes for the answers of queries with `-- cache:`.
        replica_dsn: where queries with `-- replica_ok` may be sent; several hosts are several replicas.

    Attributes:
        answers: those answers, and counters of their use.
        figures: what replicas have answered, and what they could not and the primary was asked.
        listeners: see `listen`.
        replicas: the database that `replica_dsn` names, or None.

    Raises:
        DsnError: the connection string cannot be read.
    """

    def __init__(
        self,
        dsn: str | Dsn,
        *,
        lanes: int = 2,
        leases: int = 8,
        max_pending: int = 1024,
        connect_timeout: float = 5.0,
        query_timeout: float = 30.0,
        cache: int = 16 << 20,
        replica_dsn: str | None = None,
    ) -> None:
        if min(lanes, leases, max_pending) < 1:
            raise ValueError("lanes, leases and max_pending are at least 1")
        self._dsn = dsn if isinstance(dsn, Dsn) else parse_dsn(dsn)
        self.replicas: Database | None = None
        if replica_dsn is not None:
            replicas = parse_replica_dsn(replica_dsn)
            self.replicas = Database(
                replicas,
                lanes=lanes,
                max_pending=max_pending,
                connect_timeout=connect_timeout,
                query_timeout=query_timeout,
            )
        self._connect_timeout = self._dsn.connect_timeout or connect_timeout
        self._max_pending = max_pending
        self._query_timeout = query_timeout
        self.answers = Answers(cache)
        self.figures: Counter[str] = Counter()
        self.listeners = Listeners(self._dsn, self._connect_timeout)
        self._pace = Pace()
        self._lanes = [Lane(self._dsn, self._connect_timeout, self._lane_changed, self._pace) for _ in range(lanes)]
        self._leases = Leases(self._dsn, leases, self._connect_timeout, query_timeout)
        self._open: list[Pipeline] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._waiters: list[asyncio.Future[None]] = []
        self._closing = False
        self._health = Health(self._lanes, partial(reached, self._dsn), self._lane_changed)

    @property
    def dsn(self) -> str:
        """The connection string without password."""
        return str(self._dsn)

    @property
    def ready(self) -> bool:
        """Whether queries can be sent now."""
        return bool(self._open) and not self._closing

    @property
    def reason(self) -> str:
        """Why it is not ready, one line; empty when it is."""
        if self._closing:
            return "the database connections are being closed"
        if self._open or self._health.silent:
            return self._health.silent
        return next((lane.reason for lane in self._lanes if lane.reason != CONNECTING), CONNECTING)

    def status(self) -> dict[str, int]:
        """Counts for those who watch, by name, without what never happened."""
        return {name: count for name, count in {**self.answers.figures(), **self.figures}.items() if count}

    def start(self) -> None:
        """Begins to connect, on the running loop. Returns at once."""
        if not self._tasks:
            self._loop = asyncio.get_running_loop()
            self._tasks = [self._loop.create_task(lane.run()) for lane in self._lanes]
            self._tasks.append(self._loop.create_task(self._health.run()))
            if self.replicas is not None:
                self.replicas.start()

    def for_request(self) -> Database:
        """The database as one request uses it."""
        return self if self.replicas is None else cast("Database", ReplicatedDatabase(self, self.replicas))

    async def wait_ready(self, within: float) -> bool:
        """Waits until a lane is open, at most `within` seconds. Returns whether one is."""
        try:
            async with asyncio.timeout(within):
                while not self._open:
                    await self._next_change()
        except TimeoutError:
            return False
        return True

    async def execute(
        self, statement: Statement, params: Sequence[bytes | None] = (), deadline: float | None = None
    ) -> PGresult:
        """Runs a statement in a transaction of its own.

        Args:
            statement: prepared on the connection if it is not yet.
            params: each in PostgreSQL's binary format, see `pack_int8` and the others; None is NULL.
            deadline: `loop.time()`; None: `query_timeout` from now.

        Returns:
            The result, its values in binary format.

        Raises:
            SqlError: the server refused it, typed by SQLSTATE.
            QueryTimeout: the deadline passed. The query is cancelled on the server.
            DatabaseUnavailable: no connection, or it was lost meanwhile (`may_have_run`).
        """
        if self._pace.slow and statement in self._pace.slow:
            return await self._apart(statement, params, deadline)
        pipeline = None
        fewest = self._max_pending
        for candidate in self._open:
            pending = len(candidate.pending)
            if pending < fewest:
                pipeline, fewest = candidate, pending
        if pipeline is None or self._closing:
            pipeline = await self._wait_for_lane(deadline)
        elif fewest and self._loop.time() - pipeline.moved > PATIENCE:
            pipeline = self._livelier(pipeline)
        loop = self._loop
        if deadline is None:
            deadline = loop.time() + self._query_timeout
        query = Query(statement, params, deadline, loop.create_future())
        pipeline.send(query)
        try:
            return await query.future
        except asyncio.CancelledError:
            pipeline.watchdog.abandon(query)
            raise
        except DatabaseUnavailable as error:
            if not statement.read_only or not error.may_have_run:
                raise
        # It only reads, so whether it has run does not matter.
        return await self._run_on(await self._wait_for_lane(deadline), statement, params, deadline)

    def transaction(
        self, ctx: Ctx, isolation: Isolation | None = None, *, read_only: bool = False, deferrable: bool = False
    ) -> Transaction:
        """A transaction of a request; `ctx.tx()` is the way to it."""
        return Scope(self).transaction(ctx, isolation, read_only=read_only, deferrable=deferrable)

    async def lane(self, deadline: float | None = None) -> Pipeline:
        """The lane with the fewest pending queries, for queries that have to follow each other.

        Raises:
            DatabaseUnavailable: no connection.
            DatabaseOverloaded: the lanes have all they can take.
        """
        return await self._wait_for_lane(deadline)

    @property
    def query_timeout(self) -> float:
        """Seconds for a query that comes without a deadline."""
        return self._query_timeout

    async def lease(self, deadline: float | None = None) -> Lease:
        """A connection for the caller alone, until `release`.

        Raises:
            DatabaseUnavailable: no connection.
            DatabaseOverloaded: none of the connections for leases became free in time.
        """
        if not self._open and not self._may_wait():
            raise DatabaseUnavailable(self.reason, retry_after=self._retry_after())
        return await self._leases.lease(deadline)

    async def close(self, grace: float = 0.0) -> None:
        """Refuses new queries, lets those under way finish for `grace` seconds, and closes all connections."""
        self._closing = True
        self._wake_waiters()
        lanes = [lane.pipeline for lane in self._lanes if lane.pipeline is not None]
        running = [query.future for lane in lanes for query in lane.pending if not query.future.done()]
        if running and grace > 0:
            await asyncio.wait(running, timeout=grace)
        if self.replicas is not None:
            await self.replicas.close(grace)
        await self.listeners.close()
        await self._leases.close(grace)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for lane in self._lanes:
            lane.close()
        self._open = []

    async def _run_on(
        self, pipeline: Pipeline, statement: Statement, params: Sequence[bytes | None], deadline: float | None
    ) -> PGresult:
        loop = self._loop
        until = loop.time() + self._query_timeout if deadline is None else deadline
        query = Query(statement, params, until, loop.create_future())
        pipeline.send(query)
        try:
            return await query.future
        except asyncio.CancelledError:
            pipeline.watchdog.abandon(query)
            raise

    def _livelier(self, pipeline: Pipeline) -> Pipeline:
        """A lane that is answering, instead of one whose oldest query takes its time; that one if there is no other."""
        since = self._loop.time() - PATIENCE
        lively = [lane for lane in self._open if lane.moved > since and len(lane.pending) < self._max_pending]
        return min(lively, key=lambda lane: len(lane.pending)) if lively else pipeline

    async def _apart(self, statement: Statement, params: Sequence[bytes | None], deadline: float | None) -> PGresult:
        """Runs a statement that is known to take long where nobody waits behind it, if there is room."""
        lease = await self._spare(deadline)
        try:
            if lease is None:
                crowded = [lane for lane in self._open if len(lane.pending) < self._max_pending]
                slowest = min(crowded, key=lambda lane: lane.moved) if crowded else await self._wait_for_lane(deadline)
                return await self._run_on(slowest, statement, params, deadline)
            began = self._loop.time()
            try:
                result = await lease.execute(statement, params, deadline)
            finally:
                lease.release()
        except DatabaseUnavailable as error:
            if not statement.read_only or not error.may_have_run:
                raise
            return await self._run_on(await self._wait_for_lane(deadline), statement, params, deadline)
        self._pace.ran(statement, self._loop.time() - began)
        return result

    async def _spare(self, deadline: float | None) -> Lease | None:
        """A connection that nobody will miss; None: there is none now, and the query has its place in a lane."""
        if self._open:
            with contextlib.suppress(DatabaseUnavailable, TimeoutError):
                async with asyncio.timeout_at(deadline):
                    return await self._leases.spare()
        return None

    async def _wait_for_lane(self, deadline: float | None) -> Pipeline:
        """The lane that opens first, if one is about to.

        Raises:
            DatabaseUnavailable: none is, or none did in time.
            DatabaseOverloaded: the lanes that are open have all they can take.
        """
        if not self._tasks:
            raise RuntimeError("Database.start() has not been called")
        give_up = self._loop.time() + self._connect_timeout
        try:
            async with asyncio.timeout_at(give_up if deadline is None else min(give_up, deadline)):
                while not self._open and self._may_wait():
                    await self._next_change()
        except TimeoutError:
            raise DatabaseUnavailable(self.reason, retry_after=self._retry_after()) from None
        if not self._open or self._closing:
            raise DatabaseUnavailable(self.reason, retry_after=self._retry_after())
        pipeline = min(self._open, key=lambda candidate: len(candidate.pending))
        if len(pipeline.pending) >= self._max_pending:
            raise DatabaseOverloaded("too many queries are under way", sqlstate="53400")
        return pipeline

    def _may_wait(self) -> bool:
        room = len(self._waiters) < self._max_pending * len(self._lanes)
        return room and not self._closing and any(lane.hope for lane in self._lanes)

    def _retry_after(self) -> float:
        return min(lane.retry_at for lane in self._lanes) - self._loop.time()

    def _lane_changed(self) -> None:
        was_ready = bool(self._open)
        lanes = () if self._health.silent else self._lanes
        self._open = [lane.pipeline for lane in lanes if lane.pipeline is not None]
        if was_ready and not self._open:
            _log.error("database %s: connections lost: %s", self.dsn, self.reason)
        elif self._open and not was_ready:
            _log.info("database %s: connected", self.dsn)
        self._wake_waiters()

    async def _next_change(self) -> None:
        """Returns after the next change of any lane."""
        waiter: asyncio.Future[None] = self._loop.create_future()
        self._waiters.append(waiter)
        await waiter

    def _wake_waiters(self) -> None:
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)
