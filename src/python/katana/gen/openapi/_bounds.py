"""Bounds of numbers: computed from the schema, spelled for a reader.

In: number types. Out: inclusive integer bounds, arguments of `Meta`, and the names of the runtime for the limits of 32
and 64 bits. Never: rounding outwards.
"""

from collections.abc import Callable

from katana import ir
from katana.gen.source import literal

INT32 = 2**31
INT64 = 2**63

_NAMES = {-INT32: "INT32_MIN", INT32 - 1: "INT32_MAX", -INT64: "INT64_MIN", INT64 - 1: "INT64_MAX"}


def spell_bound(value: float, use: Callable[[str], str]) -> str:
    """The literal of a bound, or the constant that has the value; `use` imports it."""
    return use(_NAMES[value]) if type(value) is int and value in _NAMES else literal(value)


def integer_bounds(type_: ir.IntegerType) -> tuple[int | None, int | None]:
    """The inclusive bounds of an integer, those of its format included."""
    lows = [] if type_.minimum is None else [_ceil(type_.minimum)]
    lows += [] if type_.exclusive_minimum is None else [_floor(type_.exclusive_minimum) + 1]
    highs = [] if type_.maximum is None else [_floor(type_.maximum)]
    highs += [] if type_.exclusive_maximum is None else [_ceil(type_.exclusive_maximum) - 1]
    span = {"int32": INT32, "int64": INT64}.get(type_.format)
    if span is not None:
        lows.append(-span)
        highs.append(span - 1)
    return max(lows, default=None), min(highs, default=None)


def integer_limits(type_: ir.IntegerType, use: Callable[[str], str]) -> list[str]:
    """The arguments of `Meta`; a bound beyond 64 bits, which msgspec cannot take, is left to the schema."""
    low, high = integer_bounds(type_)
    limits = [f"ge={spell_bound(low, use)}"] if low is not None and -INT64 <= low < INT64 else []
    limits += [f"le={spell_bound(high, use)}"] if high is not None and -INT64 <= high < INT64 else []
    step = type_.multiple_of
    if step is not None and float(step).is_integer() and 0 < step < INT64:
        limits.append(f"multiple_of={int(step)}")
    return limits


def number_limits(type_: ir.NumberType) -> list[str]:
    """The arguments of `Meta`; of an inclusive and an exclusive bound the tighter one."""
    low, above = type_.minimum, type_.exclusive_minimum
    high, below = type_.maximum, type_.exclusive_maximum
    limits = []
    if above is not None and (low is None or above >= low):
        limits.append(f"gt={literal(above)}")
    elif low is not None:
        limits.append(f"ge={literal(low)}")
    if below is not None and (high is None or below <= high):
        limits.append(f"lt={literal(below)}")
    elif high is not None:
        limits.append(f"le={literal(high)}")
    return limits


def decimal_limits(type_: ir.NumberType) -> tuple[str, ...]:
    """The arguments of the runtime's `Limits`."""
    limits = (
        ("minimum", type_.minimum),
        ("maximum", type_.maximum),
        ("exclusive_minimum", type_.exclusive_minimum),
        ("exclusive_maximum", type_.exclusive_maximum),
        ("multiple_of", type_.multiple_of),
    )
    return tuple(f"{name}={literal(str(limit))}" for name, limit in limits if limit is not None)


def _ceil(value: float) -> int:
    return -int(-value // 1)


def _floor(value: float) -> int:
    return int(value // 1)
