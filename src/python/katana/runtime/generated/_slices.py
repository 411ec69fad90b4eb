"""Documents of which some members stay text (`msgspec.Raw`).

In: decoders of types with such members. Out: decoders that accept what they would accept if nothing stayed text.
Never: a verdict on what is in the text beyond that it is JSON: that it may be anything was said by the schema.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec

from katana.runtime.generated._rejected import REJECTED
from katana.runtime.generated._repeats import has_repeats

_plain = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder(decimal_format="number").encode


def whole[T](decode: Callable[[bytes], T]) -> Callable[[bytes], T]:
    """`decode`, and a look at all of the document: slices are cut without one at their characters and names."""

    def checked(data: bytes) -> T:
        value = decode(data)
        if data.count(b":") < 2:
            _plain(data)
        elif has_repeats(data):
            raise REJECTED
        return value

    return checked


def text_of(value: Any) -> bytes:
    """A plain JSON value as JSON."""
    try:
        return _encode(value)
    except OverflowError:  # an integer beyond 64 bits
        return _encode(_wide(value))


def _wide(value: Any) -> Any:
    """`value` with integers as decimals, which have no bounds."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, list):
        return [_wide(item) for item in value]
    if isinstance(value, dict):
        return {name: _wide(member) for name, member in value.items()}
    return value
