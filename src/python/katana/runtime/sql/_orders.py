"""The orders of a query by name.

In: a name, which mypy has compared with the query's; a value that comes from elsewhere may be any. Out: the statement,
or statements, of that order. Never: another exception than `InvalidOrder` for a name that is none.
"""

from __future__ import annotations

from typing import Never

from katana.runtime._problem_statuses import UnprocessableContent


class InvalidOrder(UnprocessableContent):
    """`sort` is no order of the query: 422, with the names that there are."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__("database.invalid_order", detail=f"The order has to be one of: {', '.join(names)}.")


class Orders[T](dict[str, T]):
    """What a query has for each of its orders. Finding one costs what a dictionary does."""

    __slots__ = ()

    def __missing__(self, name: str) -> Never:
        """Raises InvalidOrder."""
        raise InvalidOrder(tuple(self))
