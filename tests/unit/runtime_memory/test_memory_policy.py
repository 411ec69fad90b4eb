"""When the collector runs, as a table of decisions."""

from __future__ import annotations

import pytest

from katana.runtime._memory._policy import FORCED, GROWTH, LEFT, LEFT_OLD, Policy


@pytest.mark.parametrize(
    ("counts", "generation"),
    [
        ((FORCED - 1, 99, 99), None),
        ((FORCED, 0, 0), 0),
        ((FORCED, 10, 0), 1),
        ((FORCED, 10, 99), 1),
        ((GROWTH + 1, 0, 0), 2),
    ],
)
def test_garbage_is_not_waited_with_for_ever(counts: tuple[int, int, int], generation: int | None) -> None:
    assert Policy().forced(counts) == generation


def test_the_old_generation_is_collected_under_load_only_when_it_may_have_doubled() -> None:
    policy = Policy()
    for _ in range(GROWTH // FORCED):
        assert policy.forced((FORCED, 0, 0)) == 0
        policy.collected(0, (FORCED, 0, 0), 0, 0.001)
    assert policy.forced((FORCED, 0, 0)) == 2
    policy.collected(2, (FORCED, 0, 0), 0, 0.01)
    assert policy.old == GROWTH + FORCED
    for _ in range((policy.old + GROWTH) // FORCED):
        assert policy.forced((FORCED, 0, 0)) == 0
        policy.collected(0, (FORCED, 0, 0), 0, 0.001)
    assert policy.forced((FORCED, 0, 0)) == 2


def test_what_young_passes_free_never_makes_the_old_generation_grow() -> None:
    policy = Policy()
    for _ in range(1000):
        assert policy.forced((FORCED, 3, 0)) == 0
        policy.collected(0, (FORCED, 3, 0), FORCED, 0.001)


def test_a_gap_is_used_for_what_is_new() -> None:
    policy = Policy()
    assert policy.idle((LEFT - 1, 0, 0), 60.0) is None
    assert policy.idle((LEFT, 0, 0), 0.0) == 1


def test_what_takes_longer_waits_for_a_longer_silence() -> None:
    policy = Policy()
    policy.collected(0, (FORCED, 0, 0), 0, 0.01)  # a microsecond an object
    assert policy.idle((LEFT, 0, 0), 0.0) == 0, "11 500 objects take longer than the least budget, 500 do not"
    assert policy.idle((LEFT, 0, 0), 0.09) == 0
    assert policy.idle((LEFT, 0, 0), 0.2) == 2, "10 500 have become old by then"


def test_a_pass_over_a_large_heap_waits_for_many_times_its_length() -> None:
    policy = Policy()
    policy.collected(2, (1_000_000, 0, 0), 0, 0.1)
    fresh = (LEFT_OLD * 11, 0, 0)
    assert policy.idle(fresh, 0.5) == 1
    assert policy.idle(fresh, 1.2) == 2


def test_the_length_of_passes_is_learnt_from_those_before() -> None:
    policy = Policy()
    policy.collected(2, (1_000_000, 0, 0), 0, 10.0)
    fresh = (LEFT_OLD * 11, 0, 0)
    assert policy.idle(fresh, 60.0) == 1
    assert policy.idle(fresh, 120.0) == 2
