"""What the collector costs, whoever started it.

In: the callbacks of CPython's collector. Out: counts and seconds. Never: a collection.

Seconds are of the CPU time of the thread: what else the machine did meanwhile is not the collector's.
"""

from __future__ import annotations

import gc
import time
from bisect import bisect_left
from collections.abc import Callable, Mapping
from typing import Final

BOUNDS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)
"""Seconds up to which passes are counted together; those that are longer than the last are counted, too."""


class Pauses:
    """Counts between `start` and `stop`.

    `collections`: passes by generation; `seconds`: all of them together; `longest`: seconds of one; `lengths`: how many
    were at most as long as each of `BOUNDS`, and longer than the one before, and at the end how many were longer.
    """

    __slots__ = ("_began", "_clock", "collections", "lengths", "longest", "seconds")

    def __init__(self, clock: Callable[[], float] = time.thread_time) -> None:
        self.collections = [0, 0, 0]
        self.lengths = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0
        self.longest = 0.0
        self._clock = clock
        self._began = 0.0

    def start(self) -> None:
        """Listen to the collector."""
        gc.callbacks.append(self._passed)

    def stop(self) -> None:
        """Listen no more."""
        gc.callbacks.remove(self._passed)

    def _passed(self, phase: str, info: Mapping[str, int]) -> None:
        if phase == "start":
            self._began = self._clock()
            return
        took = self._clock() - self._began
        self.collections[info["generation"]] += 1
        self.lengths[bisect_left(BOUNDS, took)] += 1
        self.seconds += took
        self.longest = max(self.longest, took)
