"""`katana gen openapi`: DTOs, validators, routes and controller interfaces from an OpenAPI document."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from katana import ir
from katana.cli import _inputs, _options, _package_names
from katana.cli._command import Command
from katana.cli._exit import UsageError
from katana.cli._report import Report
from katana.cli._tree import write_tree
from katana.diagnostics import DiagnosticsError


def _arguments(parser: ArgumentParser) -> None:
    """What the command takes."""
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("-i", "--input", metavar="SPEC", help="an OpenAPI document, YAML or JSON")
    source.add_argument("--ir", metavar="FILE", help="IR written by `katana ir dump`")
    parser.add_argument("--source", metavar="SPEC", help="the document of --ir, so that messages can tell lines")
    _options.output_directory(parser, "the file's name and _api, `users_api`")
    _options.strict(parser)
    _options.layer(parser)
    parser.add_argument("--sql", metavar="DIR", help="for --layer high: the directory with schema/ and queries")
    _options.alloc(parser)
    _options.reporting_and_decoder(parser)


def _run(options: Namespace, report: Report) -> None:
    """Compiles, generates, writes."""
    high = _options.chosen_layer(options) == "high"
    if high != (options.sql is not None):
        raise UsageError("--layer high and --sql belong together", hint="for example `--layer high --sql src/sql`")
    decoder = _options.chosen_decoder(options)
    package = _package(options)
    if options.ir is not None:
        api = _inputs.load_ir(options.ir, ir.Api)
    else:
        api = _inputs.compile_openapi(options.input, report, strict=options.strict)
    api = _with_policies(api, decoder, options.alloc)
    _inputs.count(api, report)
    specification = options.input or options.source
    files, packages = _generated(api, package, specification=specification), [package]
    if high:
        from katana.cli import _whole_service

        whole = _whole_service.generate(api, package, Path(options.sql), specification or "", report)
        files |= whole.files
        packages += whole.packages
    report.wrote(write_tree(Path(options.output), files, packages=packages))


def _with_policies(api: ir.Api, decoder: str, alloc: str) -> ir.Api:
    from katana.gen.openapi import with_policies

    return with_policies(api, decoder=decoder, alloc=alloc)


def _generated(api: ir.Api, package: str, *, specification: str | None) -> dict[str, str]:
    """The package; what cannot be generated is reported at its line, if the specification is at hand."""
    from katana.gen.openapi import generate

    try:
        return generate(api, package)
    except DiagnosticsError as error:
        if specification is None:
            raise
        from katana.cli._places import located

        raise DiagnosticsError(located(error.diagnostics, specification)) from error


def _package(options: Namespace) -> str:
    if options.package is not None:
        return _package_names.checked(options.package)
    if options.input is None:
        raise UsageError("--ir needs --package", hint="IR does not know the name of the package, `--package users_api`")
    return _package_names.of_specification(Path(options.input))


COMMAND = Command(
    help="generate DTOs, validators, routes and controller interfaces from an OpenAPI document",
    example="katana gen openapi -i src/openapi/users.yaml -o gen/",
    arguments=_arguments,
    run=_run,
)
