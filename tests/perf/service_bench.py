"""Whole services on one core with a database: Katana beside FastAPI with asyncpg.

`./pants run tests/perf:service -- [--rounds N] [--seconds S] [--json FILE]`. Both serve the operations of
`perf/world/world.yaml` from the same embedded PostgreSQL, which shares a core with the load generator; the server has
the other one. Rounds alternate between servers, medians are reported.
"""

import argparse
import json
import os
import platform
import sys
from dataclasses import asdict
from pathlib import Path

from world_db.migrations import MIGRATIONS

from katana.embedded import EmbeddedPostgres
from katana.runtime.sql import migrate
from perf import load
from perf.cpu import cpu_seconds
from perf.process import Running
from perf.service_table import SERVERS, WORKS, Found, Samples, report

_CONNECTIONS = 64


def measure(dsn: str, rounds: int, seconds: float, core: int) -> Found:
    """Samples by work and server."""
    found: Found = {work: {server: Samples() for server in SERVERS} for work in WORKS}
    for number in range(rounds):
        for name, (module, _) in SERVERS.items():
            print(f"round {number + 1}/{rounds}: {name}", file=sys.stderr)
            with Running(module, core, dsn) as server:
                for work, by_server in found.items():
                    _sample(by_server[name], server, WORKS[work][0], seconds)
    return found


def _sample(into: Samples, server: Running, path: str, seconds: float) -> None:
    request = b"GET %b HTTP/1.1\r\nHost: localhost\r\n\r\n" % path.encode()
    result = load.run(
        server.port, request, connections=_CONNECTIONS, seconds=seconds, clock=lambda: cpu_seconds(server.pid)
    )
    if result.failures or not result.requests:
        raise SystemExit(f"{path}: {result.failures} of {result.requests} requests failed")
    into.cpu.append(result.clock / result.requests * 1e6)
    into.rate.append(result.requests / result.seconds)
    into.p99.append(result.percentile(0.99) * 1e3)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="per server, work and round")
    parser.add_argument("--json", type=Path, help="write all samples here")
    options = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise SystemExit("needs two cores: one for the server, one for the load generator and the database")
    os.sched_setaffinity(0, {cores[0]})
    with EmbeddedPostgres.start() as postgres:
        dsn = postgres.create_database("world")
        migrate(dsn, MIGRATIONS)
        found = measure(dsn, options.rounds, options.seconds, cores[-1])
    if options.json:
        data = {work: {name: asdict(s) for name, s in by.items()} for work, by in found.items()}
        options.json.write_text(json.dumps(data, indent=1) + "\n")
    print(f"{platform.python_implementation()} {platform.python_version()}, {platform.system()} {platform.machine()}")
    print(report(found))


if __name__ == "__main__":
    main()
