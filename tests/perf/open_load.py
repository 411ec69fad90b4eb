"""An open-loop HTTP/1.1 load generator: requests come when they come, however slow the answers are.

In: an address, the bytes of one request, a rate. Out: what became of each request. Never: a request that waits for the
answer of another, as long as there are connections; anything but loopback. Responses need a Content-Length.

Arrivals are a Poisson process. A latency counts from the time at which a request was to be sent, so a server cannot
improve it by keeping the generator from sending.
"""

import asyncio
import random
import time
from collections import deque
from dataclasses import dataclass
from typing import cast

import uvloop

from perf.load import response_end

_TURN = 0.001
_DRAIN = 2.0
_PAUSE = 0.5
"""After the connections were made, and before the first request."""
_LATE = 0.05


@dataclass(frozen=True)
class Outcome:
    """Of the requests that were to be sent in `seconds`: how many, and the latencies in seconds, sorted.

    `served`: of 2xx; `refused`: of 503; `lost`: without an answer, or with another one. `begun`: how many were 2xx
    altogether, before and after included. `behind`: how late each request was sent, which is the generator's fault and
    part of its latency. `settled`: seconds from the first request of all to the last 2xx that took more than 50 ms.
    """

    seconds: float
    sent: int
    served: tuple[float, ...]
    refused: tuple[float, ...]
    begun: int
    behind: tuple[float, ...]
    settled: float

    @property
    def lost(self) -> int:
        """Requests without an answer, or with another one."""
        return self.sent - len(self.served) - len(self.refused)


def percentile(latencies: tuple[float, ...], fraction: float) -> float:
    """The latency in seconds below which `fraction` of them are (0 when there are none)."""
    return latencies[min(len(latencies) - 1, int(len(latencies) * fraction))] if latencies else 0.0


class _Client(asyncio.Protocol):
    """One connection, with one request at a time."""

    def __init__(self, load: "_Load") -> None:
        self._load = load
        self._buffer = b""
        self._due = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports do not inherit from asyncio's.
        self.transport = cast(asyncio.Transport, transport)

    def send(self, due: float) -> None:
        """Send a request that was due at `due`."""
        self._due = due
        self.transport.write(self._load.request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if end := response_end(self._buffer):
            status, self._buffer = self._buffer[9:12], self._buffer[end:]
            self._load.answered(self, status, self._due)


class _Load:
    """Sends from `begin` on; requests that are due after the warm-up count."""

    def __init__(self, request: bytes, rate: float) -> None:
        self.request = request
        self.idle: deque[_Client] = deque()
        self.sent = 0
        self.outstanding = 0
        self.begun = 0
        self.settled = 0.0
        self.behind: list[float] = []
        self.latencies: dict[bytes, list[float]] = {b"200": [], b"503": []}
        self._late: deque[float] = deque()
        self._rate = rate
        self._began = self._since = self._end = self._next = 0.0
        self._random = random.Random(1)

    def begin(self, loop: asyncio.AbstractEventLoop, warm_up: float, seconds: float) -> None:
        """Send from now on."""
        self._loop = loop
        self._began = self._next = time.perf_counter()
        self._since = self._began + warm_up
        self._end = self._since + seconds
        self._turn()

    def answered(self, client: _Client, status: bytes, due: float) -> None:
        """A response is there."""
        now = time.perf_counter()
        self.outstanding -= 1
        if status == b"200":
            self.begun += 1
            if now - due > _LATE:
                self.settled = now - self._began
        if self._since <= due < self._end and status in self.latencies:
            self.latencies[status].append(now - due)
        if self._late:
            client.send(self._late.popleft())
        else:
            self.idle.append(client)

    def _turn(self) -> None:
        now = time.perf_counter()
        while self._next <= min(now, self._end):
            due, self._next = self._next, self._next + self._random.expovariate(self._rate)
            if self._since <= due < self._end:
                self.sent += 1
                self.behind.append(now - due)
            self.outstanding += 1
            if self.idle:
                self.idle.popleft().send(due)
            else:
                self._late.append(due)
        if self._next <= self._end:
            self._loop.call_later(_TURN, self._turn)


async def _run(port: int, request: bytes, *, rate: float, connections: int, warm_up: float, seconds: float) -> Outcome:
    loop = asyncio.get_running_loop()
    load = _Load(request, rate)
    clients = [(await loop.create_connection(lambda: _Client(load), "127.0.0.1", port))[1] for _ in range(connections)]
    load.idle.extend(clients)
    await asyncio.sleep(_PAUSE)
    load.begin(loop, warm_up, seconds)
    await asyncio.sleep(warm_up + seconds)
    limit = time.perf_counter() + _DRAIN
    while load.outstanding and time.perf_counter() < limit:
        await asyncio.sleep(0.01)
    for client in clients:
        client.transport.abort()
    served, refused = (tuple(sorted(load.latencies[status])) for status in (b"200", b"503"))
    return Outcome(seconds, load.sent, served, refused, load.begun, tuple(sorted(load.behind)), load.settled)


def run(port: int, request: bytes, *, rate: float, connections: int, warm_up: float, seconds: float) -> Outcome:
    """Send `request` to 127.0.0.1:`port`, `rate` times a second, for `seconds` after `warm_up` seconds."""
    return uvloop.run(_run(port, request, rate=rate, connections=connections, warm_up=warm_up, seconds=seconds))
