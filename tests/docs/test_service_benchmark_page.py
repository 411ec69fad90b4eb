"""The page of the benchmark of whole services shows the samples beside it."""

import json
from pathlib import Path

from perf.service_table import Samples, report

ROOT = next(p for p in Path(__file__).resolve().parents if (p / "README.md").is_file())
FOLDER = ROOT / "docs" / "benchmarks"


def test_the_table_is_that_of_the_samples() -> None:
    found = json.loads((FOLDER / "service.json").read_text(encoding="utf-8"))
    samples = {work: {server: Samples(**s) for server, s in by.items()} for work, by in found.items()}
    assert report(samples) in (FOLDER / "service.md").read_text(encoding="utf-8")
