"""Which contract a command reads: a specification, SQL, or IR that `katana ir dump` wrote.

In: options. Out: IR; what its front end has to say goes to the report. Never: an import of the other front end.
"""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

import msgspec

from katana import ir
from katana.cli._exit import CommandError, UsageError
from katana.cli._report import Report
from katana.cli._terminal import progress
from katana.diagnostics import Diagnostic, DiagnosticsError

if TYPE_CHECKING:
    from katana import sql

Kind = Literal["openapi", "sql"]
_SUFFIXES: dict[str, Kind] = {".yaml": "openapi", ".yml": "openapi", ".json": "openapi"}


def kind_of(options: Namespace) -> Kind:
    """What the options of `ir dump` name: `--kind` decides, else the shape of the path.

    Raises:
        UsageError: nothing tells.
    """
    if options.kind is not None:
        kind: Kind = options.kind
        return kind
    if options.schema or options.queries or (options.input is not None and Path(options.input).is_dir()):
        return "sql"
    if options.input is None:
        raise UsageError("nothing to read", hint="-i SPEC, -i DIRECTORY, or --schema and --queries")
    suffix = Path(options.input).suffix.lower()
    if suffix not in _SUFFIXES:
        raise UsageError(f"{options.input}: neither a specification nor a directory", hint="say which with --kind")
    return _SUFFIXES[suffix]


def required(options: Namespace) -> str:
    """The path of `-i`.

    Raises:
        UsageError: it was not given.
    """
    if options.input is None:
        raise UsageError("nothing to read", hint="-i SPEC")
    path: str = options.input
    return path


def load_ir[Document: (ir.Api, ir.Database)](file: str, expected: type[Document]) -> Document:
    """The IR in `file`.

    Raises:
        CommandError: not IR, or of the other kind.
    """
    try:
        document = ir.load(Path(file).read_bytes())
    except ir.IrError as error:
        raise CommandError(f"{file}: {error}", hint="write it with `katana ir dump` of the same version") from error
    if isinstance(document, expected):
        return document
    found = "an API" if isinstance(document, ir.Api) else "a database"
    raise CommandError(f"{file}: the IR of {found}, which this command does not generate from")


def compile_openapi(specification: str, report: Report, *, strict: bool) -> ir.Api:
    """The IR of an OpenAPI document.

    Raises:
        DiagnosticsError: the document is wrong, or `strict` and it has warnings.
    """
    from katana import spec
    from katana.gen.openapi import refusals

    with progress(report, f"compiling {specification}"):
        compiled = spec.compile(Path(specification), refusals=refusals)
    _keep(compiled.warnings, report, strict=strict)
    return _canonical(compiled.api)


def sql_inputs(options: Namespace) -> sql.Inputs:
    """The files that `-i`, `--schema` and `--queries` name.

    Raises:
        DiagnosticsError: the directory of `-i` has no schema.
        UsageError: no files are named.
    """
    from katana import sql

    schema: Sequence[Path] = [Path(file) for file in options.schema]
    queries: Sequence[Path] = [Path(file) for file in options.queries]
    if options.input is not None and not (schema or queries):
        schema, queries = sql.discover(Path(options.input))
    if not (schema or queries):
        raise UsageError("nothing to read", hint="-i DIRECTORY, or --schema and --queries")
    source = _common_name(Path(options.input) if options.input is not None else None, [*schema, *queries])
    return sql.Inputs(schema, queries, source)


def compile_sql_files(inputs: sql.Inputs, *, report: Report, db_url: str | None = None) -> ir.Database:
    """The IR of these files.

    Raises:
        DiagnosticsError: a file is wrong, or PostgreSQL refuses what it says.
    """
    from katana import sql
    from katana.gen.sql import why_unsupported

    schema, queries, source = inputs
    with progress(report, "describing queries with PostgreSQL"):
        compiled = sql.compile(schema, queries, source=source, db_url=db_url, supported=why_unsupported)
    return _canonical(compiled)


def _canonical[Document: (ir.Api, ir.Database)](document: Document) -> Document:
    """`document` as `ir dump` writes it, so that generating in one step and in two gives the same bytes."""
    return cast("Document", ir.load(ir.dump(document)))


def _common_name(directory: Path | None, files: Sequence[Path]) -> str:
    """The name of `directory`, else of the directory that all files lie below: the same on every machine."""
    shared = directory if directory is not None else Path(os.path.commonpath([file.resolve().parent for file in files]))
    return shared.resolve().name or "sql"


def count(document: ir.Document, report: Report) -> None:
    """Adds what the document holds to the statistics."""
    if isinstance(document, ir.Api):
        report.count(operations=len(document.operations), types=len(document.types))
    else:
        report.count(migrations=len(document.migrations), tables=len(document.tables), queries=len(document.queries))


def _keep(warnings: Iterable[Diagnostic], report: Report, *, strict: bool) -> None:
    warnings = tuple(warnings)
    if strict and warnings:
        raise DiagnosticsError(msgspec.structs.replace(warning, severity="error") for warning in warnings)
    report.add(warnings)
