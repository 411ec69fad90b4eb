"""One child of the supervisor.

In: what it is to do. Out: its process id, its heartbeats, its end. Never: a decision about it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterable
from typing import Final

from katana.runtime.supervisor._beat import Beat, last

_BLOCKED: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR2, signal.SIGCHLD)
_LONGEST: Final = 65536

Run = Callable[[int, int], int]
"""What a child does: takes the pipes for its beats and of its leash, returns its exit code."""


class Process:
    """A forked child.

    Attributes:
        pid: of the process.
        channel: file descriptor to read its beats from; readable at its end, too.
        beat: the newest beat, None before the first.
        last_beat: `time.monotonic()` of it, at first of the start.
        started: `time.monotonic()`.
    """

    def __init__(self, run: Run, now: float, foreign: Iterable[int]) -> None:
        """Forks. `foreign` are file descriptors that the child has no business with."""
        self.channel, beats = os.pipe()
        leash, self._leash = os.pipe()
        os.set_blocking(self._leash, False)
        os.set_blocking(self.channel, False)
        os.set_blocking(beats, False)
        self._lines = b""
        self.beat: Beat | None = None
        self.started = self.last_beat = now
        # A signal between the fork and the child's own handlers would run ours, in the child.
        signal.pthread_sigmask(signal.SIG_BLOCK, _BLOCKED)
        try:
            self.pid = os.fork()
            if self.pid == 0:
                _child(run, beats, leash, (self.channel, self._leash, *foreign))
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _BLOCKED)
        os.close(beats)
        os.close(leash)

    @property
    def descriptors(self) -> tuple[int, int]:
        """What a sibling must not inherit."""
        return self.channel, self._leash

    @property
    def ready(self) -> bool:
        """Whether it has started."""
        return self.beat is not None and self.beat.ready

    def listen(self, now: float) -> None:
        """Reads what has arrived on the channel."""
        try:
            data = os.read(self.channel, _LONGEST)
        except BlockingIOError:
            return
        self._lines = (self._lines + data)[-_LONGEST:]
        beat = last(self._lines)
        if beat is not None:
            self.beat, self.last_beat = beat, now
            self._lines = self._lines.rpartition(b"\n")[2]

    def tell(self, line: bytes) -> None:
        """Sends a line down the leash; one for which there is no room is dropped, the next one tells it all again."""
        with contextlib.suppress(OSError):
            os.write(self._leash, line)

    def ended(self) -> int | None:
        """The exit code, -n for signal n, or None while it runs."""
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if pid == 0:
            return None
        os.close(self.channel)
        os.close(self._leash)
        return os.waitstatus_to_exitcode(status)

    def signal(self, number: int) -> None:
        """Sends a signal; only to be asked while `ended` has returned None."""
        os.kill(self.pid, number)


def _child(run: Run, beats: int, leash: int, foreign: Iterable[int]) -> None:
    """Never returns: what stands above on the stack belongs to the supervisor."""
    code = 70
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGINT, signal.SIGHUP, signal.SIGUSR2):
            signal.signal(number, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT, signal.SIGHUP, signal.SIGUSR2, signal.SIGCHLD))
        for descriptor in foreign:
            os.close(descriptor)
        code = run(beats, leash)
    except BaseException:  # noqa: BLE001 - the process ends here, and must not run what the supervisor does at its end
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
