"""A blocking connection for what happens before serving: migrations.

In: a connection string and SQL. Out: rows as text, or typed errors. Never: used on an event loop.
"""

from __future__ import annotations

import select
import time
from collections.abc import Sequence
from typing import Self

from psycopg import pq
from psycopg.pq.abc import PGconn, PGresult

from katana.runtime.sql._dsn import Dsn
from katana.runtime.sql._errors import DatabaseUnavailable
from katana.runtime.sql._libpq import (
    COMMAND_OK,
    EMPTY_QUERY,
    POLL_READING,
    POLL_WRITING,
    TUPLES_OK,
    first_line,
    sql_error,
)
from katana.runtime.sql._ping import ping
from katana.runtime.sql._places import places

_RETRY = 0.2
_ATTEMPT = 5
_SUCCESS = (TUPLES_OK, COMMAND_OK, EMPTY_QUERY)


class Session:
    """A connection, closed at the end of `with`.

    Args:
        dsn: where to connect.
        deadline: `time.monotonic()` until which a server that is starting up or not there yet is waited for. A server
            that answers and refuses (password, database name) is not asked again.

    Raises:
        DatabaseUnavailable: no connection; the text is libpq's.
    """

    def __init__(self, dsn: Dsn, deadline: float) -> None:
        self._conn = _connect(dsn, deadline)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._conn.finish()

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open, failed or not."""
        return self._conn.transaction_status != pq.TransactionStatus.IDLE

    @property
    def pooled(self) -> bool:
        """Whether a pooler stands before the server: the process that answers is not the one that was connected to."""
        pid = self._conn.backend_pid
        return bool(pid) and self.query("SELECT pg_catalog.pg_backend_pid()") != [(str(pid),)]

    def run(self, sql: str) -> PGresult:
        """Sends SQL without parameters; several statements are one implicit transaction (manual, 53.2.2.1).

        Returns:
            The last result, which may be a failure.
        """
        return self._conn.exec_(sql.encode())

    def query(self, sql: str, params: Sequence[str] = ()) -> list[tuple[str, ...]]:
        """Runs one statement and returns its rows as text, NULL as an empty string.

        Raises:
            SqlError: it failed.
        """
        result = self._conn.exec_params(sql.encode(), [param.encode() for param in params])
        if result.status not in _SUCCESS:
            raise sql_error(result)
        return [
            tuple((result.get_value(row, column) or b"").decode() for column in range(result.nfields))
            for row in range(result.ntuples)
        ]

    def identifier(self, name: str) -> str:
        """`name` quoted as an identifier."""
        return pq.Escaping(self._conn).escape_identifier(name.encode()).decode()


def succeeded(result: PGresult) -> bool:
    """Whether a result of `Session.run` is no failure."""
    return result.status in _SUCCESS


def _connect(dsn: Dsn, deadline: float) -> PGconn:
    question = dsn.conninfo(connect_timeout=f"{dsn.connect_timeout or _ATTEMPT:.0f}")
    while True:
        conn = _attempt(dsn.resolve_now(), time.monotonic() + (dsn.connect_timeout or _ATTEMPT))
        if conn.status == pq.ConnStatus.OK:
            conn.notice_handler = _ignore
            return conn
        silent = conn.status != pq.ConnStatus.BAD
        reason = "the server does not answer" if silent else first_line(conn.error_message)
        conn.finish()
        refused = not silent and ping(question) in (pq.Ping.OK, pq.Ping.NO_ATTEMPT)
        if refused or time.monotonic() + _RETRY > deadline:
            raise DatabaseUnavailable(f"no connection to the database {dsn}: {reason}")
        time.sleep(_RETRY)


def _attempt(conninfo: bytes, until: float) -> PGconn:
    """The first connection to one of the hosts, each of which has its share of the time, or the last that failed."""
    left = places(conninfo)
    while True:
        now = time.monotonic()
        conn = _polled(left.pop(0), now + (until - now) / (len(left) + 1))
        if conn.status == pq.ConnStatus.OK or not left:
            return conn
        conn.finish()


def _polled(conninfo: bytes, until: float) -> PGconn:
    """Libpq's own `connect` would hold the interpreter's lock, and with it every signal, while the server is silent."""
    conn = pq.PGconn.connect_start(conninfo)
    wanted: int = POLL_WRITING
    while conn.status != pq.ConnStatus.BAD and wanted in (POLL_READING, POLL_WRITING):
        left = until - time.monotonic()
        events = select.POLLIN if wanted == POLL_READING else select.POLLOUT
        if left <= 0 or not _ready(conn.socket, events, left):
            break
        wanted = conn.connect_poll()
    return conn


def _ready(socket: int, events: int, seconds: float) -> bool:
    poll = select.poll()
    poll.register(socket, events)
    return bool(poll.poll(seconds * 1000))


def _ignore(_notice: PGresult) -> None:
    """`CREATE TABLE IF NOT EXISTS` would print a notice at every start."""
