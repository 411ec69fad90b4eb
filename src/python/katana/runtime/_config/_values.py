"""Values of options as text.

In: what was written. Out: a value. Never: a default. What cannot be read raises ValueError with what to write instead,
as the end of the sentence "'x' is not ...".
"""

from __future__ import annotations

import re
from typing import Final

_SIZE: Final = re.compile(r"([0-9]+)\s*(B|KiB|MiB|GiB)?", re.IGNORECASE)
_SIZE_UNITS: Final = {"": 1, "b": 1, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30}
_DURATION: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(ms|s|m|h)?")
_DURATION_UNITS: Final = {"": 1.0, "ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_FLAGS: Final = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
}
_MAX: Final = 2**53


def text(value: str) -> str:
    """Any text but an empty one."""
    if not value.strip():
        raise ValueError("a text that is not empty")
    return value


def words(value: str) -> tuple[str, ...]:
    """Texts, each without blanks at its edges."""
    found = tuple(word.strip() for word in value.split(","))
    if not all(found):
        raise ValueError("words with commas between them")
    return found


def port(value: str) -> int:
    """A TCP port."""
    if not (value.isascii() and value.isdigit() and int(value) <= 65535):
        raise ValueError("a number from 0 to 65535, 0 for any free port")
    return int(value)


def reactors(value: str) -> int:
    """A number of processes."""
    if not (value.isascii() and value.isdigit() and int(value) <= 1024):
        raise ValueError("a number from 0 to 1024")
    return int(value)


def seconds(value: str) -> float:
    """A duration."""
    match = _DURATION.fullmatch(value.strip())
    if match is None:
        raise ValueError("a duration such as `10`, `1.5s`, `500ms` or `2m`")
    return float(match[1]) * _DURATION_UNITS[match[2] or ""]


def some_seconds(value: str) -> float:
    """A duration that is not nothing."""
    found = seconds(value)
    if not found:
        raise ValueError("a duration longer than nothing, such as `10` or `500ms`")
    return found


def size(value: str) -> int:
    """A number of bytes."""
    match = _SIZE.fullmatch(value.strip())
    if match is None:
        raise ValueError("a size such as `1048576`, `512KiB` or `1MiB`")
    return int(match[1]) * _SIZE_UNITS[(match[2] or "").lower()]


def count(value: str) -> int:
    """A number of things."""
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= _MAX):
        raise ValueError("a number, at least 1")
    return int(value)


def flag(value: str) -> bool:
    """Yes or no."""
    found = _FLAGS.get(value.strip().lower())
    if found is None:
        raise ValueError("`true` or `false`")
    return found


def negated_flag(value: str) -> bool:
    """No or yes."""
    return not flag(value)
