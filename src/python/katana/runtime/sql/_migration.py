"""Migrations as data: what a program brings, what a database has, and whether the two belong together.

In: the program's migrations and the rows of `katana_migrations`. Out: what is to be applied, or every disagreement.
Never: a connection.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct


class Migration(Struct, frozen=True, kw_only=True):
    """A numbered step of the schema. `checksum` is the SHA-256 of `up` as hexadecimal."""

    number: int
    name: str
    up: str
    checksum: str
    down: str = ""

    def __str__(self) -> str:
        return f"migration {self.number} ({self.name})"


class Applied(Struct, frozen=True):
    """A row of `katana_migrations`."""

    number: int
    name: str
    checksum: str


class MigrationError(Exception):
    """The database was not brought to the program's schema. The text says what to do; it may have several lines."""


def pending(migrations: Sequence[Migration], applied: Sequence[Applied]) -> list[Migration]:
    """The migrations that the database lacks, by number.

    Raises:
        MigrationError: the two do not belong together: an applied migration was edited or is unknown, or a new one
            stands before an applied one. Every disagreement is listed.
    """
    ordered = sorted(migrations, key=lambda migration: migration.number)
    problems = _repeated(ordered)
    known = {migration.number: migration for migration in ordered}
    newest_known = max(known, default=0)
    newest_applied = max((row.number for row in applied), default=0)
    for row in sorted(applied, key=lambda row: row.number):
        migration = known.get(row.number)
        if migration is None:
            problems.append(_unknown(row, newest_known))
        elif migration.checksum != row.checksum:
            problems.append(
                f"{migration} was edited after it had been applied (SHA-256 {row.checksum[:12]} then, "
                f"{migration.checksum[:12]} now): restore it, and put the change into a new migration"
            )
    have = {row.number for row in applied}
    missing = [migration for migration in ordered if migration.number not in have]
    problems += [
        f"{migration} comes before migration {newest_applied}, which has been applied: give it a number of "
        f"{max(newest_applied, newest_known) + 1} or more"
        for migration in missing
        if migration.number < newest_applied
    ]
    if problems:
        raise MigrationError("\n".join(problems))
    return missing


def _repeated(ordered: Sequence[Migration]) -> list[str]:
    neighbours = pairwise(ordered)
    return [f"{a} and {b} have the same number" for a, b in neighbours if a.number == b.number]


def _unknown(row: Applied, newest_known: int) -> str:
    what = f"migration {row.number} ({row.name}) has been applied to the database"
    if row.number > newest_known:
        return f"{what} by a newer program than this one, which knows up to {newest_known}: run the newer program"
    return f"{what}, but this program does not have it: restore its file"


def failure(migration: Migration, message: str, position: int, hint: str) -> MigrationError:
    """The error for SQL that PostgreSQL refused, with an excerpt.

    Args:
        migration: what was being applied.
        message: PostgreSQL's, with SQLSTATE.
        position: where in `up`, in characters from 1; 0: unknown.
        hint: PostgreSQL's or ours; may be empty.
    """
    lines = [f"{migration} failed: {message}"]
    if position > 0:
        before = migration.up[: position - 1]
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1)
        text = migration.up.split("\n")[line - 1].replace("\t", " ").rstrip("\r")
        start = max(0, column - 80)
        shown = "".join(c if c.isprintable() else "?" for c in text[start : start + 160])
        lines[0] = f"{migration} failed at line {line}: {message}"
        lines += [f"  {line} | {shown}", f"  {' ' * len(str(line))} | {' ' * (column - start)}^"]
    if hint:
        lines.append(f"  help: {hint}")
    return MigrationError("\n".join(lines))
