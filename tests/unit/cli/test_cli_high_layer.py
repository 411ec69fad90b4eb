"""The layer `high` on the command line: a whole service in one step, hooks, places of both sides."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from katana.cli._run import run
from unit.cli.test_cli_end_to_end import LINKED_TO, MIGRATION, PARTS, QUERIES, SPECIFICATION

assert LINKED_TO

HIGH = ["gen", "openapi", "-i", "api/notes.yaml", "--layer", "high", "--sql", "sql", "-o", "gen"]
HOOK = """\
from notes_api.dto import Note
from notes_server.crud import NotesCrud

from katana.runtime import Ctx, NotFound


class NotesController(NotesCrud):
    async def get_note(self, ctx: Ctx, note_id: int) -> Note | NotFound:
        return await super().get_note(ctx, RESULT)
"""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A specification and SQL, and IR of both with a manifest; this process runs beside them."""
    monkeypatch.chdir(tmp_path)
    manifest = {
        "version": 1,
        "name": "notes",
        "package": "notes_server",
        "layer": "high",
        "apis": [{"package": "notes_api", "ir": "api.ir.json", "source": "api/notes.yaml"}],
        "databases": [{"package": "notes_db", "ir": "db.ir.json", "source": "sql"}],
    }
    files = {
        "api/notes.yaml": SPECIFICATION,
        "api/parts.yaml": PARTS,
        "sql/migrations/0001_notes.up.sql": MIGRATION,
        "sql/notes.sql": QUERIES,
        "server.json": json.dumps(manifest),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert run(["ir", "dump", "-q", "-i", "api/notes.yaml", "-o", "api.ir.json"]) == 0
    assert run(["ir", "dump", "-q", "-i", "sql", "-o", "db.ir.json"]) == 0
    return tmp_path


def with_hook(tree: Path, result: str) -> None:
    (tree / "src").mkdir()
    (tree / "src/notes.py").write_text(HOOK.replace("RESULT", result))
    manifest = json.loads((tree / "server.json").read_text())
    manifest["controllers"] = [{"module": "notes", "class": "NotesController", "path": "src/notes.py"}]
    (tree / "server.json").write_text(json.dumps(manifest))


def test_one_step_leads_from_contracts_to_a_service_that_starts(tree: Path) -> None:
    assert run(HIGH) == 0
    assert {path.name for path in (tree / "gen").iterdir()} == {"notes_api", "notes_db", "notes_server"}
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tree / "gen"), *filter(None, sys.path)])}
    started = [sys.executable, "-m", "notes_server.main", "--version"]
    done = subprocess.run(started, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "notes 1.0.0" in done.stdout


def test_a_query_that_does_not_fit_is_blamed_at_the_operation_and_says_where_the_query_is(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tree / "sql/notes.sql").write_text("-- The only one.\n" + QUERIES.replace("id, text", "id, id AS number"))
    assert run(HIGH) == 1
    line = SPECIFICATION.split("\n").index("    get:") + 1
    said = capsys.readouterr().err
    assert said.startswith(
        f"api/notes.yaml:{line}:5: error: get_note (GET /notes/{{note_id}}): answers with `text` of `Note`, which the"
        " query does not select (`get_note`, sql/notes.sql:2:10) [crud-column]\n"
    )
    assert not (tree / "gen").exists()


def test_the_layer_may_be_chosen_for_a_manifest(tree: Path) -> None:
    assert run(["gen", "service", "--manifest", "server.json", "-o", "gen"]) == 0
    crud = tree / "gen/notes_server/crud.py"
    assert "class NotesCrud(NotesApi):" in crud.read_text()
    with_hook(tree, "note_id")
    assert run(["gen", "service", "--manifest", "server.json", "--layer", "high", "-o", "gen"]) == 0
    assert "notes_controller = NotesController(notes=notes_repo)" in (tree / "gen/notes_server/main.py").read_text()


def test_a_controller_that_derives_from_a_generated_one_is_checked_like_any_other(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with_hook(tree, "note_id")
    assert run(["check", "service", "--manifest", "server.json"]) == 0
    capsys.readouterr()
    (tree / "src/notes.py").write_text(HOOK.replace("RESULT", '"one"'))
    assert run(["check", "service", "--manifest", "server.json"]) == 1
    assert re.match(r"src/notes\.py:9:\d+: error: .*\"str\"; expected \"int\"", capsys.readouterr().err)


def test_a_file_of_hooks_is_written_once_and_never_again(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["gen", "hooks", "--manifest", "server.json", "-o", "src"]
    assert run(command) == 0
    assert "1 file written, 0 files kept" in capsys.readouterr().err
    file = tree / "src/notes.py"
    assert isinstance(ast.parse(file.read_text()).body[-1], ast.ClassDef)
    assert "class NotesController(NotesCrud):" in file.read_text()
    file.write_text("mine\n")
    assert run(command) == 0
    assert "0 files written, 1 file kept" in capsys.readouterr().err
    assert file.read_text() == "mine\n"
