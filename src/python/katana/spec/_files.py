"""The files of a document, and places in them.

In: the path of a root document. Out: `Loaded`: its value, its files, and where a JSON pointer stands. Never: rules;
a document that breaks them can still be loaded.
"""

from __future__ import annotations

import posixpath
from pathlib import Path
from typing import Any, NamedTuple

from katana.diagnostics import DiagnosticsError
from katana.spec.document import Source, split
from katana.spec.model import Findings, Node, Workspace, references

Json = Any


class Located(NamedTuple):
    """A place: the file as the user would name it, line and column from 1."""

    file: str
    line: int
    column: int


class Loaded(NamedTuple):
    """A document and every file that it refers to, the root first."""

    document: Json
    sources: tuple[Source, ...]

    def locate(self, pointer: str) -> Located:
        """Where `pointer` stands: `/paths/~1users`, the same behind `#`, or behind `file#` as in the IR.

        A place that does not exist is answered with its nearest parent that does.

        Raises:
            ValueError: not a JSON pointer.
        """
        name, hash_, fragment = pointer.rpartition("#")
        root = self.sources[0]
        file = posixpath.normpath(posixpath.join(posixpath.dirname(root.file), name)) if name else root.file
        source = next((one for one in self.sources if one.file == file), root)
        location = source.locate(split(fragment if hash_ else pointer))
        return Located(source.file, location.line, location.column)


def load(path: Path) -> Loaded:
    """Reads `path` and the files that it refers to.

    Raises:
        DiagnosticsError: a file that cannot be read, or a reference that leads nowhere.
    """
    findings = Findings()
    workspace = Workspace(str(path), findings)
    _follow_all(workspace)
    if findings.failed():
        raise DiagnosticsError(findings.diagnostics())
    return Loaded(workspace.root.value, workspace.sources)


def referenced_files(path: Path) -> tuple[str, ...]:
    """The files that `path` refers to, directly or not, sorted; relative if `path` is.

    Raises:
        DiagnosticsError: as `load`.
    """
    return tuple(source.file for source in load(path).sources[1:])


def locate(path: Path, pointer: str) -> Located:
    """Where `pointer` stands in the document at `path`; see `Loaded.locate`.

    Raises:
        DiagnosticsError: as `load`.
        ValueError: not a JSON pointer.
    """
    return load(path).locate(pointer)


def _follow_all(workspace: Workspace) -> None:
    """Looks up every reference of every file, whatever it is used for."""
    seen: set[str] = set()
    pending = [workspace.root]
    while pending:
        root = pending.pop()
        if root.source.file in seen:
            continue
        seen.add(root.source.file)
        for reference in references(root):
            target = workspace.target(reference)
            if target is not None and target.source.file not in seen:
                pending.append(Node(target.source, target.source.value))
