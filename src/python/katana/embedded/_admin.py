"""What the owner of an embedded server asks of it through libpq: databases, roles, the password.

In: a connection string and names. Out: nothing. Never: a name in SQL unless libpq has quoted it.
"""

from typing import Self

from psycopg import pq

from katana.embedded._errors import EmbeddedPostgresError
from katana.embedded._settings import SUPERUSER


def create_database(conninfo: str, name: str, *, template: str | None, owner: str | None) -> None:
    """CREATE DATABASE.

    Raises:
        EmbeddedPostgresError: with PostgreSQL's message, for example that it exists.
    """
    with _Connection(conninfo) as connection:
        sql = f"CREATE DATABASE {connection.quote(name)}"
        if owner is not None:
            sql += f" OWNER {connection.quote(owner)}"
        if template is not None:
            sql += f" TEMPLATE {connection.quote(template)}"
        connection.execute(sql)


def drop_database(conninfo: str, name: str) -> None:
    """DROP DATABASE, ending the sessions it has; no error when there is none."""
    with _Connection(conninfo) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {connection.quote(name)} WITH (FORCE)")


def create_role(conninfo: str, name: str) -> None:
    """CREATE ROLE of an ordinary user who may log in; no error when it exists."""
    with _Connection(conninfo) as connection:
        exists = connection.ask("SELECT 1 FROM pg_roles WHERE rolname = $1", name)
        if not exists:
            connection.execute(f"CREATE ROLE {connection.quote(name)} LOGIN CREATEROLE")


def set_password(conninfo: str, password: str) -> None:
    """Give the superuser a password; it leaves this process as a SCRAM verifier only (RFC 5803)."""
    with _Connection(conninfo) as connection:
        verifier = connection.verifier(password)
        connection.execute(f"ALTER ROLE {connection.quote(SUPERUSER)} PASSWORD {connection.literal(verifier)}")


class _Connection:
    """One libpq connection that turns every failure into an EmbeddedPostgresError."""

    def __init__(self, conninfo: str) -> None:
        self._pgconn = pq.PGconn.connect(conninfo.encode())
        if self._pgconn.status != pq.ConnStatus.OK:
            message = self._pgconn.get_error_message("utf-8")
            self._pgconn.finish()
            raise EmbeddedPostgresError(f"cannot connect to the embedded PostgreSQL: {message}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pgconn.finish()

    def quote(self, name: str) -> str:
        return pq.Escaping(self._pgconn).escape_identifier(name.encode()).decode()

    def literal(self, value: bytes) -> str:
        return pq.Escaping(self._pgconn).escape_literal(value).decode()

    def verifier(self, password: str) -> bytes:
        return self._pgconn.encrypt_password(password.encode(), SUPERUSER.encode(), b"scram-sha-256")

    def execute(self, sql: str) -> None:
        self._check(self._pgconn.exec_(sql.encode()))

    def ask(self, sql: str, parameter: str) -> bool:
        result = self._pgconn.exec_params(sql.encode(), [parameter.encode()])
        self._check(result)
        return result.ntuples > 0

    def _check(self, result: pq.abc.PGresult) -> None:
        if result.status not in (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK):
            raise EmbeddedPostgresError(result.get_error_message("utf-8").strip())
