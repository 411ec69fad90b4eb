"""`katana gen sql`: rows, repositories and migrations from annotated SQL."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from katana import ir
from katana.cli import _inputs, _options, _package_names
from katana.cli._command import Command
from katana.cli._exit import UsageError
from katana.cli._report import Report
from katana.cli._tree import write_tree


def _arguments(parser: ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("-i", "--input", metavar="DIR", help="a directory with schema/ and queries")
    parser.add_argument("--ir", metavar="FILE", help="IR written by `katana ir dump`")
    _options.output_directory(parser, "the directory's name and _db, `sql_db`")
    _options.sql_inputs(parser)
    _options.reporting(parser)


def _run(options: Namespace, report: Report) -> None:
    """Describes, generates, writes."""
    package = _package(options)
    if options.ir is None:
        database = _inputs.compile_sql(options, report)
    elif options.input is not None or options.schema or options.queries:
        raise UsageError("--ir is an input of its own", hint="drop -i, --schema and --queries, or --ir")
    else:
        database = _inputs.load_ir(options.ir, ir.Database)
    from katana.gen.sql import generate

    _inputs.count(database, report)
    report.wrote(write_tree(Path(options.output), generate(database, package), packages=[package]))


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
