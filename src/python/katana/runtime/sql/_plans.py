"""The statements that one connection has prepared.

In: queries that need theirs, and failures. Out: plans; Parse and Close in the connection's buffer. Never: a name that
was used before, so that an old plan cannot be mistaken for a new one.

Behind a pooler that lets connections to the server change hands (`_pooler`) a plan has no name, and each query makes
its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from psycopg.pq.abc import PGconn, PGresult

from katana.runtime.sql._libpq import source_function
from katana.runtime.sql._statement import Statement

if TYPE_CHECKING:
    from katana.runtime.sql._query import Query


class Plan:
    """A statement as one connection has prepared it. `proved`: it has answered, with the expected columns."""

    __slots__ = ("name", "proved")

    def __init__(self, name: bytes) -> None:
        self.name = name
        self.proved = False


NO_PLAN: Final = Plan(b"")


class Plans:
    """Of one connection. `prepared`: what the next query on a statement can use; others read it and never change it."""

    __slots__ = ("_conn", "_count", "_discarded", "_forgetful", "prepared")

    def __init__(self, conn: PGconn, *, forgetful: bool) -> None:
        self.prepared: dict[Statement, Plan] = {}
        self._conn = conn
        self._count = 0
        self._discarded: list[Plan] = []
        self._forgetful = forgetful

    def prepare(self, query: Query) -> Plan:
        """Queues Parse."""
        query.parsing = True
        statement = query.statement
        if self._forgetful:
            self._conn.send_prepare(b"", statement.query, statement.parameter_oids)
            return Plan(b"")
        self._count += 1
        plan = Plan(b"k%d" % self._count)
        self._conn.send_prepare(plan.name, statement.query, statement.parameter_oids)
        while self._discarded:
            self._conn.send_close_prepared(self._discarded.pop().name)
        self.prepared[statement] = plan
        return plan

    def forget(self, query: Query) -> None:
        """Makes the next use of the statement prepare it, unless a proved plan has replaced the one that failed.

        An unproved one is forgotten too: if preparing fails, it must fail for each query by itself and not leave
        others with a plan that never existed.
        """
        plan = self.prepared.get(query.statement)
        if plan is not None and (plan is query.plan or not plan.proved):
            del self.prepared[query.statement]
            self._discarded.append(plan)


def lost_plan(state: str, error: PGresult) -> bool:
    """26000: no such prepared statement (DISCARD, a pooler). 0A000 from the plan cache: a table was altered."""
    return state == "26000" or (state == "0A000" and source_function(error) == "RevalidateCachedQuery")
