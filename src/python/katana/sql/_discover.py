"""Schema and queries in a directory, by convention.

In: a directory. Out: the schema's files and the queries' files. Never: their content.

The schema is one of `migrations/`, `schema/` and `schema.sql`; every other `*.sql` below the directory holds queries.
"""

from __future__ import annotations

from pathlib import Path

from katana.diagnostics import Diagnostic, DiagnosticsError

_PLACES = ("migrations", "schema", "schema.sql")


def discover(directory: Path) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """The files of the schema and of the queries, each sorted.

    Raises:
        DiagnosticsError: no such directory, no schema, or more than one.
    """
    if not directory.is_dir():
        raise _error(directory, "this is no directory", "give a directory with `schema/` and query files")
    found = [place for place in _PLACES if (directory / place).exists()]
    if not found:
        hint = "put migrations in `schema/`, or the schema in `schema.sql`"
        raise _error(directory, "there is no schema in this directory", hint)
    if len(found) > 1:
        message = f"there is more than one schema in this directory: {', '.join(found)}"
        raise _error(directory, message, "keep one of them")
    schema_place = directory / found[0]
    schema = tuple(sorted(schema_place.glob("*.sql"))) if schema_place.is_dir() else (schema_place,)
    if not schema:
        raise _error(schema_place, "there are no .sql files in this directory", "add `0001_initial.up.sql`")
    queries = tuple(
        path
        for path in sorted(directory.rglob("*.sql"))
        if path.is_file() and not path.is_relative_to(schema_place) and not _hidden(path.relative_to(directory))
    )
    return schema, queries


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _error(path: Path, message: str, hint: str) -> DiagnosticsError:
    return DiagnosticsError([Diagnostic(file=str(path), message=message, code="no-schema", hint=hint)])
