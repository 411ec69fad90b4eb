"""Finds a query that one request sends again and again: the N+1 problem.

In: the queries of one request. Out: a message in the log, with the place in the program. Never: anything in production:
only the profile `dev` puts a `CountedDatabase` between a request and its database.
"""

from __future__ import annotations

import logging
import traceback
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from psycopg.pq.abc import PGresult

from katana.runtime.sql._answers import Answers
from katana.runtime.sql._listeners import Listeners
from katana.runtime.sql._statement import Statement
from katana.runtime.sql._transaction import Isolation, Scope, Transaction

if TYPE_CHECKING:
    from katana.runtime._ctx import Ctx
    from katana.runtime.sql._database import Database
    from katana.runtime.sql._leases import Lease
    from katana.runtime.sql._pipeline import Pipeline

_log = logging.getLogger("katana.sql")

MOST_REPEATS: Final = 10
"""A request may send one query so many times before it is reported."""

_OWN: Final = str(Path(__file__).parent.parent)
_FRAMES: Final = 3


class CountedDatabase:
    """The database of one request. Attribute `counts`: how often each statement was sent."""

    def __init__(self, database: Database) -> None:
        self.counts: Counter[Statement] = Counter()
        self._database = database

    async def execute(
        self, statement: Statement, params: Sequence[bytes | None] = (), deadline: float | None = None
    ) -> PGresult:
        """`Database.execute`."""
        self.count(statement)
        return await self._database.execute(statement, params, deadline)

    def transaction(
        self, ctx: Ctx, isolation: Isolation | None = None, *, read_only: bool = False, deferrable: bool = False
    ) -> Transaction:
        """`Database.transaction`."""
        scope = Scope(cast("Database", self))
        return scope.transaction(ctx, isolation, read_only=read_only, deferrable=deferrable)

    async def lease(self, deadline: float | None = None) -> Lease:
        """`Database.lease`; what is sent on the connection is counted too."""
        return cast("Lease", _CountedLease(self, await self._database.lease(deadline)))

    async def lane(self, deadline: float | None = None) -> Pipeline:
        """`Database.lane`."""
        return await self._database.lane(deadline)

    @property
    def query_timeout(self) -> float:
        """`Database.query_timeout`."""
        return self._database.query_timeout

    @property
    def answers(self) -> Answers:
        """`Database.answers`."""
        return self._database.answers

    @property
    def listeners(self) -> Listeners:
        """`Database.listeners`."""
        return self._database.listeners

    def count(self, statement: Statement) -> None:
        """Notes that a statement is sent, and reports it once when that is once too often."""
        self.counts[statement] += 1
        if self.counts[statement] == MOST_REPEATS + 1:
            _log.error(
                "%s is sent more than %d times by one request; load the rows by one query (N+1)\n%s",
                statement.name,
                MOST_REPEATS,
                _places(),
            )


class _CountedLease:
    """A lease that counts."""

    def __init__(self, counted: CountedDatabase, lease: Lease) -> None:
        self._counted = counted
        self.send = lease.send
        self.release = lease.release
        self.forget = lease.forget
        self.pipeline = lease.pipeline
        self.timeout = lease.timeout
        self._execute = lease.execute

    async def execute(
        self, statement: Statement, params: Sequence[bytes | None] = (), deadline: float | None = None
    ) -> PGresult:
        if not statement.name.startswith("katana."):
            self._counted.count(statement)
        return await self._execute(statement, params, deadline)


def _places() -> str:
    """Where in the program the query comes from, innermost first."""
    frames = [frame for frame in traceback.extract_stack() if not frame.filename.startswith(_OWN)]
    shown = [frame for frame in reversed(frames) if "asyncio" not in frame.filename][:_FRAMES]
    return "\n".join(f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in shown)
