"""What a run of the benchmark of whole servers found, as tables.

In: samples by server. Out: Markdown. Never: measuring.
"""

import statistics
from dataclasses import dataclass, field

from perf.report import SERVERS

_NAMES = {name: what for name, (_, what) in SERVERS.items()}


@dataclass
class Start:
    """From the start of the process to the first response: seconds, and seconds of its CPU time; MiB resident then."""

    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    resident: list[float] = field(default_factory=list)


@dataclass
class Visits:
    """A connection for each request: µs of the server's CPU time per request, requests/s, p99 in ms."""

    cpu: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)


@dataclass
class Idle:
    """Connections that were answered once: bytes resident for each of them, in the server's processes."""

    connections: list[int] = field(default_factory=list)
    bytes_each: list[float] = field(default_factory=list)


@dataclass
class Both:
    """Server and generators on the same two cores: requests/s altogether, and p99 in ms."""

    rate: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)


@dataclass
class Found:
    """By server; `both` by what is served."""

    start: dict[str, Start] = field(default_factory=dict)
    visits: dict[str, Visits] = field(default_factory=dict)
    idle: dict[str, Idle] = field(default_factory=dict)
    both: dict[str, Both] = field(default_factory=dict)


def load(raw: dict[str, dict[str, dict[str, list[float]]]]) -> Found:
    """What was found, from its JSON."""
    return Found(
        start={name: Start(**s) for name, s in raw["start"].items()},
        visits={name: Visits(**s) for name, s in raw["visits"].items()},
        idle={name: Idle(**s) for name, s in raw["idle"].items()},  # type: ignore[arg-type]
        both={name: Both(**s) for name, s in raw["both"].items()},
    )


def report(found: Found) -> dict[str, str]:
    """Markdown tables of medians, by heading."""
    median = statistics.median
    start = [
        f"| {name} | {median(s.seconds):.2f} | {median(s.cpu):.2f} | {median(s.resident):.0f} | {_NAMES[name]} |"
        for name, s in found.start.items()
    ]
    visits = [
        f"| {name} | {median(s.cpu):.0f} | {median(s.rate):,.0f} | {median(s.p99):.1f} |"
        for name, s in found.visits.items()
    ]
    idle = [
        f"| {name} | {median(s.connections):,.0f} | {median(s.bytes_each):,.0f} |" for name, s in found.idle.items()
    ]
    both = [f"| {name} | {median(s.rate):,.0f} | {median(s.p99):.2f} |" for name, s in found.both.items()]
    return {
        "Start-up": _table("| server | seconds | CPU s | MiB | what |", start),
        "A connection for each request": _table("| server | CPU µs/request | requests/s | p99 ms |", visits),
        "Idle connections": _table("| server | connections | bytes each |", idle),
        "Both cores": _table("| service | requests/s | p99 ms |", both),
    }


def _table(head: str, rows: list[str]) -> str:
    return "\n".join([head, "|---" * (head.count("|") - 1) + "|", *rows])
