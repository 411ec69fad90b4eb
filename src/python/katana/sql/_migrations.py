"""Migrations: numbered files, their order, what must not stand in them.

In: the schema's files. Out: `WrittenMigration` values in order, and diagnostics. Never: a server.

`0001_create_users.up.sql` (or `.sql`) is step 1, `0001_create_users.down.sql` takes it back. Numbers go up by one from
1, or are dates (`20260301120000_create_users.sql`). A single file without a number is the whole schema, step 1.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from katana.diagnostics import Diagnostic, DiagnosticsError
from katana.ir import Migration
from katana.sql._lexer import Token, tokens
from katana.sql._psql import command_error, without_guards
from katana.sql._source import Source, read_source

_FILE = re.compile(r"(?P<number>[0-9]{1,18})_(?P<name>[A-Za-z0-9][A-Za-z0-9_-]*)(?:\.(?P<way>up|down))?\.sql")
_PLAIN = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_-]*)\.sql")
_DATE_FROM = 10_000_000
"""Numbers from here on are dates, which have gaps by nature."""

_WAY_BACK = re.compile(
    r"--+[ \t]*(?:\+(?:goose|migrate)[ \t]+down|migrate:down|create above / drop below)\b", re.IGNORECASE
)
"""How goose, sql-migrate, dbmate and tern begin the way back in the file of the way there."""

_MAX_REPEATED = 10
_HINT_NAME = "name it like `0001_create_users.up.sql`, and `0001_create_users.down.sql` for the way back"


@dataclass(frozen=True)
class WrittenMigration:
    """A step as written; `down` is None when there is no way back."""

    number: int
    name: str
    up: Source
    down: Source | None

    def as_ir(self) -> Migration:
        """The migration for the IR."""
        return Migration(
            number=self.number,
            name=self.name,
            up=self.up.text,
            checksum=hashlib.sha256(self.up.text.encode()).hexdigest(),
            down=self.down.text if self.down is not None else "",
        )


def read_migrations(files: Sequence[Path]) -> tuple[list[WrittenMigration], list[Diagnostic]]:
    """Read and order the files."""
    diagnostics: list[Diagnostic] = []
    ups: dict[int, tuple[str, Source]] = {}
    downs: dict[int, tuple[str, Source]] = {}
    for path in sorted(files, key=lambda path: (path.name, str(path))):
        try:
            source = without_guards(read_source(path))
        except DiagnosticsError as error:
            diagnostics += error.diagnostics
            continue
        match = _FILE.fullmatch(path.name)
        if match is not None:
            steps = downs if match.group("way") == "down" else ups
            diagnostics += _add(steps, int(match.group("number")), match.group("name"), source)
        elif len(files) == 1 and (plain := _PLAIN.fullmatch(path.name)):
            ups[1] = (plain.group("name"), source)
        else:
            diagnostics.append(_file_error(source, "this is no name of a migration", "bad-migration-name", _HINT_NAME))
    diagnostics += _check_order(ups, downs)
    for _, source in (*ups.values(), *downs.values()):
        diagnostics += check_script(source)
    steps_in_order = [
        WrittenMigration(n, name, source, downs[n][1] if n in downs else None)
        for n, (name, source) in sorted(ups.items())
    ]
    return steps_in_order, diagnostics


def _file_error(source: Source, message: str, code: str, hint: str) -> Diagnostic:
    return Diagnostic(file=source.file, message=message, code=code, hint=hint)


def _add(steps: dict[int, tuple[str, Source]], number: int, name: str, source: Source) -> list[Diagnostic]:
    if number not in steps:
        steps[number] = (name, source)
        return []
    message = f"{source.name} and {steps[number][1].name} have the same number"
    return [_file_error(source, message, "duplicate-migration", "give each step a number of its own")]


def _check_order(ups: dict[int, tuple[str, Source]], downs: dict[int, tuple[str, Source]]) -> Iterator[Diagnostic]:
    expected = 1
    for number, (_, source) in sorted(ups.items()):
        if number >= _DATE_FROM:
            break
        if number != expected:
            message = (
                f"migration {number} follows {expected - 1}" if expected > 1 else f"the first migration is {number}"
            )
            yield _file_error(source, message, "migration-gap", f"number it {expected:04d}, or add the missing step")
        expected = number + 1
    for number, (name, source) in sorted(downs.items()):
        if number not in ups:
            yield _file_error(
                source, "the way back of a step that is not there", "migration-gap", f"add {number}'s up file"
            )
        elif ups[number][0] != name:
            message = f"{source.name} and {ups[number][1].name} differ in their names"
            yield _file_error(source, message, "bad-migration-name", "give the two files of a step one name")


def check_script(source: Source) -> list[Diagnostic]:
    """What a server would misunderstand: commands of psql, data for psql, statements about databases."""
    found: list[Diagnostic] = []
    statement: list[Token] = []
    in_command_until = -1
    for token in tokens(source.text):
        if token.kind == "comment" and _WAY_BACK.match(token.text):
            found.append(_way_back_error(source, token))
        if token.start < in_command_until or not token.significant:
            continue
        if token.kind == "command":
            error, in_command_until = command_error(source, token)
            found.append(error)
        elif token.text != ";":
            statement.append(token)
            continue
        found += _check_statement(source, statement)
        statement.clear()
    found += _check_statement(source, statement)
    return found[:_MAX_REPEATED]


def _way_back_error(source: Source, token: Token) -> Diagnostic:
    message = "the way back stands in the file of the way there, and both would be run"
    hint = "move what follows to a file of its own, `0001_create_users.down.sql`"
    return source.diagnostic(token.start, message, "way-back-in-file", width=len(token.text), hint=hint)


def _check_statement(source: Source, statement: list[Token]) -> Iterator[Diagnostic]:
    words = [token.text.upper() for token in statement[:2]]
    if words in (["CREATE", "DATABASE"], ["DROP", "DATABASE"]):
        message = f"{' '.join(words)} in a schema, which describes the inside of one database"
        hint = "remove the statement: the database is made by whoever runs the migrations"
        width = statement[1].end - statement[0].start
        yield source.diagnostic(statement[0].start, message, "database-statement", width=width, hint=hint)
    elif words[:1] == ["COPY"]:
        for token in statement:
            if token.text.upper() in ("STDIN", "STDOUT"):
                message = f"COPY with {token.text.upper()} needs psql at the other end"
                hint = "leave the rows out (`pg_dump --schema-only`), or export them with `pg_dump --inserts`"
                yield source.diagnostic(token.start, message, "psql-copy", width=len(token.text), hint=hint)
