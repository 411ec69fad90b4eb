"""What a command found and did, collected while it runs.

In: diagnostics, counts, files. Out: one `Report` that `_terminal` shows to people and `as_json` to machines.
Never: printing.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from katana.cli._exit import CommandError, Exit
from katana.cli._tree import Written
from katana.diagnostics import Diagnostic

_ENVIRONMENT = "no-database"
"""The diagnostic that says nothing about a contract."""


@dataclass
class Report:
    """One run of one command. `counts` keeps the order in which a command states its statistics."""

    command: str
    quiet: bool = False
    stdout_taken: bool = False
    diagnostics: list[Diagnostic] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    error: CommandError | None = None
    _started: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Wall time since the command began."""
        return time.monotonic() - self._started

    def add(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Keeps diagnostics to be shown when the command ends."""
        self.diagnostics.extend(diagnostics)

    def count(self, **counts: int) -> None:
        """Adds numbers to the statistics: `operations=7`."""
        for name, number in counts.items():
            self.counts[name] = self.counts.get(name, 0) + number

    def wrote(self, tree: Written) -> None:
        """Adds what happened to the files of the output directory."""
        self.count(files_written=tree.written, files_unchanged=tree.unchanged, files_removed=tree.removed)

    def exit(self) -> Exit:
        """The status that follows from what was found."""
        if self.error is not None:
            return self.error.status
        errors = {diagnostic.code for diagnostic in self.diagnostics if diagnostic.severity == "error"}
        if errors:
            return Exit.ENVIRONMENT if _ENVIRONMENT in errors else Exit.CONTRACT
        return Exit.OK

    def as_json(self) -> bytes:
        """The report for machines (`--json`), one line; its members are documented in docs/reference/cli.md."""
        status = self.exit()
        document: dict[str, Any] = {
            "command": self.command,
            "ok": status == Exit.OK,
            "exit": int(status),
            "diagnostics": self.diagnostics,
            "statistics": {**self.counts, "seconds": round(self.seconds, 3)},
        }
        if self.error is not None:
            document["error"] = {"message": self.error.message, "hint": self.error.hint}
        return msgspec.json.encode(document) + b"\n"
