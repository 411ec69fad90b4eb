"""An embedded PostgreSQL for the emitter's tests."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable, Iterator
from importlib import import_module, invalidate_caches
from itertools import count
from typing import Any

import pytest
import uvloop
from psycopg import pq

from katana import sql
from katana.embedded import EmbeddedPostgres
from katana.gen.sql import generate
from katana.runtime import Ctx
from katana.runtime.sql import Database, migrate


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres.start() as started:
        yield started


@pytest.fixture
def catalog(server: EmbeddedPostgres) -> dict[str, int]:
    """The OIDs of the types of pg_catalog."""
    conn = pq.PGconn.connect(server.url().encode())
    result = conn.exec_(b"SELECT typname, oid FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace")
    found = {
        (result.get_value(row, 0) or b"").decode(): int(result.get_value(row, 1) or b"0")
        for row in range(result.ntuples)
    }
    conn.finish()
    return found


_numbers = count(1)


@pytest.fixture(scope="module")
def build(server: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Any]]:
    """`build(schema, queries)`: compiles `users.sql`, generates, and gives `run(scenario)`, which awaits
    `scenario(repository, ctx)` on a new database.
    """
    folder = tmp_path_factory.mktemp("packages")
    sys.path.insert(0, str(folder))

    def make(schema: str, queries: str) -> Any:
        name = f"built{next(_numbers)}_db"
        files = folder / f"{name}_input"
        files.mkdir()
        (files / "schema.sql").write_text(schema)
        (files / "users.sql").write_text(queries)
        database = sql.compile([files / "schema.sql"], [files / "users.sql"], source=name, db_url=server.url())
        for file, text in generate(database, name).items():
            (folder / file).parent.mkdir(exist_ok=True)
            (folder / file).write_text(text)
        invalidate_caches()

        def run(scenario: Callable[[Any, Ctx], Awaitable[None]]) -> None:
            dsn = server.create_database(name)
            try:
                migrate(dsn, import_module(f"{name}.migrations").MIGRATIONS)
                with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                    runner.run(_connected(dsn, scenario, import_module(f"{name}.repo").UsersRepo()))
            finally:
                server.drop_database(name)

        return run

    yield make
    sys.path.remove(str(folder))
    for module in [module for module in sys.modules if re.match(r"built\d+_db\b", module)]:
        del sys.modules[module]


async def _connected(dsn: str, scenario: Callable[[Any, Ctx], Awaitable[None]], repository: Any) -> None:
    db = Database(dsn)
    db.start()
    try:
        async with asyncio.timeout(120):
            await scenario(repository, Ctx(method="GET", path="/", db=db))
    finally:
        await db.close(5)
