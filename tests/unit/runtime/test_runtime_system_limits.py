"""Open files are raised to what the system grants, and what it does not grant is said."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from katana.runtime import Limits
from katana.runtime._system_limits import longest_backlog, not_granted


def _process(program: str, soft: int, hard: int) -> str:
    """What a program prints that may open so many files."""
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))\n{program}"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    command = [sys.executable, "-c", limited, "--port", "0", "--reactors", "0", "--shutdown-deadline", "0"]
    found = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
    return found.stdout + found.stderr


RAISES = """
from katana.runtime._system_limits import raise_open_files
print(raise_open_files(), resource.getrlimit(resource.RLIMIT_NOFILE))
"""
SERVES = """
import os, signal
from katana.runtime import Service, serve
class Router:
    resources = ()
    def match(self, path):
        return None
def routers():
    os.kill(os.getpid(), signal.SIGTERM)
    return (Router(),)
serve(Service(name="sample", version="1", routers=routers))
"""


@pytest.mark.parametrize(("soft", "hard"), [(100, 300), (300, 300)])
def test_open_files_are_raised_to_the_hard_limit(soft: int, hard: int) -> None:
    assert _process(RAISES, soft, hard) == f"{hard} ({hard}, {hard})\n"


def test_connections_that_cannot_be_are_said_at_start() -> None:
    output = _process(SERVES, 100, 1000)
    assert "WARNING katana.server: limits.connections is 10000, and a process may open 1000 files" in output
    assert "set limits.connections to 936 or less" in output


def test_what_fits_is_not_mentioned() -> None:
    assert not_granted(Limits(connections=900, backlog=128), 1000, 128) == []
    assert not_granted(Limits(connections=900), None, None) == []


def test_a_queue_that_the_kernel_cuts_is_mentioned() -> None:
    (found,) = not_granted(Limits(backlog=2048), None, 128)
    assert found == (
        "limits.backlog is 2048, and the kernel lets 128 connections wait: raise net.core.somaxconn, "
        "or set limits.backlog to that"
    )


def test_the_kernel_is_asked_for_its_queue(tmp_path: Path) -> None:
    (tmp_path / "somaxconn").write_text("4096\n")
    assert longest_backlog(tmp_path / "somaxconn") == 4096
    assert longest_backlog(tmp_path / "none") is None
