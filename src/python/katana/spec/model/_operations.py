"""The operations of a document, and the parameters that belong to them.

In: a workspace. Out: operations with their paths, in document order. Never: rules. A path without a usable Path Item is
left out; whoever looked up its reference has said so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from katana.spec.model._grammar import METHODS
from katana.spec.model._node import Node
from katana.spec.model._workspace import Workspace

_TEMPLATE = re.compile(r"\{([^{}]*)\}")
_DESCRIBED_ELSEWHERE = frozenset(("accept", "content-type", "authorization"))


class Place(NamedTuple):
    """An operation where it stands: its path, method and Path Item.

    `method` is spelled as in the document: lower-case where it is a member of the Path Item itself, upper-case among
    its `additionalOperations` (OAS 3.2).
    """

    path: str
    method: str
    item: Node
    node: Node


def places(workspace: Workspace) -> Iterator[Place]:
    """Every operation in document order."""
    paths = workspace.root.get("paths")
    for path, entry in paths.members() if paths is not None else ():
        item = workspace.resolve(entry) if not path.startswith("x-") else None
        if item is None:
            continue
        for method, node in item.members():
            if method in METHODS:
                yield Place(path, method, item, node)
            elif method == "additionalOperations":
                yield from (Place(path, name, item, below) for name, below in node.members())


def template_names(path: str) -> list[str]:
    """The names in a path template, in order."""
    return _TEMPLATE.findall(path)


def is_ignored_header(node: Node) -> bool:
    """Whether the standard says to ignore this parameter (OAS 3.1, section 4.8.12.2.1: other objects describe it)."""
    return node.text("in") == "header" and node.text("name").lower() in _DESCRIBED_ELSEWHERE


def effective(place: Place, workspace: Workspace) -> list[Node]:
    """The parameters of an operation: those of its path, overridden by name and location, then its own."""
    found: dict[tuple[str, str], Node] = {}
    for owner in (place.item, place.node):
        for node in declared(owner, workspace):
            found[parameter_key(node)] = node
    return list(found.values())


def declared(owner: Node, workspace: Workspace) -> list[Node]:
    """The parameters that a Path Item or an operation lists itself, resolved."""
    listed = owner.get("parameters")
    nodes = [workspace.resolve(entry) for entry in listed.items()] if listed is not None else []
    return [node for node in nodes if node is not None]


def parameter_key(node: Node) -> tuple[str, str]:
    """What makes a parameter unique: location and name; names of headers ignore case (RFC 9110, section 5.1)."""
    name = node.text("name")
    return node.text("in"), name.lower() if node.text("in") == "header" else name


def body_entry(place: Place, version: str) -> Node | None:
    """The request body of an operation; OpenAPI 3.0 says to ignore that of a GET or HEAD (section 4.7.10.1)."""
    if version == "3.0" and place.method in ("get", "head"):
        return None
    return place.node.get("requestBody")


def has_no_body(status: str) -> bool:
    """Whether responses of this status never have content (RFC 9110, sections 15.3.5, 15.3.6, 15.4.5)."""
    return status in ("204", "205", "304")


def is_misplaced_example(key: str) -> bool:
    """Whether a key of `content` is a member of a Media Type Object that stands one level too high."""
    return key in ("example", "examples")
