"""A supervised instance goes on whatever happens to its processes, and ends completely."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import threading
from pathlib import Path

import pytest

from unit.runtime_supervisor.supervised import Supervised, alive, free_port, until


def test_every_reactor_serves_and_the_supervisor_does_not() -> None:
    with Supervised("--reactors", "3") as instance:
        pids = instance.pids(3)
        assert instance.process.pid not in pids
        assert "reactors 3\n" in instance.output
        instance.process.send_signal(signal.SIGTERM)
        assert instance.ended() == 0
        assert not any(alive(pid) for pid in pids)


def test_a_reload_that_cannot_start_leaves_the_old_reactors(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    with Supervised("--reactors", "2", environment={"BROKEN": str(broken)}) as instance:
        first = instance.pids(2)
        broken.touch()
        instance.process.send_signal(signal.SIGHUP)
        until(lambda: "the old ones go on" in instance.output)
        assert instance.pids(2) == first
        broken.unlink()


def test_a_second_sigterm_ends_at_once() -> None:
    with Supervised("--reactors", "2", "--shutdown-deadline", "60") as instance:
        connection = http.client.HTTPConnection("127.0.0.1", instance.port, timeout=30)
        connection.request("GET", "/wait?50")
        until(lambda: instance.process.poll() is None)
        instance.process.send_signal(signal.SIGTERM)
        until(lambda: not _accepts(instance.port))
        instance.process.send_signal(signal.SIGTERM)
        assert instance.ended() == 128 + signal.SIGTERM
        with pytest.raises((http.client.HTTPException, OSError)):
            connection.getresponse()


def _accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def test_reactors_end_when_their_supervisor_is_killed() -> None:
    instance = Supervised("--reactors", "2").__enter__()
    pids = instance.pids(2)
    instance.process.kill()
    instance.ended()
    until(lambda: not any(alive(pid) for pid in pids))


def test_a_reactor_that_hangs_shows_its_stack_and_is_replaced() -> None:
    with Supervised("--reactors", "1", environment={"HEARTBEAT": "0.7"}) as instance:
        (first,) = instance.pids(1)
        with pytest.raises((http.client.HTTPException, OSError)):
            instance.get("/hang")
        assert instance.pids(1) != {first}
        assert "has not reacted for" in instance.output
        assert "in hang" in instance.output


def test_controllers_that_take_long_to_make_are_waited_for() -> None:
    with Supervised("--reactors", "1", environment={"HEARTBEAT": "0.5", "SLOW": "1.5"}) as instance:
        assert instance.get("/pid")[0] == 200
        assert "has not reacted" not in instance.output


def test_a_reactor_that_dies_while_its_successor_starts_leaves_the_place_to_it() -> None:
    with Supervised("--reactors", "1", environment={"SLOW": "1"}) as instance:
        (first,) = instance.pids(1)
        instance.process.send_signal(signal.SIGHUP)
        until(lambda: "replacing 1 reactors" in instance.output)
        os.kill(first, signal.SIGKILL)
        until(lambda: "all reactors are replaced" in instance.output)
        children = Path(f"/proc/{instance.process.pid}/task/{instance.process.pid}/children").read_text().split()
        assert len(children) == 1


def test_a_crash_loop_is_reported_and_the_others_serve() -> None:
    with Supervised("--reactors", "2") as instance:

        def crash() -> bool:
            with pytest.raises((http.client.HTTPException, OSError)):
                instance.get("/crash")
            return "times in a row" in instance.output

        until(crash)
        assert "ended with exit code 7" in instance.output
        assert instance.get("/pid")[0] == 200


def test_the_admin_port_shows_the_memory_of_each_reactor() -> None:
    port = free_port()
    with Supervised("--reactors", "1", "--admin-port", str(port)) as instance:
        instance.pids(1)
        for _ in range(10):
            assert instance.get("/wait?0.001")[0] == 200
        until(lambda: instance.status(port)["reactors"][0]["memory"]["requests"] >= 10)
        memory = instance.status(port)["reactors"][0]["memory"]
        assert (memory["policy"], memory["most_in_flight"]) == ("arena", 1)
        assert memory["resident"] > 0


def test_the_admin_port_shows_the_whole_instance() -> None:
    port = free_port()
    with Supervised("--reactors", "2", "--admin-port", str(port)) as instance:
        pids = instance.pids(2)
        until(lambda: {each["pid"] for each in instance.status(port)["reactors"]} == pids)
        assert instance.get("/livez", port)[0] == instance.get("/readyz", port)[0] == 200
        assert instance.get("/pid", port)[0] == 404
        os.kill(min(pids), signal.SIGKILL)
        until(lambda: {e["pid"] for e in instance.status(port)["reactors"]} not in (pids, {max(pids), None}))
        slow = threading.Thread(target=instance.get, args=("/wait?1",))
        slow.start()
        until(lambda: any(each["in_flight"] for each in instance.status(port)["reactors"]))
        instance.process.send_signal(signal.SIGTERM)
        until(lambda: instance.get("/readyz", port)[0] == 503)
        assert instance.status(port)["reasons"] == ["the service is shutting down"]
        slow.join()
        assert instance.ended() == 0


def test_what_keeps_a_reactor_from_starting_ends_the_instance_with_its_exit_code(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.touch()
    instance = Supervised("--reactors", "2", environment={"BROKEN": str(broken)})
    assert instance.ended() == 1
    assert "sample: error: the controller cannot be made" in instance.output


def test_a_port_that_is_taken_by_another_instance_is_an_error() -> None:
    with Supervised("--reactors", "2") as first:
        second = Supervised("--reactors", "2", "--port", str(first.port))
        assert second.ended() == 1
        assert "address already in use; give --port another number" in second.output
        third = Supervised("--reactors", "2", "--admin-port", str(first.port))
        assert third.ended() == 1
        assert "address already in use; give --admin-port another number" in third.output


def test_a_wrong_number_of_reactors_is_an_error_of_the_command_line() -> None:
    instance = Supervised("--reactors", "many")
    assert instance.ended() == 2
    assert "--reactors: 'many' is not a number from 0 to 1024" in instance.output
