"""The layers of pyproject.toml hold; Pants holds the same ones through `__dependencies_rules__`."""

from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = next(parent for parent in Path(__file__).parents if (parent / "pyproject.toml").is_file())


def test_no_package_imports_what_stands_above_it(capsys: pytest.CaptureFixture[str]) -> None:
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True, is_debug_mode=False)
    assert status == 0, capsys.readouterr().out
