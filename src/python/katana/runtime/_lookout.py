"""Looks whether the event loop keeps up, and measures its turns while it does not.

In: a loop. Out: whether a request is begun. Never: work for requests while nothing is wrong, nor decisions: those are
`_shedding.py`'s.

1. Once in an interval the length of one turn is measured. When it is beyond `loop_target`, requests are asked
   for and every turn is measured, until an interval shows that there is no reason to. A timer that is so late itself
   has measured one already: under a load that grows with every turn, the next one would be several times as long.
2. A callback that is called soon runs in the next turn, on uvloop before it is polled; and the loop does not sleep
   while there is one. So two such callbacks in a row have a turn between them and no idle time. A turn in which no
   request came ends the row, and the loop may sleep.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

from katana.runtime._shedding import Shedding

if TYPE_CHECKING:
    from katana.runtime._limits import Limits

_log = logging.getLogger("katana.server")
_REPORT: Final = 10.0
_TURNS: Final = 2
"""An interval has room for so many turns that are as long as they may be."""


class Watched(Protocol):
    """Whose requests are asked for: a dispatcher."""

    @property
    def in_flight(self) -> int:
        """The number of requests that wait for something."""
        ...

    def ask(self, admits: Callable[[], bool] | None) -> None:
        """Ask `admits` before a request is begun, from now on; None: nobody."""


class Lookout:
    """Looks after `requests` between `start` and `stop`."""

    __slots__ = ("_clock", "_due", "_interval", "_loop", "_reported", "_requests", "_row", "_seen", "_shedding",
                 "_started", "_target", "_timer", "_watching")  # fmt: skip

    def __init__(
        self,
        requests: Watched,
        limits: Limits,
        loop: asyncio.AbstractEventLoop,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._requests = requests
        self._target = limits.loop_target
        self._interval = max(limits.queue_interval, _TURNS * limits.loop_target)
        self._loop = loop
        self._clock = clock  # that of uvloop stands still during a turn
        self._shedding = Shedding(self._target, self._interval)
        self._timer: asyncio.TimerHandle | None = None
        self._watching = self._row = False
        self._seen = 0
        self._started = self._due = 0.0
        self._reported = -math.inf

    @property
    def refused(self) -> int:
        """How many requests were turned away."""
        return self._shedding.refused

    def start(self) -> None:
        """Look from now on."""
        self._wait(self._clock())

    def stop(self) -> None:
        """Look no more; requests are begun without being asked for."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._rest()

    def _wait(self, now: float) -> None:
        self._due = now + self._interval
        self._timer = self._loop.call_later(self._interval, self._look)

    def _look(self) -> None:
        now = self._clock()
        if self._watching:
            if not self._shedding.close(now):
                self._rest()
            elif self._shedding.active:
                self._report()
        elif now - self._due > self._target:
            self._loop.call_soon(self._probed, self._due)
        else:
            self._loop.call_soon(self._probe)
        self._wait(now)

    def _probe(self) -> None:
        self._loop.call_soon(self._probed, self._clock())

    def _probed(self, began: float) -> None:
        """Rule 1."""
        now = self._clock()
        if now - began > self._target and self._timer is not None and not self._watching:
            self._watch(now, now - began)

    def _watch(self, now: float, before: float) -> None:
        self._watching = True
        self._seen = 0
        self._started = now
        self._shedding.watch(now, before)
        self._requests.ask(self._admits)
        if not self._row:
            self._row = True
            self._loop.call_soon(self._turn)

    def _rest(self) -> None:
        self._watching = False
        self._requests.ask(None)

    def _admits(self) -> bool:
        now = self._clock()
        if not self._row:
            self._row = True
            self._begin(now, 0.0)
        self._seen += 1
        return self._shedding.admits(now)

    def _turn(self) -> None:
        """Rule 2."""
        now = self._clock()
        if self._seen:
            self._begin(now, now - self._started)
        else:
            self._row = False
            self._shedding.turn(now - self._started, waiting=self._requests.in_flight)

    def _begin(self, now: float, before: float) -> None:
        self._seen = 0
        self._started = now
        self._shedding.turn(before, waiting=self._requests.in_flight)
        self._loop.call_soon(self._turn)

    def _report(self) -> None:
        now = self._clock()
        if now - self._reported >= _REPORT:
            self._reported = now
            _log.warning(
                "overload: requests wait longer than %g ms all the time, who cannot be served soon is answered 503",
                self._target * 1000,
            )
