"""Descriptions that are kept in a file beside the SQL, so that a build needs no server.

In: what PostgreSQL said, or a lock. Out: the lock's bytes, or the database in it. Never: a description that does not
belong to the files as they are: a lock knows the digest of the schema and of each query, and who described them.

Comments outside queries, and the place of a query in its file, are no part of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import Struct, structs

from katana.diagnostics import Diagnostic, DiagnosticsError
from katana.ir import Database
from katana.sql._compile import read_written
from katana.sql._migrations import WrittenMigration
from katana.sql._query_file import WrittenQuery

_HINT = "run `katana gen sql` without --offline and --check, and commit the lock"


class _Lock(Struct, frozen=True, kw_only=True, tag_field="lock", tag="katana.sql/1"):
    """`by`: the program that described. Digests are SHA-256, hexadecimal; `queries` has them by file and name."""

    by: str
    schema: str
    queries: dict[str, str]
    database: Database


class Inputs(NamedTuple):
    """What is described: files of the schema, files of queries, and the name of the whole for the IR."""

    schema: Sequence[Path]
    queries: Sequence[Path]
    source: str


def write_lock(database: Database, inputs: Inputs, *, by: str) -> bytes:
    """The lock of a database that was compiled from `inputs`, as canonical JSON."""
    migrations, queries = read_written(inputs.schema, inputs.queries)
    lock = _Lock(by=by, schema=_schema_digest(migrations), queries=_query_digests(queries), database=database)
    return msgspec.json.format(msgspec.json.encode(lock), indent=2) + b"\n"


def read_lock(data: bytes, inputs: Inputs, *, file: str, by: str) -> Database:
    """The database that the lock describes.

    Args:
        data: what `write_lock` made.
        inputs: what is to be compiled.
        file: the lock's path, for messages.
        by: the program that asks.

    Raises:
        DiagnosticsError: `inputs` are wrong by themselves, this is no lock, or it is one of other inputs, with the
            place of everything that has changed.
    """
    migrations, queries = read_written(inputs.schema, inputs.queries)
    try:
        lock = msgspec.json.decode(data, type=_Lock)
    except msgspec.DecodeError as error:
        message = f"this is no lock of this version of Katana: {error}"
        raise DiagnosticsError([_error(file, message, hint=_HINT)]) from error
    changes = [*_of_origin(lock, file, by), *_of_schema(lock, file, migrations), *_of_queries(lock, file, queries)]
    if changes:
        raise DiagnosticsError(changes)
    return structs.replace(lock.database, source=inputs.source)


def _of_origin(lock: _Lock, file: str, by: str) -> Iterator[Diagnostic]:
    if lock.by != by:
        yield _error(file, f"this lock was written by {lock.by}, and this is {by}", hint=_HINT)


def _of_schema(lock: _Lock, file: str, migrations: Sequence[WrittenMigration]) -> Iterator[Diagnostic]:
    if lock.schema == _schema_digest(migrations):
        return
    described = {(step.number, step.name): step for step in lock.database.migrations}
    for migration in migrations:
        step = described.get((migration.number, migration.name))
        if step != migration.as_ir():
            what = "is not in the lock" if step is None else "is not what the lock was made from"
            yield _error(migration.up.file, f"this step of the schema {what}", hint=_HINT)
    if len(described) > len(migrations):
        yield _error(file, "this lock was made from more steps of the schema than there are", hint=_HINT)


def _of_queries(lock: _Lock, file: str, queries: Sequence[WrittenQuery]) -> Iterator[Diagnostic]:
    digests = _query_digests(queries)
    for query, (key, digest) in zip(queries, digests.items(), strict=True):
        if lock.queries.get(key) != digest:
            what = "is not in the lock" if key not in lock.queries else "has changed since it was described"
            message, name = f"`{query.name.text}` {what}", query.name
            yield query.source.diagnostic(name.offset, message, "outdated-lock", width=len(name.text), hint=_HINT)
    if gone := [key for key in lock.queries if key not in digests]:
        yield _error(file, f"this lock describes queries that are gone: {', '.join(gone)}", hint=_HINT)
    elif list(lock.queries) != list(digests) and len(digests) == len(lock.queries):
        yield _error(file, "this lock has the queries in another order", hint=_HINT)


def _schema_digest(migrations: Sequence[WrittenMigration]) -> str:
    return hashlib.sha256(msgspec.json.encode([migration.as_ir() for migration in migrations])).hexdigest()


def _query_digests(queries: Sequence[WrittenQuery]) -> dict[str, str]:
    return {f"{query.source.name}:{query.name.text}": _digest(query) for query in queries}


def _digest(query: WrittenQuery) -> str:
    """Of everything from the name to the end of the statement: annotations and comments between them included."""
    return hashlib.sha256(query.source.text[query.name.offset : query.end].encode()).hexdigest()


def _error(file: str, message: str, *, hint: str) -> Diagnostic:
    return Diagnostic(file=file, message=message, code="outdated-lock", hint=hint)
