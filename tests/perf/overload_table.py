"""What a run of the overload benchmark found, as a table.

In: samples by path, server and load. Out: Markdown. Never: measuring.
"""

import statistics
from dataclasses import dataclass, field

PATHS = {"/busy": "computes for 1 ms", "/wait": "waits for 10 ms, 8 at a time"}
MODES = ("shedding", "patient")


@dataclass
class Samples:
    """What the rounds of one load gave.

    `capacity`: requests/s of the patient server, measured right before, with a few clients that wait for their answers.
    `offered`, `served`, `refused`: requests/s. `p50`, `p99`: latencies of those served, in ms; `told`: p99 of those
    refused; `behind`: p99 of how late the generator sent, which is part of every latency. `settled`: seconds from the
    beginning of the load, which is before the warm-up, to the last 2xx that took more than 50 ms. `per_cpu`: requests
    served in a second of the server's CPU time; `used`: parts of a core that it had.
    """

    capacity: list[float] = field(default_factory=list)
    offered: list[float] = field(default_factory=list)
    served: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    told: list[float] = field(default_factory=list)
    behind: list[float] = field(default_factory=list)
    per_cpu: list[float] = field(default_factory=list)
    used: list[float] = field(default_factory=list)
    settled: list[float] = field(default_factory=list)


Found = dict[str, dict[str, dict[str, Samples]]]
"""By path, server, and load in parts of the capacity."""


def report(found: Found) -> str:
    """A Markdown table of medians; what is served and refused is in percent of the capacity."""
    out = [
        "| handler | server | load | served % | 503 % | p50 ms | p99 ms | 503 p99 | late | calm at | /CPU s | core |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for path, by_mode in found.items():
        for mode, by_load in by_mode.items():
            for load, s in by_load.items():
                served, refused = (
                    statistics.median(part / whole for part, whole in zip(parts, s.capacity, strict=True)) * 100
                    for parts in (s.served, s.refused)
                )
                p50, p99, told, behind, per_cpu, used, settled = (
                    statistics.median(each) for each in (s.p50, s.p99, s.told, s.behind, s.per_cpu, s.used, s.settled)
                )
                out.append(
                    f"| {PATHS[path]} | {mode} | {load} | {served:.0f} | {refused:.0f} | {p50:.1f} | {p99:.1f} "
                    f"| {told:.1f} | {behind:.1f} | {settled:.1f} s | {per_cpu:,.0f} | {used * 100:.0f} % |"
                )
    return "\n".join(out)
