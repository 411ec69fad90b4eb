"""The tests of the server once more, under an interpreter that lets nothing pass.

Development mode (`-X dev`) tells what was left open and what is not awaited, `-W error` makes failures of it and of
everything deprecated, and the allocator looks for writes beyond blocks and for use after free (`PYTHONMALLOC=debug`).
What the tests start inherits all three. `--whole` runs every test of the runtime that needs no database.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
SHORT = ("conformance", "unit/runtime/test_runtime_serving.py", "unit/runtime/test_runtime_uploads.py")
WHOLE = (
    "conformance",
    "unit/runtime",
    "unit/runtime_auth",
    "unit/runtime_generated",
    "unit/runtime_jwt",
    "unit/runtime_memory",
    "unit/runtime_reactor",
    "unit/runtime_supervisor",
    "unit/runtime_webhooks",
)
STRICT = {"PYTHONDEVMODE": "1", "PYTHONWARNINGS": "error", "PYTHONMALLOC": "debug"}


def test_nothing_is_left_open_nor_deprecated_nor_written_out_of_bounds(request: pytest.FixtureRequest) -> None:
    folders = WHOLE if request.config.getoption("--whole", default=False) else SHORT
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "no:cacheprovider",
            *(str(TESTS / each) for each in folders),
        ],
        cwd=TESTS.parent,
        env={**os.environ, **STRICT},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-20_000:]
    print(done.stdout[-200:])
