"""Text for people: diagnostics, statistics, errors and progress, on standard error.

In: a `Report`. Out: lines. Never: escape sequences outside a terminal, or control characters that come from a contract
(a hostile specification could otherwise drive the terminal).
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from katana.cli._exit import CommandError
from katana.cli._report import Report
from katana.diagnostics import Diagnostic, render

_RED, _YELLOW, _CYAN, _BOLD, _RESET = ("\x1b[31m", "\x1b[33m", "\x1b[36m", "\x1b[1m", "\x1b[0m")
_SEVERITY = {"error": _RED, "warning": _YELLOW}
_ONLY_IF_ANY = frozenset(("files_unchanged", "files_removed"))
_PATIENCE = 1.0
"""Seconds of silence before a terminal is told what takes so long."""


def coloured(stream: TextIO) -> bool:
    """Whether `stream` is a terminal that wants colour (NO_COLOR, no-color.org, and TERM=dumb are obeyed)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def printable(text: str) -> str:
    """`text` with everything that could steer a terminal replaced; line ends stay."""
    return "".join(c if c.isprintable() or c == "\n" else "?" for c in text)


def show_diagnostics(report: Report, stream: TextIO) -> None:
    """Every diagnostic with its source line."""
    text = printable(render(report.diagnostics, _read))
    stream.write(_in_colour(report.diagnostics, text) if coloured(stream) else text)
    errors = sum(diagnostic.severity == "error" for diagnostic in report.diagnostics)
    if errors:
        warnings = len(report.diagnostics) - errors
        also = f", {plural(warnings, 'warning')}" if warnings else ""
        stream.write(f"katana: {plural(errors, 'error')}{also}\n")


def show_error(error: CommandError, stream: TextIO) -> None:
    """One line, and one more if there is something to do about it."""
    head = f"{_RED}error:{_RESET}" if coloured(stream) else "error:"
    stream.write(f"katana: {head} {printable(error.message)}\n")
    if error.hint:
        stream.write(f"  help: {printable(error.hint)}\n")


def show_statistics(report: Report, stream: TextIO) -> None:
    """`katana: 7 operations, 12 types, 6 files written in 0.31 s`; states of files that no file is in are left out."""
    if report.counts and not report.quiet:
        shown = [(name, number) for name, number in report.counts.items() if number or name not in _ONLY_IF_ANY]
        counts = ", ".join(_counted(name, number) for name, number in shown)
        stream.write(f"katana: {counts} in {report.seconds:.2f} s\n")


@contextmanager
def progress(report: Report, doing: str) -> Iterator[None]:
    """Says on a terminal what is being done when it takes more than a second, and wipes it afterwards."""
    stream = sys.stderr
    if report.quiet or not stream.isatty():
        yield
        return
    shown = threading.Event()
    line = f"katana: {printable(doing)} ..."

    def show() -> None:
        shown.set()
        stream.write(line)
        stream.flush()

    timer = threading.Timer(_PATIENCE, show)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        if shown.is_set():
            stream.write("\r" + " " * len(line) + "\r")
            stream.flush()


def plural(number: int, noun: str) -> str:
    """`1 error`, `2 errors`, `2 queries`."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("y") else f"{number} {noun}s"


def _counted(name: str, number: int) -> str:
    """A statistic by its name in the report: plural nouns (`types`) or states of files (`files_written`)."""
    if name.startswith("files_"):
        return f"{plural(number, 'file')} {name.removeprefix('files_')}"
    noun = name.removesuffix("ies") + "y" if name.endswith("ies") else name.removesuffix("s")
    return plural(number, noun)


def _in_colour(diagnostics: Sequence[Diagnostic], text: str) -> str:
    """The same text with places, severities, carets and help in colour."""
    lines = text.split("\n")
    remaining = iter(diagnostics)
    following = next(remaining, None)
    colour = _RED
    for number, line in enumerate(lines):
        head = printable(f"{following.place}: {following.severity}: ") if following is not None else ""
        if following is not None and line.startswith(head):
            colour = _SEVERITY[following.severity]
            severity = f"{colour}{following.severity}:{_RESET}"
            lines[number] = f"{_BOLD}{printable(following.place)}:{_RESET} {severity} {line.removeprefix(head)}"
            following = next(remaining, None)
        else:
            lines[number] = _coloured_line(line, colour)
    return "\n".join(lines)


def _coloured_line(line: str, colour: str) -> str:
    if line.startswith("  help: "):
        return f"  {_CYAN}help:{_RESET} {line.removeprefix('  help: ')}"
    margin, bar, carets = line.partition(" | ")
    if bar and not margin.strip() and not carets.strip(" ^"):
        return f"{margin}{bar}{colour}{carets}{_RESET}"
    return line


def _read(file: str) -> str | None:
    try:
        return Path(file).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
