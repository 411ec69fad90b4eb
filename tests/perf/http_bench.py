"""CPU per request of the reference GET and POST, beside peers, in one interleaved run.

`./pants run tests/perf:http -- [--rounds N] [--seconds S] [--json FILE]`. Each server runs alone on one core, the load
generator on another; rounds alternate between servers, medians are reported. CPU time (utime + stime of the server's
processes, divided by its responses) is the figure to compare: it is steadier than requests per second.
"""

import argparse
import json
import os
import platform
import sys
from pathlib import Path

from perf import load
from perf.cpu import cpu_seconds
from perf.process import Running
from perf.report import SERVERS, Samples, report

_BODY = b'{"name":"Ada Lovelace","email":"ada@example.com","age":36}'
_BROWSER = {
    "Host": "localhost",
    "Connection": "keep-alive",
    "sec-ch-ua": '"Chromium";v="142", "Not?A_Brand";v="24", "Google Chrome";v="142"',
    "sec-ch-ua-mobile": "?0",
    "sec-ch-ua-platform": '"Linux"',
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36",
    "Accept": "application/json, text/plain, */*",
    "Sec-Fetch-Site": "same-origin",
    "Referer": "http://localhost/app/users?sort=name&page=3",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Accept-Language": "de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7",
    "Cookie": "consent=yes; theme=dark; session=" + "0123456789abcdef0123456789abcdef01234567890" * 10,
}
"""Twelve fields that make a request of 1 KB, as a page's script sends it."""

REQUESTS = {
    "GET": b"GET /users/42 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "GET of a browser": "".join(
        ["GET /users/42 HTTP/1.1\r\n", *(f"{name}: {value}\r\n" for name, value in _BROWSER.items()), "\r\n"]
    ).encode(),
    "POST": b"POST /users HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
    % (len(_BODY), _BODY),
}


def measure(
    names: list[str], rounds: int, seconds: float, connections: int, *, server_core: int
) -> dict[str, dict[str, Samples]]:
    """Samples by server and request."""
    samples = {name: {request: Samples() for request in REQUESTS} for name in names}
    for number in range(rounds):
        for name in names:
            print(f"round {number + 1}/{rounds}: {name}", file=sys.stderr)
            with Running(SERVERS[name][0], server_core) as server:
                for request, data in REQUESTS.items():
                    _sample(samples[name][request], server, data, seconds, connections)
    return samples


def _sample(into: Samples, server: Running, request: bytes, seconds: float, connections: int) -> None:
    result = load.run(
        server.port, request, connections=connections, seconds=seconds, clock=lambda: cpu_seconds(server.pid)
    )
    if result.failures or not result.requests:
        raise SystemExit(f"{result.failures} of {result.requests} requests failed")
    into.cpu.append(result.clock / result.requests * 1e6)
    into.rate.append(result.requests / result.seconds)
    into.p99.append(result.percentile(0.99) * 1e3)


def main() -> None:
    """Run the benchmark and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="per server, request and round")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--servers", default=",".join(SERVERS), help="comma-separated")
    parser.add_argument("--json", type=Path, help="write all samples here")
    options = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise SystemExit("needs two cores: one for the server, one for the load generator")
    names = options.servers.split(",")
    unknown = sorted(set(names) - set(SERVERS))
    if unknown:
        raise SystemExit(f"unknown servers {', '.join(unknown)}; there are {', '.join(SERVERS)}")
    os.sched_setaffinity(0, {cores[0]})
    samples = measure(names, options.rounds, options.seconds, options.connections, server_core=cores[-1])
    print(f"{platform.python_implementation()} {platform.python_version()}, {platform.system()} {platform.machine()}")
    print(report(samples))
    if options.json:
        data = {name: {r: vars(s) for r, s in by.items()} for name, by in samples.items()}
        options.json.write_text(json.dumps(data, indent=2) + "\n")


if __name__ == "__main__":
    main()
