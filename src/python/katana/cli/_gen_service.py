"""`katana gen service`: the module that builds controllers and serves them."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from katana.cli import _options
from katana.cli._command import Command
from katana.cli._report import Report
from katana.cli._tree import write_tree


def _arguments(parser: ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--manifest", required=True, metavar="FILE", help="JSON that names the parts of the service")
    parser.add_argument("-o", "--output", required=True, metavar="DIR", help="directory that gets the package")
    _options.layer(parser)
    _options.reporting(parser)


def _run(options: Namespace, report: Report) -> None:
    """Reads the manifest and the sources it names, generates, writes."""
    from katana.cli import _service_inputs
    from katana.gen import service

    planned = service.plan(_service_inputs.read(options.manifest, _options.chosen_layer(options)))
    report.count(controllers=len(planned.controllers), repositories=len(planned.repositories))
    package = planned.inputs.manifest.package
    report.wrote(write_tree(Path(options.output), service.generate(planned), packages=[package]))


COMMAND = Command(
    help="generate the main module of a service from its manifest",
    example="katana gen service --manifest server.json -o gen/",
    arguments=_arguments,
    run=_run,
)
