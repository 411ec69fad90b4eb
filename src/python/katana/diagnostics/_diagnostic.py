"""The data of a diagnostic and the exception that carries a list of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

Severity = Literal["error", "warning"]


class Diagnostic(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One problem.

    `file` is the path as the user gave it; `line` and `column` count from 1 (0: unknown); `width` is the number of
    characters to underline; `code` a stable kebab-case name for the catalogue (`unsupported-keyword`); `pointer` a
    JSON pointer into the document; `hint` says what to write instead.
    """

    file: str
    message: str
    code: str
    line: int = 0
    column: int = 0
    width: int = 1
    pointer: str = ""
    hint: str = ""
    severity: Severity = "error"

    @property
    def place(self) -> str:
        """`file:line:column`, as far as it is known."""
        parts = [self.file]
        if self.line:
            parts.append(str(self.line))
            if self.column:
                parts.append(str(self.column))
        return ":".join(parts)


class DiagnosticsError(Exception):
    """A contract that cannot be compiled: every diagnostic found, in file and line order."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(sorted(diagnostics, key=lambda d: (d.file, d.line, d.column, d.message)))
        super().__init__("\n".join(f"{d.place}: {d.severity}: {d.message}" for d in self.diagnostics))
