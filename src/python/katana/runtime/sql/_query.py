"""A query on its way through a pipeline.

In: a statement, its parameters, until when, who waits. Out: `Query`. Never: behaviour.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from psycopg.pq.abc import PGresult

from katana.runtime.sql._plans import NO_PLAN
from katana.runtime.sql._statement import Statement


class Query:
    """One query in a pipeline and whoever waits for it."""

    __slots__ = (
        "abandoned",
        "deadline",
        "error",
        "exposed",
        "future",
        "params",
        "parsing",
        "plan",
        "result",
        "sends",
        "statement",
    )

    def __init__(
        self,
        statement: Statement,
        params: Sequence[bytes | None],
        deadline: float,
        future: asyncio.Future[PGresult],
    ) -> None:
        self.statement = statement
        self.params = params
        self.deadline = deadline
        self.future = future
        self.result: PGresult | None = None
        self.error: PGresult | None = None
        self.plan = NO_PLAN
        self.parsing = False
        self.abandoned = False
        self.exposed = False
        self.sends = 0
