"""Whether the server answers: a stopped machine and a cut cable say nothing.

In: the lanes of a database. Out: `silent`, why new queries should not be sent. Never: a cost while answers come in, or
the loss of a query that a slow server would still answer.

Every two seconds, unless answers are coming in:

1. A lane without queries is sent an empty one.
2. If that is not answered within moments, or every lane is busy with a query that takes long, a connection is opened.
3. If that fails in silence too, the database is not ready. What is under way goes on waiting; new queries are refused
   at once, until the server answers again. A lane that says nothing while the server answers is replaced.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from psycopg.pq.abc import PGresult

from katana.runtime.sql._lane import Lane
from katana.runtime.sql._pipeline import Pipeline
from katana.runtime.sql._query import Query
from katana.runtime.sql._statement import Statement

_EVERY: Final = 2.0
_EVERY_SILENT: Final = 0.5
_MOMENTS: Final = 1.2
_LONGEST: Final = 60.0
_ALIVE: Final = Statement("katana.alive", "SELECT", read_only=True)
SILENT: Final = "the server does not answer"


class Health:
    """Of one database.

    Args:
        lanes: its lanes.
        reach: whether a new connection gets an answer, of any kind, within so many seconds.
        on_change: called when `silent` changes.

    Attributes:
        silent: why the server is not asked; empty while it answers.
    """

    def __init__(
        self, lanes: Sequence[Lane], reach: Callable[[float], Awaitable[bool]], on_change: Callable[[], None]
    ) -> None:
        self.silent = ""
        self._lanes = lanes
        self._reach = reach
        self._on_change = on_change

    async def run(self) -> None:
        """Watches, until cancelled."""
        while True:
            pause = _EVERY_SILENT if self.silent else _EVERY
            await asyncio.sleep(pause * random.uniform(0.9, 1.1))  # noqa: S311 - spreads load, keeps no secret
            silent = "" if await self._answers() else SILENT
            if silent != self.silent:
                self.silent = silent
                self._on_change()

    async def _answers(self) -> bool:
        lanes = [lane.pipeline for lane in self._lanes if lane.pipeline is not None]
        if not lanes:
            return True  # They are being opened, which says by itself how that ends.
        moved = asyncio.get_running_loop().time() - _MOMENTS
        idle = next((lane for lane in lanes if not lane.pending), None)
        if idle is None and any(lane.moved > moved for lane in lanes):
            return True
        if idle is not None and await _asked(idle):
            return True
        if not await self._reach(_MOMENTS):
            return False
        if idle is not None and idle.pending and idle.pending[0].statement is _ALIVE:
            idle.abort("the connection does not answer, though the server does")
        return True


async def _asked(lane: Pipeline) -> bool:
    """Whether an idle lane answers within moments. The question stays under way."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[PGresult] = loop.create_future()
    future.add_done_callback(_look_at)
    lane.send(Query(_ALIVE, (), loop.time() + _LONGEST, future))
    done, _ = await asyncio.wait([future], timeout=_MOMENTS)
    return bool(done)


def _look_at(future: asyncio.Future[PGresult]) -> None:
    """Takes an error: a lane that is lost is seen to by itself."""
    if not future.cancelled():
        future.exception()
