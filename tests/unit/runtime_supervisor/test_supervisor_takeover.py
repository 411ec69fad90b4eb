"""A new version of the program takes over from the one that serves, and nobody notices but by its answers."""

from __future__ import annotations

import os
import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from unit.runtime_supervisor.supervised import Load, Supervised, alive, free_port, until

_TAKEN = re.compile(r"process (\d+) has taken over")


class Program:
    """A file that serves, and can be replaced."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "server.py"
        self.write("1")

    def write(self, version: str, before: str = "", **arguments: str) -> None:
        call = ", ".join(["sys.argv[1:]", f"{version!r}", *(f"{name}={value!r}" for name, value in arguments.items())])
        new = self.path.with_suffix(".new")
        new.write_text(
            f"import sys\n{before}\nfrom unit.runtime_supervisor.supervised import main\nsys.exit(main({call}))\n"
        )
        new.rename(self.path)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


@contextmanager
def serving(program: Program, *options: str, **environment: str) -> Iterator[Supervised]:
    """An instance; whichever version serves in the end is ended."""
    with Supervised(*options, environment=environment, program=program.path) as instance:
        try:
            yield instance
        finally:
            for pid in _TAKEN.findall(instance.output):
                if alive(int(pid)):
                    os.kill(int(pid), signal.SIGTERM)
                    until(lambda pid=pid: not alive(int(pid)))


def take_over(instance: Supervised, times: int = 1) -> int:
    """The process of the version that took over."""
    running = int([instance.process.pid, *_TAKEN.findall(instance.output)][-1])
    os.kill(running, signal.SIGUSR2)
    instance.said("has taken over", times)
    return int(_TAKEN.findall(instance.output)[-1])


@pytest.mark.parametrize("reconnect", [False, True], ids=["keep-alive", "a connection for each"])
def test_no_request_is_lost_while_a_new_version_takes_over(program: Program, *, reconnect: bool) -> None:
    with serving(program, "--reactors", "2") as instance:
        old = instance.pids(2)
        with Load(instance.port, 8, reconnect=reconnect) as load:
            until(lambda: load.answered > 200)
            program.write("2")
            heir = take_over(instance)
            assert instance.process.wait(20) == 0
            before = load.answered
            until(lambda: load.answered > before + 500)
        assert load.lost == []
        assert instance.get("/version") == (200, b"2")
        assert not old & instance.pids(2)
        assert not any(alive(pid) for pid in old)
        assert alive(heir)


def test_a_version_that_has_taken_over_leaves_to_the_next_one(program: Program) -> None:
    with serving(program, "--reactors", "1") as instance, Load(instance.port, 4, reconnect=True) as load:
        heirs = []
        for number in (2, 3):
            program.write(str(number))
            heirs.append(take_over(instance, number - 1))
            until(lambda number=number: instance.get("/version")[1] == str(number).encode())
        until(lambda: not alive(heirs[0]))
        assert load.lost == []


def test_what_the_old_version_has_begun_it_finishes(program: Program, tmp_path: Path) -> None:
    go = tmp_path / "go"
    with serving(program, "--reactors", "1", "--shutdown-deadline", "30", HOLD=str(go)) as instance:
        (old,) = instance.pids(1)
        found: list[tuple[int, bytes]] = []
        slow = threading.Thread(target=lambda: found.append(instance.get("/hold")))
        slow.start()
        instance.said("holding")
        program.write("2")
        take_over(instance)
        until(lambda: instance.get("/version") == (200, b"2"))
        go.touch()
        slow.join()
        assert found == [(200, str(old).encode())]


@pytest.mark.parametrize(
    ("before", "how"),
    [
        ("this is no Python", "ended with exit code 1"),
        ("raise SystemExit(3)", "ended with exit code 3"),
        ("import os; os.kill(os.getpid(), 9)", "was killed by signal 9"),
    ],
)
def test_a_version_that_does_not_start_changes_nothing(program: Program, before: str, how: str) -> None:
    with serving(program, "--reactors", "2") as instance, Load(instance.port, 4, reconnect=True) as load:
        first = instance.pids(2)
        program.write("2", before)
        instance.process.send_signal(signal.SIGUSR2)
        instance.said("this one goes on")
        assert re.search(rf"the new version \(process \d+\) {how} before it served", instance.output)
        assert instance.pids(2) == first
        assert instance.get("/version") == (200, b"1")
        program.write("3")
        take_over(instance)
        until(lambda: instance.get("/version")[1] == b"3")
        assert load.lost == []


def test_a_version_whose_controllers_cannot_be_made_changes_nothing(program: Program, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    with serving(program, "--reactors", "1", BROKEN=str(broken)) as instance:
        first = instance.pids(1)
        broken.touch()
        instance.process.send_signal(signal.SIGUSR2)
        instance.said("before it served; this one goes on")
        assert "sample: error: the controller cannot be made" in instance.output
        broken.unlink()
        assert instance.pids(1) == first


def test_the_admin_port_goes_over_too_and_is_ready_all_the_time(program: Program) -> None:
    port = free_port()
    with serving(program, "--reactors", "1", "--admin-port", str(port)) as instance:
        until(lambda: instance.get("/readyz", port)[0] == 200)
        old = instance.pids(1)
        found: set[int] = set()
        stop = threading.Event()

        def probe() -> None:
            while not stop.is_set():
                found.add(instance.get("/readyz", port)[0])

        prober = threading.Thread(target=probe)
        prober.start()
        program.write("2")
        take_over(instance)
        assert instance.process.wait(20) == 0
        until(lambda: {each["pid"] for each in instance.status(port)["reactors"]} == instance.pids(1) != old)
        stop.set()
        prober.join()
        assert found == {200}


@pytest.mark.parametrize(("before", "after", "count"), [(1, 3, 3), (3, 1, 3)], ids=["more", "fewer"])
def test_another_number_of_reactors_loses_nobody(
    program: Program, tmp_path: Path, before: int, after: int, count: int
) -> None:
    options = tmp_path / "katana.toml"
    options.write_text(f"reactors = {before}\n")
    with serving(program, "--config", str(options)) as instance, Load(instance.port, 6, reconnect=True) as load:
        instance.pids(before)
        options.write_text(f"reactors = {after}\n")
        take_over(instance)
        assert instance.process.wait(20) == 0
        assert len(instance.pids(count)) == count
        assert load.lost == []
        assert ("3 reactors, as before" in instance.output) == (after < before)


def test_another_port_is_listened_on_and_the_old_one_is_given_up(program: Program, tmp_path: Path) -> None:
    first, second = free_port(), free_port()
    options = tmp_path / "katana.toml"
    options.write_text("reactors = 1\n")
    with serving(program, "--config", str(options), KATANA_PORT=str(first)) as instance:
        assert instance.get("/version")[0] == 200
        program.write(
            "2", f"import os; os.environ['KATANA_PORT'] = '{second}'; sys.argv = [sys.argv[0], *sys.argv[3:]]"
        )
        take_over(instance)
        assert instance.process.wait(20) == 0
        assert instance.get("/version", second) == (200, b"2")
        with pytest.raises(ConnectionRefusedError):
            instance.get("/version", first)


def test_an_admin_port_that_is_not_wanted_any_more_is_given_up(program: Program, tmp_path: Path) -> None:
    port = free_port()
    options = tmp_path / "katana.toml"
    options.write_text(f"reactors = 1\nadmin_port = {port}\n")
    with serving(program, "--config", str(options)) as instance:
        until(lambda: instance.get("/readyz", port)[0] == 200)
        options.write_text("reactors = 1\n")
        take_over(instance)
        assert instance.process.wait(20) == 0
        with pytest.raises(ConnectionRefusedError):
            instance.get("/readyz", port)


def test_a_new_version_that_falls_silent_costs_nothing_until_it_ends(program: Program, tmp_path: Path) -> None:
    go = tmp_path / "go"
    silent = (
        "import os, time; os.closerange(3, 64); print('silent', flush=True)\n"
        f"while not os.path.exists({str(go)!r}): time.sleep(0.01)\nsys.exit(4)"
    )
    with serving(program, "--reactors", "1") as instance:
        program.write("2", silent)
        instance.process.send_signal(signal.SIGUSR2)
        instance.said("silent")
        before = _turns(instance.process.pid)
        for _ in range(20):
            assert instance.get("/version") == (200, b"1")
        assert _turns(instance.process.pid) - before < 1000
        go.touch()
        instance.said("ended with exit code 4 before it served")


def _turns(pid: int) -> int:
    """System calls that read or wrote, of a process (proc(5), io)."""
    found = dict(line.split(": ") for line in Path(f"/proc/{pid}/io").read_text().splitlines())
    return int(found["syscr"]) + int(found["syscw"])


def test_sigterm_ends_a_new_version_that_is_still_starting(program: Program) -> None:
    with serving(program, "--reactors", "1") as instance:
        program.write("2", "import time; print('starting slowly', flush=True); time.sleep(60)")
        instance.process.send_signal(signal.SIGUSR2)
        instance.said("starting slowly")
        instance.process.send_signal(signal.SIGHUP)
        instance.said("no reload: a new version is starting")
        instance.process.send_signal(signal.SIGUSR2)
        instance.said("a new version is starting already, as process")
        instance.process.send_signal(signal.SIGTERM)
        assert instance.ended() == 0


def test_what_cannot_be_left_behind_is_a_reason_to_stay(program: Program) -> None:
    program.write("1", tied_to="its embedded database")
    with serving(program, "--reactors", "1") as instance:
        instance.process.send_signal(signal.SIGUSR2)
        instance.said("it cannot leave its embedded database behind")
        assert instance.get("/version") == (200, b"1")


def test_a_process_that_serves_alone_says_that_it_cannot_be_replaced(program: Program) -> None:
    with serving(program, "--reactors", "0") as instance:
        instance.process.send_signal(signal.SIGUSR2)
        instance.said("a process that serves alone cannot be replaced")
        assert instance.get("/version") == (200, b"1")


def test_a_version_that_serves_alone_does_not_take_over(program: Program, tmp_path: Path) -> None:
    options = tmp_path / "katana.toml"
    options.write_text("reactors = 1\n")
    with serving(program, "--config", str(options)) as instance:
        options.write_text("reactors = 0\n")
        instance.process.send_signal(signal.SIGUSR2)
        instance.said("ended with exit code 2 before it served")
        assert "0 reactors: a process that serves alone cannot take over" in instance.output
        assert instance.get("/version") == (200, b"1")
