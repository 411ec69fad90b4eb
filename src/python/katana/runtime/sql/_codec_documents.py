"""JSON documents that have a type.

In: a type that msgspec knows. Out: a decoder straight into it. Never: the document in a message; it may be personal
data. To encode a value, use `pack_json` and `pack_jsonb`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from msgspec import DecodeError, ValidationError, json

from katana.runtime.sql._codec_errors import not_in_python

_PATH: Final = re.compile(r" - at `(?P<path>[^`]*)`\Z")
_JSONB_VERSION: Final = b"\x01"


def json_decoder[T](type_: type[T], /) -> Callable[[bytes], T]:
    """The decoder of a `json` column whose documents are of a type. It raises DataError for one that is not.

    Raises:
        TypeError: msgspec cannot decode into the type.
    """
    decode = json.Decoder(type_).decode

    def unpack(data: bytes) -> T:
        try:
            return decode(data)
        except (DecodeError, RecursionError) as error:
            raise not_in_python("json", _why(error, type_)) from None

    return unpack


def jsonb_decoder[T](type_: type[T], /) -> Callable[[bytes], T]:
    """The decoder of a `jsonb` column whose documents are of a type. It raises DataError for one that is not.

    Raises:
        TypeError: msgspec cannot decode into the type.
    """
    decode = json.Decoder(type_).decode

    def unpack(data: bytes) -> T:
        if data[:1] != _JSONB_VERSION:
            raise not_in_python("jsonb", "its format is newer than this program")
        try:
            return decode(data[1:])
        except (DecodeError, RecursionError) as error:
            raise not_in_python("jsonb", _why(error, type_)) from None

    return unpack


def _why(error: Exception, type_: Any) -> str:
    """Which part of the type it does not fit. What msgspec says beyond the place may quote the document."""
    name = getattr(type_, "__qualname__", None) if isinstance(type_, type) else None
    path = _PATH.search(str(error))
    if not isinstance(error, ValidationError):
        return f"it is not the JSON of {name or type_}"
    return f"it does not fit {name or type_}, at `{path['path'] if path is not None else '$'}`"
