"""Which of many rows an error is about.

In: an error and the number of a row, or the server's words about one. Out: the same error, naming the row. Never: a
value of the row.
"""

from __future__ import annotations

import re
from typing import Final

from psycopg import pq
from psycopg.pq.abc import PGresult

from katana.runtime.sql._errors import SqlError
from katana.runtime.sql._libpq import field, sql_error

_LINE: Final = re.compile(r"COPY .*, [^\W\d]+ (?P<line>[0-9]+)(?:, |$)", re.MULTILINE)
"""`COPY users, line 3, column age`; the word for line is in the language of the server."""


def name_row(error: SqlError, row: int) -> None:
    """Puts the number of the row, from 1, into the message."""
    error.message = f"{error.message} (row {row})"
    error.args = (error.message,)


def copy_error(result: PGresult, statement: str) -> SqlError:
    """The typed error of a COPY that failed, with the row where the server says which."""
    error = sql_error(result, statement)
    found = _LINE.search(field(result, pq.DiagnosticField.CONTEXT))
    if found is not None:
        name_row(error, int(found.group("line")))
    return error
