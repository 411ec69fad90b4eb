"""Descriptions that are kept: a build without PostgreSQL, and a lock that is never used for other SQL."""

import contextlib
import json
import shutil
from pathlib import Path

import pytest

import katana.embedded
from katana.cli._run import run

SCHEMA = "CREATE TABLE notes (id bigint PRIMARY KEY, text text NOT NULL);\n"
QUERIES = """\
-- name: get_note :one
SELECT id, text FROM notes WHERE id = @id;

-- name: list_notes :many
SELECT id, text FROM notes;
"""
GEN = ("gen", "sql", "-i", "src", "-o", "gen", "--package", "notes_db")


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A schema, two queries, their lock, and what was generated."""
    root = tmp_path_factory.mktemp("described")
    (root / "src" / "schema").mkdir(parents=True)
    (root / "src" / "schema" / "0001_notes.up.sql").write_text(SCHEMA)
    (root / "src" / "notes.sql").write_text(QUERIES)
    with contextlib.chdir(root):
        assert run([*GEN, "--lock", "src/sql.lock"]) == 0
    return root


@pytest.fixture
def tree(described: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it; this process runs beside them."""
    shutil.copytree(described, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def no_server(described: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """PostgreSQL cannot be started once there is something described."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a server was asked for")

    monkeypatch.setattr(katana.embedded.EmbeddedPostgres, "start", refuse)
    return described


def changed(file: Path, old: str, new: str) -> None:
    """Changes one thing."""
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


@pytest.mark.usefixtures("no_server")
def test_a_current_lock_stands_for_the_server(tree: Path) -> None:
    before = {path: path.read_bytes() for path in (tree / "gen").rglob("*.py")}
    for path in before:
        path.unlink()
    assert run(GEN) == 0
    assert {path: path.read_bytes() for path in (tree / "gen").rglob("*.py")} == before
    assert run([*GEN, "--offline", "--check"]) == 0


@pytest.mark.usefixtures("no_server")
def test_the_ir_of_a_lock_is_the_one_that_was_described(tree: Path) -> None:
    assert run(["ir", "dump", "-i", "src", "-o", "db.ir.json", "--offline"]) == 0
    assert json.loads((tree / "db.ir.json").read_text()) == json.loads((tree / "src/sql.lock").read_text())["database"]


@pytest.mark.usefixtures("no_server")
def test_remarks_and_empty_lines_between_queries_change_nothing(tree: Path) -> None:
    changed(tree / "src" / "notes.sql", "-- name: list_notes", "\n-- The newest last.\n\n-- name: list_notes")
    assert run([*GEN, "--offline"]) == 0


@pytest.mark.usefixtures("no_server")
@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (("notes.sql", "WHERE id =", "WHERE id >"), "src/notes.sql:1:10: error: `get_note` has changed"),
        (("notes.sql", ":one", ":many"), "src/notes.sql:1:10: error: `get_note` has changed since it was described"),
        (("notes.sql", "list_notes", "all_notes"), "src/notes.sql:4:10: error: `all_notes` is not in the lock"),
        (("notes.sql", "list_notes", "all_notes"), "describes queries that are gone: notes.sql:list_notes"),
        (
            ("schema/0001_notes.up.sql", "text text NOT NULL", "text text"),
            "src/schema/0001_notes.up.sql: error: this step of the schema is not what the lock was made from",
        ),
        (
            ("sql.lock", '"by": "katana ', '"by": "katana 0.0.'),
            "src/sql.lock: error: this lock was written by",
        ),
        (("sql.lock", '"katana.sql/1"', '"katana.sql/0"'), "src/sql.lock: error: this is no lock of this version"),
        (("sql.lock", "{", "["), "src/sql.lock: error: this is no lock of this version of Katana"),
    ],
)
def test_offline_a_lock_of_other_sql_is_refused_at_what_has_changed(
    tree: Path, capsys: pytest.CaptureFixture[str], edit: tuple[str, str, str], expected: str
) -> None:
    file, old, new = edit
    changed(tree / "src" / file, old, new)
    assert run([*GEN, "--offline"]) == 1
    error = capsys.readouterr().err
    assert expected in error
    assert "run `katana gen sql` without --offline" in error


@pytest.mark.usefixtures("no_server")
def test_queries_in_another_order_are_another_description(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = QUERIES.split("\n\n")
    (tree / "src" / "notes.sql").write_text(f"{second}\n{first}\n")
    assert run([*GEN, "--offline"]) == 1
    assert "another order" in capsys.readouterr().err


@pytest.mark.usefixtures("no_server")
def test_mistakes_that_show_without_a_server_are_shown(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changed(tree / "src" / "notes.sql", ":one", ":won")
    assert run(GEN) == 1
    assert "unknown command `:won`" in capsys.readouterr().err


def test_an_outdated_lock_is_made_anew(tree: Path) -> None:
    changed(tree / "src" / "notes.sql", ":one", ":many")
    before = (tree / "src" / "sql.lock").read_bytes()
    assert run(GEN) == 0
    assert (tree / "src" / "sql.lock").read_bytes() != before
    assert run([*GEN, "--offline", "--check"]) == 0


def test_a_check_writes_nothing_and_says_what_is_not_up_to_date(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*GEN, "--check"]) == 0
    lock, repo = (tree / "src" / "sql.lock"), (tree / "gen" / "notes_db" / "repo.py")
    before = lock.read_bytes(), repo.read_bytes()
    changed(tree / "src" / "notes.sql", ":one", ":many")
    assert run([*GEN, "--check"]) == 1
    assert "`get_note` has changed since it was described" in capsys.readouterr().err
    assert (lock.read_bytes(), repo.read_bytes()) == before

    assert run(["ir", "dump", "-i", "src", "-o", "db.ir.json"]) == 0  # this makes the lock anew, and not the output
    assert run([*GEN, "--check"]) == 1
    assert (
        "gen/notes_db/repo.py: error: this is not what the SQL gives now [outdated-output]" in capsys.readouterr().err
    )


def test_a_check_finds_a_lock_that_says_what_no_server_did(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changed(tree / "src" / "sql.lock", '"name": "text"', '"name": "text", "nullable": true')
    assert run([*GEN, "--check"]) == 1
    assert "PostgreSQL describes the same SQL in another way now" in capsys.readouterr().err


@pytest.mark.usefixtures("tree")
def test_a_check_wants_the_lock_that_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*GEN, "--check", "--lock", "other.lock"]) == 1
    assert "other.lock: error: there is no such lock" in capsys.readouterr().err


def test_offline_needs_a_lock(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "src" / "sql.lock").unlink()
    assert run([*GEN, "--offline"]) == 2
    assert "--offline needs a lock" in capsys.readouterr().err


@pytest.mark.usefixtures("tree")
def test_a_server_that_is_not_there_is_no_mistake_of_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    (Path("src") / "sql.lock").unlink()
    assert run([*GEN, "--db-url", "postgresql://127.0.0.1:1/nothing"]) == 3
    assert "[no-database]" in capsys.readouterr().err
