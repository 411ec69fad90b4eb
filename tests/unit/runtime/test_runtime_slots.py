"""Slots and their queue, with a clock of the test's."""

from __future__ import annotations

import heapq

import pytest

from katana.runtime._slots import Slots

TARGET = 0.005
INTERVAL = 0.1


def slots(most: int) -> Slots[str]:
    return Slots(most, target=TARGET, interval=INTERVAL)


def seasoned(most: int, held: float) -> Slots[str]:
    """Slots that know how long things take, none of them taken."""
    found = slots(most)
    assert found.take(0.0)
    assert found.release(0.0, held) == (None, [])
    return found


def test_as_many_run_as_there_are_slots() -> None:
    two = slots(2)
    assert [two.take(0.0) for _ in range(3)] == [True, True, False]
    assert two.release(1.0, 1.0) == (None, [])
    assert two.take(1.0)


def test_a_free_slot_goes_to_the_one_that_waited_longest() -> None:
    two = seasoned(2, 0.01)
    assert two.take(0.0)
    assert two.take(0.0)
    assert two.join("a", 0.0)
    assert two.join("b", 0.001)
    assert two.release(0.01, 0.01) == ("a", [])
    assert (two.busy, two.waiting) == (2, 1)
    assert two.release(0.01, 0.01) == ("b", [])
    assert (two.busy, two.waiting) == (2, 0)


def test_who_has_left_the_queue_gets_nothing() -> None:
    one = slots(1)
    one.take(0.0)
    one.join("a", 0.0)
    assert one.quit("a")
    assert not one.quit("a")
    assert one.release(0.01, 0.01) == (None, [])
    assert one.busy == 0


def test_a_slot_that_was_not_used_says_nothing_about_how_long_things_take() -> None:
    one = seasoned(1, 0.04)
    one.take(0.0)
    one.release(0.0, None)
    one.take(0.0)
    assert [one.join(name, 0.0) for name in "abc"] == [True, True, False]  # two of 40 ms fit into 100 ms


def test_until_something_is_known_no_more_wait_than_run() -> None:
    two = slots(2)
    two.take(0.0)
    two.take(0.0)
    assert [two.join(name, 0.0) for name in "abc"] == [True, True, False]


@pytest.mark.parametrize(("most", "held", "waiting"), [(1, 0.001, 100), (8, 0.01, 80), (4, 0.2, 2), (2, 30.0, 0)])
def test_no_more_wait_than_can_be_begun_in_a_burst(most: int, held: float, waiting: int) -> None:
    found = seasoned(most, held)
    while found.take(0.0):
        pass
    assert sum(found.join(str(number), 0.0) for number in range(500)) == pytest.approx(waiting, abs=1)


def test_who_has_waited_too_long_is_turned_away_when_a_slot_is_free() -> None:
    one = seasoned(1, 0.01)
    one.take(0.0)
    one.join("old", 0.0)
    one.join("new", 0.15)
    assert one.release(0.2, 0.2) == ("new", ["old"])


def test_a_queue_that_stands_is_cut_to_its_target() -> None:
    one = seasoned(1, 0.001)
    one.take(0.0)
    now, waiting = 0.0, 0
    while now < 0.5:  # as many come as leave, and the queue of thirty stays
        while one.waiting < 30 and one.join(f"{now} {waiting}", now):
            waiting += 1
        now += 0.001
        assert one.release(now, 0.001)[0] is not None
    assert one.waiting <= TARGET / 0.001
    assert one.patience == TARGET


def test_an_interval_in_which_nobody_is_turned_away_ends_the_standing_queue() -> None:
    one = seasoned(1, 0.001)
    one.take(0.0)
    for step in range(300):
        one.join(str(step), step * 0.001)
        one.join(f"{step}b", step * 0.001)
        one.release((step + 1) * 0.001, 0.001)
    assert one.patience == TARGET
    while one.busy:
        one.release(0.301, 0.001)
    for now in (1.0, 1.05, 1.11):
        assert one.take(now)
        one.release(now, 0.001)
    assert one.patience == INTERVAL


@pytest.mark.parametrize(("most", "held"), [(1, 0.01), (8, 0.01), (4, 0.05), (1, 0.08)])
def test_three_times_too_much_costs_little_throughput_and_waits_are_short(most: int, held: float) -> None:
    """A simulation: arrivals at three times the rate that the slots can serve."""
    found = slots(most)
    gap, seconds = held / most / 3, 20.0
    events = [(number * gap, 0, f"{number}") for number in range(int(seconds / gap))]
    since: dict[str, float] = {}
    begun: list[float] = []

    def begin(who: str, now: float) -> None:
        begun.append(now - since[who])
        heapq.heappush(events, (now + held, 1, who))

    while events:
        now, ends, who = heapq.heappop(events)
        if ends:
            following, _ = found.release(now, held)
            if following is not None:
                begin(following, now)
        else:
            since[who] = now
            if found.take(now):
                begin(who, now)
            else:
                found.join(who, now)
    assert len(begun) > 0.9 * seconds * most / held
    settled = sorted(begun[len(begun) // 10 :])
    assert settled[int(len(settled) * 0.99)] <= max(TARGET, 2 * held / most) * 1.01
