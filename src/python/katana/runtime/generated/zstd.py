"""The content coding zstd (RFC 8878), for services whose contract declares it.

In: bytes. Out: bytes, and the name of the coding, which is implemented once this module is imported. Never: a window
beyond 8 MiB, neither sent nor taken (RFC 9659, 3).

Python 3.14 has Zstandard in its library; before that `pip install katana[zstd]` brings the same module as a package of
its own. It cannot stand in a lock file for both, because it refuses to be installed where it is not needed.
"""

import sys
from importlib import import_module
from typing import Any

from katana.runtime._codings import Coding, implement

_LIBRARY = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
try:
    _zstd = import_module(_LIBRARY)
except ModuleNotFoundError as error:
    raise ModuleNotFoundError("the contract declares the content coding zstd: pip install katana[zstd]") from error

_LARGEST_WINDOW = 23
_STREAM_WINDOW = 16
_LEVEL = 3
# With level 1 the tables of a coder are small: 64 KiB beside the window.
_STREAM_LEVEL = 1

_TAKEN = {_zstd.DecompressionParameter.window_log_max: _LARGEST_WINDOW}
_WHOLE = {_zstd.CompressionParameter.compression_level: _LEVEL}
_STREAM = {
    _zstd.CompressionParameter.compression_level: _STREAM_LEVEL,
    _zstd.CompressionParameter.window_log: _STREAM_WINDOW,
}


class _Inflater:
    """See `Inflater`. The decoder holds what of the input it has not used."""

    __slots__ = ("_inner",)

    def __init__(self) -> None:
        self._inner = _zstd.ZstdDecompressor(options=_TAKEN)

    @property
    def eof(self) -> bool:
        return bool(self._inner.eof)

    @property
    def rest(self) -> bytes:
        behind: bytes = self._inner.unused_data
        return behind

    def inflate(self, data: bytes, most: int) -> bytes:
        piece: bytes = self._inner.decompress(data, most)
        return piece


class _Deflater:
    """See `Deflater`."""

    __slots__ = ("_inner",)

    def __init__(self, options: dict[Any, int]) -> None:
        self._inner = _zstd.ZstdCompressor(options=options)

    def deflate(self, data: bytes) -> bytes:
        coded: bytes = self._inner.compress(data)
        return coded

    def flush(self) -> bytes:
        coded: bytes = self._inner.flush(self._inner.FLUSH_BLOCK)
        return coded

    def finish(self) -> bytes:
        coded: bytes = self._inner.flush(self._inner.FLUSH_FRAME)
        return coded


ZSTD = implement(
    Coding(
        "zstd",
        inflater=_Inflater,
        whole=lambda _: _Deflater(_WHOLE),
        stream=lambda: _Deflater(_STREAM),
        error=_zstd.ZstdError,
        members=True,
    )
)
"""The name of the coding."""
