"""Binary format of arrays: a head, the size of each dimension, then each element with its length (-1: NULL).

In: a list (of lists) and the codec of its elements, or bytes. Out: the other. Never: an array of another number of
dimensions than the caller says (DataError), which PostgreSQL does not keep apart; lower bounds other than 1 are read
and not kept.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from math import prod
from typing import Any, Final, Literal, overload

from katana.runtime.sql._codec_errors import MAX_VALUE, invalid_value, not_in_python, too_long, wrong_type
from katana.runtime.sql._errors import DataError

_head: Final = struct.Struct(">iiIii")
_empty: Final = struct.Struct(">iiI")
_length: Final = struct.Struct(">i")
_NULL: Final = _length.pack(-1)
_dimension: Final = struct.Struct(">ii")
_DIMENSIONS_AT: Final = _empty.size


def pack_array(values: Sequence[Any], element_oid: int, pack: Callable[[Any], bytes], /) -> bytes:
    """An array of what `pack` takes, and None. `element_oid` is the element's type, which the server compares.

    Raises DataError for a string (a sequence of strings to Python, surely a mistake here) and what `pack` refuses.
    """
    if not isinstance(values, list | tuple):
        _check_list(values)
    if not values:
        return _empty.pack(0, 0, element_oid)
    nulls = None in values
    if nulls:
        body = b"".join([_NULL if value is None else _with_length(pack(value)) for value in values])
    else:
        body = _body([pack(value) for value in values])
    if len(body) > MAX_VALUE:
        raise too_long("array")
    return _head.pack(1, nulls, element_oid, len(values), 1) + body


def _check_list(values: object) -> None:
    """Raises DataError for what is no list: a string is a sequence too, None is as false as an empty one."""
    if isinstance(values, str | bytes | bytearray | memoryview) or not isinstance(values, Sequence | AbstractSet):
        raise wrong_type(values, "a list")


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
        raise _other_dimensions(dimensions, 1)
    return _elements(data, _length.unpack_from(data, _DIMENSIONS_AT)[0], _head.size, unpack)


def _other_dimensions(found: int, expected: int) -> DataError:
    return not_in_python("array", f"it has {found} dimensions, and this program was generated for {expected}")


def _elements[T](data: bytes, count: int, position: int, unpack: Callable[[bytes], T]) -> list[T | None]:
    values: list[T | None] = []
    for _ in range(count):
        size = _length.unpack_from(data, position)[0]
        position += 4
        if size < 0:
            values.append(None)
        else:
            values.append(unpack(data[position : position + size]))
            position += size
    return values


type _Two[T] = list[list[T | None]]
type _Three[T] = list[_Two[T]]
type _Four[T] = list[_Three[T]]
type _Five[T] = list[_Four[T]]
type _Six[T] = list[_Five[T]]


def pack_nested(values: Sequence[Any], element_oid: int, pack: Callable[[Any], bytes], dimensions: int, /) -> bytes:
    """An array of several dimensions, as lists of lists.

    Raises DataError unless all lists of one depth have one length, which is not 0 except for the whole.
    """
    _check_list(values)
    if not values:
        return _empty.pack(0, 0, element_oid)
    sizes: list[int] = []
    level: Sequence[Any] = [values]
    for _ in range(dimensions):
        if not all(isinstance(items, Sequence) and not isinstance(items, str | bytes) for items in level):
            raise invalid_value("array", f"lists within lists are needed, {dimensions} deep")
        sizes.append(len(level[0]))
        if not sizes[-1] or any(len(items) != sizes[-1] for items in level):
            raise invalid_value("array", "the lists within it need one length, which is not 0")
        level = [item for items in level for item in items]
    head = [struct.pack(">iiI", dimensions, None in level, element_oid)]
    head += [_dimension.pack(size, 1) for size in sizes]
    data = b"".join(head + [_NULL if item is None else _with_length(pack(item)) for item in level])
    if len(data) > MAX_VALUE:
        raise too_long("array")
    return data


@overload
def unpack_nested[T](data: bytes, unpack: Callable[[bytes], T], dimensions: Literal[2], /) -> _Two[T]: ...
@overload
def unpack_nested[T](data: bytes, unpack: Callable[[bytes], T], dimensions: Literal[3], /) -> _Three[T]: ...
@overload
def unpack_nested[T](data: bytes, unpack: Callable[[bytes], T], dimensions: Literal[4], /) -> _Four[T]: ...
@overload
def unpack_nested[T](data: bytes, unpack: Callable[[bytes], T], dimensions: Literal[5], /) -> _Five[T]: ...
@overload
def unpack_nested[T](data: bytes, unpack: Callable[[bytes], T], dimensions: Literal[6], /) -> _Six[T]: ...
def unpack_nested(data: bytes, unpack: Callable[[bytes], Any], dimensions: int, /) -> list[Any]:
    """An array of several dimensions, as lists of lists. Raises DataError for another number of dimensions."""
    found = _length.unpack_from(data)[0]
    if found == 0:
        return []
    if found != dimensions:
        raise _other_dimensions(found, dimensions)
    sizes = [_dimension.unpack_from(data, _DIMENSIONS_AT + 8 * n)[0] for n in range(dimensions)]
    values = _elements(data, prod(sizes), _DIMENSIONS_AT + 8 * dimensions, unpack)
    for size in reversed(sizes[1:]):
        values = [values[start : start + size] for start in range(0, len(values), size)]
    return values
