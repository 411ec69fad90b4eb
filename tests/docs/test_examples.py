"""What the documentation shows is what Katana does."""

import json
import re
from pathlib import Path

import pytest

from katana import ir, spec
from katana.gen import openapi
from katana.runtime import VERSION
from perf import compile_table, sql_table
from perf.features import table as features_table
from perf.report import Samples, report

ROOT = next(p for p in Path(__file__).resolve().parents if (p / "README.md").is_file())
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


def _blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def _squeezed(code: str) -> str:
    """Code without docstrings, blank space and the body's `...`, to compare what is said, not how it is laid out."""
    code = re.sub(r'""".*?"""', "", code, flags=re.DOTALL)
    return re.sub(r"\s+|\.\.\.|,(?=\s*\))", "", code)


def test_the_first_python_block_of_the_readme_is_what_its_yaml_compiles_to(tmp_path: Path) -> None:
    document = tmp_path / "greeter.yaml"
    document.write_text(_blocks(ROOT / "README.md", "yaml")[0])
    api: ir.Api = spec.compile(document).api
    generated = openapi.generate(api, package="greeter_api")["greeter_api/api.py"]
    shown = _squeezed(_blocks(ROOT / "README.md", "python")[0])
    assert shown in _squeezed(generated)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_inside_the_repository_leads_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    targets = [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text)]
    broken = [t for t in targets if t and "://" not in t and not (page.parent / t).exists()]
    assert broken == []


def test_queries_shown_in_the_guides_are_queries_that_are_compiled() -> None:
    """Of the reference service, or of the golden packages."""
    folders = (ROOT / "src/sql", *sorted((ROOT / "tests/golden/sql").glob("*/input")))
    real = "\n".join(path.read_text() for folder in folders for path in sorted(folder.rglob("*.sql")))
    shown = [b for page in PAGES if page.parent.name == "how-to" for b in _blocks(page, "sql")]
    assert shown
    assert [query for query in shown if query.strip() not in real] == []


def test_every_requirement_has_its_line_among_the_dependencies() -> None:
    documented = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    files = sorted((ROOT / "3rdparty/python").glob("*.txt"))
    required = [
        re.split(r"[\[<>=]", line)[0]
        for file in files
        for line in file.read_text().splitlines()
        if line and not line.startswith("#")
    ]
    assert required
    assert [name for name in required if not re.search(rf"\b{re.escape(name)}\b", documented)] == []


def test_the_wheel_has_the_version_of_the_runtime() -> None:
    assert f'version="{VERSION}"' in (ROOT / "src/python/katana/BUILD").read_text(encoding="utf-8")


def test_the_table_of_the_compiler_is_made_of_its_samples() -> None:
    folder = ROOT / "docs/benchmarks"
    data = json.loads((folder / "compile.json").read_text())
    samples = {size: compile_table.Samples(**each) for size, each in data.items()}
    assert compile_table.report(samples) in (folder / "compile.md").read_text(encoding="utf-8")


def test_the_table_of_the_benchmark_is_made_of_its_samples() -> None:
    folder = ROOT / "docs/benchmarks"
    data = json.loads((folder / "http.json").read_text())
    samples = {name: {request: Samples(**s) for request, s in by.items()} for name, by in data.items()}
    assert report(samples) in (folder / "http.md").read_text(encoding="utf-8")


def test_the_table_of_features_is_made_of_its_samples() -> None:
    folder = ROOT / "docs/benchmarks"
    samples: features_table.Samples = json.loads((folder / "features.json").read_text())
    assert features_table.report(samples) in (folder / "features.md").read_text(encoding="utf-8")


def test_the_table_of_the_sql_runtime_is_made_of_its_samples() -> None:
    folder = ROOT / "docs/benchmarks"
    data = json.loads((folder / "sql.json").read_text())
    samples = {
        work: {name: sql_table.Samples(**each) for name, each in clients.items()} for work, clients in data.items()
    }
    assert list(samples) == list(sql_table.WORKS)
    assert sql_table.report(samples) in (folder / "sql.md").read_text(encoding="utf-8")
