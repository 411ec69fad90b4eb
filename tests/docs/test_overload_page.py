"""The page of the overload benchmark shows what its raw results say."""

import json
from pathlib import Path

from perf.overload_table import Samples, report

ROOT = next(p for p in Path(__file__).resolve().parents if (p / "README.md").is_file())
FOLDER = ROOT / "docs" / "benchmarks"


def test_the_table_is_that_of_the_raw_results() -> None:
    raw = json.loads((FOLDER / "overload.json").read_text(encoding="utf-8"))
    found = {
        path: {mode: {load: Samples(**samples) for load, samples in by.items()} for mode, by in modes.items()}
        for path, modes in raw.items()
    }
    assert report(found) in (FOLDER / "overload.md").read_text(encoding="utf-8")
