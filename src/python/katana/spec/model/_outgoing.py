"""The requests that a service makes by itself: webhooks, and callbacks of operations.

In: a workspace. Out: operations with where they come from, webhooks in document order, then callbacks in the order of
their operations. Never: rules. What a reference does not lead to is left out; whoever looked it up has said so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from katana.spec.model._grammar import METHODS
from katana.spec.model._node import Node
from katana.spec.model._operations import Place, places
from katana.spec.model._workspace import Workspace


class Sent(NamedTuple):
    """A request that is made: its key in the document, and as an operation, whose path is empty.

    A callback has the operation `of` which it is a part, and the node `key`, whose key is the expression of its URL.
    """

    name: str
    place: Place
    alone: bool
    of: Place | None = None
    key: Node | None = None

    @property
    def expression(self) -> str:
        """Where a callback goes, as the document says it."""
        return self.key.key if self.key is not None else ""


def sent(workspace: Workspace) -> Iterator[Sent]:
    """Every request that the document says the service makes."""
    webhooks = workspace.root.get("webhooks")
    for name, entry in webhooks.members() if webhooks is not None else ():
        if not name.startswith("x-"):
            for place, alone in _operations(entry, workspace):
                yield Sent(name, place, alone)
    for owner in places(workspace):
        callbacks = owner.node.get("callbacks")
        for name, entry in callbacks.members() if callbacks is not None else ():
            callback = workspace.resolve(entry)
            keys = [] if callback is None else [node for key, node in callback.members() if not key.startswith("x-")]
            for key in keys:
                for place, alone in _operations(key, workspace):
                    yield Sent(name, place, alone and len(keys) == 1, owner, key)


def _operations(entry: Node, workspace: Workspace) -> list[tuple[Place, bool]]:
    """The operations of a Path Item, and whether there is but one."""
    item = workspace.resolve(entry)
    found = [] if item is None else [(method, node) for method, node in item.members() if method in METHODS]
    return [(Place("", method, item, node), len(found) == 1) for method, node in found if item is not None]
