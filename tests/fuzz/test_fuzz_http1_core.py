"""The coverage-guided fuzzer works, and finds nothing in a few thousand inputs."""

import os
import subprocess
import sys


def test_a_short_run_finds_nothing() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-m", "fuzz.http1_core", "-runs=3000", "-seed=1"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=250, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    assert "Done 3000 runs" in done.stderr
