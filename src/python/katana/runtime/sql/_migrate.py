"""Brings a database to the schema of the program.

In: a connection string and migrations. Out: which were applied. Never: a migration applied twice, or by two processes
at once, or half of one (except where PostgreSQL itself cannot run a command in a transaction).

1. A session-level advisory lock keeps other processes out. It is polled, not waited for: a waiting session holds a
   snapshot, and `CREATE INDEX CONCURRENTLY` in the other process would wait for that one in turn.
2. Each migration and its row in `katana_migrations` are one transaction.
3. When PostgreSQL says that a command cannot run in a transaction (25001), everything has been rolled back, and the
   migration is run again without one. PostgreSQL refuses that too unless it is the migration's only statement.
4. Behind a pooler a lock of a session is nobody's: there migrations are only looked at.
5. Settings that a migration leaves behind (`search_path` in the output of pg_dump) are reset after it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from psycopg import pq
from psycopg.pq.abc import PGresult

from katana.runtime.sql._dsn import parse_dsn
from katana.runtime.sql._errors import SqlError
from katana.runtime.sql._libpq import field, sql_error, sqlstate
from katana.runtime.sql._migration import Applied, Migration, MigrationError, failure, pending
from katana.runtime.sql._session import Session, succeeded

_LOCK = int.from_bytes(b"katana")
_POLL = 0.1
_NEEDS_NO_TRANSACTION = "25001"


def migrate(dsn: str, migrations: Sequence[Migration], *, wait: float = 30.0) -> tuple[Migration, ...]:
    """Applies the migrations that the database lacks, in the order of their numbers.

    Args:
        dsn: of a role that may create tables; the first schema of its `search_path` gets `katana_migrations`.
        migrations: all of the program's, applied ones included.
        wait: seconds for the server to accept connections, and then for another process that migrates.

    Returns:
        The migrations that were applied now.

    Raises:
        DsnError: the connection string cannot be read.
        DatabaseUnavailable: no connection within `wait`.
        MigrationError: the database and the program do not belong together, or SQL failed. The migrations before the
            failed one stay applied.
    """
    with Session(parse_dsn(dsn), time.monotonic() + wait) as session:
        try:
            if session.pooled:
                return _nothing_missing(session, migrations)
            _lock(session, time.monotonic() + wait)
            table = _table(session)
            missing = pending(migrations, _applied(session, table))
        except SqlError as error:
            raise MigrationError(f"cannot read or create the table katana_migrations: {error}") from error
        for migration in missing:
            _apply(session, table, migration)
    return tuple(missing)


def _lock(session: Session, deadline: float) -> None:
    while session.query("SELECT pg_try_advisory_lock($1)", [str(_LOCK)]) != [("t",)]:
        if time.monotonic() > deadline:
            raise MigrationError("another process has been migrating this database for too long; try again later")
        time.sleep(_POLL)


def _nothing_missing(session: Session, migrations: Sequence[Migration]) -> tuple[Migration, ...]:
    """Nothing, if every migration is applied. Raises MigrationError for those that are not."""
    ((table,),) = session.query("SELECT pg_catalog.to_regclass('katana_migrations')")
    missing = pending(migrations, _applied(session, table) if table else [])
    if missing:
        raise MigrationError(
            f"{missing[0]} is not applied, and a connection pooler is no place to migrate from: start once with a "
            "--database-url that leads to the server itself, or with --no-migrate where something else migrates"
        )
    return ()


def _table(session: Session) -> str:
    """The quoted name of the migrations table, which is made if it is not there."""
    ((schema,),) = session.query("SELECT current_schema()")
    if not schema:
        raise MigrationError("no schema of the role's search_path exists in this database: create one, or set it")
    table = f"{session.identifier(schema)}.katana_migrations"
    session.query(
        f"CREATE TABLE IF NOT EXISTS {table} (number bigint PRIMARY KEY, name text NOT NULL, "
        "checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())"
    )
    return table


def _applied(session: Session, table: str) -> list[Applied]:
    rows = session.query(f"SELECT number, name, checksum FROM {table} ORDER BY number")  # noqa: S608 - quoted
    return [Applied(int(number), name, checksum) for number, name, checksum in rows]


def _apply(session: Session, table: str, migration: Migration) -> None:
    session.query("BEGIN")
    result = session.run(migration.up)
    if not succeeded(result) and sqlstate(result) == _NEEDS_NO_TRANSACTION:
        session.query("ROLLBACK")
        result = session.run(migration.up)
    if not succeeded(result):
        raise _failure(migration, result)
    try:
        session.query("RESET ALL")
        session.query(
            f"INSERT INTO {table} (number, name, checksum) VALUES ($1, $2, $3)",  # noqa: S608 - quoted
            [str(migration.number), migration.name, migration.checksum],
        )
        if session.in_transaction:
            session.query("COMMIT")
    except SqlError as error:
        raise MigrationError(f"{migration} could not be completed: {error}") from error


def _failure(migration: Migration, result: PGresult) -> MigrationError:
    if result.status in (pq.ExecStatus.COPY_IN, pq.ExecStatus.COPY_OUT):
        return failure(migration, "COPY from or to the client is not possible here", 0, "use INSERT")
    error = sql_error(result)
    position = field(result, pq.DiagnosticField.STATEMENT_POSITION)
    hint = error.hint
    if error.sqlstate == _NEEDS_NO_TRANSACTION:
        hint = "put this statement alone into a migration of its own"
    return failure(migration, str(error), int(position) if position.isdecimal() else 0, hint)
