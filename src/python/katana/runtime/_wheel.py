"""Coarse timeouts for many connections with one timer.

In: things with an `expires` time. Out: calls of their `expired()`. Never: a timer of its own per thing, nor precision
better than one tick.

A thing sits in one slot at most. Moving its `expires` is an assignment and nothing else; when its slot comes up and it
is not due, it is filed again under its new time. So a busy connection costs one filing per timeout period, however many
requests it serves.
"""

from __future__ import annotations

import math
from typing import Protocol


class Expiring(Protocol):
    """What a wheel can hold. `expires` is in the wheel's time, `math.inf` for never; `filed` belongs to the wheel."""

    expires: float
    filed: int

    def expired(self) -> None:
        """The time came. May set a new `expires`, and is then filed again."""


class Wheel:
    """Slots of one tick each. `now` is the time of the last `turn`, in seconds."""

    __slots__ = ("_slots", "_tick", "_turned", "now")

    def __init__(self, tick: float, now: float) -> None:
        self.now = now
        self._tick = tick
        self._turned = math.floor(now / tick)
        self._slots: dict[int, set[Expiring]] = {}

    def file(self, thing: Expiring) -> None:
        """Look at `thing` when it expires. Needed when it is new or had no time, and when its time came nearer."""
        slot = 0 if thing.expires == math.inf else max(math.ceil(thing.expires / self._tick), self._turned + 1)
        if slot == thing.filed or (0 < thing.filed < slot):
            return
        self.remove(thing)
        if slot:
            self._slots.setdefault(slot, set()).add(thing)
            thing.filed = slot

    def remove(self, thing: Expiring) -> None:
        """Forget `thing`."""
        slot, thing.filed = self._slots.get(thing.filed), 0
        if slot is not None:
            slot.discard(thing)

    def turn(self, now: float) -> None:
        """Advance to `now` and call `expired()` of everything that is due."""
        self.now = now
        current = math.floor(now / self._tick)
        due = [slot for slot in range(self._turned + 1, current + 1) if slot in self._slots]
        self._turned = current
        for slot in due:
            for thing in self._slots.pop(slot):
                thing.filed = 0
                if thing.expires <= now:
                    thing.expired()
                self.file(thing)
