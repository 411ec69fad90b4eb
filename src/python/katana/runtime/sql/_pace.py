"""Which statements take long, so that others need not wait behind them.

In: how long the oldest query of a lane took, told only when that was long. Out: the statements that run apart. Never: a
clock read per query.

A statement is slow when it held up a lane twice within a minute (once may be a stall of this process), and no longer
when it ran fast.
"""

from __future__ import annotations

from typing import Final

from katana.runtime.sql._statement import Statement

SLOW: Final = 0.05
"""Seconds."""
PATIENCE: Final = 0.003
"""Seconds that a lane may be without an answer before new queries prefer another."""
_MEMORY: Final = 60.0


class Pace:
    """What one database has learnt. `slow`: the statements that run apart."""

    __slots__ = ("_suspects", "slow")

    def __init__(self) -> None:
        self.slow: set[Statement] = set()
        self._suspects: dict[Statement, float] = {}

    def held_up(self, statement: Statement, now: float) -> None:
        """`statement` kept those behind it waiting for `SLOW` or longer."""
        before = self._suspects.get(statement)
        self._suspects[statement] = now
        if before is not None and now - before < _MEMORY:
            self.slow.add(statement)

    def ran(self, statement: Statement, seconds: float) -> None:
        """`statement` ran apart."""
        if seconds < SLOW / 2:
            self.slow.discard(statement)
            self._suspects.pop(statement, None)
