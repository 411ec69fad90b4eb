"""When the cyclic collector runs: decisions alone.

In: CPython's counts, and for how long nobody has asked for anything. Out: what to collect, or None. Never: a
collection, or a look at a clock.

| when | condition | collected |
|---|---|---|
| between two turns of the loop, whoever waits | `FORCED` new objects, more where most were in use the last time | 0 |
| the same | and `MIDDLE` objects have survived that once | 1 |
| the same | and what has become old since the last pass over it may have doubled it | 2 |
| nothing is asked for | `LEFT` new objects, and it takes no longer than the budget | 1, or 0 |
| the same | `LEFT_OLD` objects have become old, and it takes no longer than the budget | everything, or 2 |

New objects are those that the collector looks at and that were made and not freed since its last pass: what a request
frees by itself, which is nearly everything, does not count. The budget is a tenth of the time in which nothing has been
asked for, so that a pass of 100 ms, which a large cache may need, waits for a second of silence.

A pass over everything takes frozen objects back, and freezes what survives: caches and the like. From then on a pass
that somebody has to wait for looks at none of it. Frozen garbage is bounded by that, because all of it was in use once
at the same time.
"""

from __future__ import annotations

from typing import Final

FORCED: Final = 10_000
"""New objects that are not waited with any longer: a pass over them takes a millisecond or two."""

MOST: Final = 20_000
"""The same where requests that are under way hold most of them."""

MIDDLE: Final = 30_000
LEFT: Final = 500
LEFT_OLD: Final = 10_000
GROWTH: Final = 50_000
"""Objects that may become old, beyond as many as there are, until generation 2 is collected whoever waits."""

EVERYTHING: Final = 3
"""Beside the generations of CPython: generation 2 with what is frozen."""

_SHARE: Final = 0.1
_LEAST: Final = 0.001
_GUESS: Final = 1e-7
_MEASURABLE: Final = 1000

Counts = tuple[int, int, int]
"""As `gc.get_count` has them; the first one is that of new objects."""


class Policy:
    """Knows what became of earlier passes. `frozen`: objects that the last pass over everything has left."""

    __slots__ = ("_forced", "_middle", "_old", "_rate", "_since", "frozen")

    def __init__(self) -> None:
        self.frozen = 0
        self._forced = FORCED
        self._middle = 0
        self._since = 0
        self._old = 0
        self._rate = _GUESS

    def forced(self, counts: Counts) -> int | None:
        """What is collected although somebody may wait."""
        if counts[0] < self._forced:
            return None
        if counts[0] + self._middle + self._since > self._old + GROWTH:
            return 2
        return 1 if self._middle >= MIDDLE else 0

    def idle(self, counts: Counts, quiet: float) -> int | None:
        """What is collected when nothing has been asked for in `quiet` seconds."""
        budget = max(_LEAST, quiet * _SHARE)
        if self._objects(2, counts) >= max(LEFT_OLD, self.frozen // 10):
            if self._takes(EVERYTHING, counts) <= budget:
                return EVERYTHING
            if self._objects(2, counts) - self._old >= LEFT_OLD + self._old // 10 and self._takes(2, counts) <= budget:
                return 2
        if counts[0] < LEFT:
            return None
        return next((generation for generation in (1, 0) if self._takes(generation, counts) <= budget), None)

    def collected(self, generation: int, counts: Counts, found: int, seconds: float) -> None:
        """A pass is over.

        Args:
            generation: the oldest that it looked at.
            counts: before it.
            found: objects that it freed.
            seconds: that it took.
        """
        looked_at = self._objects(generation, counts)
        if looked_at >= _MEASURABLE:
            self._rate = max(seconds / looked_at, self._rate / 2)
        left = max(0, looked_at - found)
        if generation == 0:
            self._forced = min(MOST, max(FORCED, 2 * left))
            self._middle += left
            return
        self._middle = 0
        if generation == 1:
            self._since += left
            return
        self._since = 0
        self._old = left if generation == 2 else 0

    def _takes(self, generation: int, counts: Counts) -> float:
        return self._objects(generation, counts) * self._rate

    def _objects(self, generation: int, counts: Counts) -> int:
        """At most so many are looked at."""
        young = counts[0] + (self._middle if generation else 0)
        if generation < 2:
            return young
        return young + self._since + self._old + (self.frozen if generation == EVERYTHING else 0)
