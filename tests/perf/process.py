"""Servers as processes of their own.

In: a module that serves when it is run with a port. Out: the process, while it listens. Never: measuring.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from typing import Self

START_SECONDS = 20.0


class Running:
    """A server process, ended on exit. Pinned to `core`, if any; entered when it listens, unless `wait` is False."""

    def __init__(self, module: str, core: int | None, *arguments: str, wait: bool = True) -> None:
        self.port = _free_port()
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
        command = [sys.executable, "-m", module, str(self.port), *arguments]
        self._process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        self.pid = self._process.pid
        self._wait = wait
        if core is not None:
            os.sched_setaffinity(self.pid, {core})

    def __enter__(self) -> Self:
        if not self._wait:
            return self
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                time.sleep(0.05)
        self.__exit__()
        raise SystemExit(f"server did not start within {START_SECONDS:.0f} s")

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
