"""Schema and queries are found by convention, migrations ordered by number."""

from pathlib import Path

import pytest

from katana import sql
from katana.diagnostics import DiagnosticsError
from katana.sql._migrations import read_migrations


def write(directory: Path, *names: str) -> list[Path]:
    for name in names:
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text("SELECT 1;")
    return [directory / name for name in names]


def codes(directory: Path, *names: str) -> list[str]:
    return [diagnostic.code for diagnostic in read_migrations(write(directory, *names))[1]]


def test_pairs_the_steps_and_orders_them(tmp_path):
    files = write(tmp_path, "0002_b.up.sql", "0010_c.sql", "0001_a.sql", "0002_b.down.sql")
    steps, diagnostics = read_migrations(files)
    assert [(step.number, step.name, step.down is not None) for step in steps] == [
        (1, "a", False),
        (2, "b", True),
        (10, "c", False),
    ]
    assert [diagnostic.message for diagnostic in diagnostics] == ["migration 10 follows 2"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["0001_a.sql", "0002_b.sql"], []),
        (["20260301120000_a.sql", "20260401000000_b.sql"], []),
        (["schema.sql"], []),
        (["0002_a.sql"], ["migration-gap"]),
        (["0001_a.sql", "0001_b.sql"], ["duplicate-migration"]),
        (["0001_a.sql", "1_b.up.sql"], ["duplicate-migration"]),
        (["0001_a.down.sql"], ["migration-gap"]),
        (["0001_a.up.sql", "0001_b.down.sql"], ["bad-migration-name"]),
        (["users.sql", "posts.sql"], ["bad-migration-name", "bad-migration-name"]),
        (["0001.sql"], ["bad-migration-name"]),
        (["0001_a b.sql"], ["bad-migration-name"]),
        (["0001_a.up.up.sql"], ["bad-migration-name"]),
    ],
)
def test_checks_names_and_numbers(tmp_path, names, expected):
    assert codes(tmp_path, *names) == expected


@pytest.mark.parametrize("place", ["migrations", "schema"])
def test_finds_schema_and_queries(tmp_path, place):
    write(tmp_path, f"{place}/0002_b.sql", f"{place}/0001_a.sql", "users.sql", "more/posts.sql", ".hidden/x.sql")
    schema, queries = sql.discover(tmp_path)
    assert [path.name for path in schema] == ["0001_a.sql", "0002_b.sql"]
    assert [path.name for path in queries] == ["posts.sql", "users.sql"]


def test_finds_a_schema_in_one_file(tmp_path):
    write(tmp_path, "schema.sql", "queries/users.sql")
    assert sql.discover(tmp_path) == ((tmp_path / "schema.sql",), (tmp_path / "queries" / "users.sql",))


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["users.sql"], "there is no schema"),
        (["schema.sql", "migrations/0001_a.sql"], "more than one schema"),
        (["schema/readme.txt"], r"no \.sql files"),
    ],
)
def test_says_what_is_missing(tmp_path, names, message):
    write(tmp_path, *names)
    with pytest.raises(DiagnosticsError, match=message):
        sql.discover(tmp_path)


def test_says_that_there_is_no_directory(tmp_path):
    with pytest.raises(DiagnosticsError, match="no directory"):
        sql.discover(tmp_path / "absent")


@pytest.mark.parametrize(
    "marker",
    ["-- +goose Down", "-- +migrate Down", "-- migrate:down", "---- create above / drop below ----"],
)
def test_refuses_a_way_back_in_the_file_of_the_way_there(tmp_path, marker):
    path = tmp_path / "0001_a.sql"
    path.write_text(f"CREATE TABLE a (id int);\n{marker}\nDROP TABLE a;\n")
    (found,) = read_migrations([path])[1]
    assert (found.code, found.line) == ("way-back-in-file", 2)
