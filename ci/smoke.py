"""Start a packaged server against an embedded PostgreSQL, ask it something, and end it as an operator would.

`./pants run ci:smoke -- dist/src.svc/server.pex`. Exits 0 when everything was as promised, else says what was not.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request

from katana.embedded import EmbeddedPostgres

_START_SECONDS = 60.0


def main() -> None:
    """Run the smoke test on the PEX named on the command line."""
    if len(sys.argv) != 2:
        raise SystemExit("usage: smoke PEX")
    pex = sys.argv[1]
    for option, expected in (("--version", "server"), ("--print-routes", "/users/{user_id}")):
        shown = _shown(pex, option)
        if expected not in shown:
            raise SystemExit(f"{pex} {option} does not mention {expected}:\n{shown}")
    with EmbeddedPostgres.start() as postgres:
        _serve(pex, postgres.create_database("smoke"))
    print(f"{pex}: version, routes, start, request and stop are as promised")


def _environment() -> dict[str, str]:
    """The environment of an operator: without what Pants and the PEX of this script have set for themselves."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PEX_", "PYTHON"))}


def _shown(pex: str, option: str) -> str:
    """What the server prints for an option that only shows something."""
    run = subprocess.run(
        [pex, option], capture_output=True, text=True, check=False, timeout=_START_SECONDS, env=_environment()
    )
    if run.returncode:
        raise SystemExit(f"{pex} {option} ended with {run.returncode}:\n{run.stdout}{run.stderr}")
    return run.stdout


def _serve(pex: str, database_url: str) -> None:
    process = subprocess.Popen(
        [pex, "--port", "0", "--database-url", database_url],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=_environment(),
    )
    try:
        url = _listening(process)
        with urllib.request.urlopen(f"{url}/users", timeout=10) as answer:
            page = json.load(answer)
        if page != {"items": [], "next_cursor": None}:
            raise SystemExit(f"GET /users answered {page}")
        process.send_signal(signal.SIGTERM)
        if code := process.wait(15):
            raise SystemExit(f"SIGTERM ended the server with {code}")
    finally:
        process.kill()
        process.wait()


def _listening(process: subprocess.Popen[str]) -> str:
    """The address that the server prints once it listens."""
    assert process.stdout is not None
    deadline = time.monotonic() + _START_SECONDS
    printed = ""
    while time.monotonic() < deadline and (line := process.stdout.readline()):
        printed += line
        if match := re.search(r"http://127\.0\.0\.1:\d+", line):
            return match[0]
    raise SystemExit(f"the server did not start:\n{printed}")


if __name__ == "__main__":
    main()
