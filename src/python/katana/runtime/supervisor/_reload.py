"""Replacing the reactors one after the other (SIGHUP).

In: the slots, and a look in each turn. Out: forks and signals, asked for through calls. Never: a slot without a process
that was told to end before its successor served.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from katana.runtime._notify import notify, reloading
from katana.runtime.supervisor._attempts import Attempts
from katana.runtime.supervisor._process import Process
from katana.runtime.supervisor._slot import Slot

_log = logging.getLogger("katana.supervisor")


class Reload:
    """One round of replacements at a time. `attempts`: how many there were.

    Args:
        fork: starts a process for a slot.
        retire: tells a process to end.
    """

    def __init__(self, fork: Callable[[Slot], Process], retire: Callable[[Process], None]) -> None:
        self.attempts = Attempts()
        self._fork = fork
        self._retire = retire
        self._waiting: list[Slot] = []

    def begin(self, slots: Sequence[Slot]) -> None:
        """Replace the processes of all slots; one round that is under way begins anew."""
        if not self.attempts.under_way:
            self.attempts = self.attempts.began()
        notify(reloading())
        _log.info("replacing %d reactors", len(slots))
        self._waiting = list(slots)

    def refuse(self, reason: str) -> None:
        """Nothing is replaced."""
        self.attempts = self.attempts.began().ended(reason)
        _log.error("no reload: %s", reason)

    def fail(self, slot: Slot) -> None:
        """The successor in a slot has ended before it served."""
        self._waiting.clear()
        self._end(f"reactor {slot.number} did not start again; the old ones go on")
        _log.error("the reload has ended: %s", self.attempts.error)

    def look(self) -> None:
        """Go on as far as that is possible now."""
        while self._waiting:
            slot = self._waiting[0]
            if slot.process is not None or slot.successor is not None:  # else it is being started anyway
                if slot.successor is None:
                    slot.successor = self._fork(slot)
                if not slot.successor.ready:
                    return
                if slot.process is not None:
                    self._retire(slot.process)
                slot.process, slot.successor, slot.start_at = slot.successor, None, None
                slot.failures = 0
            self._waiting.pop(0)
            if not self._waiting:
                self._end()
                _log.info("all reactors are replaced")

    def _end(self, error: str = "") -> None:
        self.attempts = self.attempts.ended(error)
        notify("READY=1")
