"""The packaged service, as operators have it: one file, which is replaced while it serves."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from e2e.server_process import ServerProcess
from katana.embedded import EmbeddedPostgres

_SECONDS = 60.0


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.02)


@pytest.fixture
def pex(tmp_path: Path) -> Path:
    """A copy of the package."""
    (built,) = Path.cwd().glob("src.svc/server.pex")
    return Path(shutil.copy(built, tmp_path / "server.pex"))


@pytest.fixture
def admin_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_package_that_is_replaced_takes_over_without_a_lost_request(
    pex: Path, postgres: EmbeddedPostgres, admin_port: int
) -> None:
    options = ("--reactors", "2", "--admin-port", str(admin_port))
    url = postgres.create_database("replaced")
    with ServerProcess(
        [sys.executable, str(pex)], *options, "--database-url", url, environment={"PYTHONPATH": ""}
    ) as server:
        statuses: list[int] = []
        stop = threading.Event()

        def ask() -> None:
            while not stop.is_set():
                statuses.append(server.request("GET", "/users").status)

        clients = [threading.Thread(target=ask) for _ in range(4)]
        for client in clients:
            client.start()
        _until(lambda: len(statuses) > 100)
        new = Path(shutil.copy(pex, pex.with_suffix(".new")))
        new.rename(pex)
        done = subprocess.run(
            [sys.executable, str(pex), "--upgrade", *options], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        found = re.fullmatch(r"process (\d+) has taken over, version \S+\n", done.stdout)
        assert found
        before = len(statuses)
        _until(lambda: len(statuses) > before + 100)
        stop.set()
        for client in clients:
            client.join()
        assert set(statuses) == {200}
        os.kill(int(found[1]), signal.SIGTERM)
        assert server.wait() == 0
        assert "this one finishes what it has begun" in server.output
