"""Every object of a file, whatever it is.

In: the root node of a file. Out: its objects and arrays, in document order, and whether the keys of an object are
names that a person chose. Never: kinds (`_walk` knows those), data (examples, defaults, enums).
"""

from __future__ import annotations

from collections.abc import Iterator

from katana.spec.model._grammar import PARSED_DATA
from katana.spec.model._node import Node

_MAPS = frozenset(
    (
        "properties",
        "patternProperties",
        "dependentSchemas",
        "$defs",
        "definitions",
        "schemas",
        "responses",
        "headers",
        "parameters",
        "requestBodies",
        "securitySchemes",
        "links",
        "callbacks",
        "pathItems",
        "paths",
        "webhooks",
        "content",
        "encoding",
        "variables",
        "mapping",
        "scopes",
        "dependentRequired",
    )
)


def everything(root: Node) -> Iterator[tuple[Node, bool]]:
    """The containers below `root`, itself first. Below `properties`, `default` is a name and its value a schema."""
    stack = [(root, False)]
    while stack:
        node, named = stack.pop()
        yield node, named
        below = [
            (child, key in _MAPS and not named)
            for key, child in node.members()
            if isinstance(child.value, dict | list) and (named or key not in PARSED_DATA)
        ]
        below += [(child, False) for child in node.items() if isinstance(child.value, dict | list)]
        stack.extend(reversed(below))


def references(root: Node) -> Iterator[Node]:
    """Every `$ref` and `$dynamicRef` below `root` that is not data."""
    for node, named in everything(root):
        if named or not isinstance(node.value, dict):
            continue
        for keyword in ("$ref", "$dynamicRef"):
            reference = node.get(keyword) if isinstance(node.value.get(keyword), str) else None
            if reference is not None:
                yield reference
