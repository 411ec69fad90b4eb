"""What a run of the SQL benchmark found, as a table.

In: samples by work and client. Out: Markdown. Never: measuring.
"""

import statistics
from dataclasses import dataclass, field

BASELINE = "asyncpg"
WORKS = {
    "look-up": "one row by its primary key, 32 callers at once",
    "read": "100 rows by one query, 4 callers at once",
    "insert": "10,000 rows of five columns into an empty table",
}


@dataclass
class Samples:
    """What the rounds gave: µs of the client's CPU and µs of time, both per row."""

    cpu: list[float] = field(default_factory=list)
    time: list[float] = field(default_factory=list)


def report(samples: dict[str, dict[str, Samples]]) -> str:
    """A Markdown table of medians; `times` compares rows/s with the baseline, the first client of a work called so."""
    out = ["| work | client | CPU µs/row | ratio | rows/s | times |", "|---|---|---|---|---|---|"]
    for work, by_client in samples.items():
        base = next(s for client, s in by_client.items() if client.startswith(BASELINE))
        for client, s in by_client.items():
            cpu, time = statistics.median(s.cpu), statistics.median(s.time)
            out.append(
                f"| {work} | {client} | {cpu:.2f} | {cpu / statistics.median(base.cpu):.2f} | {1e6 / time:,.0f} "
                f"| {statistics.median(base.time) / time:.2f} |"
            )
    return "\n".join(out)
