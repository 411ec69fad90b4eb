"""Request bodies in a content coding (RFC 9110, 8.4.1).

In: coded bytes. Out: what they stand for, at most as many bytes as a body may have. Never: more than a piece of it in
memory before that limit is looked at, so a small body that stands for a huge one costs nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Final

from katana.runtime._byte_stream import ByteStream
from katana.runtime._codings import CODINGS
from katana.runtime._problem_statuses import BadRequest, ContentTooLarge

_PIECE: Final = 64 * 1024
_MEMBERS: Final = 64
"""Members or frames that a body may have however small they are; beyond that, one for each `_MEMBER` bytes."""
_MEMBER: Final = 256


class Decoder:
    """Decodes one body. Raises BadRequest for what is malformed, ContentTooLarge beyond `limit` bytes."""

    __slots__ = ("_coding", "_got", "_inner", "_limit", "_members")

    def __init__(self, coding: str, limit: int) -> None:
        self._coding = CODINGS[coding]
        self._limit = limit
        self._got = 0
        self._members = 1
        self._inner = self._coding.inflater()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What `data` adds to the content, in pieces of about 64 KiB."""
        while True:
            if data and self._inner.eof:
                self._next_member()
            piece = self._inflate(data)
            self._got += len(piece)
            if self._got > self._limit:
                raise ContentTooLarge("http.body", detail=f"the decoded body is larger than {self._limit} bytes")
            if piece:
                yield piece
            data = self._inner.rest
            if not data and (self._inner.eof or not piece):
                return

    def end(self) -> None:
        """The body is complete."""
        if not self._inner.eof:
            raise self._malformed("ends too early")

    def _next_member(self) -> None:
        if not self._coding.members:
            raise self._malformed("has something behind its end")
        self._members += 1
        # Each costs as much time as thousands of bytes, and a body of nothing but empty ones would be all time.
        if self._members > _MEMBERS + self._got // _MEMBER:
            raise self._malformed("is in too many parts")
        self._inner = self._coding.inflater()

    def _inflate(self, data: bytes) -> bytes:
        try:
            return self._inner.inflate(data, _PIECE)
        except self._coding.error:
            raise self._malformed("is malformed") from None

    def _malformed(self, how: str) -> BadRequest:
        return BadRequest("http.content_coding", detail=f"the {self._coding.name} content of the body {how}")


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
