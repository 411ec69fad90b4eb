"""Coarse timeouts."""

from __future__ import annotations

import math

from katana.runtime._wheel import Wheel


class Thing:
    def __init__(self, expires: float, again: float = math.inf) -> None:
        self.expires = expires
        self.filed = 0
        self.again = again
        self.calls = 0

    def expired(self) -> None:
        self.calls += 1
        self.expires = self.again


def wheel() -> Wheel:
    return Wheel(0.5, 100.0)


def test_a_thing_expires_in_the_first_tick_after_its_time() -> None:
    clock, thing = wheel(), Thing(101.2)
    clock.file(thing)
    clock.turn(101.0)
    assert thing.calls == 0
    clock.turn(101.5)
    assert thing.calls == 1
    clock.turn(200.0)
    assert thing.calls == 1


def test_a_later_time_needs_no_filing() -> None:
    clock, thing = wheel(), Thing(101.0)
    clock.file(thing)
    thing.expires = 110.0
    clock.turn(105.0)
    assert thing.calls == 0
    clock.turn(110.0)
    assert thing.calls == 1


def test_an_earlier_time_counts_once_filed() -> None:
    clock, thing = wheel(), Thing(150.0)
    clock.file(thing)
    thing.expires = 101.0
    clock.file(thing)
    clock.turn(101.0)
    assert thing.calls == 1


def test_a_thing_without_time_is_forgotten_and_can_come_back() -> None:
    clock, thing = wheel(), Thing(101.0)
    clock.file(thing)
    thing.expires = math.inf
    clock.turn(105.0)
    assert (thing.calls, thing.filed) == (0, 0)
    thing.expires = 106.0
    clock.file(thing)
    clock.turn(106.0)
    assert thing.calls == 1


def test_a_removed_thing_does_not_expire() -> None:
    clock, thing = wheel(), Thing(101.0)
    clock.file(thing)
    clock.remove(thing)
    clock.remove(thing)
    clock.turn(105.0)
    assert thing.calls == 0


def test_a_time_that_has_passed_is_due_at_the_next_turn() -> None:
    clock, thing = wheel(), Thing(99.0)
    clock.file(thing)
    clock.turn(100.5)
    assert thing.calls == 1


def test_expiring_may_set_a_new_time() -> None:
    clock, thing = wheel(), Thing(101.0, again=103.0)
    clock.file(thing)
    clock.turn(102.0)
    clock.turn(103.0)
    assert thing.calls == 2


def test_one_thing_may_remove_another_of_its_slot() -> None:
    clock = wheel()
    things = [Thing(101.0), Thing(101.0)]

    class Remover(Thing):
        def expired(self) -> None:
            for thing in things:
                thing.expires = math.inf
                clock.remove(thing)
            super().expired()

    for thing in [Remover(101.0), *things]:
        clock.file(thing)
    clock.turn(105.0)
    clock.turn(106.0)
    assert [thing.filed for thing in things] == [0, 0]
