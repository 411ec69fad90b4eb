"""What is started as the new version, what it may believe, and what the service manager is told."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from katana.runtime._listen import bind, bind_all
from katana.runtime._notify import notify
from katana.runtime.supervisor._takeover import command_line, inherit, why_not
from unit.runtime_supervisor.supervised import Supervised, alive, until


def test_a_program_is_started_by_its_own_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PEX", raising=False)
    monkeypatch.setattr(sys, "orig_argv", ["python", "-X", "dev", "-m", "svc", "--port", "1"])
    assert command_line() == [sys.executable, "-X", "dev", "-m", "svc", "--port", "1"]


@pytest.mark.parametrize("gone", [False, True])
def test_a_pex_is_what_stands_at_its_path_now(monkeypatch: pytest.MonkeyPatch, *, gone: bool) -> None:
    interpreter = "/nowhere/python" if gone else sys.executable
    monkeypatch.setattr(sys, "_base_executable", interpreter)
    monkeypatch.setenv("PEX", "/srv/server.pex")
    monkeypatch.setattr(sys, "orig_argv", ["python", "/cache/unpacked/pex", "--port", "1"])
    monkeypatch.setattr(sys, "argv", ["/srv/server.pex", "--port", "1"])
    assert command_line() == [*([] if gone else [interpreter]), "/srv/server.pex", "--port", "1"]


def test_a_pex_that_only_started_this_program_is_not_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEX", "/somewhere/tool.pex")
    monkeypatch.setattr(sys, "orig_argv", ["python", "server.py"])
    monkeypatch.setattr(sys, "argv", ["server.py"])
    assert command_line() == [sys.executable, "server.py"]


def test_the_first_process_of_a_container_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getpid", lambda: 1)
    assert "first process of its container" in (why_not({}) or "")


def test_a_process_that_systemd_would_miss_stays() -> None:
    mine, other = str(os.getpid()), str(os.getpid() + 1)
    assert "set Type=notify" in (why_not({"SYSTEMD_EXEC_PID": mine}) or "")
    assert why_not({"SYSTEMD_EXEC_PID": mine, "NOTIFY_SOCKET": "/run/notify"}) is None
    assert why_not({"SYSTEMD_EXEC_PID": other}) is None
    assert why_not({}) is None


@pytest.mark.parametrize("left", ["", "1", "x y z", "0:1 - 0:1", "{own} - 1000000:1", "{own} -", "{own} - {own}x"])
def test_what_no_parent_has_left_is_not_inherited(left: str) -> None:
    environment = {"KATANA_TAKEOVER": left.format(own=f"0:{os.fstat(0).st_ino}"), "PATH": "/bin"}
    assert inherit(environment) is None
    assert environment == {"PATH": "/bin"}


@pytest.fixture
def inherited() -> Iterator[Callable[[socket.socket], dict[str, str]]]:
    """An environment in which a socket is left to this process."""
    read, write = os.pipe()

    def named(descriptor: int) -> str:
        return f"{os.dup(descriptor)}:{os.fstat(descriptor).st_ino}"

    yield lambda sock: {"KATANA_TAKEOVER": f"{named(write)} - {named(sock.fileno())}"}
    os.close(write)
    assert os.read(read, 100) == b"serves\n"
    os.close(read)


def test_sockets_are_kept_where_the_address_is_the_same(inherited: Callable[[socket.socket], dict[str, str]]) -> None:
    with bind("127.0.0.1", 0, shared=True) as sock:
        port = sock.getsockname()[1]
        left = inherit(inherited(sock))
        assert left is not None
        found = left.sockets("127.0.0.1", port, 3)
        assert [each.getsockname() for each in found] == [("127.0.0.1", port)] * 3
        assert not any(each.get_inheritable() for each in found)
        assert os.fstat(found[0].fileno()).st_ino == os.fstat(sock.fileno()).st_ino
        left.announce()
        for each in found:
            each.close()


def test_sockets_of_another_address_are_given_up(inherited: Callable[[socket.socket], dict[str, str]]) -> None:
    with bind("127.0.0.1", 0, shared=True) as sock:
        left = inherit(inherited(sock))
        assert left is not None
        found = left.sockets("127.0.0.2", 0, 2)
        assert {each.getsockname()[0] for each in found} == {"127.0.0.2"}
        assert all(each.fileno() == -1 for each in left.socks)
        left.announce()
        for each in found:
            each.close()


class Manager:
    """What listens where `NOTIFY_SOCKET` says."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._sock.bind(str(path))
        self._sock.settimeout(20)

    def hears(self) -> str:
        return self._sock.recv(1000).decode()

    def close(self) -> None:
        self._sock.close()


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    found = Manager(tmp_path / "notify")
    yield found
    found.close()


def test_the_manager_hears_of_start_reload_and_end(manager: Manager) -> None:
    with Supervised("--reactors", "1", environment={"NOTIFY_SOCKET": str(manager.path)}) as instance:
        assert manager.hears() == "READY=1"
        instance.process.send_signal(signal.SIGHUP)
        assert manager.hears().startswith("RELOADING=1\nMONOTONIC_USEC=")
        assert manager.hears() == "READY=1"
        instance.process.send_signal(signal.SIGTERM)
        assert manager.hears() == "STOPPING=1"
        assert instance.ended() == 0


def test_the_manager_hears_of_the_process_that_has_taken_over_and_not_of_an_end(manager: Manager) -> None:
    with Supervised("--reactors", "1", environment={"NOTIFY_SOCKET": str(manager.path)}) as instance:
        assert manager.hears() == "READY=1"
        instance.process.send_signal(signal.SIGUSR2)
        key, _, pid = manager.hears().partition("=")
        assert key == "MAINPID"
        assert instance.process.wait(20) == 0
        os.kill(int(pid), signal.SIGTERM)
        assert manager.hears() == "STOPPING=1"
        until(lambda: not alive(int(pid)))


def test_the_manager_hears_nothing_of_a_version_that_does_not_start(manager: Manager, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    variables = {"NOTIFY_SOCKET": str(manager.path), "BROKEN": str(broken)}
    with Supervised("--reactors", "1", environment=variables) as instance:
        assert manager.hears() == "READY=1"
        broken.touch()
        instance.process.send_signal(signal.SIGUSR2)
        instance.said("before it served; this one goes on")
        instance.process.send_signal(signal.SIGHUP)
        assert manager.hears().startswith("RELOADING=1\n")


def test_a_process_alone_says_when_it_is_ready(manager: Manager) -> None:
    with Supervised("--reactors", "0", environment={"NOTIFY_SOCKET": str(manager.path)}):
        assert manager.hears() == "READY=1"


def test_who_is_managed_otherwise_tells_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notify("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    notify("READY=1")


def test_a_version_that_is_starting_when_the_old_one_is_killed_serves_in_its_place(tmp_path: Path) -> None:
    program, hold = tmp_path / "server.py", tmp_path / "hold"
    program.write_text(
        "import sys, os, time\n"
        f"while os.path.exists({str(hold)!r}): time.sleep(0.01)\n"
        "from unit.runtime_supervisor.supervised import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    with Supervised("--reactors", "1", program=program) as instance:
        hold.touch()
        instance.process.send_signal(signal.SIGUSR2)
        instance.said("a new version starts as process")
        heir = int(instance.output.rpartition("a new version starts as process ")[2].split()[0])
        instance.process.kill()
        instance.process.wait(20)
        hold.unlink()
        instance.said("listening on", 2)
        assert instance.get("/version") == (200, b"1")
        os.kill(heir, signal.SIGTERM)
        until(lambda: not alive(heir))


def test_where_the_system_does_not_share_out_connections_all_accept_from_one_queue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("katana.runtime._listen._SHARES_OUT", False)
    found = bind_all("127.0.0.1", 0, 3)
    assert len({os.fstat(sock.fileno()).st_ino for sock in found}) == 1
    for sock in found:
        sock.close()
