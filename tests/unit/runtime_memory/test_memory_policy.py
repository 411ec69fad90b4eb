"""When the collector runs, as a table of decisions."""

from __future__ import annotations

from katana.runtime._memory._policy import EVERYTHING, FORCED, GROWTH, LEFT, LEFT_OLD, MIDDLE, MOST, Policy

Counts = tuple[int, int, int]


def _counts(new: int) -> Counts:
    return new, 0, 0


def _old(objects: int) -> Policy:
    """A policy that has seen these survive a pass over all generations, at 0.1 µs for each."""
    policy = Policy()
    policy.collected(2, _counts(objects), 0, objects * 1e-7)
    return policy


def test_garbage_is_not_waited_with_for_ever() -> None:
    assert Policy().forced(_counts(FORCED - 1)) is None
    assert Policy().forced(_counts(FORCED)) == 0


def test_what_survives_once_is_looked_at_again_when_there_is_enough_of_it() -> None:
    policy = _old(10 * MIDDLE)
    policy.collected(0, _counts(MIDDLE), 1, 0.001)
    assert policy.forced(_counts(MOST)) == 0
    policy.collected(0, _counts(10), 0, 0.001)
    assert policy.forced(_counts(MOST)) == 1
    policy.collected(1, _counts(MOST), 0, 0.001)
    assert policy.forced(_counts(MOST)) == 0


def test_the_old_generation_is_collected_under_load_only_when_it_may_have_doubled() -> None:
    policy = _old(1_000_000)
    looked = 0
    while policy.forced(_counts(MOST)) != 2:
        policy.collected(1, _counts(MOST), 0, 0.001)
        looked += MOST
    assert 1_000_000 + GROWTH - MOST <= looked <= 1_000_000 + GROWTH


def test_what_young_passes_free_never_makes_the_old_generation_grow() -> None:
    policy = Policy()
    for _ in range(1000):
        assert policy.forced(_counts(FORCED)) == 0
        policy.collected(0, _counts(FORCED), FORCED, 0.001)


def test_passes_that_find_most_in_use_become_rarer_up_to_a_limit() -> None:
    policy = Policy()
    policy.collected(0, _counts(FORCED), 0, 0.001)
    assert policy.forced(_counts(FORCED)) is None
    assert policy.forced(_counts(2 * FORCED)) == 0
    policy.collected(0, _counts(1_000_000), 0, 0.1)
    assert policy.forced(_counts(MOST)) is not None
    policy.collected(0, _counts(MOST), MOST, 0.01)
    assert policy.forced(_counts(FORCED)) is not None


def test_a_gap_is_used_for_what_is_new() -> None:
    policy = Policy()
    assert policy.idle(_counts(LEFT - 1), 60.0) is None
    assert policy.idle(_counts(LEFT), 0.0) == 1


def test_what_takes_longer_waits_for_a_longer_silence() -> None:
    policy = Policy()
    policy.collected(0, _counts(2 * LEFT_OLD), 0, 0.02)  # a microsecond for each object
    assert policy.idle(_counts(LEFT), 0.1) == 0, "20 500 objects take longer than 10 ms, 500 do not"
    assert policy.idle(_counts(LEFT), 0.21) == EVERYTHING


def test_a_pass_over_a_large_heap_waits_for_many_times_its_length() -> None:
    policy = _old(1_000_000)
    fresh = _counts(LEFT_OLD)
    assert policy.idle(fresh, 0.9) == 1
    assert policy.idle(fresh, 1.1) == EVERYTHING


def test_the_length_of_passes_is_learnt_from_those_before() -> None:
    policy = Policy()
    policy.collected(2, _counts(1_000_000), 0, 10.0)
    assert policy.idle(_counts(LEFT_OLD), 60.0) == 1
    assert policy.idle(_counts(LEFT_OLD), 120.0) == EVERYTHING


def test_what_is_frozen_is_left_out_until_there_is_time_for_it() -> None:
    policy = _old(1_000_000)
    policy.collected(EVERYTHING, _counts(0), 0, 0.1)
    policy.frozen = 1_000_000
    assert policy.forced(_counts(GROWTH + 1)) == 2, "only what is not frozen counts"
    fresh = _counts(2 * LEFT_OLD)
    assert policy.idle(fresh, 60.0) == 1, "a tenth of what is frozen has to be new"
    grown = _counts(110_000)
    assert policy.idle(grown, 1.0) == 2
    assert policy.idle(grown, 1.2) == EVERYTHING
