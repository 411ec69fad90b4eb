"""One PostgreSQL for all tests of the SQL front end, and a way to compile texts."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from katana import ir, sql
from katana.diagnostics import DiagnosticsError, render
from katana.embedded import EmbeddedPostgres


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres.start() as server:
        yield server


@pytest.fixture
def compile_texts(server: EmbeddedPostgres, tmp_path: Path) -> Callable[[str, str], ir.Database]:
    """Compile a schema and a file `users.sql` of queries."""

    def compile_them(schema: str, queries: str = "") -> ir.Database:
        schema_file, query_file = tmp_path / "0001_schema.sql", tmp_path / "users.sql"
        schema_file.write_text(schema)
        query_file.write_text(queries)
        return sql.compile([schema_file], [query_file], source="users", db_url=server.url())

    return compile_them


@pytest.fixture
def errors_of(
    compile_texts: Callable[[str, str], ir.Database],
) -> Callable[[str, str], list[tuple[str, int, int, str]]]:
    """The diagnostics of a schema and queries: code, line, column, message."""

    def errors(schema: str, queries: str = "") -> list[tuple[str, int, int, str]]:
        with pytest.raises(DiagnosticsError) as caught:
            compile_texts(schema, queries)
        assert render(caught.value.diagnostics)
        return [(d.code, d.line, d.column, d.message) for d in caught.value.diagnostics]

    return errors
