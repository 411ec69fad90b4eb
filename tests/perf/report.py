"""What a run of the HTTP benchmark found, as a table.

In: samples by server and request. Out: Markdown. Never: measuring.
"""

import statistics
from dataclasses import dataclass, field

BASELINE = "minimal"
SERVERS = {
    "minimal": ("perf.peers.minimal", "uvloop + httptools + msgspec by hand"),
    "katana": ("perf.peers.katana_users", "the reference service, repositories faked"),
    "granian": ("perf.peers.granian_rsgi", "granian, raw RSGI function"),
    "fastapi": ("perf.peers.fastapi_uvicorn", "FastAPI on uvicorn"),
}


@dataclass
class Samples:
    """What the rounds of one server and one request gave: µs of CPU per request, requests/s, p99 in ms."""

    cpu: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)


def report(samples: dict[str, dict[str, Samples]]) -> str:
    """A Markdown table of medians, with ratios of CPU per request to the minimal protocol."""
    out = [
        "| request | server | CPU µs/request | ratio | requests/s | p99 ms | what |",
        "|---|---|---|---|---|---|---|",
    ]
    for request in next(iter(samples.values())):
        base = statistics.median(samples[BASELINE][request].cpu) if BASELINE in samples else 0.0
        for name, by_request in samples.items():
            s = by_request[request]
            cpu = statistics.median(s.cpu)
            ratio = f"{cpu / base:.2f}" if base else "-"
            out.append(
                f"| {request} | {name} | {cpu:.1f} | {ratio} | {statistics.median(s.rate):,.0f} "
                f"| {statistics.median(s.p99):.2f} | {SERVERS[name][1]} |"
            )
    return "\n".join(out)
