"""The SQL runtime beside asyncpg and psycopg: the same database, the same run, rounds that alternate.

`./pants run tests/perf:sql -- [--rounds N] [--json FILE]`. An embedded PostgreSQL runs on one core, the client on
another. CPU is user and system time of the client, per row, making a typed row of it included.
"""

import argparse
import asyncio
import importlib
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import uvloop

from katana import sql
from katana.embedded import EmbeddedPostgres
from katana.gen.sql import generate
from katana.runtime.sql import migrate
from perf.sql_clients import QUERIES, SCHEMA, Asyncpg, Katana, Psycopg, Work, records
from perf.sql_table import WORKS, Samples, report

_ROWS = 10_000
_LOOKUPS = 32 * 300
_LISTS = 4 * 50
_PACKAGE = "benchmark_db"

Client = Katana | Asyncpg | Psycopg
Found = dict[str, dict[str, Samples]]


def generated(folder: Path, server: EmbeddedPostgres) -> Callable[[str], Any]:
    """Compiles the queries as `katana gen sql` does. Returns the modules by name."""
    (folder / "schema.sql").write_text(SCHEMA)
    (folder / "queries.sql").write_text(QUERIES)
    database = sql.compile([folder / "schema.sql"], [folder / "queries.sql"], source="benchmark", db_url=server.url())
    for name, text in generate(database, _PACKAGE).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    sys.path.insert(0, str(folder))
    return lambda module: importlib.import_module(f"{_PACKAGE}.{module}")


async def spread(work: Work, total: int, callers: int) -> None:
    """`total` calls by `callers` at once."""

    async def caller(start: int) -> None:
        for number in range(start, total, callers):
            await work(number * 7919 % (_ROWS - 100))

    await asyncio.gather(*(caller(start) for start in range(callers)))


async def timed(samples: Samples, rows: int, work: Awaitable[Any]) -> None:
    """Adds one round."""
    cpu, start = time.process_time(), time.perf_counter()
    await work
    samples.cpu.append((time.process_time() - cpu) / rows * 1e6)
    samples.time.append((time.perf_counter() - start) / rows * 1e6)


async def measure(dsn: str, clients: list[Client], rounds: int) -> Found:
    """Samples by work and client. One round before the first is for the caches, and not counted."""
    found: Found = {work: {} for work in WORKS}
    for client in clients:
        await client.open(dsn)
    admin = clients[0]
    assert isinstance(admin, Asyncpg)
    inserts = {name: work for client in clients for name, work in client.inserts(records(_ROWS)).items()}
    await admin.insert_users(records(_ROWS))
    for number in range(rounds + 1):
        print(f"round {number}/{rounds}", file=sys.stderr)
        for client in clients:
            lookup = found["look-up"].setdefault(client.name, Samples())
            await timed(lookup, _LOOKUPS, spread(client.get, _LOOKUPS, 32))
            read = found["read"].setdefault(client.name, Samples())
            await timed(read, _LISTS * 100, spread(client.list, _LISTS, 4))
        for name, work in inserts.items():
            await admin.empty_copied()
            await timed(found["insert"].setdefault(name, Samples()), _ROWS, work(0))
        if number == 0:
            found = {work: {} for work in WORKS}
    for client in clients:
        await client.close()
    return found


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[-1]})
    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres.start() as server:
        os.sched_setaffinity(0, {cores[0]})
        package = generated(Path(folder), server)
        dsn = server.create_database("benchmark")
        migrate(dsn, package("migrations").MIGRATIONS)
        row = package("rows").UsersRow
        clients: list[Client] = [Asyncpg(row), Katana(package), Psycopg(row)]
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            found = runner.run(measure(dsn, clients, options.rounds))
    if options.json:
        data = {work: {name: asdict(s) for name, s in by.items()} for work, by in found.items()}
        options.json.write_text(json.dumps(data, indent=1) + "\n")
    print(f"{len(cores)} cores, {platform.platform()}, CPython {platform.python_version()}", file=sys.stderr)
    print(report(found))


if __name__ == "__main__":
    main()
