"""A connection of one's own for COPY and streams: that of the transaction the caller is inside of, or a lease.

In: `ctx.db`, and what it is for, which the profile `dev` counts. Out: `Borrowed`. Never: a transaction begun or ended.
"""

from __future__ import annotations

from katana.runtime.sql._database import Database
from katana.runtime.sql._leases import Lease
from katana.runtime.sql._repeats import CountedDatabase
from katana.runtime.sql._statement import Statement
from katana.runtime.sql._transaction import Block, Scope


class Borrowed:
    """A connection. `block` is the transaction that it belongs to; None: it is the caller's until `give_back`."""

    __slots__ = ("block", "lease")

    def __init__(self, lease: Lease, block: Block | None) -> None:
        self.lease = lease
        self.block = block

    def give_back(self) -> None:
        """Ends the use; the connection of a transaction stays with it."""
        if self.block is None:
            self.lease.release()


def innermost(db: Database, statement: Statement) -> Block | None:
    """The transaction that the running task is inside of, after a look at whether it can be used now.

    Raises:
        RuntimeError: it cannot: another task uses its connection.
    """
    database = outside(db)
    if isinstance(database, CountedDatabase):
        database.count(statement)
    block = db.innermost() if isinstance(db, Scope) else None
    if block is not None:
        block.check()
    return block


async def borrow(db: Database, statement: Statement, deadline: float | None) -> Borrowed:
    """A connection.

    Raises:
        DatabaseUnavailable: there is none.
        DatabaseOverloaded: none became free in time.
        RuntimeError: that of the transaction is in use.
    """
    block = innermost(db, statement)
    if block is not None:
        return Borrowed(block.lease, block)
    return Borrowed(await outside(db).lease(deadline), None)


def outside(db: Database) -> Database:
    """The database itself, where `ctx.db` is a `Scope`."""
    return db.database if isinstance(db, Scope) else db
