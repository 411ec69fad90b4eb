"""The `$anchor` names of a file (JSON Schema 2020-12, section 8.2.2).

In: the root node of a file. Out: the schemas that have an anchor, by name. Never: `$dynamicAnchor`, `$id`.
"""

from __future__ import annotations

from katana.spec.model._everything import everything
from katana.spec.model._node import Node


def anchors(root: Node) -> dict[str, Node]:
    """All anchors below `root`; of two with the same name the first counts."""
    found: dict[str, Node] = {}
    for node, named in everything(root):
        name = node.text("$anchor")
        if name and not named:
            found.setdefault(name, node)
    return found
