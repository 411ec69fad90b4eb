"""From a result to rows: what each annotation (`:one`, `:many`, ...) promises about their number.

In: a statement, its result, a function that decodes one row. Out: rows. Never: what a column means.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, Final, Protocol

from katana.runtime.sql._errors import DataError, NoRows, SqlError, TooManyRows
from katana.runtime.sql._statement import Statement

UNDECODABLE: Final = (TypeError, ValueError, IndexError, struct.error)
"""What a codec raises for bytes that it did not foresee."""


class Result(Protocol):
    """What a statement returned; `psycopg.pq.PGresult` is one, and so may be the fake of a test."""

    @property
    def ntuples(self) -> int:
        """Number of rows."""

    @property
    def command_tuples(self) -> int | None:
        """Number of rows that the statement changed or returned."""

    def get_value(self, row_number: int, column_number: int, /) -> Any:
        """A value in binary format, `bytes`; None for NULL."""


def optional_row[T](statement: Statement, result: Result, decode: Callable[[Result, int], T]) -> T | None:
    """`:one`: the row, or None. Raises TooManyRows for more than one."""
    if result.ntuples == 0:
        return None
    return single_row(statement, result, decode)


def single_row[T](statement: Statement, result: Result, decode: Callable[[Result, int], T]) -> T:
    """`:one!`: the row. Raises NoRows or TooManyRows unless there is exactly one."""
    count = result.ntuples
    if count == 0:
        raise NoRows("the query found no row", sqlstate="P0002", statement=statement.name)
    if count > 1:
        raise TooManyRows(f"the query found {count} rows, not one", sqlstate="P0003", statement=statement.name)
    try:
        return decode(result, 0)
    except (SqlError, *UNDECODABLE) as error:
        raise undecodable(statement, error) from error


def all_rows[T](statement: Statement, result: Result, decode: Callable[[Result, int], T]) -> list[T]:
    """`:many`: every row."""
    try:
        return [decode(result, row) for row in range(result.ntuples)]
    except (SqlError, *UNDECODABLE) as error:
        raise undecodable(statement, error) from error


def affected_rows(result: Result) -> int:
    """`:execrows`: how many rows were inserted, updated, deleted or selected; 0 for other commands."""
    return result.command_tuples or 0


def undecodable(statement: Statement, error: Exception) -> SqlError:
    """What a codec says gets the statement's name; what it did not foresee is a NULL or a length that cannot be."""
    if isinstance(error, SqlError):
        error.statement = statement.name
        return error
    return DataError(
        "a value from the database does not have the declared form (NULL in a NOT NULL column, or another length)",
        sqlstate="22P03",
        statement=statement.name,
    )
