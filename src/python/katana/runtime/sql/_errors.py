"""Database errors as types.

In: the fields of an ErrorResponse (PostgreSQL manual, 53.8). Out: exceptions by SQLSTATE (manual, appendix A). Never:
server messages in an HTTP response; only the errors that are problems too (422, 503, 504) are answered as themselves,
with a text of their own.
"""

from __future__ import annotations

import math

from katana.runtime._problem_statuses import GatewayTimeout, ServiceUnavailable, UnprocessableContent


class SqlError(Exception):
    """A statement failed; the connection goes on.

    Attributes:
        sqlstate: five characters, manual appendix A.
        message: the server's primary message, one line, without values of rows.
        detail, hint: the server's, empty when it sent none. `detail` may quote values of the row.
        constraint, table, column: the object concerned, empty when there is none.
        statement: name of the statement, empty when unknown.
    """

    sqlstate: str
    message: str
    detail: str | None
    hint: str
    constraint: str
    table: str
    column: str
    statement: str

    def __init__(
        self,
        message: str,
        *,
        sqlstate: str = "",
        detail: str = "",
        hint: str = "",
        constraint: str = "",
        table: str = "",
        column: str = "",
        statement: str = "",
    ) -> None:
        Exception.__init__(self, message)
        self.sqlstate = sqlstate
        self.message = message
        self.detail = detail
        self.hint = hint
        self.constraint = constraint
        self.table = table
        self.column = column
        self.statement = statement

    def __str__(self) -> str:
        where = f"{self.statement}: " if self.statement else ""
        state = f" [{self.sqlstate}]" if self.sqlstate else ""
        return f"{where}{self.message}{state}"


class DataError(SqlError):
    """Class 22: a value does not fit its type or operation. Also raised before sending, by the codecs."""


class UnstorableText(DataError, UnprocessableContent):
    """A text that PostgreSQL cannot hold: 422. It is valid JSON, so nothing before the database could refuse it."""

    def __init__(self, why: str) -> None:
        UnprocessableContent.__init__(self, "database.unstorable_text")
        DataError.__init__(self, f"the value is no text: {why}", sqlstate="22021")
        self.detail = f"A text of the request cannot be stored: {why}."


class IntegrityError(SqlError):
    """Class 23: a constraint is violated; `constraint` names it."""


class NotNullViolation(IntegrityError):
    """23502."""


class ForeignKeyViolation(IntegrityError):
    """23503."""


class RestrictViolation(ForeignKeyViolation):
    """23001: a row that others refer to, by a foreign key with `RESTRICT`; before PostgreSQL 18 that was 23503."""


class UniqueViolation(IntegrityError):
    """23505."""


class CheckViolation(IntegrityError):
    """23514, of a table or a domain."""


class ExclusionViolation(IntegrityError):
    """23P01."""


class _Busy(SqlError, ServiceUnavailable):
    """A failure of the moment: 503 with `retry-after`, unless the program handles it."""

    def __init__(  # as `SqlError`
        self,
        message: str,
        *,
        sqlstate: str = "",
        detail: str = "",
        hint: str = "",
        constraint: str = "",
        table: str = "",
        column: str = "",
        statement: str = "",
    ) -> None:
        ServiceUnavailable.__init__(self, "database.busy", retry_after=1)
        SqlError.__init__(
            self,
            message,
            sqlstate=sqlstate,
            detail=detail,
            hint=hint,
            constraint=constraint,
            table=table,
            column=column,
            statement=statement,
        )
        self.detail = None


class TransactionRollback(_Busy):
    """Class 40: the transaction lost against others; trying again may succeed. 503 with `retry-after`."""


class SerializationFailure(TransactionRollback):
    """40001."""


class DeadlockDetected(TransactionRollback):
    """40P01."""


class PlanChanged(TransactionRollback):
    """A table of the statement was altered since the connection prepared it, and the transaction is lost with that.

    The next attempt prepares it anew. Outside of transactions that happens by itself. 0A000, or 26000 behind a pooler.
    """


class TransactionAborted(SqlError):
    """25P02: a statement of the transaction has failed, and the program went on; a nested one would isolate it."""


class ReadOnlyTransaction(_Busy):
    """25006: a write on a read-only server, after a failover for example. 503 with `retry-after`."""


class InvalidStatement(SqlError):
    """Class 42: syntax, names, types or rights; the schema and the program disagree."""


class InsufficientPrivilege(InvalidStatement):
    """42501."""


class SchemaMismatch(InvalidStatement):
    """The statement's columns do not have the types that the program was generated for."""


class InsufficientResources(_Busy):
    """Class 53: disk, memory or connections of the server are used up. 503 with `retry-after`."""


class DiskFull(InsufficientResources):
    """53100."""


class OutOfMemory(InsufficientResources):
    """53200."""


class TooManyConnections(InsufficientResources):
    """53300."""


class LockNotAvailable(_Busy):
    """55P03: another transaction has the lock, by `NOWAIT` or for `lock_timeout`. 503 with `retry-after`."""


class WithCheckOptionViolation(SqlError):
    """44000: a row is outside the view that it is written through."""


class QueryCanceled(SqlError, GatewayTimeout):
    """57014: cancelled by `statement_timeout` or an administrator. 504."""

    def __init__(  # as `SqlError`
        self,
        message: str,
        *,
        sqlstate: str = "57014",
        detail: str = "",
        hint: str = "",
        constraint: str = "",
        table: str = "",
        column: str = "",
        statement: str = "",
    ) -> None:
        GatewayTimeout.__init__(self, "database.timeout")
        SqlError.__init__(
            self,
            message,
            sqlstate=sqlstate,
            detail=detail,
            hint=hint,
            constraint=constraint,
            table=table,
            column=column,
            statement=statement,
        )
        self.detail = None


class RaisedException(SqlError):
    """P0001: `RAISE` in PL/pgSQL."""


class NoRows(SqlError):
    """P0002: a `:one!` query found nothing."""


class TooManyRows(SqlError):
    """P0003: a `:one` or `:one!` query found more than one row."""


class QueryTimeout(QueryCanceled):
    """The deadline of a query passed: 504. The server is told to stop; whether it had finished is unknown."""


class DatabaseUnavailable(SqlError, ServiceUnavailable):
    """No connection, or it was lost while the query was under way: 503 with `retry-after`.

    Attributes:
        retry_after: whole seconds, at least 1.
        may_have_run: whether the server may have executed the statement. It is never sent again then.
    """

    def __init__(
        self,
        message: str,
        *,
        retry_after: float = 1,
        may_have_run: bool = False,
        sqlstate: str = "08006",
        statement: str = "",
    ) -> None:
        self.retry_after = max(1, math.ceil(retry_after))
        self.may_have_run = may_have_run
        ServiceUnavailable.__init__(self, "database.unavailable", retry_after=self.retry_after)
        SqlError.__init__(self, message, sqlstate=sqlstate, statement=statement)
        self.detail = None


class DatabaseOverloaded(DatabaseUnavailable):
    """As many queries wait as may wait: 503 with `retry-after`."""


_BY_STATE: dict[str, type[SqlError]] = {
    "23001": RestrictViolation,
    "23502": NotNullViolation,
    "23503": ForeignKeyViolation,
    "23505": UniqueViolation,
    "23514": CheckViolation,
    "23P01": ExclusionViolation,
    "25006": ReadOnlyTransaction,
    "25P02": TransactionAborted,
    "40001": SerializationFailure,
    "40P01": DeadlockDetected,
    "44000": WithCheckOptionViolation,
    "42501": InsufficientPrivilege,
    "53100": DiskFull,
    "53200": OutOfMemory,
    "53300": TooManyConnections,
    "55P03": LockNotAvailable,
    "57014": QueryCanceled,
    "P0001": RaisedException,
    "P0002": NoRows,
    "P0003": TooManyRows,
}
_BY_CLASS: dict[str, type[SqlError]] = {
    "22": DataError,
    "23": IntegrityError,
    "40": TransactionRollback,
    "42": InvalidStatement,
    "53": InsufficientResources,
}


def error_class(sqlstate: str) -> type[SqlError]:
    """The type for a SQLSTATE: of the code, else of its class (first two characters), else SqlError."""
    return _BY_STATE.get(sqlstate) or _BY_CLASS.get(sqlstate[:2], SqlError)
