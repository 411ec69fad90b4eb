"""Values and names as Python text.

In: JSON values, bytes, identifiers. Out: an expression that evaluates to the same value, quoted as `ruff format`
quotes. Never: anything but a literal; a name that is not an identifier is refused.
"""

import keyword
import math
from collections.abc import Mapping, Sequence

from katana.gen.source._prose import escape, printable

_SIMPLE_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class SourceError(ValueError):
    """The IR holds something that has no spelling in Python, a name that is not an identifier for example."""


def identifier(name: str) -> str:
    """`name`, after checking that it is an ASCII identifier and no keyword.

    Raises:
        SourceError: it is not; the IR promises valid names, so this is a fault of whoever made it.
    """
    if name.isascii() and name.isidentifier() and not keyword.iskeyword(name):
        return name
    raise SourceError(f"{name[:80]!r} is not a Python identifier")


def literal(value: object) -> str:
    """The Python literal of None, a bool, int, float, str, bytes, or a list, tuple or dict of those, on one line.

    Raises:
        SourceError: another type, or a float that is not finite.
    """
    match value:
        case None | bool():
            return str(value)
        case int():
            return int.__repr__(value)
        case float():
            if not math.isfinite(value):
                raise SourceError(f"{value} has no literal")
            return float.__repr__(value)
        case str():
            return _quoted(value)
        case bytes():
            return f"b{_quoted(value.decode('latin-1'), ascii_only=True)}"
        case Mapping():
            return "{" + ", ".join(f"{literal(k)}: {literal(v)}" for k, v in value.items()) + "}"
        case tuple():
            items = ", ".join(literal(item) for item in value)
            return f"({items},)" if len(value) == 1 else f"({items})"
        case Sequence():
            return "[" + ", ".join(literal(item) for item in value) + "]"
    raise SourceError(f"{type(value).__name__} has no literal")


def _quoted(text: str, *, ascii_only: bool = False) -> str:
    quote = "'" if text.count('"') > text.count("'") else '"'
    body = "".join(_character(c, quote, ascii_only) for c in text)
    return f"{quote}{body}{quote}"


def _character(character: str, quote: str, ascii_only: bool) -> str:
    if character == quote:
        return f"\\{quote}"
    if character in _SIMPLE_ESCAPES:
        return _SIMPLE_ESCAPES[character]
    if printable(character) and (character.isascii() or not ascii_only):
        return character
    return escape(character)
