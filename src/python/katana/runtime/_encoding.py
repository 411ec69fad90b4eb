"""Responses in a content coding (RFC 9110, 8.4.1).

In: a reply, and what its client accepts. Out: the same reply, coded if that is worth it, with the fields that say so.
Never: a coding that the operation does not declare, and never a second one over one that the handler has applied.

1. Every reply that might have been coded says `vary: accept-encoding`, whether it was or not (RFC 9110, 12.5.5).
2. A strong entity tag becomes weak: the bytes are others (RFC 9110, 8.8.3).
3. A 304 has these fields of the response that it stands for; a cache finds that by them (RFC 9110, 15.4.5; RFC 9111,
   4.3.4).
4. Each chunk of a stream is flushed, so that events arrive when they happen. Its compressor has a small window, because
   many streams may be open for long.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from typing import Final

from msgspec import structs

from katana.runtime._codings import CODINGS, negotiated
from katana.runtime._reply import Reply, StreamReply

_PIECE: Final = 64 * 1024
# Below that the head of the message is most of it.
_WORTH: Final = 512


async def encoded(reply: Reply | StreamReply, accept: str | None, codings: tuple[str, ...]) -> Reply | StreamReply:
    """`reply` in the coding of `codings` that the field `accept-encoding` likes best."""
    unchanged = reply.head.status == 304
    if (reply.head.bodiless and not unchanged) or any(name.lower() == "content-encoding" for name, _ in reply.fields):
        return reply
    varying = (*reply.fields, ("vary", "accept-encoding"))
    coding = negotiated(accept, codings)
    if coding is None or (isinstance(reply, Reply) and len(reply.body) < _WORTH and not unchanged):
        return structs.replace(reply, fields=varying)
    if unchanged:
        return structs.replace(reply, fields=tuple(map(_weakened, varying)))
    fields = (*map(_weakened, varying), ("content-encoding", coding))
    if isinstance(reply, Reply):
        return structs.replace(reply, body=await _whole(reply.body, coding), fields=fields)
    chunks = _Encoded(reply.chunks, coding)
    idle = None if reply.idle is None else structs.replace(reply.idle, coded=chunks.between)
    return structs.replace(reply, chunks=chunks, fields=fields, length=None, idle=idle)


def _weakened(field: tuple[str, str]) -> tuple[str, str]:
    name, value = field
    return (name, f"W/{value}") if name.lower() == "etag" and value.startswith('"') else field


async def _whole(body: bytes, coding: str) -> bytes:
    """A large body is coded in several turns of the loop."""
    deflater = CODINGS[coding].whole(len(body))
    parts = [deflater.deflate(body[:_PIECE])]
    for start in range(_PIECE, len(body), _PIECE):
        await asyncio.sleep(0)
        parts.append(deflater.deflate(body[start : start + _PIECE]))
    parts.append(deflater.finish())
    return b"".join(parts)


class _Encoded:
    """The chunks of a stream, coded one by one. Closing it closes the source, even when it was never asked."""

    __slots__ = ("_deflater", "_done", "_pending", "_source")

    def __init__(self, source: AsyncIterable[bytes], coding: str) -> None:
        self._source = source
        self._deflater = CODINGS[coding].stream()
        self._pending = b""
        self._done = False

    def __aiter__(self) -> AsyncIterator[bytes]:
        self._source = aiter(self._source)
        return self

    async def __anext__(self) -> bytes:
        if self._done:
            raise StopAsyncIteration
        if not self._pending:
            async for chunk in self._source:
                if chunk:
                    self._pending = chunk
                    break
            else:
                self._done = True
                return self._deflater.finish()
        piece, self._pending = self._pending[:_PIECE], self._pending[_PIECE:]
        coded = self._deflater.deflate(piece)
        return coded if self._pending else coded + self._deflater.flush()

    def between(self, chunk: bytes) -> bytes:
        """A chunk that is sent while the source is waited for, which is never in the middle of one of its chunks."""
        return self._deflater.deflate(chunk) + self._deflater.flush()

    async def aclose(self) -> None:
        aclose = getattr(self._source, "aclose", None)
        if aclose is not None:
            await aclose()
