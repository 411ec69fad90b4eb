"""How soon overload is noticed: a server with many connections on an event loop that is simulated, in exact time.

A turn of the loop is uvloop's: timers, then what was called soon, then each connection that has a request. What is
called soon by a callback runs in the next turn.
"""

from __future__ import annotations

import asyncio
import dataclasses
import heapq
import itertools
import random
from collections import deque
from collections.abc import Callable
from typing import Any, cast

import pytest

from katana.runtime import Limits
from katana.runtime._lookout import Lookout

COST = 0.001
REFUSING = 0.00003
CONNECTIONS = 512
LIMITS = dataclasses.replace(Limits(), loop_target=0.005)


class Timer:
    """A callback and its time; called once, unless cancelled."""

    def __init__(self, call: Callable[[], object]) -> None:
        self.call = call
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Simulated:
    """The loop, its server and the network, under an open load. `begun` are times and waits of requests."""

    in_flight = 0

    def __init__(self, limits: Limits = LIMITS, connections: int = CONNECTIONS) -> None:
        self.now = 100.0
        self._connections = connections
        self.begun: list[tuple[float, float]] = []
        self.refused = 0
        self._admits: Callable[[], bool] | None = None
        self._soon: deque[tuple[Callable[..., object], tuple[Any, ...]]] = deque()
        self._timers: list[tuple[float, int, Timer]] = []
        self._number = itertools.count()
        self._waiting: deque[float] = deque()
        self._arrivals = random.Random(3)
        lookout = Lookout(self, limits, cast(asyncio.AbstractEventLoop, self), clock=lambda: self.now)
        lookout.start()

    def call_soon(self, callback: Callable[..., object], *args: Any) -> None:
        self._soon.append((callback, args))

    def call_later(self, delay: float, callback: Callable[[], object]) -> Timer:
        timer = Timer(callback)
        heapq.heappush(self._timers, (self.now + delay, next(self._number), timer))
        return timer

    def ask(self, admits: Callable[[], bool] | None) -> None:
        self._admits = admits

    @property
    def asking(self) -> bool:
        return self._admits is not None

    def load(self, rate: float, seconds: float) -> None:
        """Requests at random times; those that find no connection free wait for one."""
        end, coming = self.now + seconds, self.now
        while self.now < end:
            while coming <= self.now:
                self._waiting.append(coming)
                coming += self._arrivals.expovariate(rate)
            self._turn(coming)

    def _turn(self, coming: float) -> None:
        while self._timers and self._timers[0][0] <= self.now:
            timer = heapq.heappop(self._timers)[2]
            if not timer.cancelled:
                timer.call()
        for _ in range(len(self._soon)):
            callback, args = self._soon.popleft()
            callback(*args)
        if not self._waiting and not self._soon:
            self.now = min(coming, self._timers[0][0])
        for _ in range(min(len(self._waiting), self._connections)):
            self._request(self._waiting.popleft())
        self.now += 0.00001

    def _request(self, since: float) -> None:
        if self._admits is None or self._admits():
            self.begun.append((self.now, self.now - since))
            self.now += COST
        else:
            self.refused += 1
            self.now += REFUSING


@pytest.mark.parametrize("load", [1.5, 2.0, 3.0])
@pytest.mark.parametrize("idle", [0.01, 0.03, 0.05, 0.07, 0.09])
def test_overload_from_one_moment_to_the_next_is_noticed_within_two_intervals(load: float, idle: float) -> None:
    """Whenever between two looks it begins: nobody is served who waited much longer than a burst may take."""
    loop = Simulated()
    loop.load(100, idle)
    began = loop.now
    loop.load(load / COST, 3)
    assert loop.refused
    assert max(wait for _, wait in loop.begun) < 4 * LIMITS.queue_interval
    assert max(wait for at, wait in loop.begun if at > began + 6 * LIMITS.queue_interval) < 5 * LIMITS.loop_target
    assert len(loop.begun) > 0.9 * 3 / COST


@pytest.mark.parametrize("target", [0.005, 0.02, 0.1, Limits().loop_target])
@pytest.mark.parametrize("load", [1.5, 3.0])
def test_whatever_the_target_it_is_about_the_longest_wait_and_nearly_all_is_served(load: float, target: float) -> None:
    loop = Simulated(dataclasses.replace(Limits(), loop_target=target), connections=10_000)
    loop.load(load / COST, 3)
    settled = loop.now
    loop.load(load / COST, 5)
    waits = sorted(wait for at, wait in loop.begun if at > settled)
    assert waits[int(0.99 * len(waits))] < 2 * target
    assert len(waits) > 0.9 * 5 / COST


def test_who_keeps_up_is_not_watched() -> None:
    loop = Simulated()
    loop.load(0.5 / COST, 5)
    assert not loop.refused
    assert not loop.asking


def test_a_crowd_on_an_idle_server_is_served_whole() -> None:
    """As many at once as take an interval: who has time afterwards turns nobody away."""
    loop = Simulated()
    for _ in range(10):
        loop.load(1, 1.5)
        before = len(loop.begun)
        loop.load(90_000, 0.001)
        assert len(loop.begun) > before
    assert not loop.refused


def test_after_the_overload_nobody_is_asked_for_any_more() -> None:
    loop = Simulated()
    loop.load(3 / COST, 2)
    assert loop.asking
    loop.load(0.3 / COST, 3)
    assert not loop.asking
