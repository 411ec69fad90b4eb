"""PostgreSQL's interval.

In: months, days, microseconds. Out: `Interval`. Never: a conversion that loses something: a month has no fixed number
of days, and a day no fixed number of hours, so `datetime.timedelta` cannot stand for an interval in general.
"""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct

_SECOND = 1_000_000
_DAY = 86_400 * _SECOND


class Interval(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A span of time as PostgreSQL keeps it (manual, 8.5.4): three fields that are not converted into each other."""

    months: int = 0
    days: int = 0
    microseconds: int = 0

    @classmethod
    def of(cls, span: timedelta) -> Interval:
        """The interval with the days of `span` and its seconds as microseconds."""
        return cls(days=span.days, microseconds=span.seconds * _SECOND + span.microseconds)

    def timedelta(self) -> timedelta:
        """As a `timedelta`, a day counted as 24 hours.

        Raises:
            ValueError: it has months (also when it is infinite), or is too long.
        """
        if self.months:
            raise ValueError("an interval with months has no fixed length")
        try:
            return timedelta(days=self.days, microseconds=self.microseconds)
        except OverflowError:
            raise ValueError("the interval is too long for a timedelta") from None
