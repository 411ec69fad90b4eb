"""The entry point: every way to end, none of them a traceback."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import katana.cli.__main__
from katana.cli import _gen_openapi
from katana.cli._command import Command
from katana.cli._exit import CommandError, Exit, UsageError
from katana.cli._parser import _GROUPS, build
from katana.cli._report import Report
from katana.cli._run import run
from katana.cli.main import main
from katana.diagnostics import Diagnostic, DiagnosticsError

AS_A_MODULE = katana.cli.__main__
"""Imported so that build tools put it beside these tests, which run it with `-m`."""

GEN = ("gen", "openapi", "-i", "users.yaml", "-o", "gen")
PROBLEM = Diagnostic(file="users.yaml", line=3, column=5, code="bad", message="this is wrong", hint="write that")


def command_that(outcome: object) -> Command:
    def act(_options: argparse.Namespace, report: Report) -> None:
        report.count(operations=7, queries=1)
        if isinstance(outcome, BaseException):
            raise outcome
        if isinstance(outcome, Diagnostic):
            report.add([outcome])

    real = _gen_openapi.COMMAND
    return Command(help=real.help, example=real.example, arguments=real.arguments, run=act)


def run_with(monkeypatch: pytest.MonkeyPatch, outcome: object, *more: str) -> Exit:
    monkeypatch.setitem(_GROUPS["gen"][1], "openapi", command_that(outcome))
    return run([*GEN, *more])


def test_success_ends_with_statistics_on_standard_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_with(monkeypatch, None) == Exit.OK
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("katana: 7 operations, 1 query in ")


def test_quiet_says_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_with(monkeypatch, None, "--quiet") == Exit.OK
    assert capsys.readouterr() == ("", "")


def test_diagnostics_are_printed_and_end_in_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_with(monkeypatch, DiagnosticsError([PROBLEM])) == Exit.CONTRACT
    err = capsys.readouterr().err
    assert err.startswith("users.yaml:3:5: error: this is wrong [bad]\n")
    assert "  help: write that\n" in err
    assert err.endswith("katana: 1 error\n")


def test_a_warning_does_not_fail(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    warning = Diagnostic(file="f", code="c", message="m", severity="warning")
    assert run_with(monkeypatch, warning) == Exit.OK
    assert "f: warning: m [c]" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "status", "text"),
    [
        (
            UsageError("that is unsupported", hint="do this"),
            Exit.USAGE,
            "katana: error: that is unsupported\n  help: do",
        ),
        (CommandError("no disk"), Exit.ENVIRONMENT, "katana: error: no disk\n"),
        (
            PermissionError(13, "Permission denied", "gen/x"),
            Exit.ENVIRONMENT,
            "katana: error: gen/x: Permission denied\n",
        ),
        (OSError("odd"), Exit.ENVIRONMENT, "katana: error: odd\n"),
        (ZeroDivisionError("oh\nno"), Exit.INTERNAL, "katana: error: internal error: ZeroDivisionError: oh\n"),
        (RecursionError("deep"), Exit.INTERNAL, "KATANA_TRACEBACK=1"),
    ],
)
def test_every_failure_is_a_status_and_a_line(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    status: Exit,
    text: str,
) -> None:
    assert run_with(monkeypatch, error) == status
    err = capsys.readouterr().err
    assert text in err
    assert "Traceback" not in err


def test_an_interruption_is_a_status_and_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(_GROUPS["gen"][1], "openapi", command_that(KeyboardInterrupt()))
    monkeypatch.setattr(sys, "argv", ["katana", *GEN])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == Exit.INTERRUPTED
    assert capsys.readouterr().err == "katana: interrupted\n"


def test_the_traceback_of_a_bug_can_be_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KATANA_TRACEBACK", "1")
    assert run_with(monkeypatch, ZeroDivisionError("oh")) == Exit.INTERNAL
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_json_reports_diagnostics_and_statistics_on_standard_output(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_with(monkeypatch, DiagnosticsError([PROBLEM]), "--json") == Exit.CONTRACT
    out, err = capsys.readouterr()
    assert err == ""
    report = json.loads(out)
    assert report.pop("statistics").keys() == {"operations", "queries", "seconds"}
    assert report == {
        "command": "gen openapi",
        "ok": False,
        "exit": 1,
        "diagnostics": [
            {
                "file": "users.yaml",
                "message": "this is wrong",
                "code": "bad",
                "line": 3,
                "column": 5,
                "hint": "write that",
            }
        ],
    }


def test_json_reports_a_wrong_command_line_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gen", "openapi", "--json", "-i", "x.yaml"]) == Exit.USAGE
    report = json.loads(capsys.readouterr().out)
    assert report["exit"] == 2
    assert "-o" in report["error"]["message"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "required: COMMAND"),
        (("gen",), "required: WHAT"),
        (("generate",), "invalid choice: 'generate'"),
        (("gen", "openapi", "-o", "x"), "one of the arguments -i/--input --ir is required"),
        ((*GEN, "--layer", "high"), "--layer high and --sql belong together"),
        ((*GEN, "--layer", "lower"), "--layer lower: not one of high, mid"),
        ((*GEN, "--json", "simd"), "--json simd: not one of ondemand, dom, zero-copy"),
        ((*GEN, "--json=fast"), "--json fast: not one of ondemand, dom, zero-copy"),
        ((*GEN, "--alloc", "stack"), "argument --alloc: invalid choice: 'stack'"),
        ((*GEN, "--package", "not-a-name"), "'not-a-name' is not a Python identifier"),
        (("gen", "openapi", "--ir", "x.json", "-o", "gen"), "--ir needs --package"),
        (("gen", "sql", "-o", "gen"), "--package is needed"),
        (("gen", "sql", "-o", "gen", "--package", "db"), "nothing to read"),
        (("gen", "sql", "-i", "sql", "--ir", "x", "-o", "gen"), "--ir is an input of its own"),
        (("ir", "dump"), "nothing to read"),
        (("ir", "dump", "-i", "contract.txt"), "neither a specification nor a directory"),
        (("ir", "dump", "--strict", "--stric"), "unrecognized arguments: --stric"),
    ],
)
def test_a_wrong_command_line_is_one_message(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    assert run(arguments) == Exit.USAGE
    err = capsys.readouterr().err
    assert message in err
    assert err.startswith("katana: error: ")


@pytest.mark.parametrize(
    "command", [(group, name) for group, (_, commands) in _GROUPS.items() for name in commands], ids=" ".join
)
def test_every_command_has_help_with_an_example_that_parses(
    capsys: pytest.CaptureFixture[str], command: tuple[str, str]
) -> None:
    assert run([*command, "--help"]) == Exit.OK
    out = capsys.readouterr().out
    example = out.partition("example:\n")[2].strip()
    program, *arguments = example.split()
    assert program == "katana"
    assert build().parse_args(arguments).name == " ".join(command)


def test_a_missing_file_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "missing.json"
    assert run(["gen", "sql", "--ir", str(missing), "-o", str(tmp_path), "--package", "db"]) == Exit.ENVIRONMENT
    assert capsys.readouterr().err == f"katana: error: {missing}: No such file or directory\n"


def test_something_that_is_not_ir_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "ir.json"
    file.write_text("{}")
    assert run(["gen", "sql", "--ir", str(file), "-o", str(tmp_path), "--package", "db"]) == Exit.ENVIRONMENT
    assert "not Katana IR" in capsys.readouterr().err


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    """`katana ... --json | true`: no message, the status that SIGPIPE would give."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as closed:
        ended = subprocess.run(
            [sys.executable, "-m", "katana.cli", "ir", "dump", "-o", "x", "--json"],
            stdout=closed,
            stderr=subprocess.PIPE,
            check=False,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )
    assert ended.stderr == b""
    assert ended.returncode == Exit.BROKEN_PIPE


def test_a_command_imports_only_its_own_front_end(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom katana.cli._run import run\n"
        "run(['gen', 'openapi', '--ir', 'missing', '-o', 'x', '--package', 'p'])\n"
        "other = ('katana.sql', 'katana.spec', 'katana.gen.sql', 'katana.embedded', 'katana.contract', 'mypy')\n"
        "print(sorted(m for m in sys.modules if m.startswith(other)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    assert done.stdout.strip() == "[]"
