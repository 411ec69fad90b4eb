"""The files of a document and the references between them.

In: the path of the root document. Out: nodes, and the nodes that references lead to. Never: kinds; what a target has
to be is for the caller to check. A file is read once, under its path relative to how the user named the root.
"""

from __future__ import annotations

import os
import posixpath

from katana.diagnostics import Diagnostic, DiagnosticsError
from katana.spec.document import MAX_FILES, Source, read
from katana.spec.model._anchors import anchors
from katana.spec.model._findings import Findings
from katana.spec.model._node import Node
from katana.spec.model._reference import ReferenceRefusedError, parse

MAX_CHAIN = 50
"""References that lead to references."""


class Workspace:
    """All files of one document; `root` is the document itself."""

    def __init__(self, path: str, findings: Findings) -> None:
        self.findings = findings
        # Keyed by absolute path: `../specs/root.yaml` in another folder is the root, too.
        self._sources: dict[str, Source] = {_key(path): read(path)}
        self._anchors: dict[str, dict[str, Node]] = {}
        self._unreadable: dict[str, DiagnosticsError] = {}
        self._resolved: dict[tuple[str, str], Node | None] = {}
        (source,) = self._sources.values()
        self.root = Node(source, source.value)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The files read so far, the root first, others by name."""
        root, *others = self._sources.values()
        return (root, *sorted(others, key=lambda source: source.file))

    def reference(self, node: Node) -> Node | None:
        """The node of `$ref` if `node` is an object that has one."""
        target = node.get("$ref")
        return target if target is not None and isinstance(target.value, str) else None

    def target(self, reference: Node) -> Node | None:
        """What the `$ref` node `reference` leads to in one step; None (with a finding) when nowhere."""
        identity = (reference.source.file, reference.value)
        if identity not in self._resolved:
            self._resolved[identity] = self._lookup(reference)
        elif self._resolved[identity] is None:
            self._lookup(reference)  # each place that refers to nothing is a finding of its own
        return self._resolved[identity]

    def resolve(self, node: Node) -> Node | None:
        """`node`, or what it refers to after any number of steps; None (with a finding) when nowhere."""
        seen = {node.identity}
        current = node
        while (reference := self.reference(current)) is not None:
            following = self.target(reference)
            if following is None:
                return None
            if following.identity in seen:
                self.findings.error(
                    reference, "ref-cycle", "this reference leads back to itself", hint="let one of them be an object"
                )
                return None
            if len(seen) > MAX_CHAIN:
                self.findings.error(
                    reference,
                    "ref-chain",
                    f"more than {MAX_CHAIN} references in a row",
                    hint="refer to the object itself",
                )
                return None
            seen.add(following.identity)
            current = following
        return current

    def _lookup(self, reference: Node) -> Node | None:
        text = reference.value
        try:
            path, fragment = parse(text)
        except ReferenceRefusedError as error:
            self.findings.error(reference, "ref-refused", f"`{_shown(text)}`: {error}", hint=error.hint)
            return None
        source = self._open(path, reference)
        if source is None:
            return None
        found = self._inside(Node(source, source.value), fragment)
        if found is None:
            where = f" in {source.file}" if path else ""
            self.findings.error(
                reference, "ref-unresolved", f"`{_shown(text)}` leads nowhere: no `{_shown(fragment)}`{where}"
            )
        return found

    def _inside(self, root: Node, fragment: str) -> Node | None:
        if not fragment:
            return root
        if fragment.startswith("/"):
            return root.follow(tuple(t.replace("~1", "/").replace("~0", "~") for t in fragment[1:].split("/")))
        file = root.source.file
        if file not in self._anchors:
            self._anchors[file] = anchors(root)
        return self._anchors[file].get(fragment)

    def _open(self, path: str, reference: Node) -> Source | None:
        if not path:
            return reference.source
        file = posixpath.normpath(posixpath.join(posixpath.dirname(reference.source.file), path))
        key = _key(file)
        if key in self._sources:
            return self._sources[key]
        if file not in self._unreadable:
            try:
                return self._load(file)
            except DiagnosticsError as error:
                self._unreadable[file] = error
        self._report_unreadable(file, reference)
        return None

    def _load(self, file: str) -> Source:
        if len(self._sources) >= MAX_FILES:
            raise DiagnosticsError(
                [Diagnostic(file=file, code="too-large", message=f"a document of more than {MAX_FILES} files")]
            )
        self._sources[_key(file)] = source = read(file)
        return source

    def _report_unreadable(self, file: str, reference: Node) -> None:
        error = self._unreadable[file]
        if error.diagnostics[0].code == "unreadable-file":
            reason = error.diagnostics[0].message
            self.findings.error(reference, "ref-unresolved", f"`{_shown(reference.value)}`: {file}: {reason}")
        else:
            self.findings.adopt(error)


def _key(file: str) -> str:
    return os.path.abspath(file)


def _shown(text: str) -> str:
    return text if len(text) <= 120 else text[:117] + "..."
