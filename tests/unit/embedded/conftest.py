"""Waiting for conditions, asking a server, and owners that live in processes of their own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from psycopg import pq

_OWNER = """
import json, os, signal, sys
from katana.embedded import EmbeddedPostgres
{before}
server = EmbeddedPostgres.start({arguments})
print(json.dumps([server.pid, str(server.socket_directory), server.url()]), flush=True)
{after}
sys.stdin.read()
"""


def _ask(url: str, sql: str) -> str:
    """The first value of a query, or libpq's error message."""
    connection = pq.PGconn.connect(url.encode())
    try:
        if connection.status != pq.ConnStatus.OK:
            return connection.get_error_message("utf-8")
        result = connection.exec_(sql.encode())
        if result.status not in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
            return result.get_error_message("utf-8")
        return (result.get_value(0, 0) or b"").decode() if result.ntuples else ""
    finally:
        connection.finish()


def _wait_until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Return when the condition holds; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition never held"
        time.sleep(0.02)


def _is_gone(pid: int) -> bool:
    """Whether the process has ended (a zombie that nobody waits for has)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


@dataclass
class Owner:
    """A process that owns a server: its Popen, PostgreSQL's pid, the directory and the URL."""

    process: subprocess.Popen[str]
    server_pid: int
    directory: Path
    url: str

    def left_nothing(self) -> bool:
        """Whether server and directory are gone."""
        return _is_gone(self.server_pid) and not self.directory.exists()


@pytest.fixture
def ask() -> Callable[[str, str], str]:
    """Ask a server: the first value of a query, or the error's message."""
    return _ask


@pytest.fixture
def wait_until() -> Callable[..., None]:
    """Wait for a condition, up to a minute."""
    return _wait_until


@pytest.fixture
def is_gone() -> Callable[[int], bool]:
    """Whether a process has ended."""
    return _is_gone


@pytest.fixture
def start_owner() -> Iterator[Callable[..., Owner]]:
    processes: list[subprocess.Popen[str]] = []

    def start(before: str = "", after: str = "", arguments: str = "") -> Owner:
        process = subprocess.Popen(
            [sys.executable, "-c", _OWNER.format(before=before, after=after, arguments=arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            start_new_session=True,
        )
        processes.append(process)
        assert process.stdout is not None
        pid, directory, url = json.loads(process.stdout.readline())
        return Owner(process, pid, Path(directory), url)

    yield start
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.communicate()
