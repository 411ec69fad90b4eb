"""What an operator asks of an instance that runs: to replace its reactors, or to leave its place to a new version.

In: the admin port of the instance. Out: a signal to its supervisor, and what became of it. Never: a signal to a process
that is not known to be one: the admin port names it, and its reactors have to be its children.
"""

from __future__ import annotations

import http.client
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from katana.runtime.supervisor._status import Status, decode_status

_ANSWER_SECONDS: Final = 5.0
_PAUSE: Final = 0.1
_MOST: Final = 1 << 20
_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - asked, not bound


class OrderError(Exception):
    """It has not been done. One line that says why."""


@dataclass(frozen=True, slots=True)
class Instance:
    """A running instance of `service`, at its admin port."""

    service: str
    host: str
    port: int

    def reload(self) -> str:
        """Have all reactors replaced, and wait until they are. Returns what to tell. Raises OrderError."""
        before = self._wait(lambda status: not status.reloads.under_way)
        self._signal(before, signal.SIGHUP)
        after = self._wait(lambda status: status.reloads.begun > before.reloads.begun and not status.reloads.under_way)
        if after.reloads.failed > before.reloads.failed:
            raise OrderError(after.reloads.error)
        return f"{len(after.reactors)} reactors have been replaced"

    def upgrade(self) -> str:
        """Have a new version take over, and wait until it has. Returns what to tell. Raises OrderError."""
        before = self.status()
        self._signal(before, signal.SIGUSR2)

        def decided(status: Status) -> bool:
            return status.supervisor != before.supervisor or status.takeovers.failed > before.takeovers.failed

        after = self._wait(decided)
        if after.supervisor == before.supervisor:
            raise OrderError(f"{after.takeovers.error}; see its log")
        return f"process {after.supervisor} has taken over, version {after.version}"

    def status(self) -> Status:
        """What it says now. Raises OrderError."""
        where = f"{self.host}:{self.port}"
        connection = http.client.HTTPConnection(
            _EVERYWHERE.get(self.host, self.host), self.port, timeout=_ANSWER_SECONDS
        )
        try:
            connection.request("GET", "/status")
            found = decode_status(connection.getresponse().read(_MOST))
        except OSError as error:
            raise OrderError(f"no instance answers at the admin port {where}: {error.strerror or error}") from error
        except (http.client.HTTPException, msgspec.MsgspecError):
            raise OrderError(f"what answers at {where} is not the admin port of a service") from None
        finally:
            connection.close()
        if found.service != self.service:
            raise OrderError(f"what answers at {where} is {found.service}, not {self.service}")
        return found

    def _wait(self, condition: Callable[[Status], bool]) -> Status:
        """The first status that is as wanted. The admin port may be silent while it goes over to another process."""
        supervisor = None
        while True:
            try:
                status = self.status()
            except OrderError as error:
                if supervisor is None or not isinstance(error.__cause__, OSError) or not _exists(supervisor):
                    raise
            else:
                supervisor = status.supervisor
                if condition(status):
                    return status
            time.sleep(_PAUSE)

    def _signal(self, status: Status, number: int) -> None:
        pid = status.supervisor
        if not all(_parent(each.pid) in (pid, None) for each in status.reactors if each.pid is not None):
            raise OrderError(f"process {pid} is on another machine or in another container: give the order there")
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            raise OrderError(f"process {pid} is not on this machine: give the order there") from None
        except PermissionError:
            raise OrderError(f"process {pid} belongs to another user: give the order as that user") from None


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _parent(pid: int) -> int | None:
    """The parent of a process, 0 when there is no such process; None where nobody tells (proc(5), stat)."""
    if not Path("/proc/self/stat").exists():
        return None
    try:
        return int(
            Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[1]
        )
    except OSError:
        return 0
