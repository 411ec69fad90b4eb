"""The SQL front end: files in, `ir.Database` out.

In: paths of migrations and of queries. Out: the IR, or `DiagnosticsError` with everything that is wrong. Never: a guess
about a type, which PostgreSQL itself describes.

1. Read the files: names, order, annotations. Nothing is run when the migrations are not in order.
2. Run the migrations in a scratch database.
3. Describe each query there; errors of one query do not hide those of another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from katana.diagnostics import Diagnostic, DiagnosticsError
from katana.ir import Database, Query, QueryError
from katana.sql._catalog import Catalog, read_catalog
from katana.sql._declared_errors import Constraints, declared_errors, read_constraints
from katana.sql._describe import DescribedQuery, Describer, Supported
from katana.sql._load import load
from katana.sql._migrations import WrittenMigration, read_migrations
from katana.sql._names import py_name
from katana.sql._null_facts import read_null_facts
from katana.sql._parameters import NumberedQuery, number
from katana.sql._policies import read_volatile
from katana.sql._prefetches import Prefetches
from katana.sql._py_types import HINT
from katana.sql._query_file import WrittenQuery, read_queries
from katana.sql._scratch import scratch_database
from katana.sql._session import ServerError, Session
from katana.sql._source import read_source
from katana.sql._table_keys import read_table_keys


def compile(  # noqa: A001 - katana.sql.compile is what callers read
    schema: Sequence[Path],
    queries: Sequence[Path],
    *,
    source: str,
    db_url: str | None = None,
    supported: Supported | None = None,
) -> Database:
    """Compile a schema and its queries.

    Args:
        schema: migrations, `0001_create_users.up.sql` and so on, or one plain file of DDL.
        queries: files of annotated queries.
        source: the name of the whole, for the IR.
        db_url: a PostgreSQL server to make the scratch database on; None: an embedded one is started.
        supported: asked about the type of each parameter and column, so that what the generator will refuse is
            reported with the place in the file, which the IR does not hold.

    Raises:
        DiagnosticsError: with every error found.
    """
    migrations, schema_errors = read_migrations(schema)
    numbered, query_errors = _read_all(queries)
    if schema_errors:
        raise DiagnosticsError([*schema_errors, *query_errors])
    with scratch_database(db_url, source=source) as url:
        try:
            failures = load(url, migrations)
            if failures:
                raise DiagnosticsError([*failures, *query_errors])
            catalog, described, errors = _describe_all(url, numbered, supported)
            errors += _wrong_comments(catalog, migrations)
        except ServerError as error:
            lost = Diagnostic(file=source, message=error.text, code="no-database", hint=error.hint)
            raise DiagnosticsError([lost, *query_errors]) from error
    if query_errors or errors:
        raise DiagnosticsError([*query_errors, *errors])
    return _database(source, migrations, catalog, described)


def read_written(schema: Sequence[Path], queries: Sequence[Path]) -> tuple[list[WrittenMigration], list[WrittenQuery]]:
    """Schema and queries as they are written, in the order in which they are described.

    Raises:
        DiagnosticsError: with every error that shows without a server.
    """
    migrations, schema_errors = read_migrations(schema)
    numbered, query_errors = _read_all(queries)
    if schema_errors or query_errors:
        raise DiagnosticsError([*schema_errors, *query_errors])
    return migrations, [one.query for one in numbered]


def _read_all(paths: Sequence[Path]) -> tuple[list[NumberedQuery], list[Diagnostic]]:
    """Every query that is well-formed, and what is wrong with the others."""
    numbered: list[NumberedQuery] = []
    diagnostics: list[Diagnostic] = []
    groups: dict[str, str] = {}
    seen: dict[tuple[str, str], WrittenQuery] = {}
    for path in sorted(paths, key=lambda path: (path.name, str(path))):
        try:
            found, errors = read_queries(read_source(path))
        except DiagnosticsError as error:
            diagnostics += error.diagnostics
            continue
        diagnostics += errors
        group = py_name(path.stem)
        if groups.setdefault(group, path.stem) != path.stem:
            message = f"`{path.name}` and `{groups[group]}.sql` make the same repository `{group}`"
            diagnostics.append(Diagnostic(file=str(path), message=message, code="duplicate-group", hint="rename one"))
        for query in found:
            first = seen.setdefault((group, query.name.text), query)
            if first is not query:
                diagnostics.append(_duplicate(query, first))
                continue
            one, errors = number(query)
            diagnostics += errors
            numbered += [] if errors else [one]
    return numbered, diagnostics


def _duplicate(query: WrittenQuery, first: WrittenQuery) -> Diagnostic:
    line, _ = first.source.place(first.name.offset)
    message = f"a second query `{query.name.text}`; the first is at {first.source.file}:{line}"
    width = len(query.name.text)
    return query.source.diagnostic(query.name.offset, message, "duplicate-query", width=width, hint="rename one")


def _describe_all(
    url: str, numbered: Sequence[NumberedQuery], supported: Supported | None
) -> tuple[Catalog, list[Query], list[Diagnostic]]:
    described: list[DescribedQuery] = []
    diagnostics: list[Diagnostic] = []
    with Session(url) as session:
        facts = read_null_facts(session)
        catalog = read_catalog(session, facts)
        keys = read_table_keys(session, facts)
        volatile = read_volatile(session)
        session.show_trees()
        taken = frozenset((one.query.group, one.query.name.text) for one in numbered)
        describer = Describer(session, catalog, facts, keys, supported, taken, volatile)
        for one in numbered:
            queries, errors = describer.describe(one)
            described += queries
            diagnostics += errors
        constraints = read_constraints(session)
    resolved, errors = Prefetches(described, numbered, facts, keys).resolve()
    answered, wrong = _answered(resolved, numbered, constraints)
    return catalog, answered, [*diagnostics, *errors, *wrong]


def _answered(
    queries: Sequence[Query], numbered: Sequence[NumberedQuery], constraints: Constraints
) -> tuple[list[Query], list[Diagnostic]]:
    """The queries with the errors that their authors, or those of the queries they were made of, have answers for."""
    diagnostics: list[Diagnostic] = []
    errors: dict[tuple[str, str], tuple[QueryError, ...]] = {}
    for one in numbered:
        errors[one.query.group, one.query.name.text], wrong = declared_errors(one.query, constraints)
        diagnostics += wrong
    found = [errors.get((query.group, query.variant_of or query.name), ()) for query in queries]
    return [replace(q, errors=e) if e else q for q, e in zip(queries, found, strict=True)], diagnostics


def _wrong_comments(catalog: Catalog, migrations: Sequence[WrittenMigration]) -> Iterator[Diagnostic]:
    """Comments that give no type, at the last place where the migrations write them."""
    for message, line in catalog.types.wrong_comments().items():
        sources = [step.up for step in migrations if line in step.up.text] or [migrations[-1].up]
        offset, hint = max(sources[-1].text.rfind(line), 0), f"`katana: type = ...`: {HINT}"
        yield sources[-1].diagnostic(offset, message, "bad-type", width=len(line), hint=hint)


def _database(
    source: str, migrations: Sequence[WrittenMigration], catalog: Catalog, queries: Sequence[Query]
) -> Database:
    return Database(
        source=source,
        migrations=tuple(migration.as_ir() for migration in migrations),
        tables=tuple(stored.table for stored in catalog.tables),
        enums=catalog.enums,
        queries=tuple(queries),
    )
