"""How long the files of a request live.

In: the reply that may be made of them. Out: the same reply, which closes them when it has been sent. Never: a file that
is open after its request, however that ended.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Sequence
from types import TracebackType
from typing import Self, cast

from msgspec import structs

from katana.runtime import Reply, StreamReply
from katana.runtime._spool import Spool


class Uploads:
    """The files of one request, closed at its end: `with Uploads() as uploads:`."""

    def __init__(self) -> None:
        self._spools: list[Spool] = []

    def new(self, memory: int) -> Spool:
        """Room for one more; `memory` bytes of it stay in memory."""
        spool = Spool(memory)
        self._spools.append(spool)
        return spool

    def until_sent[R: Reply | StreamReply](self, reply: R) -> R:
        """`reply`, and the files are not closed before the last byte of it has been sent (RFC 0005)."""
        if isinstance(reply, StreamReply) and self._spools:
            spools, self._spools = self._spools, []
            return structs.replace(reply, chunks=_Lasting(reply.chunks, spools))
        return reply

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for spool in self._spools:
            spool.close()


class _Lasting:
    """The chunks of a reply. Closing it, which the runtime does in every case, closes the files behind them."""

    __slots__ = ("_chunks", "_spools")

    def __init__(self, chunks: AsyncIterable[bytes], spools: Sequence[Spool]) -> None:
        self._chunks = chunks
        self._spools = spools

    def __aiter__(self) -> AsyncIterator[bytes]:
        self._chunks = aiter(self._chunks)
        return self

    def __anext__(self) -> Awaitable[bytes]:
        return cast("AsyncIterator[bytes]", self._chunks).__anext__()

    async def aclose(self) -> None:
        aclose = getattr(self._chunks, "aclose", None)
        try:
            if aclose is not None:
                await aclose()
        finally:
            for spool in self._spools:
                spool.close()
