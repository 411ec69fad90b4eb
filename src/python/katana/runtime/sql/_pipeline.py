"""One live connection that many requests share: PostgreSQL's pipeline mode (manual, 32.5).

In: an open connection, and queries. Out: results, each to the query that asked. Never: connecting, choosing between
connections, decoding rows.

Theory of operation. `send` puts into libpq's buffer, for each query, one *sync unit*: Parse if this connection has not
prepared the statement yet, Bind, Execute, Sync. The buffer is flushed once per turn of the event loop. Answers come in
the order of the queries, so a deque of pending queries is all that matches them.

1. A query ends when its Sync is answered, not before: its implicit transaction commits there, and a deferred
   constraint can still fail there. An error reaches up to the next Sync only, so it never touches a neighbour.
2. In a unit the last success is the query's result and the first failure is its error (Parse, then Execute).
3. A failure that says "this connection does not have that plan" is repaired by preparing again, once, see `_repair`.
   It happens before execution, so the statement has not run.
4. A query whose caller has gone stays in the pipeline and its answer is dropped. The watchdog cancels it on the server
   if it holds up the others, and keeps the deadlines.
5. A cancel request names a connection, not a query (manual, 53.2.9), so it may hit a neighbour. Queries that it may
   have hit are `exposed`; 57014 for one of them sends it again, which is safe: its own transaction was rolled back.
   Not so what ends transactions itself: a second COMMIT would find nothing to commit, and succeed.
6. When the connection is lost, every pending query fails at once. None is sent again: the server may have run it.
"""

from __future__ import annotations

import asyncio
import math
import re
import select
from collections import deque
from collections.abc import Callable

from psycopg import Error as PsycopgError
from psycopg.pq.abc import PGconn, PGresult

from katana.runtime.sql._declared import declared
from katana.runtime.sql._errors import DatabaseUnavailable, PlanChanged, SqlError
from katana.runtime.sql._libpq import (
    BINARY,
    COMMAND_OK,
    CONNECTION_OK,
    EMPTY_QUERY,
    FATAL_ERROR,
    IN_FAILED_TRANSACTION,
    PIPELINE_ABORTED,
    PIPELINE_SYNC,
    TUPLES_OK,
    first_line,
    is_fatal,
    sql_error,
    sqlstate,
    sync_sender,
)
from katana.runtime.sql._notices import Notices
from katana.runtime.sql._pace import SLOW, Pace
from katana.runtime.sql._plans import Plans, lost_plan
from katana.runtime.sql._pooler import Pooled
from katana.runtime.sql._query import Query
from katana.runtime.sql._schema_check import schema_mismatch
from katana.runtime.sql._watchdog import Watchdog

_MAX_SENDS = 4
_SUCCESS = (TUPLES_OK, COMMAND_OK)
_READ_ONLY = "25006"
_FIXED = (b"SELECT", b"INSERT", b"UPDATE", b"DELETE", b"MERGE")
"""Statements whose plan keeps its columns; FETCH and CALL, of an unchanged plan too, return what there is now."""
_KEEPS = re.compile(rb"(?:\s|--[^\n]*\n|/\*.*?\*/)*(?:COMMIT|CALL|DO)\b", re.IGNORECASE | re.DOTALL)
"""What ends transactions itself, or may."""


class Pipeline:
    """A connection in pipeline mode, from `open` to `close`.

    Args:
        conn: connected, idle, nonblocking. The pipeline owns it from here on.
        loop: the running loop.
        on_lost: called once when the connection dies by itself, or is to be used no longer, with the reason.
        pace: told which queries take long.
        elsewhere: whether another attempt to connect may lead to another server, so that a standby is left.
        pooled: whether prepared statements stay on it.

    Attributes:
        moved: `loop.time()` since when the oldest pending query is the oldest; infinity while nothing is pending.
        pending: queries whose Sync is not yet answered, oldest first. Others read it and never change it.
        cursors: numbers of the cursors that are open.
        retired: why it takes no new queries; empty while it does.
    """

    def __init__(
        self,
        conn: PGconn,
        loop: asyncio.AbstractEventLoop,
        on_lost: Callable[[str], None],
        *,
        pace: Pace | None = None,
        elsewhere: bool = False,
        pooled: Pooled = Pooled.NOT,
    ) -> None:
        self.conn = conn
        self.moved = math.inf
        self._pace = pace
        self._elsewhere = elsewhere
        self.pooled = pooled
        self.retired = ""
        self._notices = Notices()
        self.pending: deque[Query] = deque()
        self.alive = True
        self._loop = loop
        self._on_lost = on_lost
        self._socket = conn.socket
        self._plans = Plans(conn, forgetful=pooled is Pooled.PLAIN)
        self._prepared = self._plans.prepared
        self._flush_scheduled = False
        self._writing = False
        self._fatal = ""
        self._held: list[Query] | None = None
        self._when_lost: Callable[[], None] | None = None
        self.cursors: set[int] = set()
        conn.notice_handler = self._on_notice
        conn.enter_pipeline_mode()
        self._sync = sync_sender(conn)
        self._socket_errors = select.poll()
        self._socket_errors.register(self._socket, 0)
        self.watchdog = Watchdog(self, loop)
        loop.add_reader(self._socket, self._on_readable)

    def send(self, query: Query) -> None:
        """Queues one sync unit. A failure to do so is reported through the query's future, never raised."""
        if not self.alive:
            _fail(query, DatabaseUnavailable("the connection was lost", statement=query.statement.name))
            return
        if self._held is not None:
            self._held.append(query)
            return
        query.sends += 1
        try:
            self._queue(query)
        except PsycopgError as error:
            self.pending.append(query)
            self._lose(str(error))
            return
        self.pending.append(query)
        if query.deadline < self.watchdog.next_deadline:
            self.watchdog.wake_at(query.deadline)
        if not self._flush_scheduled:
            self._flush_scheduled = True
            self._loop.call_soon(self._flush)

    def _queue(self, query: Query) -> None:
        plan = self._prepared.get(query.statement) or self._plans.prepare(query)
        query.plan = plan
        try:
            self.conn.send_query_prepared(plan.name, query.params, query.statement.formats, BINARY)
        except (TypeError, ValueError) as error:
            # A parameter that is no bytes. What stands in the buffer before it still needs its Sync.
            _fail(query, error)
        self._sync()

    def close(self) -> None:
        """Closes the connection. Pending queries fail with DatabaseUnavailable."""
        if self.alive:
            self._release("the database connection was closed")

    @property
    def detached(self) -> bool:
        """Whether COPY has the connection."""
        return self._held is not None

    @property
    def last(self) -> Query | None:
        """The query that will be answered last, of those that were sent."""
        if self._held:
            return self._held[-1]
        return self.pending[-1] if self.pending else None

    def detach(self, when_lost: Callable[[], None]) -> None:
        """Leaves pipeline mode, which COPY cannot run in. Nothing may be pending; what is sent waits for `attach`.

        `when_lost` is called if the connection is closed meanwhile, while its socket is still open.
        """
        self.conn.exit_pipeline_mode()
        self._loop.remove_reader(self._socket)
        self._held = []
        self._when_lost = when_lost

    def attach(self) -> None:
        """Goes on with what was sent meanwhile."""
        held, self._held = self._held or [], None
        self._when_lost = None
        if self.alive:
            self.conn.enter_pipeline_mode()
            self._loop.add_reader(self._socket, self._on_readable)
        for query in held:
            self.send(query)

    def _flush(self) -> None:
        """Writes the buffer; while the socket is full, again whenever it is writable."""
        self._flush_scheduled = False
        if not self.alive:
            return
        if self.moved == math.inf:
            self.moved = self._loop.time()
        try:
            unsent = self.conn.flush()
        except PsycopgError as error:
            self._lose(str(error))
            return
        if unsent and not self._writing:
            self._writing = True
            self._loop.add_writer(self._socket, self._flush)
        elif not unsent and self._writing:
            self._writing = False
            self._loop.remove_writer(self._socket)

    def _on_readable(self) -> None:
        """Takes every answer that has arrived completely."""
        if not self.alive:
            return
        conn, pending = self.conn, self.pending
        head = pending[0] if pending else None
        try:
            conn.consume_input()
            while pending and not conn.is_busy():
                result = conn.get_result()
                if result is None:
                    continue
                status = result.status
                if status in _SUCCESS:
                    pending[0].result = result
                    conn.get_result()  # The None that ends each command's results: libpq has it at hand, never waits.
                elif status == PIPELINE_SYNC:
                    self._finish(pending.popleft())
                elif not self._take_failure(pending[0], status, result):
                    return
        except PsycopgError as error:
            self._lose(str(error))
            return
        if head is not None and not (pending and pending[0] is head):
            self._move(head)
        self._look_at_socket()

    def _look_at_socket(self) -> None:
        """Notices the end of the connection."""
        conn = self.conn
        if not self.alive:
            return
        if conn.status != CONNECTION_OK:
            self._lose(first_line(conn.error_message))
        elif self._socket_errors.poll(0):
            # libuv stops watching a socket at its first error, though libpq has perhaps read only what came before.
            self._loop.call_soon(self._on_readable)

    def _move(self, head: Query) -> None:
        """`head`, which was the oldest query, is answered: notes when, and that it took long if it did."""
        now = self._loop.time()
        if now - self.moved > SLOW and self._pace is not None:
            self._pace.held_up(head.statement, now)
        self.moved = now if self.pending else math.inf
        if self.retired and not self.pending:
            self.close()

    def retire(self, reason: str) -> None:
        """Ends the use of the connection for new queries; it closes when those under way are answered."""
        if self.alive and not self.retired:
            self.retired = reason
            self._on_lost(reason)

    def _take_failure(self, query: Query, status: int, result: PGresult) -> bool:
        """Notes what went wrong. Returns whether the connection goes on."""
        if status == FATAL_ERROR:
            if query.error is None:
                query.error = result
            if is_fatal(result):
                self._fatal = str(sql_error(result))
        elif status == EMPTY_QUERY:
            query.result = result
        elif status != PIPELINE_ABORTED:
            # COPY: libpq cannot leave it inside a pipeline, so the connection is given up with it.
            _fail(query, SqlError("COPY cannot run in a pipeline", sqlstate="0A000", statement=query.statement.name))
            self._lose("COPY in a pipeline")
            return False
        return True

    def _finish(self, query: Query) -> None:
        """The unit is over and its transaction committed or rolled back: wakes the caller."""
        error = query.error
        if error is None:
            if not query.plan.proved:
                self._prove(query)
            if not query.future.done():
                query.future.set_result(query.result)  # type: ignore[arg-type]
        elif not self._repair(query, error):
            state = sqlstate(error)
            failure = declared(query.statement.answers, sql_error(error, query.statement.name))
            if lost_plan(state, error) and self.conn.transaction_status == IN_FAILED_TRANSACTION:
                failure = PlanChanged(failure.message, sqlstate=state, statement=query.statement.name)
            _fail(query, failure)
            if state == _READ_ONLY and self._elsewhere and _is_standby(self.conn):
                self.retire("the server does not take writes any more")

    def _prove(self, query: Query) -> None:
        """Compares the columns of a freshly prepared statement with those that the program decodes."""
        mismatch = schema_mismatch(query.statement, query.result)
        if mismatch is not None:
            _fail(query, mismatch)
        elif query.result is None or (query.result.command_status or b"").startswith(_FIXED):
            query.plan.proved = True

    def _repair(self, query: Query, error: PGresult) -> bool:
        """Sends the query again if its failure proves that it has not run and that it may succeed now."""
        state = sqlstate(error)
        if query.parsing and query.result is None:
            self._plans.forget(query)
        if lost_plan(state, error):
            self._plans.forget(query)
        if query.future.done() or query.sends >= _MAX_SENDS or self.conn.transaction_status == IN_FAILED_TRANSACTION:
            return False
        if state == "57014" and (query.exposed or self.watchdog.cancelling):
            if _KEEPS.match(query.statement.query):
                return False
            query.exposed = False
        elif not lost_plan(state, error):
            return False
        query.result = query.error = None
        query.parsing = False
        self.send(query)
        return True

    def _on_notice(self, notice: PGresult) -> None:
        self._notices.note(notice, self.pending[0].statement.name if self.pending else "")

    def abort(self, reason: str) -> None:
        """Gives the connection up, as if the server had closed it."""
        self._lose(reason)

    def _lose(self, reason: str) -> None:
        if self.alive:
            reason = self._fatal or reason.strip().partition("\n")[0] or "the connection was closed"
            self._release(reason)
            if not self.retired:
                self._on_lost(reason)

    def _release(self, reason: str) -> None:
        self.alive = False
        self.watchdog.stop()
        if self._when_lost is not None:
            self._when_lost()
        self._loop.remove_reader(self._socket)
        if self._writing:
            self._loop.remove_writer(self._socket)
        self.conn.notice_handler = None
        self.conn.finish()
        pending, self.pending = self.pending, deque()
        for query in pending:
            _fail(
                query,
                DatabaseUnavailable(
                    f"the connection was lost while the query was under way: {reason}",
                    may_have_run=True,
                    statement=query.statement.name,
                ),
            )


def _fail(query: Query, error: Exception) -> None:
    if not query.future.done():
        query.future.set_exception(error)


def _is_standby(conn: PGconn) -> bool:
    """What the server last reported by itself (manual, 55.2.7); not what one transaction asked for."""
    return any(conn.parameter_status(name) == b"on" for name in (b"in_hot_standby", b"default_transaction_read_only"))
