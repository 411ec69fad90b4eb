"""A supervised service in a process of its own, and a client that counts what it is answered.

`python supervised.py [OPTIONS OF THE SERVER]` serves; faults are asked for by path.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

from katana.runtime import Ctx, Endpoint, Head, Reply, Resource, Service, serve
from katana.runtime.supervisor import _heart, _reactor, _supervisor

_TEXT = Head(200, "text/plain")
_URL = re.compile(r"listening on http://127\.0\.0\.1:(\d+)")
_SECONDS = 30.0


class Router:
    """Paths that misbehave."""

    def __init__(self, version: str) -> None:
        self._version = version.encode()
        if os.path.exists(os.environ.get("BROKEN", "")):
            raise ValueError("the controller cannot be made")
        time.sleep(float(os.environ.get("SLOW", "0")))
        calls = {"/pid": self.pid, "/hang": self.hang, "/wait": self.wait, "/crash": self.crash}
        calls |= {"/version": self.version, "/hold": self.hold}
        self.resources = tuple(
            Resource(path, {"GET": Endpoint(operation=path[1:], call=call)}) for path, call in calls.items()
        )
        self._exact = {resource.template: resource for resource in self.resources}

    def match(self, path: str) -> tuple[Resource, tuple[str, ...]] | None:
        resource = self._exact.get(path)
        return None if resource is None else (resource, ())

    async def pid(self, _: Ctx) -> Reply:
        return Reply(_TEXT, b"%d" % os.getpid())

    async def version(self, _: Ctx) -> Reply:
        return Reply(_TEXT, self._version)

    async def wait(self, ctx: Ctx) -> Reply:
        await asyncio.sleep(float(ctx.query_string or "0.2"))
        return Reply(_TEXT, b"%d" % os.getpid())

    async def hold(self, _: Ctx) -> Reply:
        print("holding", flush=True)
        while not os.path.exists(os.environ["HOLD"]):  # noqa: ASYNC240 - of a file in memory
            await asyncio.sleep(0.02)
        return Reply(_TEXT, b"%d" % os.getpid())

    async def hang(self, _: Ctx) -> Reply:
        print("hanging", flush=True)
        time.sleep(1000)  # noqa: ASYNC251 - this is what it is for
        return Reply(_TEXT)

    async def crash(self, _: Ctx) -> Reply:
        os._exit(7)


class Supervised:
    """A running instance."""

    def __init__(
        self, *options: str, environment: dict[str, str] | None = None, program: Path = Path(__file__)
    ) -> None:
        path = os.pathsep.join(p for p in sys.path if p)
        self.process = subprocess.Popen(
            [sys.executable, str(program), "--port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONPATH": path, **(environment or {})},
        )
        self._lines: list[str] = []
        self._listening = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.port = 0

    def __enter__(self) -> Self:
        self._listening.wait(_SECONDS)
        found = _URL.search(self.output)
        assert found, self.output
        self.port = int(found[1])
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.ended()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self._lines.append(line)
                if _URL.search(line):
                    self._listening.set()
        self._listening.set()

    @property
    def output(self) -> str:
        return "".join(self._lines)

    def said(self, text: str, times: int = 1) -> None:
        """Returns when a text has been printed so often."""
        until(lambda: self.output.count(text) >= times)

    def ended(self) -> int:
        """The exit code. The output ends only when the last of its processes has."""
        code = self.process.wait(_SECONDS)
        self._reader.join(_SECONDS)
        assert not self._reader.is_alive(), "a process of the instance is left"
        return code

    def get(self, path: str, port: int | None = None) -> tuple[int, bytes]:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=_SECONDS)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def pids(self, count: int) -> set[int]:
        """The reactors that answer, once there are `count` of them."""
        found: set[int] = set()

        def enough() -> bool:
            found.add(int(self.get("/pid")[1]))
            return len(found) >= count

        until(enough)
        return found

    def status(self, port: int) -> Any:
        """What the admin port knows."""
        return json.loads(self.get("/status", port)[1])


def until(condition: Any, seconds: float = _SECONDS) -> None:
    """Waits for a condition."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.01)


class Lost(NamedTuple):
    """A request that was sent and not answered; `reactor` served the one before it on the same connection, 0: none."""

    error: str
    reactor: int


class Load:
    """Clients that ask `/pid` again and again on their connections until they are told to stop.

    Attributes:
        answered: responses with status 200.
        lost: requests that were sent and not answered.
        refused: attempts to connect that nobody listened to; a client ends at its first one.
    """

    def __init__(self, port: int, clients: int, *, reconnect: bool) -> None:
        self.answered = 0
        self.lost: list[Lost] = []
        self.refused = 0
        self._port = port
        self._reconnect = reconnect
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._client, daemon=True) for _ in range(clients)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self.join()

    def join(self) -> None:
        """Returns when all clients have ended."""
        for thread in self._threads:
            thread.join(_SECONDS)
            assert not thread.is_alive(), "a client hangs"

    def _client(self) -> None:
        while not self._stop.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_SECONDS)
            try:
                connection.connect()
            except ConnectionRefusedError:
                self.refused += 1
                return
            self._ask(connection)
            connection.close()

    def _ask(self, connection: http.client.HTTPConnection) -> None:
        """Requests on one connection, to its end."""
        reactor = 0
        while not self._stop.is_set():
            try:
                connection.request("GET", "/pid")
                response = connection.getresponse()
                reactor = int(response.read())
            except (OSError, http.client.HTTPException) as error:
                self.lost.append(Lost(repr(error), reactor))
                return
            assert response.status == 200
            self.answered += 1
            if self._reconnect or response.will_close:
                return


def alive(pid: int) -> bool:
    """Whether a process runs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main(arguments: Sequence[str], version: str = "1", tied_to: str | None = None) -> int:
    """Serve with heartbeats that are short enough for a test."""
    _heart.BEAT_SECONDS = 0.1  # type: ignore[misc]
    _supervisor.HEARTBEAT_SECONDS = float(os.environ.get("HEARTBEAT", "20"))  # type: ignore[misc]
    _supervisor._DUMP_SECONDS = 0.2  # type: ignore[misc]
    _reactor._FORCE_AFTER = 0.5  # type: ignore[misc]
    service = Service(name="sample", version=version, routers=lambda: (Router(version),))
    return serve(service, arguments, tied_to=tied_to)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
