"""Transactions, and how the queries of a request find the one that they belong to.

In: a `Database` and what a handler asks of its transactions. Out: the same queries, on a connection of their own,
between BEGIN and COMMIT. Never: a transaction that is left open.

1. Once a request has used `ctx.tx()`, its `ctx.db` is a `Scope`: it sends each query to the innermost transaction that
   the running task is inside of (a context variable, so tasks that were started outside stay outside), else to a lane.
2. BEGIN is answered before anything else is sent, so that no statement can run outside the transaction by accident.
3. ROLLBACK is sent and not waited for: a handler that is cancelled goes on at once, and the connection is free when the
   answer is in. COMMIT is waited for, and nothing but the deadline cancels it on the server; whoever is cancelled or
   late meanwhile does not know.
4. COMMIT of a transaction in which a statement has failed rolls back, and says so only in its command tag (manual,
   COMMIT): that is an error here.
5. A nested transaction is a savepoint. One connection cannot hold two that overlap, so a second one at once, or a query
   beside a nested one, is an error of the program.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar, Token
from functools import cache
from types import TracebackType
from typing import TYPE_CHECKING, Final, Literal, Self, cast

from psycopg.pq.abc import PGresult

from katana.runtime.sql._errors import PlanChanged, SqlError, TransactionAborted, TransactionRollback
from katana.runtime.sql._statement import Statement

if TYPE_CHECKING:
    from katana.runtime._ctx import Ctx
    from katana.runtime.sql._database import Database
    from katana.runtime.sql._leases import Lease

Isolation = Literal["read committed", "repeatable read", "serializable"]

_FIRST_PAUSE: Final = 0.005
_LONGEST_PAUSE: Final = 0.5


class Scope:
    """`ctx.db` of a request that has used transactions."""

    __slots__ = ("database",)

    def __init__(self, database: Database) -> None:
        self.database = database

    async def execute(
        self, statement: Statement, params: Sequence[bytes | None] = (), deadline: float | None = None
    ) -> PGresult:
        """`Database.execute`, inside the transaction that the caller is inside of."""
        block = self.innermost()
        if block is None:
            return await self.database.execute(statement, params, deadline)
        return await block.execute(statement, params, deadline)

    def transaction(
        self, ctx: Ctx, isolation: Isolation | None = None, *, read_only: bool = False, deferrable: bool = False
    ) -> Transaction:
        """A transaction, nested in the one that the caller is inside of."""
        return Transaction(ctx, self, _begin(isolation, read_only=read_only, deferrable=deferrable))

    def innermost(self) -> Block | None:
        """The transaction of this request that the running task is inside of."""
        block = _CURRENT.get()
        while block is not None and block.scope is not self:
            block = block.parent
        return block


class Block:
    """An open transaction or savepoint."""

    __slots__ = ("begin", "child", "depth", "lease", "open", "parent", "scope", "used")

    def __init__(self, scope: Scope, lease: Lease, parent: Block | None, depth: int, begin: Statement) -> None:
        self.begin = begin
        self.used = depth > 0
        self.scope = scope
        self.lease = lease
        self.parent = parent
        self.depth = depth
        self.child: Block | None = None
        self.open = True

    def __del__(self) -> None:
        """A transaction that `begin` opened and nobody ended: closing its connection undoes it."""
        if self.open and not self.depth:
            self.lease.forget()

    async def execute(
        self, statement: Statement, params: Sequence[bytes | None] = (), deadline: float | None = None
    ) -> PGresult:
        first = not self.used
        self.check()
        try:
            return await self.lease.execute(statement, params, deadline)
        except PlanChanged:
            if not first:
                raise
        # Nothing but BEGIN is lost.
        await self.lease.execute(_ROLLBACK, (), deadline)
        await self.lease.execute(self.begin, (), deadline)
        return await self.lease.execute(statement, params, deadline)

    def check(self) -> None:
        """Raises RuntimeError for a use that the connection cannot keep apart (rule 5)."""
        if not self.open:
            raise RuntimeError("the transaction has ended: a task that was started in it goes on using it")
        if self.child is not None:
            raise RuntimeError("a nested transaction is open: one task uses it while another uses the one around it")
        if self.lease.pipeline.detached:
            raise RuntimeError("a COPY is under way on the connection of the transaction: wait for its end")
        self.used = True


class Transaction:
    """`async with ctx.tx(): ...`: commits at the end, rolls back if the block raises or is cancelled.

    Inside another transaction of the request it is a savepoint: what the block did is undone when it raises, and the
    transaction around it goes on.

    Raises:
        DatabaseUnavailable: no connection, or it was lost (`may_have_run` after COMMIT was sent).
        DatabaseOverloaded: all connections for transactions are in use for too long.
        TransactionAborted: the block ended well though one of its statements had failed; nothing was kept.
        TransactionRollback: the transaction lost against others at COMMIT.
    """

    __slots__ = ("_begin", "_block", "_ctx", "_scope", "_token")

    def __init__(self, ctx: Ctx, scope: Scope, begin: Statement) -> None:
        self._ctx = ctx
        self._scope = scope
        self._begin = begin
        self._block: Block | None = None
        self._token: Token[Block | None] | None = None

    async def __aenter__(self) -> Self:
        await self.begin()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._block is None or not self._block.open:
            return  # Ended by hand, or with the transaction around it.
        if error is None:
            await self.commit()
        else:
            self.rollback()

    async def begin(self) -> None:
        """Starts the transaction; for code that cannot use `async with`."""
        if self._block is not None:
            raise RuntimeError("the transaction is open already")
        outer = self._scope.innermost()
        block = await self._top() if outer is None else await self._nested(outer)
        self._ctx.db = cast("Database", self._scope)
        self._block = block
        self._token = _CURRENT.set(block)

    async def commit(self) -> None:
        """Keeps what was done.

        Raises:
            RuntimeError: there is no open transaction, or one nested in it is still open; nothing was kept.
            TransactionAborted: a statement had failed; nothing was kept.
        """
        block = self._leave()
        if block.child is not None:
            self._undo(block)
            raise RuntimeError("a nested transaction was still open, so nothing was kept")
        if block.depth:
            await self._release_savepoint(block)
            return
        query = block.lease.send(_COMMIT, (), self._ctx.deadline)
        block.lease.release()
        result = await asyncio.shield(query.future)
        if result.command_status == b"ROLLBACK":
            raise TransactionAborted(
                "a statement of the transaction had failed, so nothing of it was kept", sqlstate="25P02"
            )

    def rollback(self) -> None:
        """Undoes what was done. Does not wait for the server. Raises RuntimeError if there is no open transaction."""
        self._undo(self._leave())

    async def run[T](self, work: Callable[[], Awaitable[T]], *, attempts: int = 3) -> T:
        """Runs `work` in the transaction, again from its start when it lost against others (SQLSTATE class 40).

        Args:
            work: is called up to `attempts` times; what it did outside of the database is not undone.
            attempts: at least 1. Between them is a pause of some milliseconds that doubles, random within half.

        Raises:
            TransactionRollback: of the last attempt.
        """
        for attempt in range(1, attempts):
            try:
                async with self:
                    return await work()
            except TransactionRollback:
                nominal = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0**attempt)
                await asyncio.sleep(nominal * random.uniform(0.5, 1.5))  # noqa: S311 - spreads load, keeps no secret
        async with self:
            return await work()

    def _undo(self, block: Block) -> None:
        if block.depth:
            query = block.lease.send(_savepoint("ROLLBACK TO SAVEPOINT", block.depth))
        else:
            query = block.lease.send(_ROLLBACK)
            block.lease.release()
        query.future.add_done_callback(_look_at)

    async def _release_savepoint(self, block: Block) -> None:
        query = block.lease.send(_savepoint("RELEASE SAVEPOINT", block.depth), (), self._ctx.deadline)
        try:
            await asyncio.shield(query.future)
        except SqlError:
            # One of its statements had failed: the transaction around it can go on once that is undone.
            undo = block.lease.send(_savepoint("ROLLBACK TO SAVEPOINT", block.depth))
            undo.future.add_done_callback(_look_at)
            raise

    async def _top(self) -> Block:
        lease = await self._scope.database.lease(self._ctx.deadline)
        try:
            await lease.execute(self._begin, (), self._ctx.deadline)
        except BaseException:
            lease.send(_ROLLBACK).future.add_done_callback(_look_at)
            lease.release()
            raise
        return Block(self._scope, lease, None, 0, self._begin)

    async def _nested(self, outer: Block) -> Block:
        if self._begin is not _begin(None, read_only=False, deferrable=False):
            raise RuntimeError("a nested transaction takes isolation, read_only and deferrable of the one around it")
        outer.check()
        block = outer.child = Block(self._scope, outer.lease, outer, outer.depth + 1, self._begin)
        try:
            await outer.lease.execute(_savepoint("SAVEPOINT", block.depth), (), self._ctx.deadline)
        except BaseException:
            # It may have been set all the same; the transaction around it, which has failed or is left, undoes it.
            block.open = False
            outer.child = None
            raise
        return block

    def _leave(self) -> Block:
        """Takes the block, which is over; so are those nested in it that other tasks have not left."""
        block = self._block
        if block is None or not block.open:
            raise RuntimeError("the transaction is not open")
        self._block = None
        inner: Block | None = block
        while inner is not None:
            inner.open = False
            inner = inner.child
        if block.parent is not None:
            block.parent.child = None
        if self._token is not None:
            # `begin` may have been called in another task; its context then keeps a block that refuses every use.
            with contextlib.suppress(ValueError):
                _CURRENT.reset(self._token)
        return block


_CURRENT: ContextVar[Block | None] = ContextVar("katana.sql.transaction", default=None)
_COMMIT: Final = Statement("katana.commit", "COMMIT")
_ROLLBACK: Final = Statement("katana.rollback", "ROLLBACK")


@cache
def _begin(isolation: Isolation | None, *, read_only: bool, deferrable: bool) -> Statement:
    """BEGIN with its options, a closed set of statements."""
    options = [f"ISOLATION LEVEL {isolation.upper()}"] if isolation else []
    options += ["READ ONLY"] * read_only + ["DEFERRABLE"] * deferrable
    return Statement("katana.begin", " ".join(("BEGIN", *options)))


@cache
def _savepoint(command: str, depth: int) -> Statement:
    return Statement("katana.savepoint", f"{command} k{depth}")


def _look_at(future: asyncio.Future[PGresult]) -> None:
    """Takes an error that concerns nobody: a connection that was lost has rolled back by itself."""
    if not future.cancelled():
        future.exception()
