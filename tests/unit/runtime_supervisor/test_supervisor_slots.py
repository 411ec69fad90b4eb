"""A reactor that ends soon after its start is started again later and later, one that served for a while at once."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import pytest

from katana.runtime.supervisor._beat import Beat, encode, last
from katana.runtime.supervisor._process import Process
from katana.runtime.supervisor._slot import Slot


@dataclass
class Ended:
    """A process, as far as a slot looks at it."""

    started: float
    ready: bool = True


@dataclass
class Beating:
    """A process, as far as its status is made of it."""

    pid: int
    beat: Beat | None


@pytest.fixture
def slot() -> Iterator[Slot]:
    with socket.socket() as sock:
        yield Slot(0, sock, None)


def crash(slot: Slot, lived: float, *, ready: bool = True) -> float:
    return slot.crashed(cast("Process", Ended(started=100.0, ready=ready)), 100.0 + lived)


def test_early_ends_in_a_row_wait_longer_each_time(slot: Slot) -> None:
    delays = [crash(slot, 0.5) for _ in range(8)]
    assert delays[0] == 0
    for delay, nominal in zip(delays[1:], (0.1, 0.2, 0.4, 0.8, 1.0, 1.0, 1.0), strict=True):
        assert nominal * 0.5 <= delay <= nominal * 1.5
    assert slot.failures == 8


def test_one_that_has_served_for_a_while_is_replaced_at_once_and_forgiven(slot: Slot) -> None:
    for _ in range(5):
        crash(slot, 0.5)
    assert crash(slot, 60) == 0
    assert slot.failures == 0


def test_one_that_never_served_is_not_forgiven_however_long_it_took(slot: Slot) -> None:
    for count in range(1, 4):
        crash(slot, 60, ready=False)
        assert slot.failures == count


def test_the_next_one_is_due_after_the_delay(slot: Slot) -> None:
    crash(slot, 0.5)
    delay = crash(slot, 0.5)
    assert slot.start_at == pytest.approx(100.5 + delay)
    assert slot.process is None


def test_what_a_database_counts_goes_from_heartbeat_to_status(slot: Slot) -> None:
    beat = last(encode(Beat(ready=True, database={"cache.hits": 3})))
    slot.process = cast("Process", Beating(7, beat))
    assert slot.status().database == {"cache.hits": 3}
