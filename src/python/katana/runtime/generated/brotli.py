"""The content coding br (RFC 7932), for services whose contract declares it.

In: bytes. Out: bytes, and the name of the coding, which is implemented once this module is imported. Never: a window
beyond 16 MiB: the decoder refuses streams of "large window brotli", which is another format.
"""

import brotli  # type: ignore[import-untyped]  # it has no types

from katana.runtime._codings import Coding, implement

# The coder keeps about five times its window (encode.h). Quality 5 is as fast as gzip at 5, and smaller.
_QUALITY = 5
_WINDOW = 22
_STREAM_WINDOW = 16
_SMALLEST_WINDOW = 10


class _Inflater:
    """See `Inflater`. The decoder holds what of the input it has not used."""

    __slots__ = ("_inner",)

    rest = b""

    def __init__(self) -> None:
        self._inner = brotli.Decompressor()

    @property
    def eof(self) -> bool:
        return bool(self._inner.is_finished())

    def inflate(self, data: bytes, most: int) -> bytes:
        piece: bytes = self._inner.process(data, output_buffer_limit=most)
        return piece


class _Deflater:
    """See `Deflater`."""

    __slots__ = ("_inner",)

    def __init__(self, window: int) -> None:
        self._inner = brotli.Compressor(quality=_QUALITY, lgwin=window)

    def deflate(self, data: bytes) -> bytes:
        coded: bytes = self._inner.process(data)
        return coded

    def flush(self) -> bytes:
        coded: bytes = self._inner.flush()
        return coded

    def finish(self) -> bytes:
        coded: bytes = self._inner.finish()
        return coded


def _whole(size: int) -> _Deflater:
    """A window that the body does not fill would be memory for nothing."""
    return _Deflater(min(_WINDOW, max(_SMALLEST_WINDOW, size.bit_length())))


BROTLI = implement(
    Coding(
        "br",
        inflater=_Inflater,
        whole=_whole,
        stream=lambda: _Deflater(_STREAM_WINDOW),
        error=brotli.error,
        members=False,
    )
)
"""The name of the coding."""
