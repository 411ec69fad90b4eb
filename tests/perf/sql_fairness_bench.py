"""What a query that takes a second costs the short ones beside it: their latency with and without it.

`./pants run tests/perf:sql-fairness -- [--rounds N]`. An embedded PostgreSQL runs on one core, the client on another;
rounds alternate. Eight callers look rows up by primary key, each a millisecond after its last answer.
"""

import argparse
import asyncio
import os
import platform
import statistics
import sys
import time
from collections.abc import Awaitable, Callable

import asyncpg
import uvloop

from katana.embedded import EmbeddedPostgres
from katana.runtime.sql import Database, Statement, pack_int8

_CALLERS = 8
_SECONDS = 4.0
_WARM_UP = 2.5
_GET = "SELECT id, name FROM users WHERE id = $1"
_LOOK_UP = Statement("fairness.get", _GET, (20,), (20, 25))
_SLOW = "SELECT 1 FROM pg_sleep(1)"
_SLEEP = Statement("fairness.slow", _SLOW)
_SCHEMA = (
    "CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL)",
    "INSERT INTO users SELECT n, 'user ' || n FROM generate_series(0, 9999) n",
    "ANALYZE users",
)

Work = Callable[[], Awaitable[object]]


async def latencies(short: Callable[[int], Awaitable[object]], slow: Work | None, seconds: float) -> list[float]:
    """Milliseconds of each short query, while `slow` runs over and over."""
    found: list[float] = []
    end = time.perf_counter() + seconds

    async def caller(number: int) -> None:
        while (start := time.perf_counter()) < end:
            await short(number)
            found.append((time.perf_counter() - start) * 1e3)
            number = (number + 7919) % 10_000
            await asyncio.sleep(0.001)

    async def disturb(work: Work) -> None:
        while time.perf_counter() < end:
            await work()

    await asyncio.gather(*(caller(number) for number in range(_CALLERS)), *([disturb(slow)] if slow else []))
    return found


async def measure(dsn: str, rounds: int) -> dict[str, dict[str, list[list[float]]]]:
    """Latencies of each round by client, undisturbed and beside the slow query."""
    db = Database(dsn)
    db.start()
    await db.wait_ready(30)
    for sql in _SCHEMA:
        await db.execute(Statement("fairness.schema", sql))
    pool = await asyncpg.create_pool(dsn)
    clients: dict[str, tuple[Callable[[int], Awaitable[object]], Work]] = {
        "katana": (lambda number: db.execute(_LOOK_UP, (pack_int8(number),)), lambda: db.execute(_SLEEP)),
        "asyncpg": (lambda number: pool.fetchrow(_GET, number), lambda: pool.fetch(_SLOW)),
    }
    found: dict[str, dict[str, list[list[float]]]] = {name: {"alone": [], "beside": []} for name in clients}
    for short, slow in clients.values():
        await latencies(short, slow, _WARM_UP)
    for number in range(rounds):
        print(f"round {number + 1}/{rounds}", file=sys.stderr)
        for name, (short, slow) in clients.items():
            found[name]["alone"].append(await latencies(short, None, _SECONDS))
            found[name]["beside"].append(await latencies(short, slow, _SECONDS))
    await pool.close()
    await db.close(5)
    return found


def report(found: dict[str, dict[str, list[list[float]]]]) -> str:
    """A Markdown table of medians over the rounds, in milliseconds."""
    out = ["| client | p50 alone | p50 beside | p99 alone | p99 beside | p99 added | worst beside |", "|" + "---|" * 7]
    for name, by in found.items():
        fifty, last = ({w: statistics.median(_at(s, q) for s in by[w]) for w in by} for q in (0.5, 0.99))
        worst = statistics.median(max(samples) for samples in by["beside"])
        out.append(
            f"| {name} | {fifty['alone']:.2f} | {fifty['beside']:.2f} | {last['alone']:.2f} | {last['beside']:.2f} "
            f"| {last['beside'] - last['alone']:+.2f} | {worst:.2f} |"
        )
    return "\n".join(out)


def _at(samples: list[float], quantile: float) -> float:
    return sorted(samples)[int(len(samples) * quantile)]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[-1]})
    with EmbeddedPostgres.start() as server:
        os.sched_setaffinity(0, {cores[0]})
        dsn = server.create_database("fairness")
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            found = runner.run(measure(dsn, options.rounds))
    print(f"{len(cores)} cores, {platform.platform()}, CPython {platform.python_version()}", file=sys.stderr)
    print(report(found))


if __name__ == "__main__":
    main()
