"""Binary bodies that are read while they arrive.

In: chunks of bytes from whoever has them: the connection, a decoder, a test. Out: `ByteStream`. Never: the whole body
in memory, unless `read` is asked for it.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable

from katana.runtime._headers import NO_HEADERS, Headers


class ByteStream:
    """The chunks of a body, in order, each once: `async for chunk in body`. No chunk is empty.

    Reading slowly slows the sender down. Iterating again goes on where the last iteration stopped.

    Reading raises a Problem for what is wrong with the body: `ContentTooLarge` beyond its limit, `BadRequest` when it
    is malformed or ends early, `RequestTimeout` when nothing arrives for too long.

    Attributes:
        length: bytes of the whole body as announced; None when the sender has not said.
    """

    __slots__ = ("_chunks", "_trailers", "length")

    def __init__(
        self, chunks: AsyncIterable[bytes], length: int | None = None, trailers: Callable[[], Headers] | None = None
    ) -> None:
        """`trailers` gives the fields behind the body, and raises RuntimeError before that has been read."""
        self._chunks: AsyncIterator[bytes] = aiter(chunks)
        self._trailers = trailers
        self.length = length

    @classmethod
    def of(cls, *chunks: bytes, trailers: Headers = NO_HEADERS) -> ByteStream:
        """A stream of these chunks, for tests and for bodies that are at hand."""
        return cls(_AtHand(chunks), sum(map(len, chunks)), lambda: trailers)

    @property
    def trailers(self) -> Headers:
        """The trailer fields behind the body (RFC 9110, 6.5).

        Raises RuntimeError before the body has been read to its end.
        """
        return NO_HEADERS if self._trailers is None else self._trailers()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._chunks

    async def read(self) -> bytes:
        """All that has not been read yet, in one piece."""
        chunks = [chunk async for chunk in self._chunks]
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def __repr__(self) -> str:
        return f"ByteStream(length={self.length})"


class _AtHand:
    """Chunks that exist already."""

    __slots__ = ("_chunks",)

    def __init__(self, chunks: tuple[bytes, ...]) -> None:
        self._chunks = iter(chunks)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        for chunk in self._chunks:
            if chunk:
                return chunk
        raise StopAsyncIteration
