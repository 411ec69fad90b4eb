"""`katana gen hooks`: the files in which the controllers of the high layer are extended.

They belong to the user from the moment they exist: a file that is there is left alone, whatever it holds.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from katana.cli import _options
from katana.cli._command import Command
from katana.cli._report import Report


def _arguments(parser: ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--manifest", required=True, metavar="FILE", help="JSON that names the parts of the service")
    parser.add_argument("-o", "--output", required=True, metavar="DIR", help="directory that gets the files")
    _options.reporting(parser)


def _run(options: Namespace, report: Report) -> None:
    """Writes what is not there yet."""
    from katana.cli import _service_inputs
    from katana.gen import service

    files = service.hooks(_service_inputs.read(options.manifest, "high"))
    directory = Path(options.output)
    directory.mkdir(parents=True, exist_ok=True)
    written = 0
    for name, text in sorted(files.items()):
        try:
            with (directory / name).open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            continue
        written += 1
    report.count(files_written=written, files_kept=len(files) - written)


COMMAND = Command(
    help="write the files in which generated controllers are extended, those that are not there yet",
    example="katana gen hooks --manifest server.json -o src/svc/",
    arguments=_arguments,
    run=_run,
)
