"""Accepting more than one connection in a turn of the event loop.

In: a listening socket, and the connections that a loop accepts from it. Out: those that wait behind one of them. Never:
work for a connection that comes alone.

libuv accepts one connection each time it polls. A reactor whose turns take 20 ms would accept 50 connections a second,
and everybody behind them would wait for the server without having been heard: neither served nor told that it is busy.

1. A connection that comes `_SOON` after the one before shows that turns are short: nothing is done about it.
2. Else those that wait are accepted before the loop polls again, at most `_MOST`, so that a turn stays short.
"""

from __future__ import annotations

import asyncio
import math
import os
import socket
import time
from collections.abc import Callable
from typing import Final

_SOON: Final = 0.001
_MOST: Final = 64


class Accepting:
    """A factory of protocols for the connections of `sock`, and for those that wait behind them."""

    __slots__ = ("_clock", "_factory", "_last", "_loop", "_sock", "_taken")

    def __init__(
        self,
        sock: socket.socket,
        factory: Callable[[], asyncio.Protocol],
        loop: asyncio.AbstractEventLoop,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sock = sock
        self._factory = factory
        self._loop = loop
        self._clock = clock
        self._last = -math.inf if os.name == "posix" else math.inf  # elsewhere the loop accepts them in the background
        self._taken: set[asyncio.Task[object]] = set()

    def __call__(self) -> asyncio.Protocol:
        now = self._clock()
        if now - self._last > _SOON:
            self._loop.call_soon(self._take)
        self._last = max(now, self._last)
        return self._factory()

    def _take(self) -> None:
        """Rule 2."""
        for connection in accept_waiting(self._sock, _MOST):
            task: asyncio.Task[object] = self._loop.create_task(
                self._loop.connect_accepted_socket(self._factory, connection)
            )
            self._taken.add(task)
            task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[object]) -> None:
        self._taken.discard(task)
        if not task.cancelled():
            task.exception()  # a client that is gone already is no news


def accept_waiting(sock: socket.socket, most: int) -> list[socket.socket]:
    """The connections that wait, at most so many; fewer when there is no file descriptor left or `sock` is closed."""
    accepted: list[socket.socket] = []
    try:
        while len(accepted) < most:
            connection, _ = sock.accept()
            connection.setblocking(False)
            accepted.append(connection)
    except OSError:
        pass
    return accepted
