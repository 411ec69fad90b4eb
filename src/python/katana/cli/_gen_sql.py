"""`katana gen sql`: rows, repositories and migrations from annotated SQL."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path

from katana import ir
from katana.cli import _inputs, _locks, _options, _package_names
from katana.cli._command import Command
from katana.cli._exit import UsageError
from katana.cli._report import Report
from katana.cli._tree import differences, write_tree
from katana.diagnostics import Diagnostic, DiagnosticsError


def _arguments(parser: ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("-i", "--input", metavar="DIR", help="a directory with schema/ and queries")
    parser.add_argument("--ir", metavar="FILE", help="IR written by `katana ir dump`")
    _options.output_directory(parser, "the directory's name and _db, `sql_db`")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail when the lock or the output is not up to date"
    )
    _options.sql_inputs(parser)
    _options.reporting(parser)


def _run(options: Namespace, report: Report) -> None:
    """Describes, generates, writes."""
    package = _package(options)
    if options.ir is None:
        database = _locks.compile_sql(options, report, check=options.check)
    elif options.input is not None or options.schema or options.queries or options.lock:
        raise UsageError("--ir is an input of its own", hint="drop -i, --schema, --queries and --lock, or --ir")
    else:
        database = _inputs.load_ir(options.ir, ir.Database)
    from katana.gen.sql import generate

    _inputs.count(database, report)
    root, files = Path(options.output), generate(database, package)
    if options.check:
        _check(root, files, package)
    else:
        report.wrote(write_tree(root, files, packages=[package]))


def _check(root: Path, files: Mapping[str, str], package: str) -> None:
    """Raises DiagnosticsError when the output is not what would be written."""
    hint = "run `katana gen sql` without --check"
    outdated = [
        Diagnostic(file=str(path), message="this is not what the SQL gives now", code="outdated-output", hint=hint)
        for path in differences(root, files, packages=[package])
    ]
    if outdated:
        raise DiagnosticsError(outdated)


def _package(options: Namespace) -> str:
    if options.package is not None:
        return _package_names.checked(options.package)
    if options.input is None:
        raise UsageError("--package is needed when -i names no directory", hint="for example `--package users_db`")
    return _package_names.of_sql(Path(options.input))


COMMAND = Command(
    help="generate rows, repositories and migrations from a directory of annotated SQL",
    example="katana gen sql -i src/sql -o gen/ --package users_db",
    arguments=_arguments,
    run=_run,
)
