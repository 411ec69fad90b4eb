"""The lock of descriptions: when it is used, made anew, or found out of date.

In: `--lock`, `--offline`, `--check` and the inputs. Out: IR, and perhaps a lock that was written. Never: what is in a
lock, which `katana.sql` knows.
"""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from katana import ir
from katana.cli import _inputs
from katana.cli._exit import UsageError
from katana.cli._report import Report
from katana.cli._tree import write_file
from katana.diagnostics import Diagnostic, DiagnosticsError
from katana.gen.source import GENERATOR

if TYPE_CHECKING:
    from katana import sql

NAME = "sql.lock"


def compile_sql(options: Namespace, report: Report, *, check: bool = False) -> ir.Database:
    """The IR of the SQL that the options name, from its lock if there is a current one.

    Args:
        options: of `_options.sql_inputs`, and `input`.
        report: where statistics go.
        check: describe again whatever the lock says, compare, and write nothing. With `--offline`: compare the lock
            with the files alone.

    Raises:
        DiagnosticsError: a file is wrong, PostgreSQL refuses what it says, or a lock that must be current is not.
        UsageError: no files are named, or `--offline` without a lock.
    """
    inputs = _inputs.sql_inputs(options)
    beside = in_directory(Path(options.input)) if options.input is not None else None
    lock = beside if options.lock is None else Path(options.lock)
    if options.offline:
        if lock is None or not lock.is_file():
            raise UsageError("--offline needs a lock", hint=f"make one with --lock {NAME}, where PostgreSQL can run")
        return _read(lock, inputs)
    return compile_files(inputs, lock, report, db_url=options.db_url, check=check)


def compile_files(
    inputs: sql.Inputs, lock: Path | None, report: Report, *, db_url: str | None = None, check: bool = False
) -> ir.Database:
    """The IR of these files, from the lock if it is current; None: without one."""
    if lock is not None and lock.is_file() and not check:
        try:
            return _read(lock, inputs)
        except DiagnosticsError as error:
            if any(diagnostic.code != "outdated-lock" for diagnostic in error.diagnostics):
                raise
    database = _inputs.compile_sql_files(inputs, report=report, db_url=db_url)
    if lock is not None:
        _keep(lock, database, inputs, check=check)
    return database


def in_directory(directory: Path) -> Path | None:
    """The lock of a directory of SQL, if it has one."""
    lock = directory / NAME
    return lock if lock.is_file() else None


def _read(lock: Path, inputs: sql.Inputs) -> ir.Database:
    from katana import sql

    return sql.read_lock(lock.read_bytes(), inputs, file=str(lock), by=GENERATOR)


def _keep(lock: Path, database: ir.Database, inputs: sql.Inputs, *, check: bool) -> None:
    """Writes the lock, or compares it."""
    from katana import sql

    content = sql.write_lock(database, inputs, by=GENERATOR)
    existing = lock.read_bytes() if lock.is_file() else None
    if existing == content:
        return
    if not check:
        write_file(lock, content)
        return
    if existing is not None:
        _read(lock, inputs)  # says what has changed, if it is the files
    message = "there is no such lock" if existing is None else "PostgreSQL describes the same SQL in another way now"
    hint = "run `katana gen sql` without --check, and commit the lock"
    raise DiagnosticsError([Diagnostic(file=str(lock), message=message, code="outdated-lock", hint=hint)])
