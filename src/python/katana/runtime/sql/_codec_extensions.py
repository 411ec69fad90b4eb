"""Binary format of hstore, of ltree, and of vector, halfvec and sparsevec (pgvector).

In: Python values, or bytes. Out: the other. Never: a number of dimensions that PostgreSQL would refuse for the column,
which it says itself.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from katana.runtime.sql._codec_errors import invalid_value, not_in_python, out_of_range
from katana.runtime.sql._codec_text import pack_text

Hstore = dict[str, str | None]
"""An `hstore`: keys and values, of which some are NULL."""

Vector = Sequence[float]
"""A `vector` or `halfvec`: a list, when it is read."""

_length: Final = struct.Struct(">i")
_vector: Final = struct.Struct(">HH")
_sparse: Final = struct.Struct(">iii")
_NULL: Final = _length.pack(-1)
_TREE_VERSION: Final = b"\x01"
_MAX_DIMENSIONS: Final = 16_000
_MAX_SPARSE: Final = 1_000_000_000


class SparseVector(Struct, frozen=True):
    """A `sparsevec`: its number of dimensions, and the values that are not 0 by their index, from 0."""

    dimensions: int
    values: dict[int, float]


def pack_hstore(value: Mapping[str, str | None], /) -> bytes:
    """An `hstore`. Raises UnstorableText as `pack_text` does."""
    parts = [_length.pack(len(value))]
    for key, item in value.items():
        parts += _with_length(pack_text(key))
        parts += (_NULL,) if item is None else _with_length(pack_text(item))
    return b"".join(parts)


def unpack_hstore(data: bytes, /) -> Hstore:
    """An `hstore`."""
    found: Hstore = {}
    position = 4
    for _ in range(_length.unpack_from(data)[0]):
        start = position + 4
        position = start + _length.unpack_from(data, position)[0]
        key = data[start:position].decode()
        size: int = _length.unpack_from(data, position)[0]
        start = position + 4
        position = start + max(size, 0)
        found[key] = None if size < 0 else data[start:position].decode()
    return found


def pack_ltree(value: str, /) -> bytes:
    """An `ltree`: labels with dots between them."""
    return _TREE_VERSION + pack_text(value)


def unpack_ltree(data: bytes, /) -> str:
    """An `ltree`."""
    if data[:1] != _TREE_VERSION:
        raise not_in_python("ltree", "its format is newer than this program")
    return data[1:].decode()


def pack_vector(value: Vector, /) -> bytes:
    """A `vector`. Raises DataError for what no `float4` can hold."""
    return _pack_floats("vector", "f", value)


def unpack_vector(data: bytes, /) -> list[float]:
    """A `vector`."""
    return list(struct.unpack_from(f">{_vector.unpack_from(data)[0]}f", data, 4))


def pack_halfvec(value: Vector, /) -> bytes:
    """A `halfvec`. Raises DataError for what no half-precision float can hold."""
    return _pack_floats("halfvec", "e", value)


def unpack_halfvec(data: bytes, /) -> list[float]:
    """A `halfvec`."""
    return list(struct.unpack_from(f">{_vector.unpack_from(data)[0]}e", data, 4))


def pack_sparsevec(value: SparseVector, /) -> bytes:
    """A `sparsevec`. Raises DataError for an index outside, a value of 0, and what no `float4` can hold."""
    indices = sorted(value.values)
    if not 0 < value.dimensions <= _MAX_SPARSE:
        raise out_of_range("sparsevec", f"1 to {_MAX_SPARSE} dimensions")
    if indices and (indices[0] < 0 or indices[-1] >= value.dimensions):
        raise out_of_range("sparsevec", "every index is less than the number of dimensions")
    if not all(value.values.values()):
        raise invalid_value("sparsevec", "it names values that are 0")
    count = len(indices)
    try:
        values = struct.pack(f">{count}f", *(value.values[index] for index in indices))
    except (OverflowError, struct.error):
        raise out_of_range("sparsevec", "about 3.4e38 at most") from None
    return _sparse.pack(value.dimensions, count, 0) + struct.pack(f">{count}i", *indices) + values


def unpack_sparsevec(data: bytes, /) -> SparseVector:
    """A `sparsevec`."""
    dimensions, count, _ = _sparse.unpack_from(data)
    indices = struct.unpack_from(f">{count}i", data, _sparse.size)
    values = struct.unpack_from(f">{count}f", data, _sparse.size + 4 * count)
    return SparseVector(dimensions, dict(zip(indices, values, strict=True)))


def _pack_floats(pg_type: str, code: str, value: Vector) -> bytes:
    if not 0 < len(value) <= _MAX_DIMENSIONS:
        raise out_of_range(pg_type, f"1 to {_MAX_DIMENSIONS} dimensions")
    try:
        return _vector.pack(len(value), 0) + struct.pack(f">{len(value)}{code}", *value)
    except (OverflowError, struct.error):
        raise out_of_range(pg_type, "a value is too large") from None


def _with_length(data: bytes) -> tuple[bytes, bytes]:
    return _length.pack(len(data)), data
