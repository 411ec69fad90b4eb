"""One reactor's place: its socket, and the process that serves it now.

In: events with their time. Out: whether a process is to be started. Never: a fork, a signal.

| state | process | next |
|---|---|---|
| waiting | none, `start_at` says when to start one | running |
| running | `process` | waiting, when it ends |
| replacing | `process` and `successor` | running, when the successor is ready or has ended |
"""

from __future__ import annotations

import random
import socket
from typing import Final

from katana.runtime.supervisor._beat import Beat
from katana.runtime.supervisor._process import Process
from katana.runtime.supervisor._status import ReactorStatus

_FIRST: Final = 0.1
_LONGEST: Final = 1.0
_STABLE: Final = 10.0
CRASH_LOOP: Final = 3
"""Ends in a row, each soon after the start, from which on they are called a loop."""


class Slot:
    """`number` from 0; `core` to run on, None: any; `failures`: early ends in a row."""

    __slots__ = ("core", "failures", "number", "process", "sock", "start_at", "successor")

    def __init__(self, number: int, sock: socket.socket, core: int | None) -> None:
        self.number = number
        self.sock = sock
        self.core = core
        self.process: Process | None = None
        self.successor: Process | None = None
        self.failures = 0
        self.start_at: float | None = None

    @property
    def ready(self) -> bool:
        """Whether its process has started."""
        return self.process is not None and self.process.ready

    def status(self) -> ReactorStatus:
        """For the admin port."""
        beat = (self.process.beat if self.process is not None else None) or Beat()
        return ReactorStatus(
            number=self.number,
            pid=None if self.process is None else self.process.pid,
            ready=beat.ready,
            reasons=beat.reasons,
            connections=beat.connections,
            in_flight=beat.in_flight,
            loop=beat.loop,
            refusals=beat.refusals,
            database=beat.database,
            memory=beat.memory,
            restarts=self.failures,
        )

    def crashed(self, process: Process, now: float) -> float:
        """Notes that its process has ended; returns the seconds after which the next one starts.

        One that served for a while is replaced at once; otherwise the delay doubles, spread by half.
        """
        self.process = None
        stable = process.ready and now - process.started > _STABLE
        self.failures = 0 if stable else self.failures + 1
        nominal: float = 0.0 if self.failures <= 1 else min(_LONGEST, _FIRST * 2.0 ** min(self.failures - 2, 16))
        delay = nominal * random.uniform(0.5, 1.5)  # noqa: S311 - spreads load, keeps no secret
        self.start_at = now + delay
        return delay
