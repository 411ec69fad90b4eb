"""The tutorial on SQL is what happens when somebody follows it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import katana.embedded
import katana.runtime.sql
from katana.cli._run import run

LINKED_TO = (katana.embedded, katana.runtime.sql)
"""Imported so that build tools put them beside this test: the program of the page runs on them."""

ROOT = next(p for p in Path(__file__).resolve().parents if (p / "README.md").is_file())
PAGE = (ROOT / "docs/tutorial-sql.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The fenced blocks of the page, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_tutorial_is_what_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    schema, queries = blocks("sql")
    row, program = blocks("python")
    generate, use, mistake = (block.split("\n", 1) for block in blocks("console"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sql" / "schema").mkdir(parents=True)
    (tmp_path / "sql" / "schema" / "0001_shop.up.sql").write_text(schema)
    (tmp_path / "sql" / "shop.sql").write_text(queries)
    (tmp_path / "shop.py").write_text(program)

    command = generate[0].removeprefix("$ katana ").split()
    assert run(command) == 0
    assert row in (tmp_path / "shop_db" / "rows.py").read_text()

    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run(
        [sys.executable, "shop.py"], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout) == (0, use[1]), done.stderr

    capsys.readouterr()
    assert mistake[0] == generate[0]
    (tmp_path / "sql" / "shop.sql").write_text(queries.replace("o.total)", "o.totl)"))
    assert run(command) == 1
    assert capsys.readouterr().err == mistake[1]
