"""What a terminal shows: colour only there, and nothing that a contract could steer it with."""

import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

import katana.cli.__main__
from katana.cli import _terminal
from katana.cli._exit import CommandError
from katana.cli._report import Report
from katana.diagnostics import Diagnostic

AS_A_MODULE = katana.cli.__main__
"""Imported so that build tools put it beside these tests, which run it with `-m`."""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")


def shown(stream: io.StringIO, *diagnostics: Diagnostic) -> str:
    _terminal.show_diagnostics(Report("c", diagnostics=list(diagnostics)), stream)
    return stream.getvalue()


def test_a_file_gets_no_escape_sequence() -> None:
    assert "\x1b" not in shown(io.StringIO(), Diagnostic(file="f", message="m", code="c", hint="h"))


def test_a_terminal_gets_the_same_text_in_colour(tmp_path: Path) -> None:
    file = tmp_path / "users.yaml"
    file.write_text("one: |\n two\n")
    problems = [
        Diagnostic(file=str(file), message="bad", code="c", line=1, column=3, width=2, hint="good", pointer="/one"),
        Diagnostic(file=str(file), message="so-so", code="c", line=2, severity="warning"),
    ]
    coloured = shown(Terminal(), *problems)
    assert f"\x1b[1m{file}:1:3:\x1b[0m \x1b[31merror:\x1b[0m bad [c]" in coloured
    assert f"\x1b[1m{file}:2:\x1b[0m \x1b[33mwarning:\x1b[0m so-so [c]" in coloured
    assert "    | \x1b[31m  ^^\x1b[0m\n" in coloured
    assert "  \x1b[36mhelp:\x1b[0m good\n" in coloured
    for sequence in ("\x1b[0m", "\x1b[1m", "\x1b[31m", "\x1b[33m", "\x1b[36m"):
        coloured = coloured.replace(sequence, "")
    assert coloured == shown(io.StringIO(), *problems)


@pytest.mark.parametrize(("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_colour_can_be_refused(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    assert "\x1b" not in shown(Terminal(), Diagnostic(file="f", message="m", code="c"))


def test_a_contract_cannot_steer_the_terminal() -> None:
    hostile = "\x1b]0;owned\x07\x1b[2J\r\u202eevil"
    text = shown(io.StringIO(), Diagnostic(file=f"f{hostile}", message=hostile, code="c", hint=hostile))
    assert all(c.isprintable() or c == "\n" for c in text)
    stream = io.StringIO()
    _terminal.show_error(CommandError(hostile, hint=hostile), stream)
    assert all(c.isprintable() or c == "\n" for c in stream.getvalue())


def test_errors_and_warnings_are_counted() -> None:
    error = Diagnostic(file="f", message="m", code="c")
    warning = Diagnostic(file="f", message="m", code="c", severity="warning")
    assert shown(io.StringIO(), error, error, warning).endswith("katana: 2 errors, 1 warning\n")
    assert "katana:" not in shown(io.StringIO(), warning)


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        ({"operations": 1, "queries": 2, "repositories": 1}, "katana: 1 operation, 2 queries, 1 repository in "),
        ({"files_written": 1, "files_unchanged": 0, "files_removed": 0}, "katana: 1 file written in "),
        (
            {"files_written": 0, "files_unchanged": 3, "files_removed": 1},
            "0 files written, 3 files unchanged, 1 file removed",
        ),
    ],
)
def test_statistics_are_a_sentence(counts: dict[str, int], text: str) -> None:
    stream = io.StringIO()
    _terminal.show_statistics(Report("c", counts=counts), stream)
    assert text in stream.getvalue()


def test_progress_is_silent_when_the_work_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    with _terminal.progress(Report("c"), "thinking"):
        pass
    assert stream.getvalue() == ""


def test_progress_is_shown_and_wiped_when_the_work_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(_terminal, "_PATIENCE", 0.0)
    with _terminal.progress(Report("c"), "thinking"):
        while "thinking" not in stream.getvalue():
            os.sched_yield()
    assert stream.getvalue() == "katana: thinking ...\r" + " " * 20 + "\r"


def test_progress_is_silent_outside_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(_terminal, "_PATIENCE", 0.0)
    with _terminal.progress(Report("c"), "thinking"):
        pass
    assert stream.getvalue() == ""


def test_a_real_terminal_sees_colour(tmp_path: Path) -> None:
    terminal, end = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "TERM": "xterm"}
    done = subprocess.run(
        [sys.executable, "-m", "katana.cli", "ir", "dump"], stderr=end, check=False, cwd=tmp_path, env=environment
    )
    shown_there = os.read(terminal, 1024)
    os.close(end)
    os.close(terminal)
    assert shown_there.startswith(b"katana: \x1b[31merror:\x1b[0m nothing to read")
    assert done.returncode == 2
