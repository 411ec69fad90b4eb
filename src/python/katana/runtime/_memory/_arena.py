"""The collector's times: in gaps, or between two turns of the event loop.

In: the load of a server. Out: collections as `_policy.py` decides. Never: one while a handler runs: everything here is
done in callbacks of the loop.

1. CPython's own threshold is so high (`BRAKE`) that only code which does not let the loop run for a long time reaches
   it. That is the limit of what one handler can leave behind.
2. The loop is looked at more often the faster garbage comes, `SLOW` seconds apart when nothing is asked for. No request
   pays for that.
3. A gap is a turn of the loop in which no request began, while none waits. A callback that is called soon runs in the
   next turn; on uvloop before it is polled, so a turn is over at the second one.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable
from typing import Final, Protocol

from katana.runtime._memory._policy import EVERYTHING, FORCED, Counts, Policy

BRAKE: Final = 500_000
"""New objects at which CPython collects by itself, in the middle of whatever runs."""

SLOW: Final = 0.1
_BUSY: Final = 0.05
_FAST: Final = 0.002
_NEVER: Final = 1_000_000


class Load(Protocol):
    """What is asked of a server. `requests`: that have begun; `in_flight`: that wait for something."""

    @property
    def requests(self) -> int: ...
    @property
    def in_flight(self) -> int: ...


class Collector(Protocol):
    """The functions of `gc` that are needed."""

    def get_count(self) -> Counts: ...
    def get_threshold(self) -> Counts: ...
    def set_threshold(self, threshold0: int, threshold1: int = ..., threshold2: int = ..., /) -> None: ...
    def collect(self, generation: int = 2) -> int: ...
    def freeze(self) -> None: ...
    def unfreeze(self) -> None: ...
    def get_freeze_count(self) -> int: ...


class Arena:
    """Collects for `load` between `start` and `stop`. `forced` and `idle`: its collections by occasion."""

    __slots__ = ("_before", "_clock", "_collector", "_load", "_looked", "_loop", "_pace", "_policy", "_quiet_since",
                 "_requests", "_timer", "forced", "idle")  # fmt: skip

    def __init__(
        self,
        load: Load,
        loop: asyncio.AbstractEventLoop,
        *,
        policy: Policy | None = None,
        collector: Collector = gc,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.forced = 0
        self.idle = 0
        self._load = load
        self._loop = loop
        self._policy = policy or Policy()
        self._collector = collector
        self._clock = clock
        self._before: Counts = (0, 0, 0)
        self._requests = 0
        self._pace = SLOW
        self._looked = self._quiet_since = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """From now on the collector runs when this says so."""
        self._before = self._collector.get_threshold()
        self._collector.set_threshold(BRAKE, _NEVER, _NEVER)
        self._looked = self._quiet_since = self._clock()
        self._timer = self._loop.call_later(SLOW, self._look)

    def stop(self) -> None:
        """As it was before."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._collector.set_threshold(*self._before)

    def _look(self) -> None:
        now = self._clock()
        counts = self._collector.get_count()
        active = self._active()
        if active:
            self._quiet_since = now
        generation = self._policy.forced(counts)
        if generation is not None:
            self.forced += 1
            self._collect(generation, counts)
        elif not self._load.in_flight and self._policy.idle(counts, now - self._quiet_since) is not None:
            self._loop.call_soon(self._loop.call_soon, self._gap)
        self._timer = self._loop.call_later(self._delay(counts[0], now, active=active), self._look)
        self._looked = self._clock()  # in a pass nothing new is made

    def _gap(self) -> None:
        """Rule 3."""
        if self._timer is None or self._active():
            return
        counts = self._collector.get_count()
        generation = self._policy.idle(counts, self._clock() - self._quiet_since)
        if generation is not None:
            self.idle += 1
            self._collect(generation, counts)

    def _active(self) -> bool:
        """Whether anything is asked for, or was since the last time."""
        requests, self._requests = self._requests, self._load.requests
        return requests != self._requests or self._load.in_flight > 0

    def _collect(self, generation: int, counts: Counts) -> None:
        collector, policy = self._collector, self._policy
        began = self._clock()
        if generation == EVERYTHING and policy.frozen:
            collector.unfreeze()
        found = collector.collect(min(generation, 2))
        policy.collected(generation, counts, found, self._clock() - began)
        if generation == EVERYTHING:
            collector.freeze()
            policy.frozen = collector.get_freeze_count()

    def _delay(self, new: int, now: float, *, active: bool) -> float:
        """Rule 2: as long as it takes to make `FORCED` objects at this rate; longer by degrees only, for bursts."""
        slowest = _BUSY if active else SLOW
        expected = (now - self._looked) * FORCED / new if new else slowest
        self._pace = min(slowest, max(_FAST, min(expected, 2 * self._pace)))
        return self._pace
