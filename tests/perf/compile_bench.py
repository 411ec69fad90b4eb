"""How time and memory of the compiler grow with the document, and what its output costs to import.

`./pants run tests/perf:compile -- [--rounds N] [--sizes 10,100,...] [--peer COMMAND] [--json FILE]`. Documents are made
by `compile_documents`. `--peer` is a `datamodel-codegen` of datamodel-code-generator, which makes models and nothing
else; without one its columns stay empty. Everything measured is a process of its own.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from perf.compile_documents import document
from perf.compile_table import Samples, report

_SIZES = "10,50,200,500,1000,2000"
_PEER_SECONDS = 60.0
"""The peer gets so long for one document."""
_IMPORT = """
import time
import katana.runtime.generated
start = time.process_time()
import things_api.routes
print(time.process_time() - start)
"""


def _run(command: list[str], path: list[str], seconds: float | None = None) -> tuple[float, float] | None:
    """CPU seconds and greatest memory in MiB of a process; None when it failed or took too long."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = None if seconds is None else time.monotonic() + seconds
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return None if process.returncode else (usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
        if deadline is not None and time.monotonic() > deadline:
            process.kill()
            process.wait()
            return None
        time.sleep(0.002)


def _import_seconds(folder: Path, path: list[str]) -> float:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), *path])}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    found = subprocess.run([sys.executable, "-c", _IMPORT], env=environment, capture_output=True, text=True, check=True)
    return float(found.stdout)


def _sample(into: Samples, source: Path, folder: Path, peer: str) -> None:
    """One round with one document."""
    path = [each for each in sys.path if each]
    generated = folder / "generated"
    command = [sys.executable, "-m", "katana.cli", "gen", "openapi", "-q", "--package", "things_api"]
    compiled = _run([*command, "-i", str(source), "-o", str(generated)], path)
    if compiled is None:
        raise SystemExit(f"{source.name} could not be compiled")
    into.compile.append(compiled[0])
    into.memory.append(compiled[1])
    into.first.append(_import_seconds(generated, path))
    into.again.append(_import_seconds(generated, path))
    if peer and (into.peer or len(into.compile) == 1):
        options = ["--input-file-type", "openapi", "--output-model-type", "pydantic_v2.BaseModel"]
        models = _run([peer, "--input", str(source), *options, "--output", str(folder / "m.py")], [], _PEER_SECONDS)
        if models is not None:
            into.peer.append(models[0])
            into.peer_memory.append(models[1])


def measure(sizes: list[int], rounds: int, peer: str) -> dict[str, Samples]:
    """Samples by number of operations."""
    samples: dict[str, Samples] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(rounds):
            for size in sizes:
                print(f"round {number + 1}/{rounds}: {size} operations", file=sys.stderr)
                folder = Path(scratch, f"{number}-{size}")
                folder.mkdir()
                source = folder / "things.json"
                source.write_text(json.dumps(document(size)))
                into = samples.setdefault(str(size), Samples(size=source.stat().st_size / 1e6))
                _sample(into, source, folder, peer)
    return samples


def main() -> None:
    """Run the benchmark and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sizes", default=_SIZES, help="numbers of operations, comma-separated")
    parser.add_argument("--peer", default="", help="the command datamodel-codegen")
    parser.add_argument("--json", type=Path, help="write all samples here")
    options = parser.parse_args()
    samples = measure([int(size) for size in options.sizes.split(",")], options.rounds, options.peer)
    print(f"{platform.python_implementation()} {platform.python_version()}, {platform.system()} {platform.machine()}")
    print(report(samples))
    if options.json:
        options.json.write_text(json.dumps({size: vars(s) for size, s in samples.items()}, indent=2) + "\n")


if __name__ == "__main__":
    main()
