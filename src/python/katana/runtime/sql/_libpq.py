"""What Katana needs of libpq beyond `psycopg.pq`, and the names of its numbers.

In: connections and results of `psycopg.pq`. Out: `sync_sender`, `sql_error`, constants. Never: waiting.

`PQpipelineSync` writes to the socket at once: one system call per query. `PQsendPipelineSync` (libpq 17) only queues,
so all queries of one turn of the event loop leave together; it halves the cost of sending and lets the server answer
in batches. `psycopg.pq` does not export it, but the libpq it loaded does: asking the dynamic linker for a symbol of
the extension module searches the module's dependencies too. Where that fails, `PQpipelineSync` does the same, slower.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from typing import Final

from psycopg import OperationalError, pq
from psycopg.pq.abc import PGconn, PGresult

from katana.runtime.sql._errors import SqlError, error_class

CONNECTION_OK: Final = pq.ConnStatus.OK
POLL_OK: Final = pq.PollingStatus.OK
POLL_READING: Final = pq.PollingStatus.READING
POLL_WRITING: Final = pq.PollingStatus.WRITING
TUPLES_OK: Final = pq.ExecStatus.TUPLES_OK.value
COMMAND_OK: Final = pq.ExecStatus.COMMAND_OK.value
EMPTY_QUERY: Final = pq.ExecStatus.EMPTY_QUERY.value
FATAL_ERROR: Final = pq.ExecStatus.FATAL_ERROR.value
COPY_IN: Final = pq.ExecStatus.COPY_IN.value
PIPELINE_SYNC: Final = pq.ExecStatus.PIPELINE_SYNC.value
PIPELINE_ABORTED: Final = pq.ExecStatus.PIPELINE_ABORTED.value
IN_FAILED_TRANSACTION: Final = pq.TransactionStatus.INERROR
BINARY: Final = pq.Format.BINARY.value

_FIELD: Final = pq.DiagnosticField


def _load_send_sync() -> Callable[[ctypes.c_void_p], int] | None:
    """`PQsendPipelineSync` of the libpq behind `psycopg.pq`, or None. PyDLL keeps the GIL: the call never blocks."""
    module = sys.modules[pq.PGconn.__module__].__file__
    if pq.__impl__ == "python" or module is None:
        return None
    try:
        function = ctypes.PyDLL(module).PQsendPipelineSync
    except (OSError, AttributeError):
        return None
    function.argtypes = (ctypes.c_void_p,)
    function.restype = ctypes.c_int
    return function


_send_sync: Final = _load_send_sync()


def sync_sender(conn: PGconn) -> Callable[[], None]:
    """A function that ends a sync unit on `conn`, without writing to the socket where libpq can do that.

    It must not be called after `conn.finish()`. It raises OperationalError when the connection is broken.
    """
    pointer = getattr(conn, "pgconn_ptr", None)
    if _send_sync is None or pointer is None:
        return conn.pipeline_sync
    send, argument = _send_sync, ctypes.c_void_p(pointer)

    def send_sync() -> None:
        if not send(argument):
            raise OperationalError(first_line(conn.error_message))

    return send_sync


def field(result: PGresult, code: pq.DiagnosticField) -> str:
    """A field of an error, empty when the server sent none."""
    return (result.error_field(code) or b"").decode("utf-8", "replace")


def sqlstate(result: PGresult) -> str:
    """The SQLSTATE of a failed result, empty when libpq itself made the error."""
    return field(result, _FIELD.SQLSTATE)


def is_fatal(result: PGresult) -> bool:
    """Whether the server ends the session with this error."""
    return result.error_field(_FIELD.SEVERITY_NONLOCALIZED) in (b"FATAL", b"PANIC")


def sql_error(result: PGresult, statement: str = "") -> SqlError:
    """The typed error of a failed result."""
    state = sqlstate(result)
    message = field(result, _FIELD.MESSAGE_PRIMARY) or first_line(result.error_message)
    return error_class(state)(
        message,
        sqlstate=state,
        detail=field(result, _FIELD.MESSAGE_DETAIL),
        hint=field(result, _FIELD.MESSAGE_HINT),
        constraint=field(result, _FIELD.CONSTRAINT_NAME),
        table=field(result, _FIELD.TABLE_NAME),
        column=field(result, _FIELD.COLUMN_NAME),
        statement=statement,
    )


def source_function(result: PGresult) -> str:
    """The server's function that reported the error; unlike the message it is never translated."""
    return field(result, _FIELD.SOURCE_FUNCTION)


def first_line(message: bytes) -> str:
    """The first line of a message of libpq."""
    return message.decode("utf-8", "replace").strip().partition("\n")[0]
