"""PostgreSQL's ranges.

In: two bounds. Out: `Range`. Never: arithmetic; PostgreSQL has operators for that.
"""

from typing import Any

from msgspec import Struct


class Range[T](Struct, frozen=True):
    """What lies between two bounds (manual, 8.17), `[lower, upper)` unless it is said otherwise.

    A bound that is None does not exist: the range goes on without end. PostgreSQL brings ranges of integers and dates
    into the form `[lower, upper)`; what is read may therefore differ from what was written, and means the same.

    Attributes:
        lower: where it begins.
        upper: where it ends.
        lower_inc: whether `lower` itself belongs to it.
        upper_inc: whether `upper` itself belongs to it.
        empty: nothing belongs to it; the bounds are None then.
    """

    lower: T | None = None
    upper: T | None = None
    lower_inc: bool = True
    upper_inc: bool = False
    empty: bool = False

    def __contains__(self, value: Any) -> bool:
        """Whether `value`, as Python compares it with the bounds, belongs to the range."""
        if self.empty:
            return False
        lower: Any = self.lower
        if lower is not None and (value < lower or (value == lower and not self.lower_inc)):
            return False
        upper: Any = self.upper
        return upper is None or bool(value < upper) or (self.upper_inc and bool(value == upper))
