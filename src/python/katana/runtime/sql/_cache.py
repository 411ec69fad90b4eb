"""How generated repositories carry out `-- cache:` and `-- timeout:`.

In: `ctx.db`, a statement, its parameters. Out: a result. Never: an answer inside a transaction that is not the
transaction's own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from psycopg.pq.abc import PGresult

from katana.runtime.sql._borrowed import outside
from katana.runtime.sql._database import Database
from katana.runtime.sql._statement import Statement
from katana.runtime.sql._transaction import Scope


def within(seconds: float, deadline: float | None) -> float:
    """The sooner of `deadline` (`loop.time()`, None: there is none) and `seconds` from now."""
    until = asyncio.get_running_loop().time() + seconds
    return until if deadline is None or until < deadline else deadline


async def cached(
    db: Database, statement: Statement, params: Sequence[bytes | None] = (), deadline: float | None = None
) -> PGresult:
    """`db.execute`, or an answer to the same question that is not older than `statement.cache` seconds.

    Inside a transaction it is `db.execute`.

    Raises what `Database.execute` raises; callers that share a query share its failure.
    """
    if isinstance(db, Scope) and db.innermost() is not None:
        return await db.execute(statement, params, deadline)
    database = outside(db)
    return await database.answers.get(database, statement, params, deadline)
