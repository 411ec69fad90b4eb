"""Which inline schemas deserve a name: objects with properties, and closed sets of words or numbers.

In: nodes of schemas. Out: yes or no. Never: names. Decided on the document (not on what it compiles to), so that the
answer does not depend on the order of compilation.
"""

from __future__ import annotations

from katana.spec.lower._dialect import normalised, types
from katana.spec.model import Node, Workspace
from katana.spec.model.keywords import ASSERTIONS

_MAX_VISITS = 200


class Inline:
    """Questions about schemas as they are written."""

    def __init__(self, workspace: Workspace, version: str) -> None:
        self._workspace = workspace
        self._version = version

    def is_object(self, node: Node) -> bool:
        """Whether the schema describes an object with properties, possibly through `allOf` and references."""
        pending, seen = [node], {node.identity}
        while pending and len(seen) < _MAX_VISITS:
            current = pending.pop()
            if not isinstance(current.value, dict):
                continue
            schema = normalised(current.value, self._version)
            if "enum" in schema or "const" in schema:
                return False
            if "object" in types(schema) and (schema.get("properties") or schema.get("required")):
                return True
            below = [conjunct for conjunct in self._conjuncts(current) if conjunct.identity not in seen]
            seen.update(conjunct.identity for conjunct in below)
            pending += below
        return False

    def is_plain_reference(self, node: Node) -> bool:
        """Whether the schema says nothing beyond its `$ref`."""
        reference = self._workspace.reference(node)
        if reference is None:
            return False
        return self._version == "3.0" or ASSERTIONS.isdisjoint(node.value.keys() - {reference.key})

    def is_closed_set(self, node: Node) -> bool:
        """Whether the schema is an `enum` of at least two strings, or of at least two integers (and maybe null)."""
        if not isinstance(node.value, dict):
            return False
        values = node.value.get("enum")
        if not isinstance(values, list):
            return False
        kinds = {type(value) for value in values if value is not None}
        return kinds in ({str}, {int}) and len({value for value in values if value is not None}) > 1

    def _conjuncts(self, node: Node) -> list[Node]:
        """The schemas that hold together with this one."""
        conjuncts = node.get("allOf")
        found = list(conjuncts.items()) if conjuncts is not None else []
        reference = self._workspace.reference(node)
        target = self._workspace.target(reference) if reference is not None else None
        return [*found, target] if target is not None else found
