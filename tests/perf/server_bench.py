"""A server as a whole: start-up, a connection for each request, idle connections, and both cores of a small machine.

`./pants run tests/perf:server -- [--rounds N] [--seconds S] [--connections N] [--servers A,B] [--json FILE]`. A server
is pinned to one core and its clients to another, but for the last part, which has two reactors, two generators and no
pinning. Servers follow each other in rounds, and medians are reported.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

from perf.connecting import Idle, ask, visits
from perf.cpu import cpu_seconds, resident_bytes
from perf.process import START_SECONDS, Running
from perf.report import SERVERS
from perf.server_table import Both, Found, Start, Visits, report
from perf.server_table import Idle as IdleSamples

_GET = b"GET /users/42 HTTP/1.1\r\nHost: localhost\r\n\r\n"
_HELLO = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
_CLIENTS = 32
_FIRST = 200
"""Connections that are there before those that count: what the first ones make is made once."""
_GENERATORS = 2
_OWN_FILES = 500


def _start(into: Start, module: str, core: int) -> None:
    began = time.perf_counter()
    with Running(module, core, wait=False) as server:
        while not ask(server.port, _GET):
            if time.perf_counter() - began > START_SECONDS:
                raise SystemExit(f"{module} did not answer")
            time.sleep(0.001)
        into.seconds.append(time.perf_counter() - began)
        into.cpu.append(cpu_seconds(server.pid))
        into.resident.append(resident_bytes(server.pid) / 2**20)


def _visits(into: Visits, module: str, core: int, seconds: float) -> None:
    with Running(module, core) as server:
        visits(server.port, _GET, clients=_CLIENTS, seconds=0.3, clock=lambda: 0.0)
        result = visits(server.port, _GET, clients=_CLIENTS, seconds=seconds, clock=lambda: cpu_seconds(server.pid))
    if result.failures:
        raise SystemExit(f"{module}: {result.failures} of {result.requests} requests failed")
    into.cpu.append(result.clock / result.requests * 1e6)
    into.rate.append(result.requests / result.seconds)
    into.p99.append(result.percentile(0.99) * 1e3)


def _idle(into: IdleSamples, module: str, core: int, connections: int) -> None:
    with Running(module, core) as server, Idle(server.port, _GET) as clients:
        clients.grow(_FIRST)
        before = resident_bytes(server.pid)
        clients.grow(connections)
        into.connections.append(connections)
        into.bytes_each.append((resident_bytes(server.pid) - before) / (connections - _FIRST))


def _both(into: Both, seconds: float, connections: int) -> None:
    with Running("perf.peers.hello", None, "2") as server:
        generator = [sys.executable, "-m", "perf.load", str(server.port), str(connections // _GENERATORS), str(seconds)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
        running = [
            subprocess.Popen([*generator, _HELLO.decode()], env=environment, stdout=subprocess.PIPE, text=True)
            for _ in range(_GENERATORS)
        ]
        outputs = [each.communicate(timeout=seconds + START_SECONDS)[0] for each in running]
    results = [json.loads(output) for output in outputs]
    if any(each["failures"] for each in results):
        raise SystemExit("hello: requests failed")
    into.rate.append(sum(each["requests"] / each["seconds"] for each in results))
    into.p99.append(max(each["p99"] for each in results) * 1e3)


def measure(names: list[str], rounds: int, seconds: float, connections: int, cores: list[int]) -> Found:
    """Samples of everything."""
    found = Found(both={"hello": Both()})
    for number in range(rounds):
        os.sched_setaffinity(0, {cores[0]})
        for name in names:
            print(f"round {number + 1}/{rounds}: {name}", file=sys.stderr)
            module = SERVERS[name][0]
            _start(found.start.setdefault(name, Start()), module, cores[-1])
            _visits(found.visits.setdefault(name, Visits()), module, cores[-1], seconds)
            _idle(found.idle.setdefault(name, IdleSamples()), module, cores[-1], connections)
        os.sched_setaffinity(0, set(cores))
        _both(found.both["hello"], seconds, 64)
    return found


def _connections(wanted: int) -> int:
    """As many as wanted, or as the system allows to each of two processes. It is raised to what it may be."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return wanted if most == resource.RLIM_INFINITY else min(wanted, most - _OWN_FILES)


def main() -> None:
    """Run the benchmark and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="of visits, and of both cores, per round")
    parser.add_argument("--connections", type=int, default=10_000, help="idle ones")
    parser.add_argument("--servers", default=",".join(SERVERS), help="comma-separated")
    parser.add_argument("--json", type=Path, help="write all samples here")
    options = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise SystemExit("needs two cores: one for the server, one for its clients")
    names = options.servers.split(",")
    unknown = sorted(set(names) - set(SERVERS))
    if unknown:
        raise SystemExit(f"unknown servers {', '.join(unknown)}; there are {', '.join(SERVERS)}")
    found = measure(names, options.rounds, options.seconds, _connections(options.connections), cores)
    print(f"{platform.python_implementation()} {platform.python_version()}, {platform.system()} {platform.machine()}")
    for heading, table in report(found).items():
        print(f"\n## {heading}\n\n{table}")
    if options.json:
        options.json.write_text(json.dumps(asdict(found), indent=1) + "\n")


if __name__ == "__main__":
    main()
