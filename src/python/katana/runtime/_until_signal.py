"""A server from its start to the signal that ends it.

In: what serves. Out: an exit code. Never: sockets, processes.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from typing import Any

from katana.runtime._served import Served


async def serve_until_signal(
    server: Served, signals: tuple[int, ...], on_ready: Callable[[], None], *, stop: asyncio.Future[int] | None = None
) -> int:
    """Start, serve, and stop at the first of `signals`; at the second one close all connections at once.

    Args:
        server: not started yet.
        signals: their numbers.
        on_ready: called on the loop when the server listens.
        stop: is the first signal too, once it has a result.

    Returns:
        0, or 128 + the number of a signal that ended the server before its requests were done.

    Raises:
        What its `start` raises.
    """
    arrived = _Signals(asyncio.get_running_loop(), signals, stop)
    starting = asyncio.ensure_future(server.start())
    either: list[asyncio.Future[Any]] = [starting, arrived.first]
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():  # a migration that is under way is rolled back with its connection
        starting.cancel()
        await asyncio.wait([starting])
        return 128 + arrived.first.result()
    starting.result()
    server.memory.begin()
    try:
        on_ready()
        await arrived.first
        stopping = asyncio.ensure_future(server.stop())
        ends: list[asyncio.Future[Any]] = [stopping, arrived.second]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        if not stopping.done():
            server.abort()
            return 128 + arrived.second.result()
        stopping.result()
    finally:
        server.memory.end()
    return 0


class _Signals:
    """The first and the second signal, as futures of its number."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, numbers: tuple[int, ...], first: asyncio.Future[int] | None
    ) -> None:
        self._loop = loop
        self.first: asyncio.Future[int] = loop.create_future() if first is None else first
        self.second: asyncio.Future[int] = loop.create_future()
        for number in numbers:
            try:
                loop.add_signal_handler(number, self._arrived, number)
            except NotImplementedError:  # Windows
                signal.signal(number, lambda got, _: loop.call_soon_threadsafe(self._arrived, got))

    def _arrived(self, number: int) -> None:
        for future in (self.first, self.second):
            if not future.done():
                future.set_result(int(number))
                return
