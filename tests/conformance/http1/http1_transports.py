"""Servers of the echo service on every transport, and a client that sends bytes and sees bytes.

In: nothing. Out: `TRANSPORTS`, `exchange` and `responses`. Never: what is right.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import fields
from typing import NamedTuple

import uvloop

from conformance.http1 import http1_echo
from conformance.http1.http1_samples import LIMITS, OK, get
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


class Response(NamedTuple):
    status: int
    fields: dict[str, str]
    body: bytes


def exchange(port: int, data: bytes, *, ends: bool, used: bool = False) -> bytes:
    """Everything that comes back until the server closes.

    `ends`: the client says that it has sent all. `used`: the connection has carried a request before.
    """
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        before = bytearray()
        if used:
            client.sendall(get(OK))
            while not before.endswith(b"GET /"):
                before += client.recv(65536)
        client.sendall(data)
        if ends:
            client.shutdown(socket.SHUT_WR)
        received = bytearray()
        while piece := client.recv(65536):
            received += piece
        return bytes(received)


def responses(data: bytes, heads: Sequence[bool]) -> list[Response]:
    """The responses in `data`; `heads` says which of them answer HEAD. What comes behind the last one is its body."""
    found: list[Response] = []
    for head in heads:
        start, _, rest = data.partition(b"\r\n\r\n")
        line, *lines = start.decode("latin-1").split("\r\n")
        assert re.fullmatch(r"HTTP/1\.1 \d{3} .*", line)
        names = {name: value for name, _, value in (each.partition(": ") for each in lines)}
        size = len(rest) if len(found) + 1 == len(heads) else 0 if head else int(names.get("content-length", "0"))
        found.append(Response(int(line[9:12]), names, rest[:size]))
        data = rest[size:]
    assert data == b""
    return found
