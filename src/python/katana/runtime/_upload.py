"""Files that a client sends in a form.

In: the head of a part and its content. Out: `Upload`. Never: a path: the client's file name is a text like any other.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from os import PathLike
from typing import Final

from katana.runtime._headers import Headers
from katana.runtime._spool import Spool

_NO_HEADERS: Final = Headers(())
_OCTETS: Final = "application/octet-stream"


class Upload:
    """A file of a form. It is there completely, in memory or in an unnamed file, until the request ends.

    That is when the handler returns or, if what it returns is a stream, when that has been sent.

    `async for chunk in upload` reads it piece by piece, as often as wanted.

    Attributes:
        filename: what the client calls it, None when it does not say; never use it as a path.
        media_type: as the client says, lower-case, without parameters.
        headers: all header fields of the part.
    """

    __slots__ = ("_spool", "filename", "headers", "media_type")

    def __init__(
        self, spool: Spool, filename: str | None = None, media_type: str = _OCTETS, headers: Headers = _NO_HEADERS
    ) -> None:
        self._spool = spool
        self.filename = filename
        self.media_type = media_type
        self.headers = headers

    @classmethod
    def of(cls, content: bytes, filename: str | None = None, media_type: str = _OCTETS) -> Upload:
        """An upload with this content, for tests."""
        return cls(Spool.of(content), filename, media_type)

    @property
    def size(self) -> int:
        """Bytes."""
        return self._spool.size

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._spool.chunks()

    async def read(self) -> bytes:
        """The whole content. Raises ValueError when the request has ended."""
        return b"".join([chunk async for chunk in self])

    async def save(self, path: str | PathLike[str]) -> None:
        """Writes the content to a new file.

        Raises:
            FileExistsError: there is a file at `path` already.
            OSError: it cannot be written.
            ValueError: the request has ended.
        """
        with await asyncio.to_thread(open, path, "xb") as file:
            async for chunk in self:
                await asyncio.to_thread(file.write, chunk)

    def __repr__(self) -> str:
        return f"Upload({self.filename!r}, {self.media_type!r}, {self.size} bytes)"
