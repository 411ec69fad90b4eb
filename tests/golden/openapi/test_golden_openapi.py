"""Every folder here: `input/` is a description, `expected/` the package generated from it, or `refused.txt`.

`KATANA_UPDATE_GOLDEN=1` writes what is expected anew; read the diff.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import mypy.version  # noqa: F401 - so that build tools put it beside these tests
import pytest
import ruff  # noqa: F401 - likewise

from katana import ir
from katana.diagnostics import DiagnosticsError, render
from katana.gen.openapi import generate
from katana.spec import compile as compile_document

HERE = Path(__file__).parent
CASES = sorted(folder.name for folder in HERE.iterdir() if (folder / "input").is_dir())
ACCEPTED = [case for case in CASES if (HERE / case / "expected").is_dir()]
UPDATE = os.environ.get("KATANA_UPDATE_GOLDEN") == "1"
RUFF = """
line-length = 120
target-version = "py312"
lint.select = ["B", "C4", "E", "F", "I", "N", "PIE", "PYI", "RET", "RUF", "SIM", "UP", "W"]
lint.isort.known-third-party = ["katana"]
"""


def _api(case: str, monkeypatch: pytest.MonkeyPatch) -> ir.Api:
    monkeypatch.chdir(HERE / case / "input")
    return compile_document(Path(f"{case}.yaml")).api


@pytest.mark.parametrize("case", CASES)
def test_the_generated_package_or_its_refusal_is_the_expected_one(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = HERE / case / "expected"
    try:
        tree = generate(_api(case, monkeypatch), f"{case}_api")
    except DiagnosticsError as error:
        text = render(error.diagnostics)
        if UPDATE:
            (HERE / case / "refused.txt").write_text(text)
        assert (HERE / case / "refused.txt").read_text() == text
        return
    if UPDATE:
        shutil.rmtree(expected, ignore_errors=True)
        for name, text in tree.items():
            path = expected / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
    found = {str(path.relative_to(expected)): path.read_bytes() for path in expected.rglob("*") if path.is_file()}
    assert sorted(found) == sorted(tree)
    for name, text in tree.items():
        assert found[name].decode() == text


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All expected packages side by side."""
    root = tmp_path_factory.mktemp("trees")
    for case in ACCEPTED:
        shutil.copytree(HERE / case / "expected", root, dirs_exist_ok=True)
    return root


def test_generated_packages_pass_mypy_in_strict_mode(trees: Path) -> None:
    packages = [argument for case in ACCEPTED for argument in ("-p", f"{case}_api")]
    command = ["mypy", "--strict", "--config-file=", "--follow-imports=silent", *packages]
    environment = {**os.environ, "MYPYPATH": os.pathsep.join([str(trees), *_product()])}
    assert _run(command, trees, environment) == ""


@pytest.mark.parametrize("case", ACCEPTED)
def test_generated_packages_can_be_imported(case: str, trees: Path) -> None:
    statement = f"import {case}_api.routes, {case}_api.responses, {case}_api.senders, {case}_api.validators"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(trees), *_product()])}
    done = subprocess.run(
        [sys.executable, "-B", "-c", statement], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""


@pytest.mark.parametrize("command", [["check"], ["format", "--diff"]])
def test_generated_packages_pass_ruff_and_are_formatted(command: list[str], trees: Path) -> None:
    (trees / "ruff.toml").write_text(RUFF)
    assert _run(["ruff", command[0], "--quiet", *command[1:], "."], trees, dict(os.environ)) == ""


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> str:
    """What a tool has to say; nothing when it is content."""
    full = [sys.executable, "-m", *command]
    done = subprocess.run(full, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def _product() -> list[str]:
    """The directories that this process imports Katana from."""
    return [path for path in sys.path if path and (Path(path) / "katana").is_dir()]
