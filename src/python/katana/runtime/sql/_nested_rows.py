"""Rows that are made from a whole result: parents of a join with the list of their children, rows with loaded members.

In: a statement, its result, a function that makes all rows. Out: what each annotation promises about their number.
Never: what a column means.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate

from katana.runtime.sql._errors import NoRows, SqlError, TooManyRows
from katana.runtime.sql._rows import UNDECODABLE, Result, undecodable
from katana.runtime.sql._statement import Statement


def all_assembled[**P, T](
    statement: Statement,
    result: Result,
    assemble: Callable[Concatenate[Result, P], list[T]],
    /,
    *loaded: P.args,
    **more: P.kwargs,
) -> list[T]:
    """`:many`: every row, which `assemble` makes from the result and from what other queries loaded."""
    try:
        return assemble(result, *loaded, **more)
    except (SqlError, *UNDECODABLE) as error:
        raise undecodable(statement, error) from error


def optional_assembled[**P, T](
    statement: Statement,
    result: Result,
    assemble: Callable[Concatenate[Result, P], list[T]],
    /,
    *loaded: P.args,
    **more: P.kwargs,
) -> T | None:
    """`:one`: the row, or None. Raises TooManyRows for more than one."""
    rows = all_assembled(statement, result, assemble, *loaded, **more)
    if len(rows) > 1:
        raise TooManyRows(f"the query found {len(rows)} rows, not one", sqlstate="P0003", statement=statement.name)
    return rows[0] if rows else None


def single_assembled[**P, T](
    statement: Statement,
    result: Result,
    assemble: Callable[Concatenate[Result, P], list[T]],
    /,
    *loaded: P.args,
    **more: P.kwargs,
) -> T:
    """`:one!`: the row. Raises NoRows or TooManyRows unless there is exactly one."""
    if result.ntuples == 0:
        raise NoRows("the query found no row", sqlstate="P0002", statement=statement.name)
    row = optional_assembled(statement, result, assemble, *loaded, **more)
    assert row is not None  # noqa: S101 - a result with rows has a parent
    return row
