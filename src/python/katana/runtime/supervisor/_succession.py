"""What a supervisor does about the next version of its program.

In: the wish for one, and then a look in each turn. Out: the process that has taken over, once. Never: a decision about
the reactors of this version: those end when the supervisor says so.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import signal
import socket
from collections.abc import Sequence

from katana.runtime.supervisor._attempts import Attempts
from katana.runtime.supervisor._takeover import Heir, command_line, why_not

_log = logging.getLogger("katana.supervisor")


class Succession:
    """One new version at a time. `attempts`: how many there were.

    Args:
        tied_to: what of this process a new version could not take over; None: there is nothing.
        poll: where the supervisor waits.
    """

    def __init__(self, tied_to: str | None, poll: select.poll) -> None:
        self._tied_to = tied_to
        self._poll = poll
        self._heir: Heir | None = None
        self.attempts = Attempts()

    @property
    def pid(self) -> int | None:
        """The new version's process while it starts."""
        return None if self._heir is None else self._heir.pid

    @property
    def descriptors(self) -> tuple[int, ...]:
        """What a reactor must not inherit."""
        return () if self._heir is None else (self._heir.channel,)

    def begin(self, socks: Sequence[socket.socket], admin: socket.socket | None, *, busy: bool) -> None:
        """Start the new version, or say why not.

        Args:
            socks: what it is to listen on.
            admin: the same for the admin port; None: there is none.
            busy: whether the reactors are being started or replaced.
        """
        if self._heir is not None:
            _log.error("a new version is starting already, as process %d", self._heir.pid)
            return
        self.attempts = self.attempts.began()
        reason = why_not(os.environ) if self._tied_to is None else f"it cannot leave {self._tied_to} behind"
        if busy:
            reason = "it is being started or reloaded; try again when that is done"
        if reason is not None:
            self._fail(f"no new version takes over from process {os.getpid()}: {reason}")
            return
        command = command_line()
        try:
            self._heir = Heir(command, socks, admin)
        except OSError as error:
            self._fail(f"the new version cannot be started, this one goes on: {command[0]}: {error.strerror}")
            return
        self._poll.register(self._heir.channel, select.POLLIN)
        _log.info("a new version starts as process %d", self._heir.pid)

    def look(self) -> int | None:
        """The process id of the new version when it serves; None: not yet, or not any more."""
        heir = self._heir
        if heir is None:
            return None
        code = heir.ended()
        if code is None and not heir.serves():
            if heir.silent:  # the poll would return at once again and again
                self._unregister(heir)
            return None
        self._forget(heir)
        if code is None:
            self.attempts = self.attempts.ended()
            _log.info("process %d has taken over; this one finishes what it has begun", heir.pid)
            return heir.pid
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        self._fail(f"the new version (process {heir.pid}) {how} before it served; this one goes on")
        return None

    def end(self) -> None:
        """This instance ends, and with it the start of another version."""
        heir = self._heir
        if heir is not None:
            self._forget(heir)
            if heir.ended() is None:
                heir.signal(signal.SIGTERM)

    def _fail(self, error: str) -> None:
        self.attempts = self.attempts.ended(error)
        _log.error("%s", error)

    def _forget(self, heir: Heir) -> None:
        self._heir = None
        self._unregister(heir)
        heir.close()

    def _unregister(self, heir: Heir) -> None:
        with contextlib.suppress(KeyError):  # it is not registered any more
            self._poll.unregister(heir.channel)
