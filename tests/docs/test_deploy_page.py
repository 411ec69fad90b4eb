"""The pages on operation quote what a service says and takes."""

import re
from pathlib import Path

import pytest

from katana.runtime import Service
from katana.runtime._serve import serve

ROOT = next(p for p in Path(__file__).resolve().parents if (p / "README.md").is_file())
RUNTIME = ROOT / "src" / "python" / "katana" / "runtime"
DEPLOY = (ROOT / "docs" / "how-to" / "deploy-a-new-version.md").read_text(encoding="utf-8")
RUN = (ROOT / "docs" / "how-to" / "package-and-run.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", [DEPLOY, RUN], ids=["deploy", "run"])
def test_every_option_that_is_shown_exists(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert serve(Service(name="sample", version="1", routers=lambda: ()), ["--help"]) == 0
    known = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out))
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", page)) <= known


def test_what_a_failed_version_is_reported_with_is_quoted() -> None:
    source = (RUNTIME / "supervisor" / "_succession.py").read_text(encoding="utf-8")
    assert "before it served; this one goes on" in source
    assert "before it served; this one goes on" in DEPLOY


def test_the_counts_of_refusals_that_are_explained_exist() -> None:
    codes = re.findall(r"^\| `(http\.[a-z.]+)`", RUN, re.MULTILINE)
    source = "".join(path.read_text(encoding="utf-8") for path in RUNTIME.rglob("*.py"))
    assert len(codes) == 4
    assert [code for code in codes if f'"{code}"' not in source] == []
