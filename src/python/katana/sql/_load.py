"""Migrations, run in order on a scratch database.

In: its URL, the steps. Out: the diagnostics of the first step that fails; a later one could only fail because of it.
Never: anything a step left behind in its session reaches the next (search_path, open transactions, temporary tables).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from katana.diagnostics import Diagnostic
from katana.sql._lexer import tokens
from katana.sql._migrations import WrittenMigration
from katana.sql._session import ServerError, Session
from katana.sql._source import Source

_STATEMENT_TIMEOUT = "60s"
_INSUFFICIENT_PRIVILEGE = "42501"
_NOT_SUPPORTED = "0A000"
_UNDEFINED_OBJECT = "42704"
_NEEDS_NO_TRANSACTION = "25001"
_DUPLICATE_SCHEMA = "42P06"
_ROLE = re.compile(r'role "')
_EXTENSION = re.compile(r'CREATE\s+EXTENSION\s+(?:IF\s+NOT\s+EXISTS\s+)?"?(?P<name>[\w-]+)', re.IGNORECASE)
_BUILT_IN = {
    "pgcrypto": "gen_random_uuid() and sha256() need no extension; ",
    "uuid-ossp": "gen_random_uuid() and uuidv7() need no extension; ",
}
_NO_EXTENSION = "for an extension that is not part of PostgreSQL here, give the URL of a server that has it (--db-url)"
_NO_ROLE = (
    "export the schema with `pg_dump --schema-only --no-owner --no-privileges`, or make the role in a migration "
    "(CREATE ROLE, in a DO block that looks whether it is there)"
)
_THERE = "write CREATE SCHEMA IF NOT EXISTS; every database has `public`"
_ALONE = "put this statement alone into a migration of its own"
_NO_RIGHTS = "schemas run without the rights of a superuser here; give the URL of a server with a role that has them"


def load(url: str, migrations: Sequence[WrittenMigration]) -> list[Diagnostic]:
    """Run every step; an empty list means that all went well.

    Raises:
        ServerError: there is no connection.
    """
    for migration in migrations:
        with Session(url) as session:
            diagnostic = _run(session, migration.up)
        if diagnostic is not None:
            return [diagnostic]
    return []


def _run(session: Session, source: Source) -> Diagnostic | None:
    try:
        session.run(f"SET statement_timeout = '{_STATEMENT_TIMEOUT}'")
        session.run(source.text)
    except ServerError as error:
        offset = error.position - 1 if error.position else _failing_statement(session, source)
        hint = _hint(error, source, offset)
        return source.diagnostic(offset, error.text, "migration-failed", width=token_width(source, offset), hint=hint)
    if session.in_transaction:
        hint = "end it with COMMIT, or remove BEGIN: each migration runs in a transaction anyway"
        return source.diagnostic(0, "the migration leaves a transaction open", "open-transaction", hint=hint)
    return None


def _hint(error: ServerError, source: Source, offset: int) -> str:
    about_role = _ROLE.search(error.message.lower()) is not None
    if error.sqlstate in (_UNDEFINED_OBJECT, _INSUFFICIENT_PRIVILEGE) and about_role:
        return _NO_ROLE
    if error.sqlstate == _INSUFFICIENT_PRIVILEGE:
        return _NO_RIGHTS
    if error.sqlstate == _NEEDS_NO_TRANSACTION:
        return _ALONE
    if error.sqlstate == _DUPLICATE_SCHEMA:
        return _THERE
    extension = _EXTENSION.match(source.text, offset) if error.sqlstate == _NOT_SUPPORTED else None
    if extension is None:
        return error.hint
    return _BUILT_IN.get(extension.group("name").lower(), "") + _NO_EXTENSION


def _failing_statement(session: Session, source: Source) -> int:
    """Where the statement begins whose error names no position. The script is rolled back: run it piece by piece."""
    try:
        session.run("ROLLBACK; BEGIN")
    except ServerError:
        return 0
    for start, end in statements(source.text):
        try:
            session.run(source.text[start:end])
        except ServerError:
            return start
    return 0


def statements(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each statement, as psql splits: not in parentheses, not in a body of BEGIN ATOMIC ... END."""
    start = -1
    depth = blocks = 0
    previous = ""
    for token in tokens(text):
        if not token.significant:
            continue
        if start < 0:
            start = token.start
        word = token.text.upper()
        depth += (token.text == "(") - (token.text == ")")
        if (previous, word) == ("BEGIN", "ATOMIC") or (blocks and word == "CASE"):
            blocks += 1
        elif blocks and word == "END":
            blocks -= 1
        elif word == ";" and depth <= 0 and not blocks:
            yield start, token.end
            start, depth = -1, 0
        previous = word
    if start >= 0:
        yield start, len(text)


def token_width(source: Source, offset: int) -> int:
    """How much to underline at `offset`: the rest of the token there, on its line."""
    for token in tokens(source.text[offset : offset + 200]):
        return max(1, len(token.text.split("\n", 1)[0])) if token.significant else 1
    return 1
