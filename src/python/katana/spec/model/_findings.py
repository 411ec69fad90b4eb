"""The findings of one run: collected by every stage, located at the end.

In: a node, a code and words. Out: `Diagnostic` values in file and line order. Never: deciding what is wrong.
"""

from __future__ import annotations

from katana.diagnostics import Diagnostic, DiagnosticsError
from katana.spec.model._node import Node

MAX_FINDINGS = 2_000
"""More than a person will read; a hostile document could have millions."""


class Findings:
    """Errors and warnings of a run. The same finding at the same place counts once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str, str], tuple[Node, bool, str, bool]] = {}
        self._ready: list[Diagnostic] = []
        self._failed = False

    def error(self, node: Node, code: str, message: str, *, hint: str = "", key: bool = False) -> None:
        """Something that must change. `key` underlines the key of the node instead of its value."""
        self._failed = True
        self._add(node, code, message, hint, key=key, error=True)

    def warning(self, node: Node, code: str, message: str, *, hint: str = "", key: bool = False) -> None:
        """Something that probably is not meant; an error under `--strict`."""
        self._add(node, code, message, hint, key=key, error=False)

    def adopt(self, error: DiagnosticsError) -> None:
        """Takes over diagnostics that are located already."""
        self._failed = True
        self._ready += [found for found in error.diagnostics if found not in self._ready]

    def failed(self) -> bool:
        """Whether there is an error among the findings."""
        return self._failed

    def errors(self) -> list[tuple[str, Node]]:
        """Code and node of every error that was found in a document (files that cannot be read have none)."""
        return [(code, node) for (_, _, code, _), (node, _, _, error) in self._found.items() if error]

    def unreadable(self) -> bool:
        """Whether a file could not be read: then parts of the document are missing."""
        return bool(self._ready)

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All findings, sorted by file and place."""
        located = [self._locate(identity, finding) for identity, finding in self._found.items()]
        return tuple(sorted(self._ready + located, key=lambda d: (d.file, d.line, d.column, d.code, d.message)))

    def _add(self, node: Node, code: str, message: str, hint: str, *, key: bool, error: bool) -> None:
        if len(self._found) < MAX_FINDINGS:
            file, pointer = node.source.file, node.pointer
            self._found.setdefault((file, pointer, code, message), (node, key, hint, error))

    @staticmethod
    def _locate(identity: tuple[str, str, str, str], finding: tuple[Node, bool, str, bool]) -> Diagnostic:
        file, pointer, code, message = identity
        node, key, hint, error = finding
        location = node.source.locate(node.tokens, key=key)
        return Diagnostic(
            file=file,
            line=location.line,
            column=location.column,
            width=location.width,
            code=code,
            message=message,
            hint=hint,
            pointer=pointer,
            severity="error" if error else "warning",
        )
