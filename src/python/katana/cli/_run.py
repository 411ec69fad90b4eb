"""One run of the command: parses the command line, runs one command, turns whatever happens into text and a status.

In: arguments. Out: an `Exit`, and text. Never: an exception, except for KeyboardInterrupt; a stack, unless
KATANA_TRACEBACK asks for that of a bug.
"""

from __future__ import annotations

import os
import sys
import traceback
from argparse import Namespace
from collections.abc import Callable, Sequence

from katana.cli import _terminal
from katana.cli._exit import CommandError, Exit, UsageError
from katana.cli._parser import parse
from katana.cli._report import Report
from katana.diagnostics import DiagnosticsError


def run(arguments: Sequence[str]) -> Exit:
    """Runs one command line and says how it ended."""
    try:
        status = _run(arguments)
        sys.stdout.flush()
    except SystemExit:  # argparse has printed help or the version
        return Exit.OK
    except BrokenPipeError:
        return _pipe_closed()
    return status


def _run(arguments: Sequence[str]) -> Exit:
    as_json = "--json" in arguments
    report = Report(command="")
    try:
        parsed = parse(arguments)
    except UsageError as error:
        report.error = error
    else:
        report = Report(command=parsed.name, quiet=parsed.quiet)
        as_json = parsed.report_json
        _guarded(parsed.run, parsed, report)
    _show(report, as_json=as_json)
    return report.exit()


def _guarded(command: Callable[[Namespace, Report], None], parsed: Namespace, report: Report) -> None:
    """Runs the command; what it raises becomes part of the report."""
    try:
        command(parsed, report)
    except DiagnosticsError as error:
        report.add(error.diagnostics)
    except CommandError as error:
        report.error = error
    except BrokenPipeError:
        raise
    except OSError as error:
        report.error = _of_system(error)
    except Exception as error:  # noqa: BLE001 - a bug of ours: the user gets one line, not our stack
        if os.environ.get("KATANA_TRACEBACK"):
            traceback.print_exc()
        report.error = CommandError(
            f"internal error: {type(error).__name__}: {_first_line(error)}",
            hint="this is a bug in Katana; run again with KATANA_TRACEBACK=1 and report what it prints",
            status=Exit.INTERNAL,
        )


def _show(report: Report, *, as_json: bool) -> None:
    if as_json:
        stream = sys.stderr if report.stdout_taken else sys.stdout
        stream.write(report.as_json().decode())
        return
    _terminal.show_diagnostics(report, sys.stderr)
    if report.error is not None:
        _terminal.show_error(report.error, sys.stderr)
    elif report.exit() == Exit.OK:
        _terminal.show_statistics(report, sys.stderr)


def _of_system(error: OSError) -> CommandError:
    """`users.yaml: No such file or directory`."""
    what = error.strerror or _first_line(error) or type(error).__name__
    return CommandError(f"{error.filename}: {what}" if error.filename else what)


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0]


def _pipe_closed() -> Exit:
    """The reader of our output went away (`| head`): not an error worth words. Keeps Python quiet at exit, too."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Exit.BROKEN_PIPE
