"""Text of parameters as values: strict, bounded, with the grammar of JSON.

In: percent-decoded text and bounds. Out: a value, or `Rejected`. Never: what `int()` and `float()` accept beyond JSON
(underscores, blanks, digits of other scripts, `nan`), and never text of unbounded length.

The bounds are inclusive; None means none. Lengths count code points (JSON Schema 2020-12, 6.3).
"""

import re
from collections.abc import Callable
from contextlib import suppress
from math import isfinite
from typing import Final

from katana.runtime import Query
from katana.runtime.generated._decimals import exact_number
from katana.runtime.generated._rejected import REJECTED

_DIGITS: Final = 308
_INTEGER: Final = re.compile(r"0|-?[1-9][0-9]{0,307}").fullmatch
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,307})(?:\.[0-9]{1,400})?(?:[eE][+-]?[0-9]{1,4})?").fullmatch


def single(query: Query, name: str) -> str | None:
    """The text of a query parameter that may be given once; None when absent."""
    values = query.values.get(name)
    if values is None:
        return None
    if len(values) > 1:
        raise REJECTED
    return values[0]


def integer(text: str, minimum: int | None = None, maximum: int | None = None) -> int:
    """A JSON integer of at most 308 digits, in its one spelling: not `-0`."""
    # Most are plain digits, which need no expression.
    plain = text.isdecimal() and text.isascii() and text[0] != "0" and len(text) <= _DIGITS
    if not plain and _INTEGER(text) is None:
        raise REJECTED
    value = int(text)
    if (minimum is not None and value < minimum) or (maximum is not None and value > maximum):
        raise REJECTED
    return value


def number(text: str, minimum: float | None = None, maximum: float | None = None) -> float:
    """A JSON number that a double holds."""
    if _NUMBER(text) is None:
        raise REJECTED
    value = float(text)
    if not isfinite(value):
        raise REJECTED
    if (minimum is not None and value < minimum) or (maximum is not None and value > maximum):
        raise REJECTED
    return value


def boolean(text: str) -> bool:
    """`true` or `false`."""
    if text == "true":
        return True
    if text == "false":
        return False
    raise REJECTED


def string(text: str, minimum: int = 0, maximum: int | None = None) -> str:
    """Text whose length is within the bounds."""
    if len(text) < minimum or (maximum is not None and len(text) > maximum):
        raise REJECTED
    return text


def checked(text: str, accepts: Callable[[str], bool], minimum: int = 0, maximum: int | None = None) -> str:
    """Text that a format or pattern accepts and whose length is within the bounds."""
    if len(text) < minimum or (maximum is not None and len(text) > maximum) or not accepts(text):
        raise REJECTED
    return text


def json_scalar(text: str, kinds: tuple[str, ...]) -> object:
    """`text` as the JSON value that it spells in one of `kinds`.

    Kinds are `integer`, `number`, `decimal` (a number with all its digits), `boolean`, `null` and `string`.

    Text that spells none of them stays a string, so that the schema names the mistake. An integer has one spelling:
    `1.0`, `1e3` and `-0` are integers in a JSON document, but in a URL they would give a resource several names.
    """
    if ("integer" in kinds or "number" in kinds or "decimal" in kinds) and _INTEGER(text):
        return int(text)
    if "decimal" in kinds and _NUMBER(text):
        with suppress(ValueError):  # beyond all magnitudes
            return exact_number(text)
    if "number" in kinds and _NUMBER(text):
        return float(text)
    if "boolean" in kinds and text in ("true", "false"):
        return text == "true"
    if "null" in kinds and text == "null":
        return None
    return text
