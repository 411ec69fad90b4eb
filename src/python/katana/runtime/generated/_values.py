"""Values that generated modules name: integer formats, defaults.

In: values of the contract. Out: types and values. Never: validation.
"""

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
