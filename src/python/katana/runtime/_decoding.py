"""Request bodies in a content coding (RFC 9110, 8.4.1).

In: coded bytes. Out: what they stand for, at most as many bytes as a body may have. Never: more than a piece of it in
memory before that limit is looked at, so a small body that stands for a huge one costs nothing.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Final

from katana.runtime._byte_stream import ByteStream
from katana.runtime._codings import CODINGS
from katana.runtime._problem_statuses import BadRequest, ContentTooLarge

_PIECE: Final = 64 * 1024


class Decoder:
    """Decodes one body. Raises BadRequest for what is malformed, ContentTooLarge beyond `limit` bytes."""

    __slots__ = ("_coding", "_inner", "_limit", "_room")

    def __init__(self, coding: str, limit: int) -> None:
        self._coding = coding
        self._limit = limit
        self._room = limit
        self._inner = zlib.decompressobj(CODINGS[coding])

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What `data` adds to the content, in pieces of at most 64 KiB."""
        while True:
            if data and self._inner.eof:
                self._next_member()
            piece = self._decompress(data)
            self._room -= len(piece)
            if self._room < 0:
                raise ContentTooLarge("http.body", detail=f"the decoded body is larger than {self._limit} bytes")
            if piece:
                yield piece
            data = self._inner.unused_data if self._inner.eof else self._inner.unconsumed_tail
            if not data and (self._inner.eof or len(piece) < _PIECE):
                return

    def end(self) -> None:
        """The body is complete."""
        if not self._inner.eof:
            raise self._malformed("ends too early")

    def _next_member(self) -> None:
        if self._coding != "gzip":  # which may have several (RFC 1952, 2.2)
            raise self._malformed("has something behind its end")
        self._inner = zlib.decompressobj(CODINGS[self._coding])

    def _decompress(self, data: bytes) -> bytes:
        try:
            return self._inner.decompress(data, _PIECE)
        except zlib.error:
            raise self._malformed("is malformed") from None

    def _malformed(self, how: str) -> BadRequest:
        return BadRequest("http.content_coding", detail=f"the {self._coding} content of the body {how}")


async def decoded(body: bytes, decoder: Decoder) -> bytes:
    """A whole body. A large one is decoded in several turns of the loop."""
    pieces: list[bytes] = []
    for start in range(0, len(body), _PIECE):
        for piece in decoder.feed(body[start : start + _PIECE]):
            if pieces:
                await asyncio.sleep(0)
            pieces.append(piece)
    decoder.end()
    return b"".join(pieces)


async def decoding(stream: ByteStream, decoder: Decoder) -> AsyncIterator[bytes]:
    """A body that is read while it arrives. What stands for much is decoded in several turns of the loop."""
    empty = True
    async for chunk in stream:
        empty = False
        for index, piece in enumerate(decoder.feed(chunk)):
            if index:
                await asyncio.sleep(0)
            yield piece
    if not empty:
        decoder.end()
