"""When the cyclic collector runs: decisions alone.

In: CPython's counts, and for how long nobody has asked for anything. Out: a generation to collect, or None. Never: a
collection, or a look at a clock.

| when | condition | generation |
|---|---|---|
| between two turns of the loop, whoever waits | `FORCED` new objects | 0, every tenth time 1 |
| the same | the old generation may have doubled | 2 |
| nothing is asked for | `LEFT` new objects, and it takes no longer than the budget | 1, or 0 |
| the same | `LEFT_OLD` objects have become old, and it takes no longer than the budget | 2 |

New objects are those that the collector looks at and that were made and not freed since its last pass: what a request
frees by itself, which is nearly everything, does not count. The budget is a tenth of the time in which nothing has been
asked for, so that a pass of 100 ms, which a large cache may need, waits for a second of silence.
"""

from __future__ import annotations

from typing import Final

FORCED: Final = 10_000
"""New objects that are not waited with any longer: a pass over them takes about a millisecond."""

LEFT: Final = 500
LEFT_OLD: Final = 10_000
GROWTH: Final = 100_000
"""Objects that may become old, beyond as many as there are, until generation 2 is collected whoever waits."""

_PASSES: Final = 10
_SHARE: Final = 0.1
_LEAST: Final = 0.001
_GUESS: Final = 1e-7
_MEASURABLE: Final = 1000

Counts = tuple[int, int, int]
"""As `gc.get_count` has them: new objects, then passes over each generation since the last one over the next."""


class Policy:
    """Knows what became of earlier passes. `old`: objects that have survived a pass over everything."""

    __slots__ = ("_pending", "_rate", "old")

    def __init__(self) -> None:
        self.old = 0
        self._pending = 0
        self._rate = _GUESS

    def forced(self, counts: Counts) -> int | None:
        """What is collected although somebody may wait."""
        if counts[0] < FORCED:
            return None
        if self._pending + counts[0] > self.old + GROWTH:
            return 2
        return 1 if counts[1] >= _PASSES else 0

    def idle(self, counts: Counts, quiet: float) -> int | None:
        """What is collected when nothing has been asked for in `quiet` seconds."""
        budget = max(_LEAST, quiet * _SHARE)
        if self._pending + counts[0] >= max(LEFT_OLD, self.old // 10) and self._takes(2, counts) <= budget:
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
        survivors = max(0, self._pending + counts[0] - found)
        if generation == 2:
            self.old = max(0, self.old + self._pending + counts[0] - found)
            survivors = 0
        self._pending = survivors

    def _takes(self, generation: int, counts: Counts) -> float:
        return self._objects(generation, counts) * self._rate

    def _objects(self, generation: int, counts: Counts) -> int:
        """At most so many are looked at."""
        older = (0, self._pending, self._pending + self.old)
        return counts[0] + older[generation]
