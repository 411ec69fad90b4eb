"""Latencies under churn of objects, the collector in an arena and as it is, in one interleaved run.

`./pants run tests/perf:memory -- [--rounds N] [--seconds S] [--json FILE]`. The server (`peers/churn.py`) runs with one
reactor on one core, the load generator on another; rounds alternate between the two policies, medians are reported.
Each request is measured under full load, and with pauses that leave the server about half of its time.
"""

import argparse
import http.client
import json
import os
import platform
import signal
import socket
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any, Self

from perf import load
from perf.cpu import cpu_seconds
from perf.memory_table import Samples, lengths, report

REQUESTS = {"rows": 0.0, "rows, half": 0.018, "tree": 0.0, "tree, half": 0.022}
"""Path, and the seconds that each connection pauses between two requests."""

POLICIES = {"arena": (), "heap": ("--no-arena",)}
_PATIENT = ("--limits-loop-target", "60s")
"""Nobody is turned away, or the latencies were those of the refusals."""

_START_SECONDS = 20.0
_SETTLE_SECONDS = 6.0
"""After the cache has been filled: a gap that is long enough for the arena to freeze it, as a quiet minute."""


class _Running:
    """A server with one reactor on one core, its cache filled, ended on exit."""

    def __init__(self, options: tuple[str, ...], core: int) -> None:
        self.port, self._admin = _free_port(), _free_port()
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
        fixed = ["--reactors", "1", "--no-pin", "--admin-port", str(self._admin), *_PATIENT, *options]
        command = [sys.executable, "-m", "perf.peers.churn", str(self.port), *fixed]
        self._process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        self.pid = self._process.pid
        os.sched_setaffinity(self.pid, {core})

    def __enter__(self) -> Self:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                self._get(self.port, "/fill")
                time.sleep(_SETTLE_SECONDS)
                return self
            except OSError:
                time.sleep(0.05)
        self.__exit__()
        raise SystemExit(f"server did not start within {_START_SECONDS:.0f} s")

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def memory(self) -> dict[str, Any]:
        """The figures of the reactor's next heartbeat."""
        time.sleep(1.2)
        found: dict[str, Any] = self._get(self._admin, "/status")["reactors"][0]["memory"]
        return found

    def _get(self, port: int, path: str) -> Any:
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            client.request("GET", path)
            return json.loads(client.getresponse().read())
        finally:
            client.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def measure(rounds: int, seconds: float, connections: int, *, server_core: int) -> dict[str, dict[str, Samples]]:
    """Samples by request and policy."""
    samples = {request: {policy: Samples() for policy in POLICIES} for request in REQUESTS}
    for number in range(rounds):
        for policy, options in POLICIES.items():
            for request, pause in REQUESTS.items():
                print(f"round {number + 1}/{rounds}: {request}, {policy}", file=sys.stderr)
                with _Running(options, server_core) as server:
                    before = server.memory()
                    result = load.run(
                        server.port,
                        b"GET /%b HTTP/1.1\r\nHost: localhost\r\n\r\n" % request.partition(",")[0].encode(),
                        connections=connections,
                        seconds=seconds,
                        pause=pause,
                        clock=partial(cpu_seconds, server.pid),
                    )
                    _note(samples[request][policy], result, before, server.memory())
    return samples


def _note(into: Samples, result: load.Result, before: dict[str, Any], after: dict[str, Any]) -> None:
    if result.failures or not result.requests:
        raise SystemExit(f"{result.failures} of {result.requests} requests failed")
    into.cpu.append(result.clock / result.requests * 1e6)
    into.rate.append(result.requests / result.seconds)
    for column, fraction in ((into.p50, 0.5), (into.p99, 0.99), (into.p999, 0.999)):
        column.append(result.percentile(fraction) * 1e3)
    into.pauses.append([late - early for early, late in zip(before["pauses"], after["pauses"], strict=True)])
    spent = after["pause_seconds"] - before["pause_seconds"]
    into.share.append(spent / (after["requests"] - before["requests"]) / result.clock * result.requests * 100)
    into.resident.append(after["resident"] / 2**20)


def main() -> None:
    """Run the benchmark and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=10.0, help="per request, policy and round")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--json", type=Path, help="write all samples here")
    options = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise SystemExit("needs two cores: one for the server, one for the load generator")
    os.sched_setaffinity(0, {cores[0]})
    samples = measure(options.rounds, options.seconds, options.connections, server_core=cores[-1])
    print(f"{platform.python_implementation()} {platform.python_version()}, {platform.system()} {platform.machine()}")
    print(report(samples))
    print(f"\n{lengths(samples)}")
    if options.json:
        data = {name: {policy: vars(s) for policy, s in by.items()} for name, by in samples.items()}
        options.json.write_text(json.dumps(data, indent=2) + "\n")


if __name__ == "__main__":
    main()
