"""`$dynamicRef`, decided at compile time (JSON Schema 2020-12 core, section 8.2.3.2).

In: a reference and what it leads to statically. Out: what it leads to, with the dynamic scope in which that is
reached. Never: files, findings of its own. Theory of operation:

1. The dynamic scope is the chain of resources that evaluation has entered; of all schemas in it with the wanted
   `$dynamicAnchor`, the outermost counts. Evaluation enters a resource by a reference, and every reference is known.
2. So a schema is seen once for each binding of the names that it can ask for (`Scope`): a generic list of strings and
   one of numbers are two nodes with two identities, and become two types. A schema that asks for nothing has one.
3. Names that the entered resource binds itself in the same way are no part of the scope, so that a schema which is
   reached from within and from outside stays one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from katana.spec.model._everything import references
from katana.spec.model._node import Node, Scope
from katana.spec.model._resources import Resources, outer

MAX_SCOPES = 500
"""Different bindings in one document; extensible trees and generic containers need a handful."""

Place = tuple[str, str]


class Undecidable(NamedTuple):
    """Why a reference cannot be decided at compile time."""

    reason: str


class Scopes:
    """Gives nodes their dynamic scope."""

    def __init__(self, resources: Resources, static: Callable[[Node], Node | None]) -> None:
        self._resources = resources
        self._static = static
        self._wanted: dict[Place, frozenset[str]] = {}
        self._scopes: dict[str, Scope] = {}

    def enter(self, reference: Node, found: Node) -> Node | Undecidable:
        """What `reference` leads to, as it is seen from there; `found` is its static target."""
        bound = dict(reference.scope.bound) if reference.scope is not None else {}
        here = self._resources.of(reference)
        target = found
        if reference.key == "$dynamicRef":
            name = reference.value.rpartition("#")[2]
            if self._resources.of(found).dynamic.get(name) == found:
                if name not in bound and any(name in resource.dynamic for resource in outer(here)):
                    return Undecidable("a schema around this one has the same `$dynamicAnchor`")
                target = bound.get(name) or here.dynamic.get(name) or found
        wanted = self._names(target)
        there = self._resources.of(target)
        if there is not here:
            bound = {**here.dynamic, **bound}
        kept = {name: node for name, node in bound.items() if name in wanted and there.dynamic.get(name) != node}
        return self._seen(target, kept)

    def _seen(self, target: Node, bound: Mapping[str, Node]) -> Node | Undecidable:
        """`target` with a scope; equal bindings are one scope."""
        scope = None
        if bound:
            text = ", ".join(f"{name}={node.source.file}#{node.pointer}" for name, node in sorted(bound.items()))
            if text not in self._scopes and len(self._scopes) >= MAX_SCOPES:
                return Undecidable(f"the document has more than {MAX_SCOPES} combinations of dynamic anchors")
            scope = self._scopes.setdefault(text, Scope(text, dict(bound)))
        return target.within(scope)

    def _names(self, node: Node) -> frozenset[str]:
        """What a schema and all that it reaches ask for by `$dynamicRef`."""
        key = _place(node)
        if key not in self._wanted:
            names, users = self._explore(node)
            # Names travel to those who use a schema until nobody learns a new one.
            pending = list(names)
            while pending:
                used = pending.pop()
                for user in users.get(used, ()):
                    if not names[used] <= names[user]:
                        names[user] |= names[used]
                        pending.append(user)
            self._wanted.update((place, frozenset(found)) for place, found in names.items())
        return self._wanted[key]

    def _explore(self, start: Node) -> tuple[dict[Place, set[str]], dict[Place, list[Place]]]:
        """What each schema that is reached from `start` asks for itself, and who refers to it."""
        names: dict[Place, set[str]] = {_place(start): set()}
        users: dict[Place, list[Place]] = {}
        pending = [start]
        while pending:
            current = pending.pop()
            own = _place(current)
            for reference in references(current):
                for target in self._possible(reference, names[own]):
                    place = _place(target)
                    if place in self._wanted:
                        names[own] |= self._wanted[place]
                        continue
                    users.setdefault(place, []).append(own)
                    if place not in names:
                        names[place] = set()
                        pending.append(target)
        return names, users

    def _possible(self, reference: Node, names: set[str]) -> list[Node]:
        """What a reference may lead to; adds to `names` what it asks for."""
        target = self._static(reference)
        found = [target] if target is not None else []
        if reference.key == "$dynamicRef":
            name = reference.value.rpartition("#")[2]
            names.add(name)
            found += self._resources.dynamic.get(name, [])
        return found


def _place(node: Node) -> Place:
    return node.source.file, node.pointer
