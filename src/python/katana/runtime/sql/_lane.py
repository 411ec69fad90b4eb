"""A lane: one place for a pipeline, filled again whenever its connection is lost.

In: a `Dsn`. Out: `pipeline` while there is one, else why not and until when. Never: queries.

An attempt that follows a working connection (or the start) is made at once; while it is under way there is `hope`, and
queries may wait for it. After an attempt that failed, the next one follows after a delay that doubles from `_FIRST`
to `_LONGEST` seconds, spread by half around its value so that many processes do not return in step.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

from psycopg.pq.abc import PGconn

from katana.runtime.sql._connect import ConnectFailed, connect
from katana.runtime.sql._dsn import Dsn
from katana.runtime.sql._pace import Pace
from katana.runtime.sql._pipeline import Pipeline
from katana.runtime.sql._pooler import Pooled

_FIRST = 0.1
_LONGEST = 5.0
_STABLE = 1.0
CONNECTING = "connecting"


def backoff(failures: int) -> float:
    """Seconds to wait after the `failures`-th failure in a row, random within half around the nominal delay."""
    nominal: float = min(_LONGEST, _FIRST * 2.0 ** min(failures - 1, 16))
    return nominal * random.uniform(0.5, 1.5)  # noqa: S311 - spreads load, keeps no secret


class Lane:
    """One connection of a database, kept alive by `run`.

    Attributes:
        pipeline: the live connection, or None.
        hope: whether a first attempt is under way.
        reason: why there is no connection; empty while there is one.
        retry_at: `loop.time()` of the next attempt.
    """

    def __init__(self, dsn: Dsn, connect_timeout: float, on_change: Callable[[], None], pace: Pace) -> None:
        self.pipeline: Pipeline | None = None
        self.hope = True
        self.reason = CONNECTING
        self.retry_at = 0.0
        self._dsn = dsn
        self._timeout = connect_timeout
        self._on_change = on_change
        self._pace = pace
        self._current: Pipeline | None = None

    def close(self) -> None:
        """Closes the connection, also one that is used no longer and still has queries to answer."""
        self.pipeline = None
        if self._current is not None:
            self._current.close()

    async def run(self) -> None:
        """Connects, waits for the loss of the connection, and again, until cancelled."""
        loop = asyncio.get_running_loop()
        failures = 0
        while True:
            try:
                conn, behind = await connect(self._dsn, self._timeout)
            except ConnectFailed as error:
                stable = False
                self.reason = str(error)
            else:
                stable = await self._live(conn, behind, loop)
            failures = 0 if stable else failures + 1
            delay = 0.0 if stable else backoff(failures)
            self.hope = stable
            self.retry_at = loop.time() + delay
            self._on_change()
            await asyncio.sleep(delay)

    async def _live(self, conn: PGconn, behind: Pooled, loop: asyncio.AbstractEventLoop) -> bool:
        """One connection until it is lost. Returns whether it lasted."""
        lost: asyncio.Future[None] = loop.create_future()

        def on_lost(reason: str) -> None:
            self.pipeline = None
            self.reason = reason
            self.hope = stable()
            self._on_change()
            if not lost.done():
                lost.set_result(None)

        def stable() -> bool:
            return loop.time() - started > _STABLE

        started = loop.time()
        self.reason = ""
        self.hope = False
        self.pipeline = self._current = Pipeline(
            conn, loop, on_lost, pace=self._pace, elsewhere=self._dsn.leads_elsewhere, pooled=behind
        )
        self._on_change()
        await lost
        return stable()
