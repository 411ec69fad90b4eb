"""Connections that come and go, or come and stay.

In: a port on loopback, the bytes of one request. Out: how many were answered, and how long that took. Never: more than
one request on a connection. Clients have addresses of their own (127.0.0.2 and up), so that ports do not run out.
"""

import asyncio
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self, cast

import uvloop

from perf.load import Result, response_end

_TIMEOUT = 20.0
_BATCH = 50
_PER_ADDRESS = 5000


class Idle:
    """Open connections, each of which has been answered once and then asks for nothing."""

    def __init__(self, port: int, request: bytes) -> None:
        self.open: list[socket.socket] = []
        self._port = port
        self._request = request

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for connection in self.open:
            connection.close()

    def grow(self, to: int) -> None:
        """Have so many connections. Raises SystemExit when one of them is not answered."""
        while len(self.open) < to:
            batch = [self._connect() for _ in range(min(_BATCH, to - len(self.open)))]
            for connection in batch:
                _answer(connection)

    def _connect(self) -> socket.socket:
        address = f"127.0.0.{2 + len(self.open) // _PER_ADDRESS}"
        connection = socket.create_connection(("127.0.0.1", self._port), _TIMEOUT, source_address=(address, 0))
        self.open.append(connection)
        connection.sendall(self._request)
        return connection


def ask(port: int, request: bytes) -> bool:
    """One request on a connection of its own. Returns whether there was an answer."""
    try:
        with socket.create_connection(("127.0.0.1", port), 1.0) as connection:
            connection.sendall(request)
            _answer(connection)
    except OSError:
        return False
    return True


def _answer(connection: socket.socket) -> None:
    data = b""
    while not response_end(data):
        more = connection.recv(65536)
        if not more:
            raise SystemExit("the server has closed a connection without an answer")
        data += more
    if data[9:10] != b"2":
        raise SystemExit(f"the answer is {data[9:12].decode()}")


class _Visit(asyncio.Protocol):
    """Sends when connected; done when answered or lost."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self._buffer = b""
        self.answered: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast(asyncio.Transport, transport).write(self._request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if response_end(self._buffer) and not self.answered.done():
            self.answered.set_result(self._buffer[9:10] == b"2")

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.answered.done():
            self.answered.set_result(False)


@dataclass
class _Seen:
    """What became of the visits: latencies, and how many had no answer or a bad one."""

    latencies: list[float] = field(default_factory=list)
    failures: int = 0


async def _visit(port: int, request: bytes, address: str, until: float, seen: _Seen) -> None:
    """One after the other."""
    loop = asyncio.get_running_loop()
    while (began := time.perf_counter()) < until:
        transport, visit = await loop.create_connection(
            lambda: _Visit(request), "127.0.0.1", port, local_addr=(address, 0)
        )
        good = await visit.answered
        seen.latencies.append(time.perf_counter() - began)
        seen.failures += not good
        transport.close()


async def _visits(port: int, request: bytes, clients: int, seconds: float, clock: Callable[[], float]) -> Result:
    begin, ticks = time.perf_counter(), clock()
    seen = _Seen()
    async with asyncio.TaskGroup() as group:
        for number in range(clients):
            group.create_task(_visit(port, request, f"127.0.1.{1 + number}", begin + seconds, seen))
    elapsed = time.perf_counter() - begin
    return Result(len(seen.latencies), elapsed, clock() - ticks, tuple(sorted(seen.latencies)), seen.failures)


def visits(port: int, request: bytes, *, clients: int, seconds: float, clock: Callable[[], float]) -> Result:
    """A connection for each request, from `clients` clients at a time; latencies count from before it is made."""
    return uvloop.run(_visits(port, request, clients, seconds, clock))
