"""`--reload` and `--upgrade` find the instance by its admin port, and return when it is done."""

from __future__ import annotations

import http.server
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from katana.runtime.supervisor._order import Instance, OrderError
from unit.runtime_supervisor import supervised
from unit.runtime_supervisor.supervised import Supervised, alive, free_port, until


def order(*options: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    command = [sys.executable, str(Path(supervised.__file__)), *options]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)


def test_reload_returns_when_all_reactors_are_replaced() -> None:
    port = str(free_port())
    with Supervised("--reactors", "2", "--admin-port", port) as instance:
        first = instance.pids(2)
        found = order("--reload", "--admin-port", port)
        assert (found.returncode, found.stdout, found.stderr) == (0, "2 reactors have been replaced\n", "")
        assert not first & instance.pids(2)


def test_a_reload_that_fails_says_why(tmp_path: Path) -> None:
    port, broken = str(free_port()), tmp_path / "broken"
    with Supervised("--reactors", "1", "--admin-port", port, environment={"BROKEN": str(broken)}) as instance:
        instance.pids(1)
        broken.touch()
        found = order("--reload", "--admin-port", port)
        assert (found.returncode, found.stdout) == (1, "")
        assert found.stderr == "sample: error: reactor 0 did not start again; the old ones go on\n"
        broken.unlink()


def test_upgrade_returns_when_the_new_version_serves() -> None:
    port = str(free_port())
    with Supervised("--reactors", "1", "--admin-port", port) as instance:
        instance.pids(1)
        found = order("--upgrade", "--admin-port", port)
        assert (found.returncode, found.stderr) == (0, "")
        heir = instance.status(int(port))["supervisor"]
        assert found.stdout == f"process {heir} has taken over, version 1\n"
        assert instance.process.wait(20) == 0
        os.kill(heir, signal.SIGTERM)
        until(lambda: not alive(heir))


def test_an_upgrade_that_fails_says_why(tmp_path: Path) -> None:
    port, broken = str(free_port()), tmp_path / "broken"
    with Supervised("--reactors", "1", "--admin-port", port, environment={"BROKEN": str(broken)}) as instance:
        instance.pids(1)
        broken.touch()
        found = order("--upgrade", "--admin-port", port)
        assert found.returncode == 1
        assert "ended with exit code 1 before it served; this one goes on; see its log" in found.stderr
        assert alive(instance.process.pid)


def test_an_order_without_an_admin_port_says_where_to_name_it() -> None:
    found = order("--reload")
    assert found.returncode == 2
    assert found.stderr.startswith("sample: error: --reload: the running instance is found by its admin port")


def test_an_order_to_nobody_is_an_error() -> None:
    port = free_port()
    found = order("--upgrade", "--admin-port", str(port))
    assert found.returncode == 1
    assert (
        found.stderr == f"sample: error: no instance answers at the admin port 127.0.0.1:{port}: Connection refused\n"
    )


class Answers(http.server.BaseHTTPRequestHandler):
    """What is at the port instead of an admin port."""

    body = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    with http.server.HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("body", [b"", b"hello", b"{}", b'{"ready": true}'])
def test_what_is_no_admin_port_is_sent_no_signal(port: int, monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    monkeypatch.setattr(Answers, "body", body)
    with pytest.raises(OrderError, match="is not the admin port of a service"):
        Instance("sample", "127.0.0.1", port).reload()


STATUS = (
    '{{"service": "{}", "version": "1", "supervisor": {}, "ready": true, "reasons": [], "refusals": {{}}, '
    '"reactors": [{}]}}'
)
REACTOR = (
    '{{"number": 0, "pid": {}, "ready": true, "reasons": [], "connections": 0, "in_flight": 0, "loop": "", '
    '"refusals": {{}}, "memory": {{}}, "restarts": 0}}'
)


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (STATUS.format("other", 1, ""), "is other, not sample"),
        (STATUS.format("sample", os.getpid(), REACTOR.format(1)), "is on another machine or in another container"),
        (STATUS.format("sample", 2**22 + 1, ""), "is not on this machine"),
    ],
)
def test_a_process_that_is_not_the_supervisor_is_sent_no_signal(
    port: int, monkeypatch: pytest.MonkeyPatch, status: str, message: str
) -> None:
    monkeypatch.setattr(Answers, "body", status.encode())
    with pytest.raises(OrderError, match=message):
        Instance("sample", "127.0.0.1", port).reload()
