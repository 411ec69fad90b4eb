"""Which requests an overloaded event loop begins: decisions alone.

In: how long the turns of the loop take, and a call for each request. Out: whether it is begun. Never: a clock, a loop,
or an answer.

The queue of a reactor is where nobody can see it: requests wait in the buffers of their sockets until the loop comes
round to them. But nobody waits longer than the turn before took and what this one has taken so far, so the length of
turns is the delay of the queue, and the ideas of CoDel (RFC 8289) and PIE (RFC 8033) apply to it.

1. A queue that empties absorbs a burst. Load is too much when even the shortest turn of an interval was longer than
   the `budget`, or when one turn after such a one is longer than an interval. From then on requests are turned away,
   until as many arrive as can be served.
2. The `budget` is `target`, or the time of three requests if that is more: with less the loop would run dry.
3. Requests are drawn by lot. In the order of arrival the same clients would win every time: who is answered first asks
   first. Their share is what fills the budget out of those that the turn before let arrive, and not much more than the
   loop can serve, so that handlers which wait first and compute later do not come all at once.
4. Whatever the lot says, a turn begins nothing after its budget; and an idle loop begins everything.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Final

_HEADROOM: Final = 1.1
"""Shares are for so much more than can be served, so that the queue does not run dry."""
_ENOUGH: Final = 50
"""Requests that an interval has to see, or it goes on, up to `_LONGEST` seconds."""
_LONGEST: Final = 1.0
_REQUESTS: Final = 3
"""Requests that a turn has room for, however long they take."""
_MANY: Final = 10
"""Requests after which a long turn is no matter of long requests."""
_SMOOTHING: Final = 4
_ASSUMED: Final = 2.0
"""Times what can be served: the load at first."""


class Shedding:
    """Decides from `watch` on. `active`: requests are turned away. `refused`: how many were, ever. Times in seconds."""

    __slots__ = (
        "_admitted",
        "_before",
        "_begun",
        "_busy",
        "_chance",
        "_cost",
        "_demand",
        "_interval",
        "_offered",
        "_rate",
        "_served",
        "_share",
        "_shortest",
        "_since",
        "_target",
        "_turned_away",
        "active",
        "refused",
    )  # fmt: skip

    _busy: float
    _shortest: float
    _served: int

    def __init__(self, target: float, interval: float, *, chance: Callable[[], float] | None = None) -> None:
        self.active = False
        self.refused = 0
        self._target = target
        self._interval = interval
        # Who knows its numbers knows which of many requests is begun, and no more.
        self._chance = random.Random().random if chance is None else chance  # noqa: S311
        self.watch(0.0, 0.0)

    @property
    def budget(self) -> float:
        """Seconds of a turn in which requests are begun (rule 2)."""
        return max(self._target, _REQUESTS * self._cost)

    def watch(self, now: float, before: float) -> None:
        """Begin the first interval, after a turn that took `before`."""
        self.active = False
        self._cost = self._rate = self._demand = 0.0
        self._share = 1.0
        self._admitted = 0
        self._before = before
        self._begun = math.inf
        self._open(now)

    def turn(self, before: float, *, waiting: int) -> None:
        """A turn of the loop begins.

        Args:
            before: seconds that the one before took; 0 when there was none because the loop was idle until now, or when
                that is not known.
            waiting: requests that have been begun and wait for something.
        """
        self._begun = math.inf
        self._before = before
        self._busy += before
        self._served += self._admitted
        self._admitted = 0
        if before:
            self._shortest = min(self._shortest, before)
        idle = not before and not waiting
        if not self.active or idle or not self._rate or not self._cost:
            self._share = 1.0
            return
        served = _HEADROOM / (self._rate * self._cost)
        filling = self.budget / self._cost / (self._rate * before) if before else 1.0
        self._share = min(served, filling)

    def admits(self, now: float) -> bool:
        """Whether a request that is there is begun (rules 3 and 4)."""
        self._begun = min(self._begun, now)
        self._offered += 1
        if not self.active and self._stands(now - self._begun):
            self._stand()
        if self.active and (now - self._begun > self.budget or self._chance() >= self._share):
            self._turned_away += 1
            self.refused += 1
            return False
        self._admitted += 1
        return True

    def close(self, now: float) -> bool:
        """End an interval (rule 1) and begin the next. Returns whether there is reason to go on."""
        if 0 < self._offered < _ENOUGH and now - self._since < _LONGEST:
            return True
        if self._served:
            cost = self._busy / self._served
            self._cost = (self._cost + cost) / 2 if self._cost else cost
        if now > self._since:
            self._rate = self._offered / (now - self._since)
        standing = self.budget < self._shortest < math.inf
        demand = self._rate * self._cost
        self._demand += (demand - self._demand) / _SMOOTHING
        watched = self.active or (self._shortest == math.inf and self._offered > 0)
        if self.active:
            self.active = self._turned_away > 0 and self._demand > 1
        elif standing:
            self._stand()
        self._open(now)
        return watched or self.active

    def _stands(self, taken: float) -> bool:
        """Whether a turn that has taken so long already shows it, and its end, which may be far, is not waited for."""
        if taken <= self._interval or not self._admitted:
            return False
        cost = (self._busy + taken) / (self._served + self._admitted)
        return self._before > max(self.budget, _REQUESTS * cost) and taken > _MANY * cost

    def _stand(self) -> None:
        """The queue stands; of the load only what was served has been seen."""
        self.active = True
        self._demand = _ASSUMED

    def _open(self, now: float) -> None:
        self._since = now
        self._shortest = math.inf
        self._busy = 0.0
        self._offered = self._served = self._turned_away = 0
