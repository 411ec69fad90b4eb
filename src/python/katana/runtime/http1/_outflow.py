"""The content of a streaming response on its way to its connection.

In: chunks. Out: bytes framed by RFC 9112, 6 and 7. Never: a chunk that the handler has not given yet.

1. What is sent in one turn of the loop is written with one call.
2. After as many bytes as a connection may buffer, or as many chunks as pipelined requests may have in one turn, other
   connections have theirs: a handler that never waits does not stop the server.
3. With a length exactly that many bytes are written, or the connection ends before.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from katana.runtime.http1._render import Framing, framing_of, render_head
from katana.runtime.http1._trailing import last_chunk, wants_trailers

if TYPE_CHECKING:
    from katana.runtime._reply import StreamReply
    from katana.runtime.http1._connection import Request
    from katana.runtime.http1._shared import Shared


class Line(Protocol):
    """The connection, as an outflow sees it."""

    @property
    def writable(self) -> bool:
        """Whether the client takes what is written."""

    def reusable(self) -> bool:
        """Whether another request may follow, as far as the connection is concerned."""

    def write(self, data: bytes) -> None:
        """Write; dropped when the connection is closing."""

    def streamed(self, out: list[bytes]) -> None:
        """The response is complete with the bytes of `out`."""

    def cut(self, *, reset: bool) -> None:
        """The response stays incomplete: close the connection, by a reset where a close would mean that it is not."""


class Outflow:
    """The outlet (see `Flight`) of one response. `last`: the connection ends after it, known when the head is open."""

    __slots__ = ("_fields", "_framing", "_left", "_limits", "_line", "_loop", "_out", "_planned", "_reply", "_size",
                 "_tails", "_trailers", "_turns", "_waiter", "last")  # fmt: skip

    def __init__(self, line: Line, shared: Shared, request: Request, reply: StreamReply) -> None:
        self.last = False
        self._line = line
        self._limits = shared.limits
        self._loop = shared.loop
        self._tails = shared.tails
        self._fields = request.fields
        self._reply = reply
        self._framing = framing_of(reply, http10=request.fields.http10, without_body=request.method == "HEAD")
        # RFC 9110, 6.5.1: who has not asked for trailer fields may never see them, or break on them.
        asked = self._framing is Framing.CHUNKED and reply.trailers is not None and wants_trailers(request.fields)
        self._trailers = reply.trailers if asked else None
        self._left = reply.length or 0
        self._out: list[bytes] = []
        self._size = 0
        self._turns = 0
        self._planned = False
        self._waiter: asyncio.Future[None] | None = None

    @property
    def held(self) -> int:
        """Bytes given and not yet written."""
        return self._size

    @property
    def bare(self) -> bool:
        """See `Outlet`."""
        return self._framing is Framing.NONE

    async def room(self) -> None:
        """See `Outlet`."""
        self._turns += 1
        if self._turns >= self._limits.pipeline_turn or self._size >= self._limits.write_buffer:  # rule 2
            self._turns = 0
            self._flush()
            if self._line.writable:
                await asyncio.sleep(0)
        while not self._line.writable:
            self._waiter = self._loop.create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None

    def wake(self) -> None:
        """The connection may be writable again."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def open(self) -> None:
        """See `Outlet`."""
        fields = self._fields
        self.last = not (self._line.reusable() and fields.keep_alive and self._framing is not Framing.CLOSE)
        self._put(
            render_head(
                self._reply,
                self._tails,
                self._framing,
                keep_alive=not self.last,
                http10=fields.http10,
                announced=() if self._trailers is None else self._trailers.names,
            )
        )

    def send(self, chunk: bytes) -> None:
        """See `Outlet`."""
        if not isinstance(chunk, bytes):
            raise TypeError(f"a stream gave {type(chunk).__name__} instead of bytes")
        if self._framing is Framing.CHUNKED:
            self._put(b"%x\r\n%b\r\n" % (len(chunk), chunk))
            return
        if self._framing is Framing.SIZED:
            if len(chunk) > self._left:
                raise ValueError(f"a stream gave more than the {self._reply.length} bytes it had announced")
            self._left -= len(chunk)
        self._put(chunk)

    def end(self) -> None:
        """See `Outlet`."""
        if self._framing is Framing.SIZED and self._left:
            raise ValueError(f"a stream gave {self._left} bytes less than it had announced")
        out, self._out = self._out, []
        if self._framing is Framing.CHUNKED:
            out.append(b"0\r\n\r\n" if self._trailers is None else last_chunk(self._trailers))
        self._line.streamed(out)

    def fail(self) -> None:
        """See `Outlet`."""
        self._flush()
        self._line.cut(reset=self._framing is Framing.CLOSE)

    def _put(self, data: bytes) -> None:
        self._out.append(data)
        self._size += len(data)
        if not self._planned:
            self._planned = True
            self._loop.call_soon(self._turn_over)

    def _turn_over(self) -> None:
        self._planned = False
        self._flush()

    def _flush(self) -> None:
        out, self._out = self._out, []
        self._size = 0
        if out:
            self._line.write(out[0] if len(out) == 1 else b"".join(out))
