"""What has been received of a body and not been read.

In: pieces. Out: an async iterator of them. Never: a connection.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable


class Intake:
    """A buffer between who receives and who reads.

    Args:
        room: bytes from which on it is `full`.
        wanted: called when the reader begins to wait, and when the intake is not full any more.
    """

    __slots__ = ("_chunks", "_ended", "_error", "_room", "_size", "_waiter", "_wanted")

    def __init__(self, room: int, wanted: Callable[[], None]) -> None:
        self._chunks: deque[bytes] = deque()
        self._size = 0
        self._room = room
        self._ended = False
        self._error: Exception | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._wanted = wanted

    @property
    def full(self) -> bool:
        """Whether as much is held as may be."""
        return self._size >= self._room

    @property
    def held(self) -> int:
        """Bytes received and not read."""
        return self._size

    @property
    def finished(self) -> bool:
        """Whether everything has arrived and been read."""
        return self._ended and not self._chunks

    @property
    def waiting(self) -> bool:
        """Whether the reader waits."""
        return self._waiter is not None and not self._waiter.done()

    def feed(self, piece: bytes) -> None:
        """More has arrived."""
        self._chunks.append(piece)
        self._size += len(piece)
        self._wake()

    def end(self) -> None:
        """Everything has arrived."""
        self._ended = True
        self._wake()

    def fail(self, error: Exception) -> None:
        """Nothing more arrives: after what is there already, the reader gets `error`."""
        self._error = error
        self._wake()

    def drop(self) -> None:
        """Nobody is to read any more."""
        self._chunks.clear()
        self._size = 0
        self.fail(RuntimeError("the request has been answered, its body cannot be read any more"))

    def __aiter__(self) -> Intake:
        return self

    async def __anext__(self) -> bytes:
        while not self._chunks:
            if self._error is not None:
                raise self._error
            if self._ended:
                raise StopAsyncIteration
            await self._wait()
        was_full = self.full
        chunk = self._chunks.popleft()
        self._size -= len(chunk)
        if was_full and not self.full:
            self._wanted()
        return chunk

    async def _wait(self) -> None:
        if self._waiter is not None:
            raise RuntimeError("two tasks cannot read one body at the same time")
        self._waiter = asyncio.get_running_loop().create_future()
        self._wanted()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
