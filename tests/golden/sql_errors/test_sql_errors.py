"""One folder a case: `migrations/` and queries, and in `expected.txt` what a terminal shows for them.

`KATANA_UPDATE_GOLDEN=1 pytest tests/golden/sql_errors` writes what is shown now.
"""

import os
from pathlib import Path

import pytest

from katana import sql
from katana.diagnostics import DiagnosticsError, render
from katana.embedded import EmbeddedPostgres
from katana.gen.sql import why_unsupported

HERE = Path(__file__).parent
CASES = sorted(path.name for path in HERE.iterdir() if (path / "migrations").is_dir())


@pytest.fixture(scope="module")
def server():
    with EmbeddedPostgres.start() as server:
        yield server


@pytest.mark.parametrize("case", CASES)
def test_shows_the_error_at_its_place(case, server, monkeypatch):
    monkeypatch.chdir(HERE / case)
    with pytest.raises(DiagnosticsError) as caught:
        sql.compile(*sql.discover(Path()), source=case, db_url=server.url(), supported=why_unsupported)
    shown = render(caught.value.diagnostics, lambda file: Path(file).read_text(encoding="utf-8"))
    if os.environ.get("KATANA_UPDATE_GOLDEN"):
        Path("expected.txt").write_text(shown, encoding="utf-8")
    assert shown == Path("expected.txt").read_text(encoding="utf-8")
