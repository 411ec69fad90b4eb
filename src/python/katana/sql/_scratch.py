"""The database that a schema is loaded into to describe queries: made for the purpose, gone afterwards.

In: nothing (a server is started) or the URL of a server. Out: the URL of an empty database. Never: a change to a
database that was there before; superuser rights for the SQL of a user on a server that Katana started, so that no
schema can read files or start programs through COPY.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import quote, urlsplit, urlunsplit

from katana.diagnostics import Diagnostic, DiagnosticsError
from katana.embedded import EmbeddedPostgres, EmbeddedPostgresError
from katana.sql._session import ServerError, Session

_HARMLESS_EXTENSIONS = (
    "bloom",
    "earthdistance",
    "pg_buffercache",
    "pg_prewarm",
    "pg_stat_statements",
    "pgstattuple",
    "vector",
)
"""Found in migrations, and without a way to files, programs or networks, though not marked as trusted."""

_OLDEST = 14
"""Major version. Older servers know no multiranges, and compare the OIDs of users' types in parameters."""

_DATABASE = "katana"
_OWNER = "katana_owner"


@contextmanager
def scratch_database(db_url: str | None, *, source: str) -> Iterator[str]:
    """The URL of an empty database, dropped at the end.

    Args:
        db_url: a server to make it on (the role needs CREATEDB); None: an embedded one.
        source: what diagnostics call the input.

    Raises:
        DiagnosticsError: there is no server, or it refuses.
    """
    if db_url is None:
        with _embedded(source) as url:
            yield url
    else:
        with _on_server(db_url, source) as url:
            yield url


@contextmanager
def _embedded(source: str) -> Iterator[str]:
    try:
        server = EmbeddedPostgres.start(trusted_extensions=_HARMLESS_EXTENSIONS)
    except EmbeddedPostgresError as error:
        raise _unavailable(source, str(error), "or give the URL of a PostgreSQL server") from error
    with server:
        server.create_role(_OWNER)
        server.create_database(_DATABASE, owner=_OWNER)
        yield server.url(_DATABASE, user=_OWNER)


@contextmanager
def _on_server(db_url: str, source: str) -> Iterator[str]:
    name = f"katana_scratch_{secrets.token_hex(8)}"
    try:
        url = with_database(db_url, name)
        with Session(db_url) as session:
            _check_version(session, source)
            session.run(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    except ServerError as error:
        refused = "the role must be allowed to create databases (CREATEDB)"
        hint = refused if error.sqlstate else "see that `--db-url` leads to a server that runs, or leave it out"
        raise _unavailable(source, f"no scratch database on the given server: {error.text}", hint) from error
    except ValueError as error:
        raise _unavailable(source, f"no scratch database on the given server: {error}", "") from error
    try:
        yield url
    finally:
        with suppress(ServerError), Session(db_url) as session:
            session.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _check_version(session: Session, source: str) -> None:
    ((version,),) = session.rows("SELECT pg_catalog.current_setting('server_version_num')")
    if int(version) // 10_000 < _OLDEST:
        message = f"the given server is PostgreSQL {int(version) // 10_000}, which is too old"
        raise _unavailable(source, message, f"use PostgreSQL {_OLDEST} or newer")


def with_database(db_url: str, name: str) -> str:
    """The URL with another database.

    Raises:
        ValueError: not a PostgreSQL URL.
    """
    parts = urlsplit(db_url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise ValueError("the URL has the form postgresql://user:password@host:port/database")
    return urlunsplit(parts._replace(path="/" + quote(name, safe="")))


def _unavailable(source: str, message: str, hint: str) -> DiagnosticsError:
    return DiagnosticsError([Diagnostic(file=source, message=message, code="no-database", hint=hint)])
