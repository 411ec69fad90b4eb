"""Binary format of bit, varbit, "char" and tsvector, which Python has as text in PostgreSQL's own notation.

In: text, or bytes. Out: the other. Never: a bit more or less: `bit(3)` and `bit(4)` differ by their length.
"""

from __future__ import annotations

import struct
from typing import Final

from katana.runtime.sql._codec_errors import invalid_value, not_in_python

_length: Final = struct.Struct(">i")
_short: Final = struct.Struct(">H")
_WEIGHTS: Final = ("", "C", "B", "A")


def pack_bits(value: str, /) -> bytes:
    """A `bit` or `varbit`, as zeros and ones. Raises DataError for other characters."""
    if value.strip("01"):
        raise invalid_value("bit string", "it has other characters than 0 and 1")
    size = len(value)
    padded = value + "0" * (-size % 8)
    data = int(padded, 2).to_bytes(len(padded) // 8) if padded else b""
    return _length.pack(size) + data


def unpack_bits(data: bytes, /) -> str:
    """A `bit` or `varbit`, as zeros and ones."""
    size: int = _length.unpack_from(data)[0]
    return f"{int.from_bytes(data[4:]):0{(len(data) - 4) * 8}b}"[:size] if size else ""


def pack_char(value: str, /) -> bytes:
    """A `"char"`: a character of ASCII, or no character. Raises DataError for what is longer, or another character."""
    if len(value) > 1 or not value.isascii() or value == "\0":
        raise invalid_value('"char"', "it is one character of ASCII, or empty")
    return value.encode() or b"\0"


def unpack_char(data: bytes, /) -> str:
    """A `"char"`. Raises DataError for a byte that is not ASCII."""
    if data == b"\0":
        return ""
    if not data.isascii():
        raise not_in_python('"char"', "it is not ASCII")
    return data.decode()


def unpack_tsvector(data: bytes, /) -> str:
    """A `tsvector`, as PostgreSQL writes it: `'cat':2A 'fat':1`."""
    lexemes = []
    position = 4
    for _ in range(_length.unpack_from(data)[0]):
        end = data.index(0, position)
        lexeme = data[position:end].decode().replace("\\", "\\\\").replace("'", "''")
        count: int = _short.unpack_from(data, end + 1)[0]
        position = end + 3 + 2 * count
        places = [_short.unpack_from(data, at)[0] for at in range(end + 3, position, 2)]
        marks = ",".join(f"{place & 0x3FFF}{_WEIGHTS[place >> 14]}" for place in places)
        lexemes.append(f"'{lexeme}':{marks}" if marks else f"'{lexeme}'")
    return " ".join(lexemes)
