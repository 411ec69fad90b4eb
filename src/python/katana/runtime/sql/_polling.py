"""Drives libpq's polling state machines (connect, cancel) on the running event loop.

In: the poll function and the socket of a `PGconn` or `PGcancelConn`. Out: whether it succeeded. Never: time limits
(callers have `asyncio.timeout`), and never a socket left registered with the loop: libpq may replace it between polls.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from katana.runtime.sql._libpq import POLL_OK, POLL_READING, POLL_WRITING


async def poll_until_done(poll: Callable[[], int], fileno: Callable[[], int]) -> bool:
    """Polls until libpq reports success (True) or failure (False).

    Before the first poll the socket must be writable (manual, 32.1, PQconnectPoll).
    """
    loop = asyncio.get_running_loop()
    status: int = POLL_WRITING
    while status in (POLL_READING, POLL_WRITING):
        if status == POLL_READING:
            await _ready(loop.add_reader, loop.remove_reader, fileno())
        else:
            await _ready(loop.add_writer, loop.remove_writer, fileno())
        status = poll()
    return status == POLL_OK


async def readable(fd: int) -> None:
    """Returns when the socket has something to read."""
    loop = asyncio.get_running_loop()
    await _ready(loop.add_reader, loop.remove_reader, fd)


async def _ready(add: Callable[..., Any], remove: Callable[[int], Any], fd: int) -> None:
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    add(fd, _wake, future)
    try:
        await future
    finally:
        remove(fd)


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
