"""Deadlines of a pipeline, and cancelling on the server what nobody waits for any more.

In: the pending queries of one pipeline. Out: QueryTimeout to callers, cancel requests to the server. Never: a cost for
queries that finish in time: there is one timer per pipeline, not per query.

1. The timer stands at the earliest deadline. When it fires, every expired query fails and is abandoned.
2. An abandoned query is cancelled on the server only while it is the oldest, so that it is most likely the one that
   runs, and only after a moment of grace: most queries end sooner than a cancel request travels.
3. While a cancel request is under way, and for queries pending when it ended, 57014 may be meant for another query
   (`cancelling`, `Query.exposed`).
4. A server that does not react to `_MAX_CANCELS` requests is taken for dead: the connection is given up.
"""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING

from psycopg import Error as PsycopgError
from psycopg.pq.abc import PGconn

from katana.runtime.sql._errors import QueryTimeout
from katana.runtime.sql._polling import poll_until_done

if TYPE_CHECKING:
    from katana.runtime.sql._pipeline import Pipeline
    from katana.runtime.sql._query import Query

_GRACE = 0.02
_CANCEL_TIMEOUT = 3.0
_CANCEL_INTERVAL = 1.0
_MAX_CANCELS = 3


class Watchdog:
    """The watchdog of one pipeline. Attribute `next_deadline`: `loop.time()` at which the timer fires."""

    def __init__(self, pipeline: Pipeline, loop: asyncio.AbstractEventLoop) -> None:
        self.next_deadline = math.inf
        self.cancelling = False
        self._pipeline = pipeline
        self._loop = loop
        self._timer: asyncio.TimerHandle | None = None
        self._look_timer: asyncio.TimerHandle | None = None
        self._suspect: Query | None = None
        self._cancels = 0
        self._next_cancel = 0.0
        self._task: asyncio.Task[None] | None = None

    def wake_at(self, deadline: float) -> None:
        """Moves the timer forward to `deadline`."""
        if self._timer is not None:
            self._timer.cancel()
        self.next_deadline = deadline
        self._timer = self._loop.call_at(deadline, self._expire)

    def abandon(self, query: Query) -> None:
        """Nobody waits for `query` any more; its future is done."""
        query.abandoned = True
        if query.future.done() and not query.future.cancelled():
            query.future.exception()  # Looked at, so that asyncio does not report it as forgotten.
        self._look_later()

    def stop(self) -> None:
        """Ends timers and cancel requests."""
        for timer in (self._timer, self._look_timer):
            if timer is not None:
                timer.cancel()
        if self._task is not None:
            self._task.cancel()

    def _expire(self) -> None:
        now = self._loop.time()
        self._timer = None
        self.next_deadline = math.inf
        following = math.inf
        for query in self._pipeline.pending:
            if query.abandoned:
                continue
            if query.deadline > now:
                following = min(following, query.deadline)
                continue
            if not query.future.done():
                query.future.set_exception(
                    QueryTimeout("the query did not end before its deadline", statement=query.statement.name)
                )
            self.abandon(query)
        if following < math.inf:
            self.wake_at(following)

    def _look_later(self) -> None:
        if self._look_timer is None and self._task is None and self._pipeline.alive:
            self._look_timer = self._loop.call_later(_GRACE, self._look)

    def _look(self) -> None:
        """Cancels the oldest query if it was abandoned and the oldest at the last look already."""
        self._look_timer = None
        pending = self._pipeline.pending
        head = pending[0] if pending else None
        if head is None or not head.abandoned:
            self._suspect = None
        elif head is not self._suspect:
            self._suspect = head
            self._cancels = 0
            self._next_cancel = 0.0
        elif self._loop.time() >= self._next_cancel:
            if self._cancels == _MAX_CANCELS:
                self._pipeline.abort("the server did not react to cancel requests")
                return
            self._cancels += 1
            self._task = self._loop.create_task(self._cancel())
        if any(query.abandoned for query in pending):
            self._look_later()

    async def _cancel(self) -> None:
        """Sends one cancel request. When libpq reports its end, the server has passed it on (manual, 32.7)."""
        self.cancelling = True
        try:
            async with asyncio.timeout(_CANCEL_TIMEOUT):
                await _request_cancel(self._pipeline.conn)
        except (PsycopgError, OSError, TimeoutError):
            # No cancel request got through; `_MAX_CANCELS` ends the attempts.
            pass
        finally:
            self.cancelling = False
            self._task = None
            for query in self._pipeline.pending:
                query.exposed = True
            self._next_cancel = self._loop.time() + _CANCEL_INTERVAL
        self._look_later()


async def _request_cancel(conn: PGconn) -> None:
    request = conn.cancel_conn()
    try:
        request.start()
        await poll_until_done(request.poll, lambda: request.socket)
    finally:
        request.finish()
