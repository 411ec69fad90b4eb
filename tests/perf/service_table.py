"""What a run of the benchmark of whole services found, as a table.

In: samples by work and server. Out: Markdown. Never: measuring.
"""

import statistics
from dataclasses import dataclass, field

SERVERS = {
    "katana": ("perf.world.server", "the generated service"),
    "fastapi": ("perf.peers.fastapi_asyncpg", "FastAPI on uvicorn, asyncpg's pool"),
}
WORKS = {
    "look-up": ("/worlds/4711", "one row by its key"),
    "single query": ("/db", "one row at random"),
    "20 queries": ("/queries?queries=20", "20 rows at random, a query for each"),
    "fortunes": ("/fortunes", "a page of 13 rows"),
    "20 updates": ("/updates?queries=20", "20 rows read, changed and written"),
}


@dataclass
class Samples:
    """What the rounds gave: µs of the server's CPU per request, requests/s, p99 in ms."""

    cpu: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)


Found = dict[str, dict[str, Samples]]


def report(found: Found) -> str:
    """A Markdown table of medians; `times` compares requests/s with the last server."""
    out = ["| work | server | requests/s | times | CPU µs/request | p99 ms |", "|---|---|---|---|---|---|"]
    for work, by_server in found.items():
        base = statistics.median(list(by_server.values())[-1].rate)
        for name, s in by_server.items():
            rate = statistics.median(s.rate)
            out.append(
                f"| {work} | {name} | {rate:,.0f} | {rate / base:.1f} | {statistics.median(s.cpu):.1f} "
                f"| {statistics.median(s.p99):.1f} |"
            )
    return "\n".join(out)
