"""`katana ir bundle`: a specification of many files as one JSON document, descriptions included."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

import msgspec

from katana.cli import _options
from katana.cli._command import Command
from katana.cli._ir_dump import emit
from katana.cli._report import Report


def _arguments(parser: ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("-i", "--input", required=True, metavar="SPEC", help="an OpenAPI document")
    parser.add_argument(
        "-o", "--output", metavar="FILE", default="-", help="where to write (default: -, standard output)"
    )
    _options.reporting(parser)


def _run(options: Namespace, report: Report) -> None:
    """Bundles and writes."""
    from katana import spec

    report.stdout_taken = options.output == "-"
    emit(msgspec.json.encode(spec.bundle(Path(options.input))) + b"\n", options.output)


COMMAND = Command(
    help="bundle a specification and the files it refers to into one JSON document",
    example="katana ir bundle -i src/openapi/users.yaml -o users.json",
    arguments=_arguments,
    run=_run,
)
