"""Accepting connections: more than one in a turn of the event loop, and none while there is no room for any.

In: a listening socket, and the connections that a loop accepts from it. Out: those that wait behind one of them. Never:
work for a connection that comes alone.

libuv accepts one connection each time it polls. A reactor whose turns take 20 ms would accept 50 connections a second,
and everybody behind them would wait for the server without having been heard: neither served nor told that it is busy.

1. A connection that comes `_SOON` after the one before shows that turns are short: nothing is done about it.
2. Else those that wait are accepted before the loop polls again, at most `_MOST`, so that a turn stays short.
3. The loop of the standard library would try again for as many times as may wait when there is no file descriptor left,
   and log a traceback for each. Its sockets have a `Listener`, which says so once and waits for `_PAUSE`.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import math
import os
import socket
import time
from collections.abc import Callable
from typing import Final

_SOON: Final = 0.001
_MOST: Final = 64
_PAUSE: Final = 1.0
_NOBODY: Final = frozenset((errno.EAGAIN, errno.EWOULDBLOCK, errno.EINTR, errno.ECONNABORTED))

_log = logging.getLogger("katana.server")


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
            _connect(connection, self._factory, self._loop, self._taken)


class Listener:
    """Accepts from `sock`, which listens, until `close`."""

    __slots__ = ("_factory", "_loop", "_sock", "_taken", "_timer")

    def __init__(
        self, sock: socket.socket, factory: Callable[[], asyncio.Protocol], loop: asyncio.AbstractEventLoop
    ) -> None:
        self._sock = sock
        self._factory = factory
        self._loop = loop
        self._taken: set[asyncio.Task[object]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._watch()

    def close(self) -> None:
        """Accept nobody more, and close the socket. Nothing happens if that was done before."""
        if self._timer is not None:
            self._timer.cancel()
        if self._sock.fileno() >= 0:
            self._loop.remove_reader(self._sock)
            self._sock.close()

    def _watch(self) -> None:
        self._loop.add_reader(self._sock, self._accept)

    def _accept(self) -> None:
        try:
            for _ in range(_MOST):
                connection, _ = self._sock.accept()
                connection.setblocking(False)
                _connect(connection, self._factory, self._loop, self._taken)
        except OSError as error:
            if error.errno not in _NOBODY:
                _log.warning("nobody is accepted for %.0f s: %s", _PAUSE, error.strerror)
                self._loop.remove_reader(self._sock)
                self._timer = self._loop.call_later(_PAUSE, self._watch)


def _connect(
    connection: socket.socket,
    factory: Callable[[], asyncio.Protocol],
    loop: asyncio.AbstractEventLoop,
    taken: set[asyncio.Task[object]],
) -> None:
    """Give an accepted connection its protocol; `taken` holds the task until that is done."""

    def done(task: asyncio.Task[object]) -> None:
        taken.discard(task)
        if not task.cancelled():
            task.exception()  # a client that is gone already is no news

    task: asyncio.Task[object] = loop.create_task(loop.connect_accepted_socket(factory, connection))
    taken.add(task)
    task.add_done_callback(done)


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
