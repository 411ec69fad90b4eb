"""`katana check service`: do the controllers keep the contract?"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from katana.cli import _options
from katana.cli._command import Command
from katana.cli._exit import CommandError
from katana.cli._report import Report
from katana.cli._terminal import progress


def _arguments(parser: ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--manifest", required=True, metavar="FILE", help="JSON that names the parts of the service")
    parser.add_argument(
        "--source-root",
        action="append",
        default=[],
        metavar="DIR",
        help="a directory that imports start from; may be given several times",
    )
    parser.add_argument(
        "--python-executable",
        metavar="P",
        help="the interpreter whose packages the controllers use (default: this one)",
    )
    _options.reporting(parser)


def _run(options: Namespace, report: Report) -> None:
    """Checks and reports; writes nothing."""
    from katana import contract
    from katana.cli import _places, _service_inputs

    inputs = _service_inputs.read(options.manifest)
    report.count(
        controllers=len(inputs.manifest.controllers),
        operations=sum(len(api.operations) for api in inputs.apis.values()),
    )
    try:
        with progress(report, "checking types"):
            found = contract.check(
                inputs,
                source_roots=[Path(root) for root in options.source_root],
                python_executable=options.python_executable,
                locate=_places.locator(inputs),
            )
    except contract.ContractToolError as error:
        raise CommandError(error.message, hint=error.hint) from error
    report.add(found)


COMMAND = Command(
    help="check the controllers of a service against its contracts",
    example="katana check service --manifest server.json --source-root src --source-root gen",
    arguments=_arguments,
    run=_run,
)
