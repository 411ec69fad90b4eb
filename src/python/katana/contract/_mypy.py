"""mypy as a function: files in, errors out.

In: files, source roots, an interpreter. Out: one `MypyError` per error. Never: the user's own
mypy configuration (their rules are for `pants check`, these are the contract's), or a cache that outlives the call.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

_SETTINGS = """\
[mypy]
mypy_path = {path}
namespace_packages = True
explicit_package_bases = True
follow_imports = silent
check_untyped_defs = True
warn_return_any = True
strict_optional = True
"""


class ContractToolError(Exception):
    """The check itself could not run; `hint` says what to do about it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class MypyError(msgspec.Struct, frozen=True):
    """One line of `mypy --output json`; `column` counts from 0, -1 when there is none."""

    file: str
    line: int
    column: int
    message: str
    code: str | None
    severity: str
    end_line: int | None = None
    end_column: int | None = None


@dataclass(frozen=True)
class MypyResult:
    """What mypy found. `complete` is False when it gave up early (a file with a syntax error, for example)."""

    errors: tuple[MypyError, ...]
    complete: bool


def run_mypy(
    files: Sequence[Path], *, source_roots: Sequence[Path], python_executable: str | None, scratch: Path
) -> MypyResult:
    """Type-checks `files`.

    Args:
        files: modules to report on; what they import is followed.
        source_roots: where imports start, in order.
        python_executable: the interpreter whose installed packages count; None is the running one.
        scratch: an existing directory for the configuration and the cache.

    Raises:
        ContractToolError: mypy is not there or does not start.
    """
    try:
        from mypy import api  # noqa: PLC0415 - a heavy tool, and one whose absence is worth a word
    except ImportError as error:
        raise ContractToolError("the contract check needs mypy", "install katana with its tools, or mypy") from error
    settings = scratch / "mypy.ini"
    settings.write_text(_SETTINGS.format(path=", ".join(str(root.resolve()) for root in source_roots)))
    options = ["--config-file", str(settings), "--cache-dir", os.devnull, "--output", "json"]
    if python_executable is not None:
        options += ["--python-executable", python_executable]
    output, complaint, status = api.run([*options, "--", *(os.path.relpath(file) for file in files)])
    errors = tuple(found for line in output.splitlines() if (found := _parse(line)) is not None)
    if status not in (0, 1) and not errors:
        reason = (complaint or output).strip().partition("\n")[0]
        raise ContractToolError(f"mypy could not run: {reason}", "check --python-executable and --source-root")
    return MypyResult(errors, complete=status in (0, 1))


def _parse(line: str) -> MypyError | None:
    """The error in one line of output; None for notes and for lines that are no JSON (a summary)."""
    try:
        error = msgspec.json.decode(line, type=MypyError)
    except msgspec.DecodeError:
        return None
    return error if error.severity == "error" else None
