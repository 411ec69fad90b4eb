"""Binary format of bool, integers, floats and numeric (manual, 53.1.4: network byte order; src: `*send`, `*recv`).

In: Python values, or the bytes of one. Out: the other. Never: rounding, except what float4 is.
"""

from __future__ import annotations

import struct
from decimal import Decimal
from typing import Final

from katana.runtime.sql._codec_errors import invalid_value, no_number, out_of_range, wrong_type

_int2: Final = struct.Struct(">h")
_int4: Final = struct.Struct(">i")
_int8: Final = struct.Struct(">q")
_oid: Final = struct.Struct(">I")
_uint8: Final = struct.Struct(">Q")
_float4: Final = struct.Struct(">f")
_float8: Final = struct.Struct(">d")
_numeric: Final = struct.Struct(">HhHH")

_POSITIVE: Final = 0x0000
_NEGATIVE: Final = 0x4000
_SPECIAL: Final = {0xC000: Decimal("NaN"), 0xD000: Decimal("Infinity"), 0xF000: Decimal("-Infinity")}
_MAX_INTEGER_DIGITS: Final = 131072
_MAX_FRACTION_DIGITS: Final = 16383


def pack_bool(value: bool, /) -> bytes:
    """A `bool`. Raises DataError for what is only true or false in a condition."""
    if value is True:
        return b"\x01"
    if value is False:
        return b"\x00"
    raise wrong_type(value, "a bool")


def unpack_bool(data: bytes, /) -> bool:
    """A `bool`."""
    return data == b"\x01"


def pack_int2(value: int, /) -> bytes:
    """An `int2`. Raises DataError when out of range."""
    try:
        return _int2.pack(value)
    except struct.error:
        raise no_number(value, "an int", "smallint", "-2^15 to 2^15-1") from None


def unpack_int2(data: bytes, /) -> int:
    """An `int2`."""
    value: int = _int2.unpack(data)[0]
    return value


def pack_int4(value: int, /) -> bytes:
    """An `int4`. Raises DataError when out of range."""
    try:
        return _int4.pack(value)
    except struct.error:
        raise no_number(value, "an int", "integer", "-2^31 to 2^31-1") from None


def unpack_int4(data: bytes, /) -> int:
    """An `int4`."""
    value: int = _int4.unpack(data)[0]
    return value


def pack_int8(value: int, /) -> bytes:
    """An `int8`. Raises DataError when out of range."""
    try:
        return _int8.pack(value)
    except struct.error:
        raise no_number(value, "an int", "bigint", "-2^63 to 2^63-1") from None


def unpack_int8(data: bytes, /) -> int:
    """An `int8`."""
    value: int = _int8.unpack(data)[0]
    return value


def pack_oid(value: int, /) -> bytes:
    """An `oid`, `xid` or `cid`, unsigned. Raises DataError when out of range."""
    try:
        return _oid.pack(value)
    except struct.error:
        raise no_number(value, "an int", "oid", "0 to 2^32-1") from None


def unpack_oid(data: bytes, /) -> int:
    """An `oid`, `xid` or `cid`, unsigned."""
    value: int = _oid.unpack(data)[0]
    return value


def pack_uint8(value: int, /) -> bytes:
    """An `xid8` or `pg_lsn` (the position in bytes), unsigned. Raises DataError when out of range."""
    try:
        return _uint8.pack(value)
    except struct.error:
        raise no_number(value, "an int", "xid8 and pg_lsn", "0 to 2^64-1") from None


def unpack_uint8(data: bytes, /) -> int:
    """An `xid8` or `pg_lsn` (the position in bytes), unsigned."""
    value: int = _uint8.unpack(data)[0]
    return value


def pack_float4(value: float, /) -> bytes:
    """A `float4`, rounded to the nearest. Raises DataError when it is too large."""
    try:
        return _float4.pack(value)
    except (OverflowError, struct.error):
        raise no_number(value, "a float", "real", "about 3.4e38 at most") from None


def unpack_float4(data: bytes, /) -> float:
    """A `float4`, widened exactly: 0.1 comes back as 0.10000000149011612."""
    value: float = _float4.unpack(data)[0]
    return value


def pack_float8(value: float, /) -> bytes:
    """A `float8`. Raises DataError for an int that is too large for a float."""
    try:
        return _float8.pack(value)
    except (OverflowError, struct.error):
        raise no_number(value, "a float", "double precision", "about 1.8e308 at most") from None


def unpack_float8(data: bytes, /) -> float:
    """A `float8`."""
    value: float = _float8.unpack(data)[0]
    return value


def pack_numeric(value: Decimal, /) -> bytes:
    """A `numeric`, exact, with its scale (`1.50`). Raises DataError past 131072 digits before, 16383 after the point.

    Digits are groups of four, most significant first; `weight` is the power of 10000 of the first group.
    """
    if not isinstance(value, Decimal):
        raise wrong_type(value, "a Decimal")
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        return _pack_special(value)
    if value and value.adjusted() >= _MAX_INTEGER_DIGITS:
        raise out_of_range("numeric", f"at most {_MAX_INTEGER_DIGITS} digits before the point")
    scale = max(0, -exponent)
    if scale > _MAX_FRACTION_DIGITS:
        raise out_of_range("numeric", f"at most {_MAX_FRACTION_DIGITS} digits after the point")
    if not value:
        return _numeric.pack(0, 0, _POSITIVE, scale)
    text = "".join(map(str, digits)) + "0" * (max(exponent, 0) + -scale % 4)
    text = text.zfill(len(text) + -len(text) % 4)
    groups = [int(text[i : i + 4]) for i in range(0, len(text), 4)]
    weight = len(groups) - 1 - (scale + 3) // 4
    first = next(i for i, group in enumerate(groups) if group)
    while not groups[-1]:
        groups.pop()
    groups = groups[first:]
    head = _numeric.pack(len(groups), weight - first, _NEGATIVE if sign else _POSITIVE, scale)
    return head + struct.pack(f">{len(groups)}H", *groups)


def _pack_special(value: Decimal) -> bytes:
    if value.is_nan():
        return _numeric.pack(0, 0, 0xC000, 0)
    return _numeric.pack(0, 0, 0xD000 if value > 0 else 0xF000, 0)


def unpack_numeric(data: bytes, /) -> Decimal:
    """A `numeric`: exact, with its scale; NaN and the infinities too."""
    count, weight, sign, scale = _numeric.unpack_from(data)
    if sign in _SPECIAL:
        return _SPECIAL[sign]
    if sign not in (_POSITIVE, _NEGATIVE):
        raise invalid_value("numeric", "unknown sign")
    groups = struct.unpack_from(f">{count}H", data, 8)
    digits = "".join([f"{group:04d}" for group in groups])
    surplus = (count - 1 - weight) * 4 - scale
    digits = digits[:-surplus] if surplus > 0 else digits + "0" * -surplus
    return Decimal(f"{'-' if sign else ''}{digits or '0'}E-{scale}")
