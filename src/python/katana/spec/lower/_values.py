"""A schema where a value stands: its type, canonical schema, checks and default.

In: the node of a Schema Object and a name to use if it needs one. Out: `Value`. Never: the objects around it. Every
named schema that the value reaches is compiled first, because a type may depend on it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from msgspec import UNSET, UnsetType

from katana.ir import Type, TypeDef
from katana.spec.lower._canonical import Canonical, strip
from katana.spec.lower._definitions import Definitions
from katana.spec.lower._objects import carried
from katana.spec.lower._shape import Shapes
from katana.spec.model import Node, Workspace

Json = Any


class Value(NamedTuple):
    """What the IR says about one value."""

    type: Type
    schema: Json
    checks: tuple[str, ...]
    default: Json | UnsetType


class Values:
    """Compiles the schemas of one document, of a `version` of OpenAPI; one that is used twice is compiled once."""

    def __init__(self, workspace: Workspace, version: str, without: frozenset[tuple[str, str]] = frozenset()) -> None:
        self.version = version
        self.definitions = Definitions(workspace)
        self.canonical = Canonical(workspace, version, self.definitions, without)
        self.canonical.complete()
        self._shapes = Shapes(self.canonical.defs)
        self._known: dict[tuple[str, str], Value] = {}

    def of(self, node: Node, hint: str) -> Value:
        """The value of the schema at `node`."""
        identity = node.identity
        if identity not in self._known:
            schema = self.canonical.value(node, hint)
            self.canonical.complete()
            type_, checks = self._shapes.inline(schema)
            default = carried(schema, "default", self.canonical.defs)
            self._known[identity] = Value(type_, strip(schema), checks, UNSET if default is None else default[0])
        return self._known[identity]

    def type_defs(self) -> tuple[TypeDef, ...]:
        """Every named type, sorted by name."""
        out = []
        for name, schema in sorted(self.canonical.defs.items()):
            type_, checks = self._shapes.named(schema)
            out.append(
                TypeDef(
                    name=name,
                    pointer=self.definitions.pointer(name),
                    type=type_,
                    schema=strip(schema),
                    checks=checks,
                )
            )
        return tuple(out)
