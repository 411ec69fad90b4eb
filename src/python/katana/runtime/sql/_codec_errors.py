"""The errors of the codecs.

In: a value that does not fit. Out: DataError, with the SQLSTATE that PostgreSQL gives for the same mistake, which names
the query and the parameter when a repository was called. Never: the value itself in a message; it may be personal data.
"""

from __future__ import annotations

from typing import Final

from katana.runtime.sql._errors import DataError, UnstorableText
from katana.runtime.sql._parameter_of import parameter_of

MAX_VALUE: Final = 2**30 - 1024
"""In bytes. PostgreSQL takes no message of 1 GiB, and closes the connection that sends one."""


def out_of_range(pg_type: str, limits: str) -> DataError:
    """A Python value that the PostgreSQL type cannot hold (22003)."""
    return _named(DataError(f"the value is out of range for {pg_type}: {limits}", sqlstate="22003"))


def invalid_value(pg_type: str, why: str) -> DataError:
    """A Python value of the right type that PostgreSQL does not know (22P02)."""
    return _named(DataError(f"the value is no {pg_type}: {why}", sqlstate="22P02"))


def not_in_python(pg_type: str, why: str) -> DataError:
    """A PostgreSQL value that the Python type cannot hold (22008 for dates and times)."""
    return DataError(f"a {pg_type} from the database has no Python value: {why}", sqlstate="22008")


def too_long(pg_type: str) -> DataError:
    """A value that PostgreSQL cannot take at once (54000)."""
    return _named(DataError(f"the value is too long for {pg_type}: {MAX_VALUE} bytes at most", sqlstate="54000"))


def unstorable(why: str) -> UnstorableText:
    """A text that PostgreSQL cannot hold (22021)."""
    return _named(UnstorableText(why))


def wrong_type(value: object, expected: str) -> DataError:
    """A Python value of another type than the parameter has (22000)."""
    if value is None:
        message = f"{expected} is needed, not None, which takes `-- nullable:` in the query"
    else:
        message = f"{expected} is needed, not {type(value).__name__}"
    return _named(DataError(message, sqlstate="22000"))


def no_number(value: object, expected: str, pg_type: str, limits: str) -> DataError:
    """A Python value that is out of range, or no number at all."""
    is_number = isinstance(value, int) or (expected == "a float" and isinstance(value, float))
    return out_of_range(pg_type, limits) if is_number else wrong_type(value, expected)


def _named[E: DataError](error: E) -> E:
    error.statement, parameter = parameter_of()
    if parameter:
        error.message = f"parameter `{parameter}`: {error.message}"
        error.args = (error.message,)
    return error
