"""What the passes of the collector took, by a clock that is set."""

from __future__ import annotations

import gc

from katana.runtime._memory._pauses import BOUNDS, Pauses


def test_passes_are_counted_by_generation_and_by_length() -> None:
    now = 0.0
    pauses = Pauses(clock=lambda: now)
    for generation, took in ((0, 0.0005), (0, 0.001), (1, 0.0011), (2, 0.02), (2, 3.0)):
        now = 0.0
        pauses._passed("start", {"generation": generation})
        now = took
        pauses._passed("stop", {"generation": generation})
    assert pauses.collections == [2, 1, 2]
    assert pauses.lengths == [2, 1, 0, 0, 1, 0, 0, 1]
    assert len(pauses.lengths) == len(BOUNDS) + 1
    assert (round(pauses.seconds, 4), pauses.longest) == (3.0226, 3.0)


def test_it_hears_every_pass_until_it_is_stopped() -> None:
    pauses = Pauses()
    pauses.start()
    gc.collect(0)
    gc.collect(1)
    pauses.stop()
    gc.collect(0)
    assert pauses.collections[1] == 1
    assert sum(pauses.lengths) == sum(pauses.collections)
