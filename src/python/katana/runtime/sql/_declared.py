"""Database errors that are answered as a query declares (docs/rfcs/0011-declared-errors.md).

In: the `answers` of a statement, and an error of it. Out: the same error, which is a problem too, so that a controller
which does not catch it need not know of it. Never: a text of the server in a response.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from msgspec import Struct

from katana.runtime import _problem_statuses as statuses
from katana.runtime._problem import Problem
from katana.runtime.sql._errors import SqlError


class Answer(Struct, frozen=True):
    """The problem for one error: its status (400 to 599), its code, and a text for the client's user."""

    status: int
    code: str
    detail: str | None = None


Answers = Mapping[str, Answer]
"""By the name of a constraint, or by SQLSTATE; the constraint comes first."""


def declared(answers: Answers, error: SqlError) -> SqlError:
    """`error`, or one of its class that is the problem of its answer.

    That one has all attributes of `error` but `detail`, which is the problem's: the server's may quote the row.
    """
    answer = answers.get(error.constraint) or answers.get(error.sqlstate)
    if answer is None:
        return error
    cls: Any = _answered(type(error), answer.status)
    found = cls()
    found.__dict__.update(error.__dict__)
    Problem.__init__(found, answer.code, status=answer.status, detail=answer.detail)
    found.args = error.args
    return cast("SqlError", found)


def _answered(error: type[SqlError], status: int) -> type[SqlError]:
    """A class for `except` by either side, under the name of the error; one for each pair that occurs."""
    made = _made.get((error, status))
    if made is None:
        made = _made[error, status] = _make(error, status)
    return made


def _make(error: type[SqlError], status: int) -> type[SqlError]:
    problem = _BY_STATUS.get(status, Problem)
    bases = (error,) if issubclass(error, problem) else (error, problem)
    own = {"__init__": _bare, "__module__": error.__module__, "__doc__": error.__doc__, "status": status}
    return type(error.__name__, bases, own)


def _bare(self: Exception) -> None:
    """The attributes are put in place by `declared`."""


_made: dict[tuple[type[SqlError], int], type[SqlError]] = {}
_BY_STATUS = {
    value.status: value for value in vars(statuses).values() if isinstance(value, type) and issubclass(value, Problem)
}
