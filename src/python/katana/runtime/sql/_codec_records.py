"""Binary format of composites: the number of fields, then each with the OID of its type and its length (-1: NULL).

In: packed fields and the OIDs of their types, or bytes. Out: the other. Never: a field taken for another: number and
types are compared, as far as they are fixed (a type of a user has another OID in every database; 0 stands for it).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final

from katana.runtime.sql._codec_errors import MAX_VALUE, not_in_python, too_long

_count: Final = struct.Struct(">i")
_head: Final = struct.Struct(">Ii")


def pack_record(oids: Sequence[int], values: Sequence[bytes | None], /) -> bytes:
    """A composite of fields that are packed already."""
    parts = [_count.pack(len(oids))]
    for oid, value in zip(oids, values, strict=True):
        if value is None:
            parts.append(_head.pack(oid, -1))
        else:
            parts += (_head.pack(oid, len(value)), value)
    data = b"".join(parts)
    if len(data) > MAX_VALUE:
        raise too_long("composite")
    return data


def unpack_record(data: bytes, oids: Sequence[int], /) -> list[bytes | None]:
    """The fields of a composite. Raises DataError when they are not those that `oids` tells."""
    if _count.unpack_from(data)[0] != len(oids):
        raise not_in_python("composite", "it has other fields than this program knows; generate again")
    values: list[bytes | None] = []
    position = 4
    for expected in oids:
        oid, size = _head.unpack_from(data, position)
        if oid != expected and expected:
            raise not_in_python("composite", "a field has another type than this program knows; generate again")
        position += 8
        if size < 0:
            values.append(None)
        else:
            values.append(data[position : position + size])
            position += size
    return values
