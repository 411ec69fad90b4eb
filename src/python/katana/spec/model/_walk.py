"""Every object of a document with its kind.

In: a node and its kind, or a workspace. Out: (kind, node) pairs in a fixed order, the node itself first. Never:
resolving; an object that is a reference is yielded like any other (`reachable` goes on at what it refers to).
"""

from __future__ import annotations

from collections.abc import Iterator

from katana.spec.model._grammar import GRAMMAR, PATTERNED, REFERABLE, SECTION, Child
from katana.spec.model._node import Node
from katana.spec.model._workspace import Workspace


def walk(kind: str, node: Node, skip: frozenset[tuple[str, str]] = frozenset()) -> Iterator[tuple[str, Node]]:
    """`node` and the objects below it; nothing below the members (kind, name) in `skip`."""
    stack = [(kind, node)]
    while stack:
        current = stack.pop()
        yield current
        # Reversed, because the stack gives back last what was put first.
        stack.extend(reversed(list(_children(*current, skip))))


def reachable(workspace: Workspace, skip: frozenset[tuple[str, str]] = frozenset()) -> Iterator[tuple[str, Node]]:
    """Every object of the document and of what it refers to, once for each kind that it is used as."""
    seen: set[tuple[str, str, str]] = set()
    pending = [("document", workspace.root)]
    while pending:
        for kind, node in walk(*pending.pop(), skip):
            yield kind, node
            reference = workspace.reference(node) if kind in REFERABLE else None
            target = workspace.target(reference) if reference is not None else None
            if target is None or (target.scope is None and is_component(workspace, kind, target)):
                continue
            identity = (kind, *target.identity)
            if identity not in seen:
                seen.add(identity)
                pending.append((kind, target))


def component_section(workspace: Workspace, node: Node) -> str | None:
    """The section of the root's `components` that `node` is an entry of."""
    tokens = node.tokens
    is_entry = len(tokens) == 3 and tokens[0] == "components" and tokens[1] in GRAMMAR["components"]
    return tokens[1] if is_entry and node.source is workspace.root.source else None


def is_component(workspace: Workspace, kind: str, node: Node) -> bool:
    """Whether a walk of the root comes by `node` as `kind`."""
    return component_section(workspace, node) == SECTION[kind]


def _children(kind: str, node: Node, skip: frozenset[tuple[str, str]]) -> Iterator[tuple[str, Node]]:
    """The objects directly below `node`, in document order."""
    if not isinstance(node.value, dict):
        return
    patterned = PATTERNED.get(kind)
    if patterned is not None:
        for key, child in node.members():
            if not key.startswith("x-"):
                yield patterned, child
        return
    for key, rule in GRAMMAR[kind].items():
        if key in node.value and (kind, key) not in skip:
            yield from _below(rule, Node(node.source, node.value[key], node, key))


def _below(rule: Child, child: Node) -> Iterator[tuple[str, Node]]:
    if rule.shape == "one":
        yield rule.kind, child
    elif rule.shape == "list":
        for item in child.items():
            yield rule.kind, item
    else:
        for _, item in child.members():
            yield rule.kind, item
