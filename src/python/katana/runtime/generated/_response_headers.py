"""Header fields of responses from typed values (OAS 3.1, 4.8.12.3: the style of headers is `simple`).

In: attributes of a response. Out: pairs of name and text. Never: text that ends a field; the renderer refuses that.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

import msgspec


def header_fields(*pairs: tuple[str, Any]) -> tuple[tuple[str, str], ...]:
    """Header fields with their values as text; a None is left out.

    A list is one field with commas, but for `Set-Cookie`, which cannot be joined (RFC 9110, 5.3) and has a field each.
    """
    fields: list[tuple[str, str]] = []
    for name, value in pairs:
        if isinstance(value, list) and name.lower() == "set-cookie":
            fields += [(name, _text(each)) for each in value]
        elif value is not None:
            fields.append((name, _text(value)))
    return tuple(fields)


def header_json(value: Any) -> str | None:
    """The value of a header that the contract describes by JSON `content`, in ASCII; None is left out."""
    return None if value is None else json.dumps(msgspec.to_builtins(value), separators=(",", ":"))


def header_object(value: Any, *, explode: bool = False) -> Any:
    """The value of a header with an object: `a,1,b,2`, or exploded `a=1,b=2`; another value as it is."""
    plain = msgspec.to_builtins(value, builtin_types=(date, time)) if isinstance(value, msgspec.Struct) else value
    if not isinstance(plain, Mapping):
        return value
    between = "=" if explode else ","
    return ",".join(f"{name}{between}{_text(member)}" for name, member in plain.items())


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date | time):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Iterable):
        return ",".join(_text(item) for item in value)
    return str(value)
