"""The tables of HTTP/1.1 over real sockets: on both event loops, and behind a supervisor with two reactors.

What the core makes of bytes is what a client sees: a response for each request in its order, a refusal that says
`connection: close`, and the end of the connection behind it.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import fields
from typing import NamedTuple

import pytest
import uvloop

from conformance.http1 import http1_echo
from conformance.http1.http1_samples import LIMITS
from conformance.http1.http1_tables import CASES, identified
from katana.runtime import Config, Limits, Server


@contextmanager
def in_a_thread(factory: Callable[[], asyncio.AbstractEventLoop]) -> Iterator[int]:
    """The port of a server on a loop of its own."""
    ports: list[int] = []
    started, ended = threading.Event(), []

    async def serve() -> None:
        stopped = asyncio.Event()
        async with Server(http1_echo.service(), Config(port=0), limits=LIMITS) as server:
            ports.append(server.port)
            loop = asyncio.get_running_loop()
            ended.append(lambda: loop.call_soon_threadsafe(stopped.set))
            started.set()
            await stopped.wait()

    def run() -> None:
        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(serve())

    thread = threading.Thread(target=run)
    thread.start()
    assert started.wait(10)
    try:
        yield ports[0]
    finally:
        ended[0]()
        thread.join()


@contextmanager
def supervised() -> Iterator[int]:
    """The port of two reactors, which share it."""
    own = {f.name: getattr(LIMITS, f.name) for f in fields(Limits) if getattr(LIMITS, f.name) != f.default}
    options = [f"--limits-{name.replace('_', '-')}={value}" for name, value in own.items() if name != "body"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KATANA_")}
    process = subprocess.Popen(
        [sys.executable, http1_echo.__file__, "--port=0", "--reactors=2", f"--body-limit={own['body']}", *options],
        stdout=subprocess.PIPE,
        text=True,
        env={**kept, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline().rstrip().rpartition(":")[2])
    finally:
        process.terminate()
        process.communicate(timeout=30)


TRANSPORTS: dict[str, Callable[[], AbstractContextManager[int]]] = {
    "uvloop": lambda: in_a_thread(uvloop.new_event_loop),
    "asyncio": lambda: in_a_thread(asyncio.new_event_loop),
    "supervisor": supervised,
}


@pytest.fixture(scope="module", params=TRANSPORTS)
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    with TRANSPORTS[request.param]() as number:
        yield number


class Response(NamedTuple):
    status: int
    fields: dict[str, str]
    body: bytes


def exchange(port: int, data: bytes, *, ends: bool) -> bytes:
    """Everything that comes back until the server closes. `ends`: the client says that it has sent all."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(data)
        if ends:
            client.shutdown(socket.SHUT_WR)
        received = bytearray()
        while piece := client.recv(65536):
            received += piece
        return bytes(received)


def parsed(data: bytes, heads: list[bool]) -> Iterator[Response]:
    """The responses in `data`; `heads` says which of them answer HEAD."""
    for head in heads:
        start, _, rest = data.partition(b"\r\n\r\n")
        line, *lines = start.decode("latin-1").split("\r\n")
        assert re.fullmatch(r"HTTP/1\.1 \d{3} .*", line)
        names = {name: value for name, _, value in (each.partition(": ") for each in lines)}
        size = 0 if head else int(names.get("content-length", "0"))
        yield Response(int(line[9:12]), names, rest[:size])
        data = rest[size:]
    assert data == b""


def expected_of(event: str) -> tuple[int, bytes]:
    if event == "continue":
        return 100, b""
    if event.isdecimal():
        return int(event), b""
    if event.startswith("OPTIONS"):
        return 204, b""
    return 200, b"" if event.startswith("HEAD") else event.encode("latin-1")


@pytest.mark.parametrize(("data", "expected"), identified(CASES))
def test_a_client_sees_what_the_core_decides(port: int, data: bytes, expected: list[str]) -> None:
    refused = bool(expected) and expected[-1].isdecimal()
    answers = list(parsed(exchange(port, data, ends=not refused), [event.startswith("HEAD") for event in expected]))
    for answer, event in zip(answers, expected, strict=True):
        status, body = expected_of(event)
        assert answer.status == status
        assert event.isdecimal() or answer.body == body
        assert "date" in answer.fields or status == 100
        closes = event.isdecimal() or (answer is answers[-1] and b" HTTP/1.0\r\n" in data)
        assert (answer.fields.get("connection") == "close") is closes
