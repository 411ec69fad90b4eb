"""Which schemas become named types, and under which names.

In: a workspace. Out: a name for every schema that has one, and a queue of those that still have to be compiled.
Never: what a schema says. Rules, in this order:

1. Schemas of the root's `components` keep their names (in PascalCase), in document order.
2. A component that is nothing but a reference into another file gives its name to what it refers to.
3. Everything else is named after where it stands; a taken name gets a number.
"""

from __future__ import annotations

import posixpath
from collections import deque
from typing import NamedTuple

from katana.spec.lower._identifiers import Names, pascal
from katana.spec.lower._reserved import TYPE_NAMES
from katana.spec.model import Node, Workspace

Identity = tuple[str, str]

_STRUCTURE = frozenset(
    (
        "components",
        "schemas",
        "properties",
        "paths",
        "content",
        "schema",
        "$defs",
        "definitions",
        "allOf",
        "anyOf",
        "oneOf",
        "items",
        "additionalProperties",
        "responses",
        "parameters",
        "requestBodies",
        "requestBody",
        "headers",
    )
)


class Pending(NamedTuple):
    """A named schema that has not been compiled."""

    name: str
    node: Node


class Definitions:
    """Names by the identity of a schema (file and pointer)."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._names = Names(TYPE_NAMES, suffix="Model")
        self._by_identity: dict[Identity, str] = {}
        self._pointers: dict[str, str] = {}
        self.pending: deque[Pending] = deque()
        self._reserve_components()

    def name_of(self, node: Node, *hints: str) -> str:
        """The name of the schema at `node`; given on the first call, when the schema is queued."""
        identity = node.identity
        name = self._by_identity.get(identity)
        if name is None:
            name = self._give(node, *(hints or _hints(node)))
            self.pending.append(Pending(name, node))
        return name

    def part_of(self, node: Node, hint: str) -> str:
        """A name for the part of a nullable type that is not null."""
        name = self._names.take(hint)
        self._pointers[name] = self.place(node)
        return name

    def pointer(self, name: str) -> str:
        """Where the schema of `name` stands: `#/...`, or `file#/...` outside the root document."""
        return self._pointers[name]

    def place(self, node: Node) -> str:
        """The IR's pointer of `node`."""
        root = self._workspace.root.source
        if node.source is root:
            return f"#{node.pointer}"
        folder = posixpath.dirname(posixpath.normpath(root.file)) or "."
        return f"{posixpath.relpath(node.source.file, folder)}#{node.pointer}"

    def _give(self, node: Node, *hints: str) -> str:
        name = self._names.take(*hints)
        self._by_identity[node.identity] = name
        self._pointers[name] = self.place(node)
        return name

    def _reserve_components(self) -> None:
        schemas = self._workspace.root.follow(("components", "schemas"))
        entries = [node for _, node in schemas.members()] if schemas is not None else []
        for node in entries:
            self.pending.append(Pending(self._give(node, pascal(node.key)), node))
        for node in entries:
            self._lend_name(node)

    def _lend_name(self, node: Node) -> None:
        """Rule 2."""
        reference = self._workspace.reference(node)
        if reference is None or len(node.value) != 1:
            return
        target = self._workspace.target(reference)
        if target is None or target.identity in self._by_identity or target.source is node.source:
            return
        name = self._by_identity[node.identity]
        self._by_identity[target.identity] = name
        self._pointers[name] = self.place(target)
        self.pending = deque(Pending(name, target) if entry.name == name else entry for entry in self.pending)


def _hints(node: Node) -> tuple[str, ...]:
    """Names for a schema that is referred to where it stands, the shortest first."""
    words = [token for token in node.tokens if token not in _STRUCTURE and not token.isdigit()]
    stem = node.source.stem
    if not words:
        return (pascal(stem),)
    own = words[-2:] if "properties" in node.tokens else words[-1:]
    if node.scope is not None:  # one of several types that are made of this schema
        bound = [one.key for _, one in sorted(node.scope.bound.items())]
        return pascal(*own, "of", *bound), pascal(*words[-2:], "of", *bound)
    return pascal(*own), pascal(*words[-2:]), pascal(stem, *words)
