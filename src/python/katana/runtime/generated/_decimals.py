"""Numbers of the format `decimal`: every digit that was sent, no rounding, no `decimal.Context`.

In: the text of a number, or a plain JSON value. Out: `decimal.Decimal`, and whether it keeps its limits. Never: NaN or
infinity, and never an exponent that would make a few bytes a gigabyte of digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

MAX_TEXT: Final = 400
"""Characters of a number."""

_LEAST_EXPONENT: Final = -1000


class Exact(type):
    """The class of `ExactDecimal`. Everything is an instance, as msgspec asks after each conversion."""

    def __instancecheck__(cls, instance: object) -> bool:
        return True


if TYPE_CHECKING:
    type ExactDecimal = Decimal
else:

    class ExactDecimal(metaclass=Exact):
        """What decoders make a `Decimal` of: a JSON number, where msgspec's own `Decimal` would also take a string."""


def exact_number(text: str) -> Decimal:
    """The value of the text of a JSON number.

    Raises:
        ValueError: it is longer than `MAX_TEXT`, or beyond the magnitudes of binary64.
    """
    if len(text) > MAX_TEXT or not isfinite(float(text)):
        raise ValueError("number out of range")
    value = Decimal(text)
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < _LEAST_EXPONENT:
        raise ValueError("number out of range")
    return value


def to_decimal(value: object) -> Decimal:
    """A plain JSON number as a decimal; a float stands for the shortest text that reads as it.

    Raises:
        ValueError: it is no number.
    """
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, float):
        return exact_number(repr(value))
    raise ValueError("expected a number")


class Limits:
    """Bounds of a decimal. Each limit is the text of a number; None means none."""

    __slots__ = ("_rules",)

    def __init__(
        self,
        *,
        minimum: str | None = None,
        maximum: str | None = None,
        exclusive_minimum: str | None = None,
        exclusive_maximum: str | None = None,
        multiple_of: str | None = None,
    ) -> None:
        given = (minimum, maximum, exclusive_minimum, exclusive_maximum, multiple_of)
        self._rules = tuple(
            (holds, Decimal(limit), words)
            for limit, (holds, words) in zip(given, _RULES, strict=True)
            if limit is not None
        )

    def hold(self, value: Decimal) -> bool:
        """Whether `value` keeps all limits."""
        return all(holds(value, limit) for holds, limit, _ in self._rules)

    def broken(self, value: Decimal) -> Iterator[str]:
        """What is wrong with `value`, one sentence for each limit."""
        return (f"must be {words} {limit}" for holds, limit, words in self._rules if not holds(value, limit))


_KEYWORDS: Final = {
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusiveMinimum": "exclusive_minimum",
    "exclusiveMaximum": "exclusive_maximum",
    "multipleOf": "multiple_of",
}


class LimitsKeyword:
    """The keyword `decimalLimits` of generated schemas, whose members are JSON Schema's keywords for numbers.

    The validator's own are exact only where the limit, or the fraction of the value, has no more than 64 bits.
    """

    def __init__(self, _parent: dict[str, Any], limits: dict[str, Any], _path: list[str | int]) -> None:
        self._limits = Limits(**{_KEYWORDS[name]: str(to_decimal(limit)) for name, limit in limits.items()})

    def validate(self, instance: object) -> None:
        """Raises ValueError with what is wrong; other values than numbers pass."""
        if isinstance(instance, int | float | Decimal) and not isinstance(instance, bool):
            wrong = ", ".join(self._limits.broken(to_decimal(instance)))
            if wrong:
                raise ValueError(wrong)


def _is_multiple(value: Decimal, step: Decimal) -> bool:
    top, bottom = value.as_integer_ratio()
    step_top, step_bottom = step.as_integer_ratio()
    return top * step_bottom % (bottom * step_top) == 0


_RULES: Final[tuple[tuple[Callable[[Decimal, Decimal], bool], str], ...]] = (
    (lambda value, limit: value >= limit, "at least"),
    (lambda value, limit: value <= limit, "at most"),
    (lambda value, limit: value > limit, "greater than"),
    (lambda value, limit: value < limit, "less than"),
    (_is_multiple, "a multiple of"),
)
