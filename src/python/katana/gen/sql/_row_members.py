"""Members of rows that are rows themselves: what is nested in a join, what another query loads.

In: queries of the IR. Out: `Member`, and which columns are values of the row itself. Never: Python text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from katana import ir


@dataclass(frozen=True)
class Member:
    """A member of a row that is a row of the class `row`, or a list of them.

    It comes from columns of the same result (`nested`), or is loaded by another query (`prefetch`).
    """

    py_name: str
    row: str
    many: bool
    optional: bool
    nested: ir.Nested | None = None
    prefetch: ir.Prefetch | None = None
    members: tuple[Member, ...] = ()

    @classmethod
    def loaded(cls, prefetch: ir.Prefetch, row: str) -> Member:
        """The member that a prefetch fills with rows of the class `row`."""
        return cls(prefetch.py_name, row, prefetch.many, not prefetch.many, prefetch=prefetch)


def all_nested(query: ir.Query) -> Iterator[ir.Nested]:
    """The nested rows of a query, and those in them."""
    for nested in query.nested:
        yield nested
        yield from nested.nested


def flat_positions(query: ir.Query) -> tuple[int, ...]:
    """The positions of the columns that are values of the row itself."""
    taken = {position for nested in all_nested(query) for position in nested.positions}
    return tuple(n for n in range(len(query.columns)) if n not in taken)


def flat_columns(query: ir.Query) -> tuple[ir.Column, ...]:
    """The columns that are values of the row itself."""
    return tuple(query.columns[n] for n in flat_positions(query))


def result_of(query: ir.Query) -> tuple[object, ...]:
    """What two queries share when their rows are of one class."""
    return query.columns, query.nested, query.parent, query.prefetches, query.row
