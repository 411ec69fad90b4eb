"""The admin port tells what the instance is, and what it has turned away."""

from __future__ import annotations

import os
import signal
import socket

from katana.runtime._poll import choose
from unit.runtime_supervisor.supervised import Supervised, free_port, until


def _break_the_protocol(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert client.recv(4096).startswith(b"HTTP/1.1 400 ")


def test_what_reactors_have_turned_away_is_added_up_and_outlives_them() -> None:
    port = free_port()
    with Supervised("--reactors", "2", "--admin-port", str(port)) as instance:
        instance.pids(2)
        assert instance.status(port)["refusals"] == {}
        for _ in range(20):
            _break_the_protocol(instance.port)
        until(lambda: instance.status(port)["refusals"] == {"http.host": 20})
        found = instance.status(port)
        assert sum(each["refusals"].get("http.host", 0) for each in found["reactors"]) == 20
        os.kill(found["reactors"][0]["pid"], signal.SIGKILL)
        os.kill(found["reactors"][1]["pid"], signal.SIGKILL)
        instance.said("was killed by signal 9", 2)
        instance.pids(2)
        _break_the_protocol(instance.port)
        until(lambda: instance.status(port)["refusals"] == {"http.host": 21})


def test_the_status_names_the_supervisor_the_loop_and_the_version() -> None:
    port = free_port()
    with Supervised("--reactors", "1", "--poll", "asyncio", "--admin-port", str(port)) as instance:
        until(lambda: instance.status(port)["ready"])
        found = instance.status(port)
        assert (found["service"], found["version"]) == ("sample", "1")
        assert found["supervisor"] == instance.process.pid
        assert [each["loop"] for each in found["reactors"]] == [str(choose("asyncio"))]


def test_the_status_counts_reloads() -> None:
    port = free_port()
    with Supervised("--reactors", "1", "--admin-port", str(port)) as instance:
        until(lambda: instance.status(port)["ready"])
        assert instance.status(port)["reloads"] == {"begun": 0, "done": 0, "failed": 0, "error": ""}
        instance.process.send_signal(signal.SIGHUP)
        until(lambda: instance.status(port)["reloads"] == {"begun": 1, "done": 1, "failed": 0, "error": ""})
