"""The page of the benchmark of whole servers shows the samples beside it."""

import json
from pathlib import Path

from perf.server_table import load, report

ROOT = next(p for p in Path(__file__).resolve().parents if (p / "README.md").is_file())
FOLDER = ROOT / "docs" / "benchmarks"


def test_the_tables_are_those_of_the_samples() -> None:
    found = load(json.loads((FOLDER / "server.json").read_text(encoding="utf-8")))
    page = (FOLDER / "server.md").read_text(encoding="utf-8")
    for heading, table in report(found).items():
        assert f"## {heading}\n\n{table}\n" in page
