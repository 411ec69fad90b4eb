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

from katana.runtime.sql._connect import ConnectFailed, connect
from katana.runtime.sql._dsn import Dsn
from katana.runtime.sql._pipeline import Pipeline

_FIRST = 0.1
_LONGEST = 5.0
_STABLE = 1.0


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

    def __init__(self, dsn: Dsn, connect_timeout: float, on_change: Callable[[], None]) -> None:
        self.pipeline: Pipeline | None = None
        self.hope = True
        self.reason = "connecting"
        self.retry_at = 0.0
        self._dsn = dsn
        self._timeout = connect_timeout
        self._on_change = on_change

    async def run(self) -> None:
        """Connects, waits for the loss of the connection, and again, until cancelled."""
        loop = asyncio.get_running_loop()
        failures = 0
        while True:
            started = loop.time()
            self.reason = await self._live(loop)
            self.hope = loop.time() - started > _STABLE and self.pipeline is not None
            failures = 0 if self.hope else failures + 1
            delay = 0.0 if self.hope else backoff(failures)
            self.pipeline = None
            self.retry_at = loop.time() + delay
            self._on_change()
            await asyncio.sleep(delay)

    async def _live(self, loop: asyncio.AbstractEventLoop) -> str:
        """One connection from attempt to loss. Returns why it ended."""
        try:
            conn = await connect(self._dsn, self._timeout)
        except ConnectFailed as error:
            return str(error)
        lost: asyncio.Future[str] = loop.create_future()
        self.pipeline = Pipeline(conn, loop, lost.set_result)
        self.hope = False
        self.reason = ""
        self._on_change()
        return await lost
