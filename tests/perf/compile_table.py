"""What a run of the benchmark of the compiler found, as a table.

In: samples by size of the document. Out: Markdown. Never: measuring.
"""

import statistics
from dataclasses import dataclass, field


@dataclass
class Samples:
    """What the rounds of one document gave. Times in seconds of CPU, memory in MiB, sizes in MB.

    `compile` and `memory` are of `katana gen openapi`, process and all; `first` and `again` of importing the generated
    routes without and with bytecode; `peer` and `peer_memory` of generating models alone, empty where the peer was not
    there or gave up.
    """

    size: float
    compile: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)
    peer: list[float] = field(default_factory=list)
    peer_memory: list[float] = field(default_factory=list)


def report(samples: dict[str, Samples]) -> str:
    """A Markdown table of medians; the keys are numbers of operations."""
    out = [
        "| operations | MB | compile s | ms/operation | MiB | import s | first import s | peer s | peer MiB |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for operations, s in samples.items():
        seconds, each = statistics.median(s.compile), statistics.median(s.compile) / int(operations)
        out.append(
            f"| {operations} | {s.size:.2f} | {seconds:.2f} | {each * 1e3:.2f} | {_median(s.memory, 0)} "
            f"| {_median(s.again, 3)} | {_median(s.first, 3)} | {_median(s.peer, 2)} | {_median(s.peer_memory, 0)} |"
        )
    return "\n".join(out)


def _median(values: list[float], digits: int) -> str:
    return f"{statistics.median(values):.{digits}f}" if values else "-"
