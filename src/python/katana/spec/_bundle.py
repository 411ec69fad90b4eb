"""Many files as one document.

In: the path of a root document. Out: one JSON value with the same meaning, descriptions included, that refers to
nothing outside itself. Never: validation, files. How:

1. Whatever a reference leads to outside the root document becomes an entry of the root's `components`, under the last
   word of its pointer or the stem of its file; a component that is only a reference lends its name.
2. Path Items are put in place of the reference, because OpenAPI 3.0 has no component for them.
3. References between entries are rewritten; those within the root stay as they are, unless schemas have names of their
   own (`$id`), which end here. What was moved loses its anchors: it may stand in two places now.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from katana.diagnostics import DiagnosticsError
from katana.spec.model import REFERABLE, SECTION, Findings, Node, Workspace, is_component, reachable

Json = Any
Identity = tuple[str, str]

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")


def bundle(path: Path) -> dict[str, Json]:
    """The document at `path` with everything that it refers to.

    Raises:
        DiagnosticsError: a file that cannot be read, a reference that leads nowhere, or no object at the root.
    """
    findings = Findings()
    workspace = Workspace(str(path), findings)
    if not isinstance(workspace.root.value, dict):
        findings.error(workspace.root, "not-openapi", "an OpenAPI document is an object")
    out = _Bundle(workspace).run() if not findings.failed() else {}
    if findings.failed():
        raise DiagnosticsError(findings.diagnostics())
    return out


class _Bundle:
    """Collects what has to move, then copies with new references."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._moved: dict[tuple[str, Identity], str] = {}  # kind and identity to name
        self._entries: dict[str, dict[str, Node]] = {}  # section to name to node
        self._texts: dict[Identity, str] = {}  # of a `$ref` or mapping to its new text
        self._inlined: dict[Identity, Node] = {}  # Path Items, and components that are only a reference
        self._open: set[Identity] = set()

    def run(self) -> dict[str, Json]:
        """The bundled document."""
        found = [(kind, node) for kind, node in reachable(self._workspace) if kind in REFERABLE]
        for kind, node in found:
            self._lend(kind, node)
        for kind, node in found:
            self._redirect(kind, node)
        out: dict[str, Json] = self._copy(self._workspace.root)
        for section, entries in self._entries.items():
            target = out.setdefault("components", {}).setdefault(section, {})
            for name, node in entries.items():
                target[name] = self._copy(node)
        return out

    def _lend(self, kind: str, node: Node) -> None:
        """Rule 1, last part."""
        target = self._outside(node)
        if target is None or kind == "path-item" or not is_component(self._workspace, kind, node):
            return
        if len(node.value) == 1 and (kind, target.identity) not in self._moved:
            self._moved[kind, target.identity] = node.key
            self._inlined[node.identity] = target

    def _redirect(self, kind: str, node: Node) -> None:
        reference = self._workspace.reference(node)
        target = self._workspace.target(reference) if reference is not None else None
        if reference is not None and target is not None:
            if kind == "path-item":
                self._inlined[node.identity] = target
            else:
                self._point(kind, reference, target)
        if kind == "schema":
            self._redirect_mapping(node)

    def _redirect_mapping(self, node: Node) -> None:
        """A discriminator names schemas by references, too, and by the names of components."""
        mapping = node.follow(("discriminator", "mapping"))
        for _, entry in mapping.members() if mapping is not None else ():
            if isinstance(entry.value, str) and re.search(r"[/#.]", entry.value):
                target = self._workspace.target(entry)
                if target is not None:
                    self._point("schema", entry, target)

    def _point(self, kind: str, reference: Node, target: Node) -> None:
        """Notes the new text of `reference`."""
        root = self._workspace.root.source
        if reference.key == "$dynamicRef":
            self._workspace.findings.error(
                reference, "unsupported-dynamic-ref", "a bundle cannot keep what this leads to", hint="use `$ref`"
            )
        elif target.source is root:
            if reference.source is not root or self._workspace.has_own_uris():
                self._texts[reference.identity] = f"#{target.pointer}"
        else:
            self._point_outside(kind, reference, target)

    def _point_outside(self, kind: str, reference: Node, target: Node) -> None:
        key = (kind, target.identity)
        if key not in self._moved:
            name = self._free_name(kind, target)
            self._moved[key] = name
            self._entries.setdefault(SECTION[kind], {})[name] = target
        self._texts[reference.identity] = f"#/components/{SECTION[kind]}/{self._moved[key]}"

    def _free_name(self, kind: str, target: Node) -> str:
        stem = posixpath.basename(target.source.file).partition(".")[0]
        base = _NOT_IN_NAMES.sub("_", target.key or stem) or "entry"
        present = self._workspace.root.follow(("components", SECTION[kind]))
        taken = set(present.value if present is not None and isinstance(present.value, dict) else ())
        taken |= self._entries.get(SECTION[kind], {}).keys()
        name, number = base, 2
        while name in taken:
            name, number = f"{base}_{number}", number + 1
        return name

    def _outside(self, node: Node) -> Node | None:
        reference = self._workspace.reference(node)
        target = self._workspace.target(reference) if reference is not None else None
        return target if target is not None and target.source is not self._workspace.root.source else None

    def _copy(self, node: Node) -> Json:
        identity = node.identity
        if identity in self._inlined and identity not in self._open:
            self._open.add(identity)
            copied = self._copy(self._inlined[identity])
            self._open.discard(identity)
            return copied
        if identity in self._inlined:
            self._workspace.findings.error(
                node, "endless-path", "this path contains itself", hint="let the callback end elsewhere", key=True
            )
            return {}
        if isinstance(node.value, dict):
            dropped = self._names_of(node)
            return {key: self._copy(child) for key, child in node.members() if key not in dropped}
        if isinstance(node.value, list):
            return [self._copy(child) for child in node.items()]
        return self._texts.get(identity, node.value) if isinstance(node.value, str) else node.value

    def _names_of(self, node: Node) -> frozenset[str]:
        """The members by which a schema names itself, as far as they end here."""
        if self._workspace.is_named(node):
            return frozenset(("$self", "$id", "$anchor", "$dynamicAnchor"))
        if node.source is not self._workspace.root.source and isinstance(node.value.get("$anchor"), str):
            return frozenset(("$anchor",))
        return frozenset()
