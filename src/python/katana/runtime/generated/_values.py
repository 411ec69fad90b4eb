"""Values that generated modules name: integer formats, defaults, header fields.

In: values of the contract. Out: types and texts. Never: validation.
"""

from collections.abc import Iterable
from datetime import date, time
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from katana.runtime.generated._choices import convert_choice

INT32_MIN: Final = -(2**31)
INT32_MAX: Final = 2**31 - 1
INT64_MIN: Final = -(2**63)
INT64_MAX: Final = 2**63 - 1

type Int32 = Annotated[int, Meta(ge=INT32_MIN, le=INT32_MAX)]
"""OpenAPI format `int32`."""

type Int64 = Annotated[int, Meta(ge=INT64_MIN, le=INT64_MAX)]
"""OpenAPI format `int64`."""


def default(value: Any, type_: Any) -> Any:
    """A default of a contract, given in JSON, as a value of a type."""
    return msgspec.convert(value, type_, dec_hook=convert_choice)


def header_fields(*pairs: tuple[str, Any]) -> tuple[tuple[str, str], ...]:
    """Header fields with their values as text; a None is left out (OpenAPI 3.1, style `simple`)."""
    return tuple((name, _text(value)) for name, value in pairs if value is not None)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date | time):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Iterable):
        return ",".join(_text(item) for item in value)
    return str(value)
