"""Binary format of text, name, bpchar, varchar, bytea, uuid, json and jsonb.

In: Python values, or the bytes of one. Out: the other. Never: any other encoding than UTF-8, which the connection asks
the server for.
"""

from __future__ import annotations

import re
from typing import Any, Final
from uuid import UUID, SafeUUID

from msgspec import DecodeError, json

from katana.runtime.sql._codec_errors import (
    MAX_VALUE,
    invalid_value,
    not_in_python,
    too_long,
    unstorable,
    wrong_type,
)

_JSONB_VERSION: Final = b"\x01"
_new_uuid: Final = UUID.__new__
_set: Final = object.__setattr__
_UNKNOWN: Final = SafeUUID.unknown
# An even number of backslashes before it: an odd one escapes a backslash that happens to stand before `u0000`.
_ESCAPED_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def pack_text(value: str, /) -> bytes:
    """A `text`, `varchar`, `bpchar`, `name`, `citext` or the label of an enum.

    Raises UnstorableText for what UTF-8 cannot encode (lone surrogates) and for U+0000 (PostgreSQL manual, 8.3).
    """
    try:
        data = value.encode()
    except UnicodeEncodeError:
        raise unstorable("it holds a lone surrogate") from None
    except AttributeError:
        raise wrong_type(value, "a str") from None
    if 0 in data:  # A number: bytes in bytes costs ten times as much.
        raise unstorable("it holds U+0000")
    if len(data) > MAX_VALUE:
        raise too_long("text")
    return data


def unpack_text(data: bytes, /) -> str:
    """A `text` and its like. `bpchar` keeps its padding."""
    return data.decode()


def pack_bytea(value: bytes, /) -> bytes:
    """A `bytea`. Raises DataError when it is too long, or is nothing of the kind."""
    if not isinstance(value, bytes | bytearray | memoryview):
        raise wrong_type(value, "a bytes")
    if len(value) > MAX_VALUE:
        raise too_long("bytea")
    return value


def unpack_bytea(data: bytes, /) -> bytes:
    """A `bytea`."""
    return data


def pack_uuid(value: UUID, /) -> bytes:
    """A `uuid`, 16 bytes."""
    try:
        return value.bytes
    except AttributeError:
        raise wrong_type(value, "a UUID") from None


def unpack_uuid(data: bytes, /) -> UUID:
    """A `uuid`, made without the constructor's dispatch on six kinds of arguments."""
    if len(data) != 16:
        raise not_in_python("uuid", "it is not 16 bytes long")
    value = _new_uuid(UUID)
    _set(value, "int", int.from_bytes(data))
    _set(value, "is_safe", _UNKNOWN)
    return value


def pack_json(value: Any, /) -> bytes:
    """A `json`, of anything msgspec can encode; `msgspec.Raw` is taken as it is. SQL NULL is another thing than None.

    Raises DataError for a value that has no JSON form.
    """
    try:
        data = json.encode(value)
    except UnicodeEncodeError:
        raise unstorable("it holds a lone surrogate") from None
    except (TypeError, ValueError, RecursionError) as error:
        raise invalid_value("json", str(error)) from None
    if len(data) > MAX_VALUE:
        raise too_long("json")
    return data


def unpack_json(data: bytes, /) -> Any:
    """A `json`, decoded to None, bool, int, float, str, list, dict. Numbers follow Python's float."""
    try:
        return json.decode(data)
    except (DecodeError, RecursionError) as error:
        raise not_in_python("json", str(error)) from None


def pack_jsonb(value: Any, /) -> bytes:
    """A `jsonb`, see `pack_json`.

    Raises UnstorableText for a text with U+0000, which `jsonb` cannot hold (PostgreSQL manual, 8.14).
    """
    data = pack_json(value)
    if b"\\u0000" in data and _ESCAPED_NUL.search(data):
        raise unstorable("it holds U+0000")
    return _JSONB_VERSION + data


def unpack_jsonb(data: bytes, /) -> Any:
    """A `jsonb`, see `unpack_json`."""
    if data[:1] != _JSONB_VERSION:
        raise not_in_python("jsonb", "its format is newer than this program")
    return unpack_json(data[1:])
