"""What a run of the benchmark of memory found, as a table.

In: samples by request and policy. Out: Markdown. Never: measuring.
"""

import statistics
from dataclasses import dataclass, field

BOUNDS = ("1", "2", "5", "10", "20", "50", "100", "more")
"""Milliseconds of CPU time that a pass takes at most."""


@dataclass
class Samples:
    """What the rounds of one request and policy gave.

    `cpu`: µs per request. `rate`: requests/s. `p50`, `p99`, `p999`: latencies in ms. `pauses`: passes of the collector
    by `BOUNDS`. `share`: of the CPU time that went into them, in percent. `resident`: MiB at the end.
    """

    cpu: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    p999: list[float] = field(default_factory=list)
    pauses: list[list[int]] = field(default_factory=list)
    share: list[float] = field(default_factory=list)
    resident: list[float] = field(default_factory=list)


def report(samples: dict[str, dict[str, Samples]]) -> str:
    """A Markdown table of medians; `ratio` is the p999 of a policy divided by that of `heap`."""
    out = [
        "| request | policy | p50 ms | p99 ms | p999 ms | ratio | requests/s | CPU µs | passes % | MiB |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for request, by_policy in samples.items():
        base = statistics.median(by_policy["heap"].p999)
        for policy, s in by_policy.items():
            p50, p99, p999 = (statistics.median(column) for column in (s.p50, s.p99, s.p999))
            out.append(
                f"| {request} | {policy} | {p50:.1f} | {p99:.1f} | {p999:.1f} | {p999 / base:.2f} "
                f"| {statistics.median(s.rate):,.0f} | {statistics.median(s.cpu):.0f} "
                f"| {statistics.median(s.share):.0f} | {statistics.median(s.resident):.0f} |"
            )
    return "\n".join(out)


def lengths(samples: dict[str, dict[str, Samples]]) -> str:
    """A Markdown table of how long the passes were, in all rounds together."""
    out = [
        f"| request | policy | {' | '.join(f'≤ {bound} ms' for bound in BOUNDS[:-1])} | longer |",
        "|---" * (len(BOUNDS) + 2) + "|",
    ]
    for request, by_policy in samples.items():
        for policy, s in by_policy.items():
            counts = (sum(column) for column in zip(*s.pauses, strict=True))
            out.append(f"| {request} | {policy} | {' | '.join(map(str, counts))} |")
    return "\n".join(out)
