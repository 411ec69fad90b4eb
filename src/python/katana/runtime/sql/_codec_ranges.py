"""Binary format of ranges and multiranges (src: `range_send`, `multirange_send`).

In: `Range` and the codec of its bounds, or bytes. Out: the other. Never: bounds of an empty range, which has none.

A range is a byte of flags and the bounds that exist, each behind its length; a multirange is the number of its ranges,
each behind its length.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Final

from katana.runtime.sql._codec_errors import invalid_value
from katana.runtime.sql._range import Range

_length: Final = struct.Struct(">i")

_EMPTY: Final = 0x01
_LOWER_INC: Final = 0x02
_UPPER_INC: Final = 0x04
_LOWER_INF: Final = 0x08
_UPPER_INF: Final = 0x10


def pack_range[T](value: Range[T], pack: Callable[[T], bytes], /) -> bytes:
    """A range. Raises DataError for an empty one that has bounds, and what `pack` refuses."""
    lower, upper = value.lower, value.upper
    if value.empty:
        if lower is not None or upper is not None:
            raise invalid_value("range", "an empty one has no bounds")
        return bytes((_EMPTY,))
    flags, bounds = 0, b""
    if lower is None:
        flags |= _LOWER_INF
    else:
        flags |= _LOWER_INC if value.lower_inc else 0
        bounds = _with_length(pack(lower))
    if upper is None:
        flags |= _UPPER_INF
    else:
        flags |= _UPPER_INC if value.upper_inc else 0
        bounds += _with_length(pack(upper))
    return bytes((flags,)) + bounds


def unpack_range[T](data: bytes, unpack: Callable[[bytes], T], /) -> Range[T]:
    """A range. The flag of a bound that does not exist is what `Range` says by default, so that equal ranges are."""
    flags = data[0]
    if flags & _EMPTY:
        return Range(empty=True)
    position = 1
    lower = upper = None
    if not flags & _LOWER_INF:
        position += 4 + _length.unpack_from(data, position)[0]
        lower = unpack(data[5:position])
    if not flags & _UPPER_INF:
        upper = unpack(data[position + 4 :])
    return Range(lower, upper, bool(flags & (_LOWER_INC | _LOWER_INF)), bool(flags & _UPPER_INC))


def pack_multirange[T](values: Sequence[Range[T]], pack: Callable[[T], bytes], /) -> bytes:
    """A multirange. Raises DataError as `pack_range` does."""
    packed = [_with_length(pack_range(value, pack)) for value in values]
    return _length.pack(len(packed)) + b"".join(packed)


def unpack_multirange[T](data: bytes, unpack: Callable[[bytes], T], /) -> list[Range[T]]:
    """A multirange: its ranges, in order, none of them empty, with gaps between them."""
    position = 4
    ranges = []
    for _ in range(_length.unpack_from(data)[0]):
        start = position + 4
        position = start + _length.unpack_from(data, position)[0]
        ranges.append(unpack_range(data[start:position], unpack))
    return ranges


def _with_length(bound: bytes) -> bytes:
    return _length.pack(len(bound)) + bound
