"""A closed-loop HTTP/1.1 load generator, small enough to read and fast enough to keep one core of a server busy.

In: an address, the bytes of one request, connections, seconds, perhaps a pause. Out: how many responses came and how
long they took. Never: more than `connections` requests in flight; anything but loopback. Responses need a
Content-Length.

`python -m perf.load PORT CONNECTIONS SECONDS REQUEST` does the same as a process of its own and prints JSON.
"""

import asyncio
import json
import math
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import uvloop

WARM_UP_SECONDS = 0.3


@dataclass(frozen=True)
class Result:
    """Responses counted after the warm-up, and what passed meanwhile.

    `seconds` of time and `clock` ticks; latencies in seconds, sorted; how many responses were not 2xx. Latencies are of
    requests sent after the warm-up: before it, they were as long as the server took to accept the connection.
    """

    requests: int
    seconds: float
    clock: float
    latencies: tuple[float, ...]
    failures: int

    def percentile(self, fraction: float) -> float:
        """The latency in seconds below which `fraction` of the responses came (0 when there were none)."""
        if not self.latencies:
            return 0.0
        return self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * fraction))]


class _Client(asyncio.Protocol):
    """One keep-alive connection: sends the request, waits for the whole response, sends again."""

    def __init__(self, request: bytes, pause: float) -> None:
        self._request = request
        self._pause = pause
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._sent = 0.0
        self.answered = 0
        self.since = math.inf
        self.latencies: list[float] = []
        self.failures = 0
        self.lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports do not inherit from asyncio's.
        self._transport = cast(asyncio.Transport, transport)
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True

    def close(self) -> None:
        """End the connection."""
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer + data if self._buffer else data
        end = response_end(buffer)
        if end == 0:
            self._buffer = buffer
            return
        self._buffer = buffer[end:]
        self.answered += 1
        if self._sent >= self.since:
            self.latencies.append(time.perf_counter() - self._sent)
        if buffer[9:10] != b"2":
            self.failures += 1
        if self._pause:
            # Spread, so that connections which were answered together do not stay together.
            asyncio.get_running_loop().call_later(self._pause * random.uniform(0.5, 1.5), self._send)
        else:
            self._send()

    def _send(self) -> None:
        assert self._transport is not None
        if self._transport.is_closing():
            return
        self._sent = time.perf_counter()
        self._transport.write(self._request)


def response_end(buffer: bytes) -> int:
    """The length of the first response in `buffer`, 0 when it is not all there."""
    head = buffer.find(b"\r\n\r\n")
    if head < 0:
        return 0
    lower = buffer[:head].lower()
    at = lower.find(b"\r\ncontent-length:")
    if at < 0:
        raise RuntimeError(f"a response without Content-Length: {buffer[:head]!r}")
    stop = lower.find(b"\r\n", at + 2)
    length = int(lower[at + 17 : stop if stop >= 0 else head])
    end = head + 4 + length
    return end if len(buffer) >= end else 0


async def _run(
    port: int, new: Callable[[], _Client], connections: int, seconds: float, clock: Callable[[], float]
) -> Result:
    loop = asyncio.get_running_loop()
    clients = [(await loop.create_connection(new, "127.0.0.1", port))[1] for _ in range(connections)]
    await asyncio.sleep(WARM_UP_SECONDS)
    start, ticks = time.perf_counter(), clock()
    for client in clients:
        client.since = start
        client.answered = client.failures = 0
    await asyncio.sleep(seconds)
    elapsed, ticks = time.perf_counter() - start, clock() - ticks
    latencies = sorted(latency for client in clients for latency in client.latencies)
    failures = sum(client.failures + client.lost for client in clients)
    for client in clients:
        client.close()
    await asyncio.sleep(0)
    answered = sum(client.answered for client in clients)
    return Result(answered, elapsed, ticks, tuple(latencies), failures)


def run(
    port: int, request: bytes, *, connections: int, seconds: float, clock: Callable[[], float], pause: float = 0.0
) -> Result:
    """Send `request` to 127.0.0.1:`port` over `connections` connections for `seconds` after a short warm-up.

    `pause`: seconds on average that a connection waits between a response and its next request.
    """
    return uvloop.run(_run(port, lambda: _Client(request, pause), connections, seconds, clock))


def main() -> None:
    """Run once."""
    port, connections, seconds, request = sys.argv[1:]
    result = run(
        int(port), request.encode(), connections=int(connections), seconds=float(seconds), clock=time.process_time
    )
    found = {"requests": result.requests, "seconds": result.seconds, "p99": result.percentile(0.99)}
    print(json.dumps({**found, "failures": result.failures}))


if __name__ == "__main__":
    main()
