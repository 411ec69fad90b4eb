"""The database of one request of a service that has replicas.

In: the queries of the request. Out: answers of replicas for those that allow it. Never: an answer that is older than
what the request itself has written.

1. A query with `-- replica_ok` goes to a replica, unless the request has written or is inside a transaction.
2. Whatever is not known to only read counts as a write.
3. What a replica cannot do (it is gone, is behind with a migration, has ended the query because of a conflict with what
   it replays, does not have the rows of an UNLOGGED table) the primary does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from psycopg.pq.abc import PGresult

from katana.runtime.sql._answers import Answers
from katana.runtime.sql._errors import (
    DatabaseUnavailable,
    InsufficientResources,
    InvalidStatement,
    SqlError,
    TransactionRollback,
)
from katana.runtime.sql._listeners import Listeners
from katana.runtime.sql._statement import Statement
from katana.runtime.sql._transaction import Isolation, Scope, Transaction

if TYPE_CHECKING:
    from katana.runtime._ctx import Ctx
    from katana.runtime.sql._database import Database
    from katana.runtime.sql._leases import Lease
    from katana.runtime.sql._pipeline import Pipeline

_ELSEWHERE = (DatabaseUnavailable, InsufficientResources, InvalidStatement, TransactionRollback)
_NOT_IN_RECOVERY = ("0A000", "25006")
"""Relations that are not replicated; what needs to write, be it only a number of a transaction."""


class ReplicatedDatabase:
    """Attribute `wrote`: whether the request may have changed something."""

    __slots__ = ("_primary", "_replicas", "wrote")

    def __init__(self, primary: Database, replicas: Database) -> None:
        self._primary = primary
        self._replicas = replicas
        self.wrote = False

    async def execute(
        self, statement: Statement, params: Sequence[bytes | None] = (), deadline: float | None = None
    ) -> PGresult:
        """`Database.execute`."""
        if statement.replica_ok and not self.wrote and self._replicas.ready:
            try:
                result = await self._replicas.execute(statement, params, deadline)
            except SqlError as error:
                if not isinstance(error, _ELSEWHERE) and error.sqlstate not in _NOT_IN_RECOVERY:
                    raise
                self._primary.figures["replica.passed_on"] += 1
                # The primary gives the answer, or the error.
            else:
                self._primary.figures["replica.answered"] += 1
                return result
        if not statement.read_only:
            self.wrote = True
        return await self._primary.execute(statement, params, deadline)

    def transaction(
        self, ctx: Ctx, isolation: Isolation | None = None, *, read_only: bool = False, deferrable: bool = False
    ) -> Transaction:
        """`Database.transaction`, on the primary."""
        scope = Scope(cast("Database", self))
        return scope.transaction(ctx, isolation, read_only=read_only, deferrable=deferrable)

    async def lease(self, deadline: float | None = None) -> Lease:
        """`Database.lease`, on the primary."""
        self.wrote = True
        return await self._primary.lease(deadline)

    async def lane(self, deadline: float | None = None) -> Pipeline:
        """`Database.lane`, on the primary."""
        self.wrote = True
        return await self._primary.lane(deadline)

    @property
    def query_timeout(self) -> float:
        """`Database.query_timeout`."""
        return self._primary.query_timeout

    @property
    def answers(self) -> Answers:
        """`Database.answers`."""
        return self._primary.answers

    @property
    def listeners(self) -> Listeners:
        """`Database.listeners`."""
        return self._primary.listeners
