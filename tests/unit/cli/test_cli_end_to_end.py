"""Each command on real contracts, down to a service that starts."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import katana.runtime.generated
import katana.runtime.sql
from katana.cli._run import run

LINKED_TO = (katana.runtime, katana.runtime.generated, katana.runtime.sql)
"""Imported so that build tools put them beside these tests: generated code runs on them."""

SPECIFICATION = """\
openapi: 3.1.1
info: {title: Notes, version: 1.0.0, description: What people wrote down.}
paths:
  /notes/{note_id}:
    get:
      operationId: get_note
      tags: [notes]
      parameters:
        - {name: note_id, in: path, required: true, schema: {type: integer, format: int64, maximum: 9, minimum: 1}}
      responses:
        "200":
          description: The note.
          content: {application/json: {schema: {$ref: "parts.yaml#/Note"}}}
        "404":
          description: There is none.
          content: {application/problem+json: {}}
"""
PARTS = "Note:\n  type: object\n  required: [text]\n  properties: {text: {type: string}}\n"
MIGRATION = "CREATE TABLE notes (id bigint PRIMARY KEY, text text NOT NULL);\n"
QUERIES = "-- name: get_note :one\nSELECT id, text FROM notes WHERE id = @id;\n"
CONTROLLER = """\
from katana.runtime import Ctx, NotFound
from notes_api.api import NotesApi
from notes_api.dto import Note
from sql_db.repo import NotesRepo


class NotesController(NotesApi):
    def __init__(self, notes: NotesRepo) -> None:
        self._notes = notes

    async def get_note(self, ctx: Ctx, note_id: int) -> Note | NotFound:
        row = await self._notes.get_note(ctx, id=note_id)
        return Note(text=row.text) if row else ctx.problem.not_found("note.not_found", id=note_id)
"""
OLD_TIME = 1_000_000_000


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A specification of two files, a schema, a query, a controller; this process runs beside them."""
    monkeypatch.chdir(tmp_path)
    files = {
        "api/notes.yaml": SPECIFICATION,
        "api/parts.yaml": PARTS,
        "sql/migrations/0001_notes.up.sql": MIGRATION,
        "sql/notes.sql": QUERIES,
        "src/notes.py": CONTROLLER,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def content(directory: Path) -> dict[str, str]:
    return {str(file.relative_to(directory)): file.read_text() for file in directory.rglob("*") if file.is_file()}


def test_a_second_run_of_gen_openapi_changes_nothing(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gen", "openapi", "-i", "api/notes.yaml", "-o", "new/gen"]) == 0
    assert capsys.readouterr().err.startswith("katana: 1 operation, 1 type, 8 files written in ")
    files = [file for file in (tree / "new/gen").rglob("*") if file.is_file()]
    for file in files:
        os.utime(file, (OLD_TIME, OLD_TIME))
    assert run(["gen", "openapi", "-i", "api/notes.yaml", "-o", "new/gen"]) == 0
    assert "0 files written, 8 files unchanged" in capsys.readouterr().err
    assert {file.stat().st_mtime for file in files} == {OLD_TIME}


def test_one_step_and_two_steps_generate_the_same_bytes(tree: Path) -> None:
    assert run(["gen", "openapi", "-i", "api/notes.yaml", "-o", "one"]) == 0
    assert run(["ir", "dump", "-i", "api/notes.yaml", "-o", "notes.ir.json"]) == 0
    assert run(["gen", "openapi", "--ir", "notes.ir.json", "--package", "notes_api", "-o", "two"]) == 0
    assert content(tree / "one") == content(tree / "two")


def test_ir_goes_to_standard_output_and_its_report_to_standard_error(
    tree: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["ir", "dump", "-i", "api/notes.yaml", "--json"]) == 0
    out, err = capfd.readouterr()
    assert json.loads(out)["ir"] == "katana.api/1"
    assert json.loads(err)["statistics"]["operations"] == 1
    assert run(["ir", "dump", "-i", "api/notes.yaml", "-o", "ir.json"]) == 0
    assert (tree / "ir.json").read_text() == out


def test_a_bundle_is_one_document_with_its_descriptions(tree: Path) -> None:
    assert run(["ir", "bundle", "-i", "api/notes.yaml", "-o", "bundle.json"]) == 0
    bundle = json.loads((tree / "bundle.json").read_text())
    assert bundle["info"]["description"] == "What people wrote down."
    assert "parts.yaml" not in (tree / "bundle.json").read_text()


def test_the_schema_of_the_extensions_is_printed_for_editors(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "extensions"]) == 0
    schema = json.loads(capfd.readouterr().out)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "x-katana-deadline" in schema["properties"]


def test_warnings_are_errors_when_asked(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = "      x-katana-cache: {ttl: 1s}\n      operationId"
    (tree / "api/notes.yaml").write_text(SPECIFICATION.replace("      operationId", policy))
    assert run(["gen", "openapi", "-i", "api/notes.yaml", "-o", "gen"]) == 0
    assert "api/notes.yaml:6:7: warning: " in capsys.readouterr().err
    assert run(["gen", "openapi", "-i", "api/notes.yaml", "-o", "strict", "--strict"]) == 1
    assert "api/notes.yaml:6:7: error: " in capsys.readouterr().err
    assert not (tree / "strict").exists()


@pytest.mark.parametrize("command", [["gen", "openapi"], ["ir", "dump"]])
def test_what_cannot_be_generated_is_reported_at_its_line_together_with_all_else(
    tree: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    wrong = SPECIFICATION.replace("responses:\n", 'responses:\n        "103": {description: Hints.}\n')
    (tree / "api/notes.yaml").write_text(wrong.replace("get:\n", "get:\n      x-katana-deadlin: 1s\n"))
    assert run([*command, "-i", "api/notes.yaml", "-o", "out"]) == 1
    error = capsys.readouterr().err
    assert error.index("api/notes.yaml:6:7: error: ") < error.index("api/notes.yaml:12:9: error: ")
    assert '12 |         "103": {description: Hints.}\n     |         ^^^^^\n' in error


def test_ir_that_cannot_be_generated_from_is_refused_with_the_line_of_its_source(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["ir", "dump", "-i", "api/notes.yaml", "-o", "ir.json"]) == 0
    dumped = json.loads((tree / "ir.json").read_text())
    dumped["operations"][0]["responses"][0]["status"] = "103"
    (tree / "ir.json").write_text(json.dumps(dumped))
    source = ["--ir", "ir.json", "--package", "notes_api", "--source", "api/notes.yaml"]
    assert run(["gen", "openapi", *source, "-o", "gen"]) == 1
    assert "api/notes.yaml:11:9: error: " in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_one_line(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "gen").write_text("in the way")
    assert run(["gen", "openapi", "-i", "api/notes.yaml", "-o", "gen"]) == 3
    error = capsys.readouterr().err
    assert error.startswith("katana: error: gen")
    assert error.count("\n") == 1


def test_a_query_that_does_not_fit_the_schema_is_an_error_at_its_line(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tree / "sql/notes.sql").write_text(QUERIES.replace("text FROM", "title FROM"))
    assert run(["gen", "sql", "-i", "sql", "-o", "gen"]) == 1
    error = capsys.readouterr().err
    assert "sql/notes.sql:2:12: error: " in error
    assert 'column "title" does not exist' in error


def test_contracts_become_a_service_that_knows_its_routes(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = {
        "version": 1,
        "name": "notes",
        "package": "notes_server",
        "apis": [{"package": "notes_api", "ir": "notes.ir.json"}],
        "databases": [{"package": "sql_db", "ir": "sql.ir.json"}],
        "controllers": [{"module": "notes", "class": "NotesController", "path": "src/notes.py"}],
    }
    (tree / "notes.json").write_text(json.dumps(manifest))
    assert run(["ir", "dump", "-i", "api/notes.yaml", "-o", "notes.ir.json"]) == 0
    assert run(["ir", "dump", "-i", "sql", "-o", "sql.ir.json"]) == 0
    assert run(["gen", "openapi", "-i", "api/notes.yaml", "-o", "gen"]) == 0
    assert run(["gen", "sql", "--ir", "sql.ir.json", "--package", "sql_db", "-o", "gen"]) == 0
    assert run(["gen", "service", "--manifest", "notes.json", "-o", "gen"]) == 0
    assert run(["check", "service", "--manifest", "notes.json"]) == 0, capsys.readouterr().err
    path = os.pathsep.join(["gen", "src", *(entry for entry in sys.path if entry)])
    routes = subprocess.run(
        [sys.executable, "-m", "notes_server.main", "--print-routes"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": path},
    ).stdout
    assert "GET     /notes/{note_id}" in routes
