"""Binary format of one-dimensional arrays: a head, then each element with its length (-1: NULL).

In: a list and the codec of its elements, or bytes. Out: the other. Never: arrays of several dimensions (DataError);
lower bounds other than 1 are read and not kept.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any, Final

from katana.runtime.sql._codec_errors import invalid_value, not_in_python

_head: Final = struct.Struct(">iiIii")
_empty: Final = struct.Struct(">iiI")
_length: Final = struct.Struct(">i")
_NULL: Final = _length.pack(-1)


def pack_array(values: Sequence[Any], element_oid: int, pack: Callable[[Any], bytes], /) -> bytes:
    """An array of what `pack` takes, and None. `element_oid` is the element's type, which the server compares.

    Raises DataError for a string (a sequence of strings to Python, surely a mistake here) and what `pack` refuses.
    """
    if isinstance(values, str | bytes):
        raise invalid_value("array", "a list is needed, not a string")
    if not values:
        return _empty.pack(0, 0, element_oid)
    nulls = None in values
    if nulls:
        body = b"".join([_NULL if value is None else _with_length(pack(value)) for value in values])
    else:
        body = _body([pack(value) for value in values])
    return _head.pack(1, nulls, element_oid, len(values), 1) + body


def _body(elements: Sequence[bytes]) -> bytes:
    """Elements, each behind its length. Those of types with a fixed size share one."""
    if len({len(element) for element in elements}) == 1:
        length = _length.pack(len(elements[0]))
        return length + length.join(elements)
    return b"".join([_with_length(element) for element in elements])


def _with_length(element: bytes) -> bytes:
    return _length.pack(len(element)) + element


def unpack_array[T](data: bytes, unpack: Callable[[bytes], T], /) -> list[T | None]:
    """An array; an element is None where it is NULL. Raises DataError for more than one dimension."""
    dimensions = _length.unpack_from(data)[0]
    if dimensions == 0:
        return []
    if dimensions > 1:
        raise not_in_python("array", f"it has {dimensions} dimensions; one is supported")
    count = _length.unpack_from(data, 12)[0]
    values: list[T | None] = []
    position = _head.size
    for _ in range(count):
        size = _length.unpack_from(data, position)[0]
        position += 4
        if size < 0:
            values.append(None)
        else:
            values.append(unpack(data[position : position + size]))
            position += size
    return values
