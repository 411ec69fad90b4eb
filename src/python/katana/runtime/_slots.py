"""A bounded number of things at a time, and a short queue for the next ones, without I/O.

In: who comes, who is done, and the time. Out: who may start, and who is turned away. Never: a clock or a timer.

The queue is ruled by the time spent in it (CoDel, RFC 8289), as a queue of requests is: one that empties now and then
absorbs a burst, one that stands only adds its delay to every answer.

1. First come, first served. Who would wait longer than is `patience` is turned away at once, whoever has waited longer
   when a slot is free is turned away then, or by a timer of the caller's.
2. `patience` is `interval`, and `target` while the queue stands: from an interval whose shortest wait was beyond it to
   one in which hardly anybody was turned away.
3. No less than two departures fit into it, or slow slots would stay empty between two arrivals, up to ten intervals.
4. Until a departure says how long things take, no more wait than run.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

_SMOOTHING: Final = 8
_LONGEST: Final = 10
"""Intervals that anybody waits at most."""
_HARDLY: Final = 10
"""One in so many."""


class Slots[T]:
    """`most` slots. Times in seconds of one monotonic clock. `T` is who waits, hashable."""

    __slots__ = (
        "_begun",
        "_closes",
        "_held",
        "_interval",
        "_most",
        "_refused",
        "_shortest",
        "_standing",
        "_target",
        "_waiting",
        "busy",
    )

    def __init__(self, most: int, *, target: float, interval: float) -> None:
        self.busy = 0
        self._most = most
        self._target = target
        self._interval = interval
        self._waiting: OrderedDict[T, float] = OrderedDict()
        self._held: float | None = None
        self._standing = False
        self._closes = 0.0
        self._shortest = 0.0
        self._begun = 0
        self._refused = 0

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @property
    def patience(self) -> float:
        """Seconds that anybody waits at most (rules 2 and 3)."""
        return max(self._target if self._standing else self._interval, min(2 * self._pace, _LONGEST * self._interval))

    @property
    def _pace(self) -> float:
        """Seconds between two departures."""
        return (self._held or 0.0) / self._most

    def take(self, now: float) -> bool:
        """Take a slot, if one is free and nobody waits."""
        if self.busy >= self._most:
            return False
        self.busy += 1
        self._waited(now, 0.0)
        return True

    def join(self, who: T, now: float) -> bool:
        """Join the queue, if the wait is bearable (rules 1 and 4)."""
        ahead = len(self._waiting) + 1
        if ahead > self._most if self._held is None else ahead * self._pace > self.patience:
            self._refused += 1
            return False
        self._waiting[who] = now
        return True

    def quit(self, who: T) -> bool:
        """Leave the queue. Returns whether `who` was in it."""
        return self._waiting.pop(who, None) is not None

    def expire(self, who: T) -> bool:
        """Turn `who` away after its patience. Returns whether it was waiting."""
        waiting = self.quit(who)
        self._refused += waiting
        return waiting

    def release(self, now: float, held: float | None) -> tuple[T | None, list[T]]:
        """Give back a slot after `held` seconds, None: it was not used. Returns who has it now, and who is late."""
        if held is not None:
            self._learn(held)
        late: list[T] = []
        patience = self.patience
        while self._waiting:
            who, since = self._waiting.popitem(last=False)
            if now - since <= patience:
                self._waited(now, now - since)
                return who, late
            late.append(who)
            self._refused += 1
        self.busy -= 1
        return None, late

    def _learn(self, held: float) -> None:
        # Beyond this nobody could wait anyway; a single stream of hours must not be remembered for hours.
        held = min(held, _LONGEST * self._interval * self._most)
        self._held = held if self._held is None else self._held + (held - self._held) / _SMOOTHING

    def _waited(self, now: float, delay: float) -> None:
        """Rule 2."""
        if now >= self._closes:
            still = self._standing and self._refused * _HARDLY >= self._begun
            self._standing = still or self._shortest > self._target
            self._closes = now + self._interval
            self._shortest = delay
            self._begun = self._refused = 0
        self._shortest = min(self._shortest, delay)
        self._begun += 1
