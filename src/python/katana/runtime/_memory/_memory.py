"""The memory of a process that serves.

In: a server that has started. Out: a frozen start, a collector on the policy's leash, figures. Never: more than one at
the same time: the collector belongs to the process.
"""

from __future__ import annotations

import asyncio
import gc
from typing import Protocol

from katana.runtime._memory import _arena
from katana.runtime._memory._arena import Arena
from katana.runtime._memory._pauses import Pauses
from katana.runtime._memory._status import MemoryStatus, resident_bytes


class Load(_arena.Load, Protocol):
    """What is asked of a server. `most_in_flight`: requests that waited at the same time."""

    @property
    def most_in_flight(self) -> int: ...


class Memory:
    """Between `begin` and `end` the process belongs to `load`.

    Args:
        load: who serves.
        arena: the policy; False: CPython's collector as it is.
    """

    def __init__(self, load: Load, *, arena: bool) -> None:
        self._load = load
        self._arena_wanted = arena
        self._arena: Arena | None = None
        self._pauses = Pauses()

    def begin(self) -> None:
        """The server has started, on the running loop: what exists now lives as long as the process.

        The collector need not look at it again.
        """
        gc.collect()
        gc.freeze()
        self._pauses.start()
        if self._arena_wanted:
            self._arena = Arena(self._load, asyncio.get_running_loop())
            self._arena.start()

    def end(self) -> None:
        """The process is its own again."""
        self._pauses.stop()
        if self._arena is not None:
            self._arena.stop()

    def status(self) -> MemoryStatus:
        """The figures of now."""
        arena, pauses, load = self._arena, self._pauses, self._load
        return MemoryStatus(
            policy="arena" if self._arena_wanted else "heap",
            resident=resident_bytes(),
            requests=load.requests,
            most_in_flight=load.most_in_flight,
            collections=tuple(pauses.collections),
            idle=0 if arena is None else arena.idle,
            forced=0 if arena is None else arena.forced,
            pause_seconds=round(pauses.seconds, 6),
            longest_pause=round(pauses.longest, 6),
            pauses=tuple(pauses.lengths),
        )
