"""The page of the benchmark of memory shows the samples beside it."""

import json
from pathlib import Path

from perf.memory_table import Samples, lengths, report

ROOT = next(p for p in Path(__file__).resolve().parents if (p / "README.md").is_file())
FOLDER = ROOT / "docs" / "benchmarks"


def test_the_tables_are_those_of_the_samples() -> None:
    found = json.loads((FOLDER / "memory.json").read_text(encoding="utf-8"))
    samples = {request: {policy: Samples(**s) for policy, s in by.items()} for request, by in found.items()}
    page = (FOLDER / "memory.md").read_text(encoding="utf-8")
    assert report(samples) in page
    assert lengths(samples) in page
