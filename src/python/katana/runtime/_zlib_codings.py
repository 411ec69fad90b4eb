"""The content codings gzip (RFC 1952) and deflate, which is zlib's format (RFC 1950; RFC 9110, 8.4.1.2).

In: bytes. Out: bytes. Never: more than asked for in one piece.
"""

from __future__ import annotations

import zlib
from typing import Final

_LEVEL: Final = 5
# Window and memory of a stream's compressor (zlib, deflateInit2): 64 KiB together instead of 256.
_STREAM_WINDOW: Final = 2
_STREAM_MEMORY: Final = 6

GZIP: Final = 31
DEFLATE: Final = 15
"""The windows that tell zlib the format."""


class ZlibInflater:
    """See `Inflater`."""

    __slots__ = ("_inner",)

    def __init__(self, window: int) -> None:
        self._inner = zlib.decompressobj(window)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def rest(self) -> bytes:
        return self._inner.unused_data if self._inner.eof else self._inner.unconsumed_tail

    def inflate(self, data: bytes, most: int) -> bytes:
        return self._inner.decompress(data, most)


class ZlibDeflater:
    """See `Deflater`."""

    __slots__ = ("_inner",)

    def __init__(self, window: int, *, small: bool) -> None:
        self._inner = (
            zlib.compressobj(_LEVEL, zlib.DEFLATED, window - _STREAM_WINDOW, _STREAM_MEMORY)
            if small
            else zlib.compressobj(_LEVEL, zlib.DEFLATED, window)
        )

    def deflate(self, data: bytes) -> bytes:
        return self._inner.compress(data)

    def flush(self) -> bytes:
        return self._inner.flush(zlib.Z_SYNC_FLUSH)

    def finish(self) -> bytes:
        return self._inner.flush()
