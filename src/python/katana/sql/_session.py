"""A libpq connection as the front end needs it: run a script, ask the catalog, describe a statement.

In: a connection URL, SQL. Out: rows as text, `Description` values, `ServerError` with PostgreSQL's own words. Never:
text of a user inside other SQL; values go as parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from psycopg import pq

_TREE_TITLE = b"rewritten parse tree:"
_COPYING = (pq.ExecStatus.COPY_IN, pq.ExecStatus.COPY_OUT, pq.ExecStatus.COPY_BOTH)


class ServerError(Exception):
    """An error that PostgreSQL reported. `position` counts characters of the SQL from 1; 0 when it names none."""

    def __init__(
        self, message: str, *, sqlstate: str = "", detail: str = "", hint: str = "", position: int = 0
    ) -> None:
        super().__init__(message)
        self.message = message
        self.sqlstate = sqlstate
        self.detail = detail
        self.hint = hint
        self.position = position

    @property
    def text(self) -> str:
        """Message, detail and SQLSTATE in one line."""
        detail = f" ({' '.join(self.detail.split())})" if self.detail else ""
        state = f" [SQLSTATE {self.sqlstate}]" if self.sqlstate else ""
        return f"{' '.join(self.message.split())}{detail}{state}"


@dataclass(frozen=True)
class ResultColumn:
    """A result column as the server describes it; `table` and `attribute` are 0 when it is no table's column."""

    name: str
    type_oid: int
    table: int
    attribute: int


@dataclass(frozen=True)
class Description:
    """A prepared statement: OIDs of its parameters, its columns, and the analysed query in PostgreSQL's node format."""

    parameters: tuple[int, ...]
    columns: tuple[ResultColumn, ...]
    tree: str


class Session:
    """One connection.

    Raises:
        ServerError: it cannot be made.
    """

    def __init__(self, url: str) -> None:
        self._pgconn = pq.PGconn.connect(url.encode())
        if self._pgconn.status != pq.ConnStatus.OK:
            message = self._pgconn.get_error_message("utf-8")
            self._pgconn.finish()
            raise ServerError(message)
        self._trees: list[bytes] = []
        self._pgconn.notice_handler = self._on_notice
        self.run("SET client_encoding = 'UTF8'")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._pgconn.finish()

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction was left open."""
        return self._pgconn.transaction_status != pq.TransactionStatus.IDLE

    def run(self, script: str) -> None:
        """Run statements of any number, as psql would.

        Raises:
            ServerError: at the first that fails, or for COPY between server and client.
        """
        if self._pgconn.status != pq.ConnStatus.OK:
            raise ServerError("the connection to the server is lost")
        result = self._pgconn.exec_(script.encode())
        if result.status in _COPYING:
            self._pgconn.finish()
            raise ServerError("COPY between server and client works in psql alone", sqlstate="0A000")
        self._check(result)

    def rows(self, sql: str, *parameters: str) -> list[tuple[str, ...]]:
        """The rows of a query with text parameters; NULL reads as an empty text.

        Raises:
            ServerError: it fails.
        """
        values: Sequence[bytes] = [parameter.encode() for parameter in parameters]
        result = self._pgconn.exec_params(sql.encode(), values)
        self._check(result)
        return [
            tuple((result.get_value(row, column) or b"").decode() for column in range(result.nfields))
            for row in range(result.ntuples)
        ]

    def show_trees(self) -> None:
        """Make `describe` return the analysed query, which the server then sends as a log message."""
        self.run("SET client_min_messages = log; SET debug_print_rewritten = on; SET debug_pretty_print = off")

    def describe(self, sql: str, types: Sequence[int] = ()) -> Description:
        """Prepare a statement and read its description; nothing is executed.

        `types` has OIDs for the first parameters, those that are not used included; the server infers the others.

        Raises:
            ServerError: it cannot be prepared.
        """
        self._trees.clear()
        self._check(self._pgconn.prepare(b"", sql.encode(), list(types)))
        result = self._pgconn.describe_prepared(b"")
        self._check(result)
        columns = tuple(
            ResultColumn((result.fname(i) or b"").decode(), result.ftype(i), result.ftable(i), result.ftablecol(i))
            for i in range(result.nfields)
        )
        parameters = tuple(result.param_type(i) for i in range(result.nparams))
        return Description(parameters, columns, self._trees[0].decode() if self._trees else "")

    def plan(self, sql: str, parameters: int) -> None:
        """Plan a statement, which finds what preparing it does not; nothing is executed.

        Raises:
            ServerError: it cannot be planned.
        """
        nulls = f"({', '.join(['NULL'] * parameters)})" if parameters else ""
        self._check(self._pgconn.prepare(b"katana_plan", sql.encode()))
        try:
            self._check(self._pgconn.exec_(f"EXPLAIN EXECUTE katana_plan{nulls}".encode()))
        finally:
            self._pgconn.exec_(b"DEALLOCATE katana_plan")

    def _on_notice(self, notice: pq.abc.PGresult) -> None:
        if notice.error_field(pq.DiagnosticField.MESSAGE_PRIMARY) == _TREE_TITLE:
            self._trees.append(notice.error_field(pq.DiagnosticField.MESSAGE_DETAIL) or b"")

    def _check(self, result: pq.abc.PGresult) -> None:
        if result.status in (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK, pq.ExecStatus.EMPTY_QUERY):
            return

        def read(part: pq.DiagnosticField) -> str:
            return (result.error_field(part) or b"").decode("utf-8", "replace")

        field = pq.DiagnosticField
        raise ServerError(
            read(field.MESSAGE_PRIMARY) or result.get_error_message("utf-8"),
            sqlstate=read(field.SQLSTATE),
            detail=read(field.MESSAGE_DETAIL),
            hint=read(field.MESSAGE_HINT),
            position=int(read(field.STATEMENT_POSITION) or 0),
        )
