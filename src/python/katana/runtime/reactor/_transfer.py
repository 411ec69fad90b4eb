"""Moving bytes between descriptors: vectored, or inside the kernel.

In: descriptors that do not block, buffers. Out: numbers of bytes. Never: a copy that the system does not need.

The system moves what it can at once; only when it says that it would block is the descriptor watched. Everything here
can be cancelled while it waits; bytes that were moved before stay moved.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from typing import Final

Buffer = bytes | bytearray | memoryview

_MOST_BUFFERS: Final = min(1024, os.sysconf("SC_IOV_MAX")) if hasattr(os, "sysconf") else 16
_PIECE: Final = 1 << 20


class Transfers:
    """The waiting operations of a reactor."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._readers: set[int] = set()
        self._writers: set[int] = set()

    # --- watching

    def claim_reader(self, fd: int, callback: Callable[[], object]) -> None:
        """Watches `fd` for reading. Raises RuntimeError if somebody does already."""
        if fd in self._readers:
            raise RuntimeError(f"descriptor {fd} is being read already")
        self.loop.add_reader(fd, callback)
        self._readers.add(fd)

    def free_reader(self, fd: int) -> None:
        """Ends `claim_reader`."""
        self._readers.discard(fd)
        self.loop.remove_reader(fd)

    def claim_writer(self, fd: int, callback: Callable[[], object]) -> None:
        """Watches `fd` for writing. Raises RuntimeError if somebody does already."""
        if fd in self._writers:
            raise RuntimeError(f"descriptor {fd} is being written already")
        self.loop.add_writer(fd, callback)
        self._writers.add(fd)

    def free_writer(self, fd: int) -> None:
        """Ends `claim_writer`."""
        self._writers.discard(fd)
        self.loop.remove_writer(fd)

    async def readable(self, fd: int) -> None:
        """Returns when `fd` can be read, or has ended."""
        waiter = self.loop.create_future()
        self.claim_reader(fd, lambda: _wake(waiter))
        try:
            await waiter
        finally:
            self.free_reader(fd)

    async def writable(self, fd: int) -> None:
        """Returns when `fd` can be written, or has failed."""
        waiter = self.loop.create_future()
        self.claim_writer(fd, lambda: _wake(waiter))
        try:
            await waiter
        finally:
            self.free_writer(fd)

    # --- buffers

    async def readv(self, fd: int, buffers: Sequence[bytearray | memoryview]) -> int:
        """Reads once into several buffers, filled one after the other (readv(2)).

        Returns:
            The bytes read; 0: the other side has ended.
        """
        while True:
            try:
                return os.readv(fd, buffers[:_MOST_BUFFERS])
            except BlockingIOError:
                await self.readable(fd)

    async def writev(self, fd: int, buffers: Sequence[Buffer]) -> int:
        """Writes all buffers, gathered (writev(2)), in as many calls as it takes. Returns the bytes written."""
        total = 0
        rest: list[Buffer] = [buffer for buffer in buffers if len(buffer)]
        while rest:
            try:
                written = os.writev(fd, rest[:_MOST_BUFFERS])
            except BlockingIOError:
                await self.writable(fd)
                continue
            total += written
            rest = _behind(rest, written)
        return total

    # --- inside the kernel

    async def sendfile(self, out: int, file: int, offset: int, count: int) -> int:
        """Sends a part of a file to a socket without a copy (sendfile(2)).

        Returns:
            The bytes sent: fewer than `count` when the file ends before.
        """
        sent = 0
        while sent < count:
            try:
                now = os.sendfile(out, file, offset + sent, min(count - sent, _PIECE))
            except BlockingIOError:
                await self.writable(out)
                continue
            if now == 0:
                break
            sent += now
        return sent

    async def splice(self, source: int, target: int, count: int | None = None) -> int:
        """Moves bytes from one socket to another through a pipe in the kernel (splice(2)).

        Args:
            source: a socket.
            target: a socket.
            count: bytes; None: until the source ends.

        Returns:
            The bytes moved. Where there is no splice, they are copied through a buffer.
        """
        if sys.platform != "linux":
            return await self._copy(source, target, count)
        inlet, outlet = _pipe()
        moved = 0
        try:
            while count is None or moved < count:
                wanted = _PIECE if count is None else min(count - moved, _PIECE)
                try:
                    held = os.splice(source, outlet, wanted, flags=os.SPLICE_F_MOVE | os.SPLICE_F_NONBLOCK)
                except BlockingIOError:
                    await self.readable(source)
                    continue
                if held == 0:
                    break
                await self._empty(inlet, target, held)
                moved += held
        finally:
            os.close(inlet)
            os.close(outlet)
        return moved

    async def _empty(self, inlet: int, target: int, held: int) -> None:
        """Moves what a pipe holds."""
        while held:
            try:
                held -= os.splice(inlet, target, held, flags=os.SPLICE_F_MOVE | os.SPLICE_F_NONBLOCK)
            except BlockingIOError:
                await self.writable(target)

    async def _copy(self, source: int, target: int, count: int | None) -> int:
        buffer = memoryview(bytearray(min(count or _PIECE, 1 << 16)))
        moved = 0
        while count is None or moved < count:
            room = len(buffer) if count is None else min(count - moved, len(buffer))
            read = await self.readv(source, [buffer[:room]])
            if read == 0:
                break
            await self.writev(target, [buffer[:read]])
            moved += read
        return moved


def _wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)


def _pipe() -> tuple[int, int]:
    """A pipe that does not block, with room for a piece where the system grants it."""
    import fcntl  # noqa: PLC0415 - does not exist on every platform

    inlet, outlet = os.pipe()
    os.set_blocking(inlet, False)
    os.set_blocking(outlet, False)
    with contextlib.suppress(OSError):  # beyond what an unprivileged process may have
        fcntl.fcntl(outlet, fcntl.F_SETPIPE_SZ, _PIECE)
    return inlet, outlet


def _behind(buffers: list[Buffer], written: int) -> list[Buffer]:
    """What is left of buffers after `written` bytes."""
    for index, buffer in enumerate(buffers):
        if written < len(buffer):
            return [memoryview(buffer)[written:], *buffers[index + 1 :]]
        written -= len(buffer)
    return []
