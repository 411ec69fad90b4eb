"""The errors of the codecs.

In: a value that does not fit. Out: DataError, with the SQLSTATE that PostgreSQL gives for the same mistake. Never: the
value itself in a message; it may be personal data.
"""

from __future__ import annotations

from typing import Final

from katana.runtime.sql._errors import DataError

MAX_VALUE: Final = 2**30 - 1024
"""In bytes. PostgreSQL takes no message of 1 GiB, and closes the connection that sends one."""


def out_of_range(pg_type: str, limits: str) -> DataError:
    """A Python value that the PostgreSQL type cannot hold (22003)."""
    return DataError(f"the value is out of range for {pg_type}: {limits}", sqlstate="22003")


def invalid_value(pg_type: str, why: str) -> DataError:
    """A Python value of the right type that PostgreSQL does not know (22P02)."""
    return DataError(f"the value is no {pg_type}: {why}", sqlstate="22P02")


def not_in_python(pg_type: str, why: str) -> DataError:
    """A PostgreSQL value that the Python type cannot hold (22008 for dates and times)."""
    return DataError(f"a {pg_type} from the database has no Python value: {why}", sqlstate="22008")


def too_long(pg_type: str) -> DataError:
    """A value that PostgreSQL cannot take at once (54000)."""
    return DataError(f"the value is too long for {pg_type}: {MAX_VALUE} bytes at most", sqlstate="54000")
