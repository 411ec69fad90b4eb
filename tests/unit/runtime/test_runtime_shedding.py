"""What an overloaded loop begins, in a loop that is simulated: no clock, and the same requests every time."""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from katana.runtime._shedding import Shedding

TARGET = 0.005
INTERVAL = 0.1
REFUSING = 0.00003
"""Seconds that it takes to turn a request away."""


@dataclass
class Loop:
    """Takes what is there in turns. `served` and `refused` map clients to counts; `waits` are of those begun."""

    cost: float
    shedding: Shedding
    now: float = 0.0
    before: float = 0.0
    closes: float = INTERVAL
    active: list[bool] = field(default_factory=list)
    served: Counter[int] = field(default_factory=Counter)
    refused: Counter[int] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)

    def turn(self, requests: list[tuple[float, int]], answered: Callable[[float, int], None]) -> None:
        """Requests are the times at which they came, and clients."""
        began = self.now
        self.shedding.turn(self.before, waiting=0)
        for since, client in requests:
            if self.shedding.admits(self.now):
                self.waits.append(self.now - since)
                self.served[client] += 1
                self.now += self.cost
            else:
                self.refused[client] += 1
                self.now += REFUSING
            answered(self.now, client)
        self.before = self.now - began

    def idle(self, until: float) -> None:
        """Nothing is there until then."""
        self.shedding.turn(0.00002, waiting=0)
        self.now, self.before = until, 0.0

    def look(self) -> None:
        """What the timer does."""
        if self.now >= self.closes:
            self.shedding.close(self.now)
            self.active.append(self.shedding.active)
            self.closes = self.now + INTERVAL


def shedding() -> Shedding:
    return Shedding(TARGET, INTERVAL, chance=random.Random(1).random)


def open_loop(rate: float, cost: float, seconds: float, *, loop: Loop | None = None) -> Loop:
    """Requests that come at `rate`, whatever becomes of them."""
    loop = loop or Loop(cost, shedding())
    arrivals = random.Random(2)
    end, coming = loop.now + seconds, loop.now
    pending: deque[tuple[float, int]] = deque()
    while loop.now < end:
        while coming <= loop.now:
            pending.append((coming, 0))
            coming += arrivals.expovariate(rate)
        batch = list(pending)
        pending.clear()
        loop.turn(batch, lambda _now, _client: None) if batch else loop.idle(coming)
        loop.look()
    return loop


def percentile(values: list[float], fraction: float) -> float:
    return sorted(values)[int(len(values) * fraction)]


@pytest.mark.parametrize("load", [0.3, 0.7, 0.8])
@pytest.mark.parametrize("cost", [0.0002, 0.001, 0.02, 0.05])
def test_a_load_that_fits_is_served_whole(load: float, cost: float) -> None:
    loop = open_loop(load / cost, cost, 60)
    assert loop.refused.total() <= 0.01 * loop.served.total()


@pytest.mark.parametrize("load", [1.5, 2.0, 3.0])
@pytest.mark.parametrize("cost", [0.001, 0.002, 0.004, 0.02, 0.05])
def test_under_overload_the_loop_serves_nearly_all_it_can_and_waits_are_short(load: float, cost: float) -> None:
    loop = open_loop(load / cost, cost, 60)
    assert loop.served.total() > 0.9 * 60 / cost
    assert percentile(loop.waits[len(loop.waits) // 10 :], 0.99) <= 3 * (max(TARGET, 3 * cost) + cost)


def test_when_the_load_is_over_everything_is_served_again() -> None:
    loop = open_loop(3000, 0.001, 5)
    assert loop.active[-1]
    refused = loop.refused.total()
    open_loop(500, 0.001, 5, loop=loop)
    assert not loop.active[-1]
    assert loop.refused.total() - refused < 50


def test_a_burst_is_no_overload() -> None:
    loop = Loop(0.001, shedding())
    for _ in range(20):
        loop.turn([(loop.now, 0)] * 60, lambda _now, _client: None)
        loop.idle(loop.now + 0.06)
        loop.look()
    assert not loop.refused


def test_no_client_is_always_the_one_that_is_turned_away() -> None:
    """Thirty clients, each of which asks again when it is answered: the order of answers is that of requests."""
    loop = Loop(0.001, shedding())
    pending = deque((0.0, client) for client in range(30))
    while loop.now < 20:
        batch = list(pending)
        pending.clear()
        loop.turn(batch, lambda now, client: pending.append((now, client)))
        loop.look()
    assert loop.refused.total() > 1000
    fair = loop.served.total() / 30
    assert all(0.8 * fair < loop.served[client] < 1.2 * fair for client in range(30))


def test_an_idle_loop_begins_whatever_comes() -> None:
    controller = Shedding(TARGET, INTERVAL, chance=lambda: 0.999)
    loop = open_loop(3000, 0.001, 1, loop=Loop(0.001, controller))
    assert controller.active
    controller.turn(0.0, waiting=0)
    assert controller.admits(loop.now)


def test_handlers_that_wait_and_compute_later_do_not_come_all_at_once() -> None:
    controller = Shedding(TARGET, INTERVAL, chance=lambda: 0.5)
    open_loop(3000, 0.001, 1, loop=Loop(0.001, controller))
    assert controller.active
    controller.turn(0.0, waiting=20)
    assert not controller.admits(100.0)


def test_a_turn_begins_nothing_after_its_budget() -> None:
    controller = Shedding(TARGET, INTERVAL, chance=lambda: 0.0)
    open_loop(3000, 0.001, 1, loop=Loop(0.001, controller))
    assert controller.active
    controller.turn(0.006, waiting=0)
    assert [controller.admits(100.0 + at) for at in (0.0, 0.004, 0.006)] == [True, True, False]
