"""The example without controllers: every operation over a socket, against a real PostgreSQL."""

import sys
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from e2e.server_process import ServerProcess
from katana.embedded import EmbeddedPostgres


@pytest.fixture(scope="module")
def notes_url(postgres: EmbeddedPostgres) -> str:
    return postgres.create_database("notes")


@pytest.fixture(scope="module")
def running(notes_url: str) -> Iterator[ServerProcess]:
    with ServerProcess([sys.executable, "-m", "high_crud_server.main"], "--database-url", notes_url) as server:
        yield server


@pytest.fixture
def notes(running: ServerProcess, notes_url: str) -> ServerProcess:
    """The running service with nothing stored."""
    with psycopg.connect(notes_url, autocommit=True) as connection:
        connection.execute("TRUNCATE notebooks, notes RESTART IDENTITY")
    return running


def notebook(notes: ServerProcess, title: str = "Ideas") -> dict[str, Any]:
    created = notes.request("POST", "/notebooks", {"title": title})
    assert created.status == 201
    stored: dict[str, Any] = created.json
    return stored


def note(notes: ServerProcess, notebook_id: int = 1, **members: Any) -> dict[str, Any]:
    created = notes.request("POST", f"/notebooks/{notebook_id}/notes", {"title": "One", **members})
    assert created.status == 201, created.body
    stored: dict[str, Any] = created.json
    return stored


def test_what_is_created_is_found_at_its_location(notes: ServerProcess) -> None:
    created = notes.request("POST", "/notebooks", {"title": "Ideas", "color": "#00ff00"})
    assert created.status == 201
    assert created.headers["location"] == "/notebooks/1"
    found = notes.request("GET", created.headers["location"])
    assert (found.status, found.json) == (200, created.json)
    assert found.json["color"] == "#00ff00"


def test_what_is_not_there_is_404_with_a_code_of_its_own(notes: ServerProcess) -> None:
    missing = notes.request("GET", "/notebooks/7")
    assert missing.status == 404
    assert missing.headers["content-type"] == "application/problem+json"
    assert missing.json["type"] == "urn:problem:notebook.not_found"
    assert missing.json["detail"] == "There is no notebook 7."
    assert notes.request("PUT", "/notebooks/7", {"title": "New"}).status == 404
    assert notes.request("DELETE", "/notebooks/7").status == 404
    assert notes.request("GET", "/notes/00000000-0000-4000-8000-000000000000").status == 404


def test_a_title_that_is_taken_is_409(notes: ServerProcess) -> None:
    notebook(notes, "Ideas")
    notebook(notes, "Plans")
    assert notes.request("POST", "/notebooks", {"title": "Ideas"}).json["type"] == "urn:problem:notebook.conflict"
    assert notes.request("PUT", "/notebooks/2", {"title": "Ideas"}).status == 409


def test_what_breaks_the_contract_is_422_before_any_query(notes: ServerProcess) -> None:
    wrong = notes.request("POST", "/notebooks", {"title": "", "color": "green"})
    assert wrong.status == 422
    assert {error["pointer"] for error in wrong.json["errors"]} == {"/title", "/color"}


def test_a_put_clears_what_it_leaves_out(notes: ServerProcess) -> None:
    notes.request("POST", "/notebooks", {"title": "Ideas", "color": "#00ff00"})
    replaced = notes.request("PUT", "/notebooks/1", {"title": "Plans"})
    assert replaced.status == 200
    assert (replaced.json["title"], replaced.json["color"]) == ("Plans", None)


def test_a_page_says_where_the_next_one_starts(notes: ServerProcess) -> None:
    for number in range(5):
        notebook(notes, f"Book {number}")
    seen, cursor = [], 0
    while cursor is not None:
        page = notes.request("GET", f"/notebooks?limit=2&cursor={cursor}").json
        seen += [item["title"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert seen == [f"Book {number}" for number in range(5)]


def test_a_notebook_with_notes_cannot_be_deleted(notes: ServerProcess) -> None:
    notebook(notes)
    stored = note(notes)
    assert notes.request("DELETE", "/notebooks/1").json["type"] == "urn:problem:notebook.in_use"
    assert notes.request("DELETE", f"/notes/{stored['id']}").status == 204
    gone = notes.request("DELETE", "/notebooks/1")
    assert (gone.status, gone.body) == (204, b"")


def test_notes_of_a_notebook_that_is_not_there_are_404(notes: ServerProcess) -> None:
    for missing in (
        notes.request("GET", "/notebooks/7/notes"),
        notes.request("POST", "/notebooks/7/notes", {"title": "One"}),
    ):
        assert (missing.status, missing.json["type"]) == (404, "urn:problem:notebook.not_found")
    notebook(notes)
    assert notes.request("GET", "/notebooks/1/notes").json == {"items": [], "next_cursor": None}


def test_values_of_every_kind_come_back_as_they_went(notes: ServerProcess) -> None:
    notebook(notes)
    members: dict[str, Any] = {
        "text": "Töne, 音",
        "state": "in progress",
        "tags": ["a", "b"],
        "due": "2030-01-31",
        "effort": 1.25,
        "source": {"app": "reader", "page": 3},
    }
    stored = note(notes, **members)
    assert {name: stored[name] for name in members} == members
    assert notes.request("GET", f"/notes/{stored['id']}").json == stored


def test_what_was_never_given_is_absent(notes: ServerProcess) -> None:
    notebook(notes)
    stored = note(notes)
    assert (stored["state"], stored["text"], stored["tags"]) == ("draft", "", [])
    assert not {"due", "effort", "source"} & stored.keys()


def test_a_filter_narrows_the_list(notes: ServerProcess) -> None:
    notebook(notes)
    note(notes, title="Open")
    note(notes, title="Closed", state="done")
    found = notes.request("GET", "/notebooks/1/notes?state=done").json["items"]
    assert [item["title"] for item in found] == ["Closed"]


def test_a_patch_leaves_alone_what_is_absent_and_clears_what_is_null(notes: ServerProcess) -> None:
    notebook(notes)
    stored = note(notes, due="2030-01-31", text="Text.")
    path = f"/notes/{stored['id']}"
    changed = notes.request("PATCH", path, {"title": "Two", "state": "done"})
    assert changed.status == 200
    assert changed.json == {**stored, "title": "Two", "state": "done"}
    cleared = notes.request("PATCH", path, {"due": None})
    assert "due" not in cleared.json
    assert cleared.json["title"] == "Two"


def test_a_controller_that_derives_from_the_generated_one_changes_one_operation(notes: ServerProcess) -> None:
    notebook(notes)
    assert note(notes, tags=["Work", "home", "WORK"])["tags"] == ["work", "home"]


def test_all_notebooks_come_with_their_notes(notes: ServerProcess) -> None:
    for title in ("Work", "Ideas", "Empty"):
        notebook(notes, title)
    written = [note(notes, notebook_id, title=title) for notebook_id, title in ((1, "a"), (2, "b"), (1, "c"))]
    found = notes.request("GET", "/contents")
    assert found.status == 200
    assert found.json == [
        {"id": 3, "title": "Empty", "notes": []},
        {"id": 2, "title": "Ideas", "notes": [written[1]]},
        {"id": 1, "title": "Work", "notes": [written[0], written[2]]},
    ]
