"""`katana ir dump`: a contract as canonical JSON, the input of every generator."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from katana import ir
from katana.cli import _inputs, _locks, _options
from katana.cli._command import Command
from katana.cli._report import Report
from katana.cli._tree import write_file


def _arguments(parser: ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("-i", "--input", metavar="PATH", help="an OpenAPI document, or a directory of SQL")
    parser.add_argument(
        "--kind", choices=("openapi", "sql"), help="what PATH is (default: told by suffix or directory)"
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", default="-", help="where to write (default: -, standard output)"
    )
    _options.strict(parser)
    _options.sql_inputs(parser)
    _options.reporting(parser)


def _run(options: Namespace, report: Report) -> None:
    """Compiles and writes; a file that would not change keeps its modification time."""
    report.stdout_taken = options.output == "-"
    document: ir.Document
    if _inputs.kind_of(options) == "sql":
        document = _locks.compile_sql(options, report)
    else:
        document = _inputs.compile_openapi(_inputs.required(options), report, strict=options.strict)
    _inputs.count(document, report)
    emit(ir.dump(document), options.output)


def emit(content: bytes, output: str) -> None:
    """Writes one document to a file or, for `-`, to standard output."""
    if output == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    path = Path(output)
    if not path.is_file() or path.read_bytes() != content:
        write_file(path, content)


COMMAND = Command(
    help="compile a specification or SQL to IR, as canonical JSON",
    example="katana ir dump -i src/openapi/users.yaml -o users.ir.json",
    arguments=_arguments,
    run=_run,
)
