"""Content that is kept until a request ends: in memory as long as it is small, in an unnamed file beyond that.

In: chunks. Out: chunks. Never: a name in the file system, nor a wait for the disk on the event loop.

Theory of operation. A write usually ends in the page cache, within microseconds, but the kernel makes a writer wait
(tens of milliseconds and more) when too many pages are dirty. So files are written and read by a thread, in blocks that
are large enough for the hand-over (some 50 µs) not to matter. `close` may come while a cancelled request's block is
still being written; the lock makes it wait for that block, so that no descriptor is used after it is closed.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from threading import Lock
from typing import BinaryIO, Final, cast

BLOCK: Final = 256 * 1024
"""Bytes that are written to a file, or read from it, at once."""

_CLOSED: Final = "the upload is closed: its request has ended"


class Spool:
    """Content that grows by `write`, and can be read when `finish` has been called.

    Args:
        memory: bytes that are kept in memory; content that is larger goes into a file.
    """

    __slots__ = ("_closed", "_file", "_lock", "_memory", "_pending", "size")

    def __init__(self, memory: int) -> None:
        self.size = 0
        self._memory = memory
        self._pending = bytearray()
        self._file: BinaryIO | None = None
        self._lock = Lock()
        self._closed = False

    @classmethod
    def of(cls, content: bytes) -> Spool:
        """Finished content in memory."""
        spool = cls(len(content))
        spool._pending += content
        spool.size = len(content)
        return spool

    async def write(self, chunk: bytes) -> None:
        """Adds a chunk. Raises OSError when the disk takes no more."""
        self._pending += chunk
        self.size += len(chunk)
        if len(self._pending) >= BLOCK or (self._file is None and self.size > self._memory):
            await self._flush()

    async def finish(self) -> None:
        """Nothing more will be written. Raises OSError when the disk takes no more."""
        if self._file is not None and self._pending:
            await self._flush()

    async def chunks(self) -> AsyncIterator[bytes]:
        """The content, from its start. Raises ValueError after `close`."""
        position = 0
        while position < self.size:
            chunk = await self._read(position)
            position += len(chunk)
            yield chunk
        if self._closed:
            raise ValueError(_CLOSED)

    def close(self) -> None:
        """Frees memory and file."""
        with self._lock:
            self._closed = True
            self._pending = bytearray()
            if self._file is not None:
                self._file.close()

    async def _flush(self) -> None:
        block, self._pending = self._pending, bytearray()
        await asyncio.to_thread(self._append, block)

    def _append(self, block: bytearray) -> None:
        with self._lock:
            if self._closed:
                return
            if self._file is None:
                self._file = cast(BinaryIO, tempfile.TemporaryFile(buffering=0))  # noqa: SIM115 - `close` closes it
            view = memoryview(block)
            while view:
                view = view[self._file.write(view) :]

    async def _read(self, position: int) -> bytes:
        if self._closed:
            raise ValueError(_CLOSED)
        if self._file is None:
            return bytes(self._pending[position : position + BLOCK])
        return await asyncio.to_thread(self._block, position)

    def _block(self, position: int) -> bytes:
        with self._lock:
            if self._closed or self._file is None:
                raise ValueError(_CLOSED)
            self._file.seek(position)
            return self._file.read(BLOCK)
