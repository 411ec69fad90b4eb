"""`katana schema extensions`: the JSON Schema of `x-katana-*`, for editors and linters."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace

from katana.cli import _options
from katana.cli._command import Command
from katana.cli._ir_dump import emit
from katana.cli._report import Report


def _arguments(parser: ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument(
        "-o", "--output", metavar="FILE", default="-", help="where to write (default: -, standard output)"
    )
    _options.reporting(parser)


def _run(options: Namespace, report: Report) -> None:
    """Writes the schema that the compiler itself checks with."""
    from katana import spec

    report.stdout_taken = options.output == "-"
    emit(json.dumps(spec.extensions_schema(), indent=2).encode() + b"\n", options.output)


COMMAND = Command(
    help="write the JSON Schema of the x-katana-* extensions, for editors and linters",
    example="katana schema extensions -o x-katana.schema.json",
    arguments=_arguments,
    run=_run,
)
