"""YAML 1.2 scalars: what a plain word means.

In: the text of a plain scalar or of one with a core tag. Out: a JSON value. Never: YAML 1.1 guesses. The core schema
(YAML 1.2.2, section 10.3.2) with two narrowings: a decimal with leading zeros stays a string, as in JSON, because
`012` is a code far more often than a number, and `.inf` / `.nan` are refused because JSON cannot say them.
"""

import math
import re

from katana.spec.document._limits import MAX_NUMBER_DIGITS

_CONSTANTS: dict[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z")
_RADIX = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_NOT_JSON = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")
_NUMERIC_START = frozenset("-+.0123456789")

PREFIX = "tag:yaml.org,2002:"


class ScalarError(ValueError):
    """A scalar that has no JSON value."""


def plain(text: str) -> str | int | float | bool | None:
    """The value of an unquoted scalar.

    Raises:
        ScalarError: infinity, not-a-number, or a number of too many digits.
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _NUMERIC_START:
        return text
    if _DECIMAL.match(text):
        return int(_bounded(text))
    if _RADIX.match(text):
        return int(_bounded(text), 0)
    if _FLOAT.match(text):
        return finite(text)
    if _NOT_JSON.match(text):
        raise ScalarError(f"{text} is not a number of JSON")
    return text


def tagged(tag: str, text: str) -> str | int | float | bool | None:
    """The value of a scalar with an explicit tag.

    Raises:
        ScalarError: the tag is not of the core schema, or the text does not fit it.
    """
    if tag in ("!", PREFIX + "str"):
        return text
    value = plain(text)
    wanted = {
        PREFIX + "null": type(None),
        PREFIX + "bool": bool,
        PREFIX + "int": int,
        PREFIX + "float": float,
    }.get(tag)
    if wanted is None:
        raise ScalarError(f"the tag {tag} has no meaning in JSON")
    if wanted is float and type(value) is int:
        return float(value)
    if type(value) is not wanted:
        raise ScalarError(f"{text!r} does not fit its tag {tag}")
    return value


def finite(text: str) -> float:
    """The binary64 nearest to `text`.

    Raises:
        ScalarError: it is beyond the range of binary64.
    """
    value = float(_bounded(text))
    if math.isinf(value):
        raise ScalarError("the number is too large")
    return value


def _bounded(text: str) -> str:
    if len(text) > MAX_NUMBER_DIGITS:
        raise ScalarError(f"a number of {len(text)} characters is too long")
    return text
