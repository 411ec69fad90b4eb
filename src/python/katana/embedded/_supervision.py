"""The owner's end of the supervisor: start it, give it commands, hear its events.

In: what to remove at the end and how to stop a child. Out: `Supervision`, with a child run at a time. Never: a decision
about PostgreSQL; two threads at once (the server's lock sees to that).
"""

import inspect
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from katana.embedded import _supervisor
from katana.embedded._errors import EmbeddedPostgresError, PermissionRefused
from katana.embedded._identity import Identity

_HELLO_SECONDS = 60.0
_SPARE_SECONDS = 30.0


class Supervision:
    """A supervisor process and the child it may have.

    Raises:
        PermissionRefused: the interpreter cannot be started, or does not answer.
    """

    def __init__(
        self,
        *,
        remove: Iterable[Path] = (),
        ladder: Sequence[tuple[int, float]],
        keep_open: Iterable[int] = (),
    ) -> None:
        config = {"owner": os.getpid(), "remove": [str(path) for path in remove], "ladder": [list(s) for s in ladder]}
        self._patience = sum(seconds for _, seconds in ladder) + _SPARE_SECONDS
        self._buffer = b""
        self._returncode: int | None = None
        self._running = False
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-ISs", "-c", inspect.getsource(_supervisor), json.dumps(config)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                pass_fds=tuple(keep_open),
                cwd="/",
            )
        except OSError as error:
            raise PermissionRefused(f"cannot start {sys.executable!r} to supervise PostgreSQL: {error}") from error
        hello = self._next_event(_HELLO_SECONDS)
        if hello is None or "identity" not in hello:
            self.close()
            raise PermissionRefused(f"{sys.executable!r} does not supervise PostgreSQL: it ended or gave no answer")
        self.identity = Identity(hello["identity"], hello["uid"], hello["gid"])

    @property
    def pid(self) -> int:
        """The supervisor's process id."""
        return self._process.pid

    def run(self, argv: Sequence[str], *, log: Path, environment: Mapping[str, str]) -> int:
        """Start a child with its output appended to `log`; its process id."""
        self._running = True
        self._returncode = None
        self._tell({"run": list(argv), "log": str(log), "env": dict(environment)})
        event = self._next_event(_HELLO_SECONDS)
        if event is None or "started" not in event:
            self._running = False
            raise EmbeddedPostgresError("PostgreSQL's supervisor has ended; nothing can be started")
        return int(event["started"])

    def signal(self, number: int) -> None:
        """Send the child a signal; nothing happens when it has ended."""
        self._tell({"signal": int(number)})

    def poll(self, seconds: float = 0.0) -> bool:
        """Wait up to `seconds` for the child's end; whether it is still running."""
        deadline = time.monotonic() + seconds
        while self._running:
            event = self._next_event(max(0.0, deadline - time.monotonic()))
            if event is None:
                break
            if "exited" in event:
                self._running = False
                self._returncode = event["exited"]
        return self._running

    @property
    def returncode(self) -> int | None:
        """How the last child ended: its exit code, or minus the signal's number; None while it runs."""
        return self._returncode

    def close(self) -> None:
        """End the supervisor, which stops its child and removes the directories first. May be called twice."""
        self._running = False
        if self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()
        try:
            self._process.wait(self._patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _tell(self, command: dict[str, Any]) -> None:
        stdin = self._process.stdin
        if stdin is None or stdin.closed:
            return
        with suppress(BrokenPipeError):
            stdin.write(json.dumps(command).encode() + b"\n")
            stdin.flush()

    def _next_event(self, seconds: float) -> dict[str, Any] | None:
        """The next event, or None: none within `seconds`, or the supervisor has ended."""
        stdout = self._process.stdout
        deadline = time.monotonic() + seconds
        while b"\n" not in self._buffer:
            if stdout is None or stdout.closed:
                return None
            poller = select.poll()  # select() cannot watch descriptors above 1023
            poller.register(stdout, select.POLLIN)
            if not poller.poll(max(0.0, deadline - time.monotonic()) * 1000):
                return None
            data = os.read(stdout.fileno(), 65536)
            if not data:
                self._running = False
                return None
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        event: dict[str, Any] = json.loads(line)
        return event
