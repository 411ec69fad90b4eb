"""The collector's times, with a loop and a collector that are counted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

from katana.runtime._memory._arena import BRAKE, SLOW, Arena
from katana.runtime._memory._policy import FORCED, LEFT

Counts = tuple[int, int, int]
_FREEZE, _UNFREEZE = 100, 101


class Collector:
    """What `gc` would do."""

    def __init__(self) -> None:
        self.count = 0
        self.garbage = 0
        self.left = 0
        self.frozen = 0
        self.collected: list[int] = []
        self.threshold: Counts = (700, 10, 10)

    def get_count(self) -> Counts:
        return self.count, 0, 0

    def get_threshold(self) -> Counts:
        return self.threshold

    def set_threshold(self, threshold0: int, threshold1: int = 0, threshold2: int = 0, /) -> None:
        self.threshold = threshold0, threshold1, threshold2

    def collect(self, generation: int = 2) -> int:
        self.collected.append(generation)
        self.left, self.count = self.left + self.count - self.garbage, 0
        return self.garbage

    def freeze(self) -> None:
        self.collected.append(_FREEZE)
        self.frozen += self.left
        self.left = 0

    def unfreeze(self) -> None:
        self.collected.append(_UNFREEZE)

    def get_freeze_count(self) -> int:
        return self.frozen


class Timer:
    def __init__(self) -> None:
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Loop:
    """Turns when told to. `requests` and `in_flight` are its load."""

    def __init__(self) -> None:
        self.now = 0.0
        self.requests = 0
        self.in_flight = 0
        self.soon: list[tuple[Callable[..., Any], tuple[Any, ...]]] = []
        self.delay = 0.0
        self.look: Callable[[], object] = self.clock
        self.timer = Timer()

    def clock(self) -> float:
        return self.now

    def call_soon(self, callback: Callable[..., Any], *args: Any) -> None:
        self.soon.append((callback, args))

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        self.delay, self.look, self.timer = delay, callback, Timer()
        return self.timer

    def turn(self) -> None:
        soon, self.soon = self.soon, []
        for callback, args in soon:
            callback(*args)

    def wait(self) -> None:
        self.now += self.delay
        self.look()


def _started() -> tuple[Loop, Collector, Arena]:
    loop, collector = Loop(), Collector()
    arena = Arena(loop, cast("asyncio.AbstractEventLoop", loop), collector=collector, clock=loop.clock)
    arena.start()
    return loop, collector, arena


def test_cpython_itself_collects_only_when_the_loop_does_not_run() -> None:
    _, collector, arena = _started()
    assert collector.threshold[0] == BRAKE
    arena.stop()
    assert collector.threshold == (700, 10, 10)


def test_too_much_garbage_is_collected_between_two_turns_although_a_request_waits() -> None:
    loop, collector, arena = _started()
    loop.in_flight, collector.count = 1, FORCED
    loop.wait()
    assert collector.collected == [0]
    assert (arena.forced, arena.idle) == (1, 0)


def test_a_little_garbage_waits_for_a_gap_of_two_turns() -> None:
    loop, collector, arena = _started()
    collector.count = LEFT
    loop.wait()
    loop.turn()
    assert collector.collected == []
    loop.turn()
    assert collector.collected == [1]
    assert (arena.forced, arena.idle) == (0, 1)


def test_a_turn_in_which_a_request_began_is_no_gap() -> None:
    loop, collector, _ = _started()
    collector.count = LEFT
    loop.wait()
    loop.turn()
    loop.requests += 1
    loop.turn()
    assert collector.collected == []


def test_there_is_no_gap_while_a_request_waits() -> None:
    loop, collector, _ = _started()
    collector.count = LEFT
    loop.in_flight = 1
    loop.wait()
    assert loop.soon == []
    loop.in_flight = 0
    loop.wait()
    loop.in_flight = 1
    loop.turn()
    loop.turn()
    assert collector.collected == []


def test_nothing_is_collected_where_requests_leave_nothing() -> None:
    loop, collector, _ = _started()
    for _ in range(100):
        loop.requests += 1000
        loop.wait()
        loop.turn()
        loop.turn()
    assert collector.collected == []


def test_the_loop_is_looked_at_more_often_the_faster_garbage_comes() -> None:
    loop, collector, _ = _started()
    assert loop.delay == SLOW
    loop.requests += 1
    loop.wait()
    at_load = loop.delay
    loop.requests += 1
    collector.count = FORCED * 4
    loop.wait()
    assert loop.delay < at_load / 3 < SLOW / 3
    fast = loop.delay
    loop.wait()
    assert loop.delay == 2 * fast, "a lull may be one between two bursts"
    for _ in range(6):
        loop.wait()
    assert loop.delay == SLOW


def test_what_survives_a_long_gap_is_frozen_and_taken_back_before_the_next_one() -> None:
    loop, collector, _ = _started()
    for _ in range(2):
        collector.count = 2 * FORCED
        for _ in range(3):
            loop.wait()
            loop.turn()
            loop.turn()
    assert collector.collected == [0, 2, _FREEZE, 0, _UNFREEZE, 2, _FREEZE]


def test_nothing_happens_after_the_end() -> None:
    loop, collector, arena = _started()
    collector.count = LEFT
    loop.wait()
    arena.stop()
    loop.turn()
    loop.turn()
    assert collector.collected == []
    assert loop.timer.cancelled
