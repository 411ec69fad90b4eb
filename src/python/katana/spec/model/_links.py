"""Where links of responses lead.

In: a Link Object. Out: the operation that it names. Never: whether its parameters make sense.
"""

from __future__ import annotations

from collections.abc import Iterator

from katana.spec.model._node import Node
from katana.spec.model._operations import Place, places
from katana.spec.model._reference import ReferenceRefusedError, parse
from katana.spec.model._workspace import Workspace


class Links:
    """Looks up operations of one document."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        found = list(places(workspace))
        self._by_id = {place.node.text("operationId"): place for place in found if place.node.get("operationId")}
        self._by_identity = {place.node.identity: place for place in found}

    @property
    def operation_ids(self) -> tuple[str, ...]:
        """Every `operationId`, in document order."""
        return tuple(self._by_id)

    def of(self, response: Node) -> Iterator[tuple[str, Node]]:
        """The links of a response, resolved."""
        declared = response.get("links")
        for name, entry in declared.members() if declared is not None else ():
            node = self._workspace.resolve(entry)
            if node is not None:
                yield name, node

    def target(self, link: Node) -> Place | None:
        """The operation of this document that `link` leads to; None for any other."""
        if link.get("operationId") is not None:
            return self._by_id.get(link.text("operationId"))
        reference = link.get("operationRef")
        if reference is None or not self.is_local(reference):
            return None
        node = self._workspace.target(reference)
        return None if node is None else self._by_identity.get(node.identity)

    @staticmethod
    def is_local(reference: Node) -> bool:
        """Whether an `operationRef` can lead into the document: it is no URL."""
        try:
            parse(reference.value)
        except ReferenceRefusedError:
            return False
        return True
