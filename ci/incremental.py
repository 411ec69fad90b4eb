"""Edit the reference specification and count what the build runs again.

`python3 ci/incremental.py` in a clean clone. A no-op must run nothing; an edit of a description only the reading of the
document; an edit of one field that document's two steps and the checks of what uses it, nothing of SQL. The time of a
warm no-op is printed, not judged. Needs nothing but a Python and `./pants`.
"""

import re
import subprocess
import sys
import time
from pathlib import Path

DOCUMENT = Path("src/openapi/users.yaml")
GOAL = ("check", "src/openapi::", "src/sql::", "src/svc::")
_EXECUTED = re.compile(r"local_execution_requests: (\d+)")


def executed() -> int:
    """How many processes `./pants check` runs now, cached ones not counted."""
    run = subprocess.run(["./pants", "--stats-log", *GOAL], capture_output=True, text=True, check=False, timeout=900)
    if run.returncode:
        raise SystemExit(f"./pants {' '.join(GOAL)} failed:\n{run.stdout}{run.stderr}")
    return int(_EXECUTED.findall(run.stderr)[-1])


def edit(old: str, new: str) -> None:
    """Replace the first `old` in the document; fails when there is none."""
    text = DOCUMENT.read_text()
    if old not in text:
        raise SystemExit(f"{DOCUMENT} has changed: {old!r} is not there")
    DOCUMENT.write_text(text.replace(old, new, 1))


def main() -> None:
    """Count three kinds of edits; exit 1 when one runs more than it may."""
    original = DOCUMENT.read_text()
    failures = 0

    def expect(what: str, most: int) -> None:
        nonlocal failures
        count = executed()
        failures += count > most
        print(f"{'ok' if count <= most else 'not ok'}: {what}: {count} processes, at most {most}", flush=True)

    try:
        print(f"ok: first run: {executed()} processes")
        expect("nothing changed", 0)
        edit("description: The number of the user.", "description: The number of a user,\n        in other words.")
        expect("a description changed", 1)
        edit("maxLength: 2000", "maxLength: 2001")
        expect("a field changed (read, print, types, contract)", 4)
        start = time.monotonic()
        subprocess.run(["./pants", *GOAL], capture_output=True, check=True, timeout=60)
        print(f"ok: a warm no-op took {time.monotonic() - start:.2f} s")
    finally:
        DOCUMENT.write_text(original)
    if failures:
        sys.exit(1)


if __name__ == "__main__":
    main()
