"""One embedded PostgreSQL for these tests, a database per test, and both event loops."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import count
from typing import Any

import pytest
import uvloop

from katana.embedded import EmbeddedPostgres
from katana.runtime.sql import Database, Statement

_numbers = count(1)

OpenDatabase = Callable[..., AbstractAsyncContextManager[Database]]


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres.start() as started:
        yield started


@pytest.fixture
def dsn(server: EmbeddedPostgres) -> Iterator[str]:
    """A fresh, empty database."""
    name = f"t{next(_numbers)}"
    yield server.create_database(name)
    server.drop_database(name)


@pytest.fixture(params=["uvloop", "asyncio"])
def run(request: pytest.FixtureRequest) -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Runs a coroutine to its end, within a limit that only a hang reaches."""
    factory = uvloop.new_event_loop if request.param == "uvloop" else asyncio.SelectorEventLoop

    def runner(coroutine: Coroutine[Any, Any, Any]) -> Any:
        async def limited() -> Any:
            async with asyncio.timeout(60):
                return await coroutine

        with asyncio.Runner(loop_factory=factory) as loop:
            return loop.run(limited())

    return runner


@pytest.fixture
def opened() -> OpenDatabase:
    """`async with opened(dsn, lanes=1) as db:` a database whose lanes are all open, closed afterwards."""

    @asynccontextmanager
    async def open_database(dsn: str, **options: Any) -> AsyncIterator[Database]:
        db = Database(dsn, **options)
        db.start()
        while len(db._open) < len(db._lanes):
            await db._next_change()
        try:
            yield db
        finally:
            await db.close(5)

    return open_database


@pytest.fixture
def fetch() -> Callable[..., Coroutine[Any, Any, list[tuple[str | None, ...]]]]:
    """`await fetch(db, sql)`: the rows of a statement that returns text."""

    async def rows(db: Database, sql: str) -> list[tuple[str | None, ...]]:
        result: Any = await db.execute(Statement(sql, sql))
        return [
            tuple(
                None if (value := result.get_value(row, column)) is None else value.decode()
                for column in range(result.nfields)
            )
            for row in range(result.ntuples)
        ]

    return rows
