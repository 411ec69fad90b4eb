"""What the collector costs, whoever started it.

In: the callbacks of CPython's collector. Out: counts and seconds. Never: a collection.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping


class Pauses:
    """Counts between `start` and `stop`.

    `collections`: passes by generation; `seconds`: all of them together; `longest`: seconds of one.
    """

    __slots__ = ("_began", "_clock", "collections", "longest", "seconds")

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.collections = [0, 0, 0]
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
        self.seconds += took
        self.longest = max(self.longest, took)
