"""Whether a pooler stands between a connection and its server, and what it does with prepared statements.

In: a fresh connection. Out: `Pooled`. Never: trust in names or ports: poolers hide.

A pooler in transaction mode gives each transaction another server connection. A statement that was prepared on one is
missing on the next or, worse, is that of another client by the same name. PgBouncer 1.21 and later keep statements
apart (`max_prepared_statements`): they prepare them under names of their own. So a connection whose backend has another
process id than the server says, and where a prepared statement has the name that we gave it, is one on which nothing
may stay prepared: each query then brings its text with it, in the same transaction.
"""

from __future__ import annotations

import os
from enum import Enum
from typing import Final

from psycopg.pq.abc import PGconn, PGresult

from katana.runtime.sql._libpq import PIPELINE_SYNC, TUPLES_OK
from katana.runtime.sql._polling import readable

_QUESTION: Final = (
    b"SELECT pg_catalog.pg_backend_pid(),"
    b" (SELECT count(*) FROM pg_catalog.pg_prepared_statements WHERE name = $1::pg_catalog.text)"
)


class Pooled(Enum):
    """NOT: the server itself. PREPARES: a pooler that keeps prepared statements apart. PLAIN: one that does not."""

    NOT = "not"
    PREPARES = "prepares"
    PLAIN = "plain"


async def pooled(conn: PGconn) -> Pooled:
    """What `conn`, connected and nonblocking, leads to: one round trip."""
    if not conn.backend_pid:
        return Pooled.NOT  # A server that does not say; poolers do.
    name = b"katana_" + os.urandom(12).hex().encode()
    conn.enter_pipeline_mode()
    conn.send_prepare(name, _QUESTION)
    conn.send_query_prepared(name, [name])
    conn.send_close_prepared(name)
    conn.pipeline_sync()
    answer = None
    while True:
        if conn.flush() == 0 and conn.is_busy():
            await readable(conn.socket)
            conn.consume_input()
            continue
        result = conn.get_result()
        if result is None:
            continue
        if result.status == PIPELINE_SYNC:
            break
        if result.status == TUPLES_OK:
            answer = result
    conn.exit_pipeline_mode()
    return _read(answer, conn.backend_pid)


def _read(answer: PGresult | None, pid: int) -> Pooled:
    """A server that cannot answer is none that hides a pooler; its own errors come with the first query."""
    if answer is None or answer.get_value(0, 0) == b"%d" % pid:
        return Pooled.NOT
    return Pooled.PREPARES if answer.get_value(0, 1) == b"0" else Pooled.PLAIN
