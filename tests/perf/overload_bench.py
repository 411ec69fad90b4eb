"""Goodput and latency from half to three times of what one core can serve, with and without shedding.

`./pants run tests/perf:overload -- [--rounds N] [--seconds S] [--json FILE]`. The server runs alone on one core, the
load generator on another. Right before each sample the capacity is measured, of which its load is a part; servers and
loads follow each other in rounds, and medians are reported.
"""

import argparse
import json
import os
import platform
import sys
import time
from dataclasses import asdict
from pathlib import Path

from perf import load, open_load
from perf.cpu import cpu_seconds
from perf.overload_table import MODES, PATHS, Found, Samples, report
from perf.process import Running

_LOADS = ("0.5", "0.9", "1.5", "2", "3")
_CLOSED = {"/busy": 4, "/wait": 16}
_CONNECTIONS = 512
_WARM_UP = 1.0
"""Has the time in it that passes until overload is noticed, which is reported on its own."""
_SERVER = "perf.peers.overloaded"


def _request(path: str) -> bytes:
    return b"GET %b HTTP/1.1\r\nHost: localhost\r\n\r\n" % path.encode()


def _capacity(path: str, seconds: float, core: int) -> float:
    """Requests/s when nobody asks again before the answer is there."""
    with Running(_SERVER, core, "patient") as server:
        result = load.run(
            server.port,
            _request(path),
            connections=_CLOSED[path],
            seconds=seconds,
            clock=lambda: cpu_seconds(server.pid),
        )
    return result.requests / result.seconds


def _sample(into: Samples, path: str, mode: str, rate: float, seconds: float, *, core: int) -> None:
    with Running(_SERVER, core, mode) as server:
        before, began = cpu_seconds(server.pid), time.monotonic()
        outcome = open_load.run(
            server.port, _request(path), rate=rate, connections=_CONNECTIONS, warm_up=_WARM_UP, seconds=seconds
        )
        spent, elapsed = cpu_seconds(server.pid) - before, time.monotonic() - began
    into.offered.append(outcome.sent / seconds)
    into.served.append(len(outcome.served) / seconds)
    into.refused.append(len(outcome.refused) / seconds)
    into.p50.append(open_load.percentile(outcome.served, 0.5) * 1e3)
    into.p99.append(open_load.percentile(outcome.served, 0.99) * 1e3)
    into.told.append(open_load.percentile(outcome.refused, 0.99) * 1e3)
    into.behind.append(open_load.percentile(outcome.behind, 0.99) * 1e3)
    into.settled.append(outcome.settled)
    into.used.append(spent / elapsed)
    into.per_cpu.append(outcome.begun / spent)


def measure(rounds: int, seconds: float, core: int) -> Found:
    """Samples by path, server and load."""
    found: Found = {path: {mode: {each: Samples() for each in _LOADS} for mode in MODES} for path in PATHS}
    for number in range(rounds):
        for path, by_mode in found.items():
            for part in _LOADS:
                for mode, by_load in by_mode.items():
                    capacity = _capacity(path, seconds / 2, core)
                    print(f"round {number + 1}/{rounds}: {path} at {part} of {capacity:.0f}/s, {mode}", file=sys.stderr)
                    by_load[part].capacity.append(capacity)
                    _sample(by_load[part], path, mode, capacity * float(part), seconds, core=core)
    return found


def main() -> None:
    """Run the benchmark and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0, help="per server, load and round")
    parser.add_argument("--json", type=Path, help="write all samples here")
    options = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise SystemExit("needs two cores: one for the server, one for the load generator")
    os.sched_setaffinity(0, {cores[0]})
    found = measure(options.rounds, options.seconds, cores[-1])
    print(f"{platform.python_implementation()} {platform.python_version()}, {platform.system()} {platform.machine()}")
    print(report(found))
    if options.json:
        data = {path: {mode: {part: asdict(s) for part, s in by.items()} for mode, by in m.items()}
                for path, m in found.items()}  # fmt: skip
        options.json.write_text(json.dumps(data, indent=1) + "\n")


if __name__ == "__main__":
    main()
