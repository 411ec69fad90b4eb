"""The generated packages of this folder, on a database of their own."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import uvloop

from katana.embedded import EmbeddedPostgres
from katana.runtime import Ctx
from katana.runtime.sql import Database, migrate

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres.start() as started:
        yield started


@pytest.fixture
def serve(server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`serve("types", scenario)`: migrates a database with the package and awaits `scenario(package, ctx)`."""

    def run(case: str, scenario: Callable[[Callable[[str], Any], Ctx], Awaitable[None]]) -> None:
        monkeypatch.syspath_prepend(str(HERE / case / "expected"))
        dsn = server.create_database(case)

        async def connected() -> None:
            db = Database(dsn)
            db.start()
            try:
                async with asyncio.timeout(60):
                    await scenario(lambda name: import_module(f"{case}_db.{name}"), Ctx(method="GET", path="/", db=db))
            finally:
                await db.close(5)

        migrations = import_module(f"{case}_db.migrations").MIGRATIONS
        assert migrate(dsn, migrations) == migrations
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(connected())
        finally:
            server.drop_database(case)
            for module in [name for name in sys.modules if name.split(".")[0] == f"{case}_db"]:
                del sys.modules[module]

    return run
