"""How the generated module spells what it mentions.

In: names and types of the generated packages. Out: text, whose imports it asks for. Never: a name that means something
else where it stands: `avoid` has what is bound there.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from katana import ir
from katana.gen import openapi, sql
from katana.gen.source import Module, flat, literal

RUNTIME = "katana.runtime"
RUNTIME_SQL = "katana.runtime.sql"


@dataclass(frozen=True)
class Spelling:
    """Spells for one place of the module.

    Args:
        module: gets the imports.
        plan: of the API.
        avoid: names that are bound in this place.
        labels: constants that turn members of enums into the strings of a contract, by name: their two types and
            their lines.
    """

    module: Module
    plan: openapi.Plan
    avoid: frozenset[str] = frozenset()
    labels: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)

    def avoiding(self, names: Collection[str]) -> Spelling:
        """The same where `names` are bound."""
        return replace(self, avoid=frozenset(names))

    def use(self, module: str, name: str) -> str:
        """A name of a module."""
        return self.module.use(module, name, self.avoid)

    def type(self, type_: ir.Type) -> str:
        """A type of the contract."""
        dto = f"{self.plan.package}.dto"
        spelled = openapi.Annotations(
            self.plan.types, self.plan.stand_ins, self.module, dto, constrained=False, avoid=self.avoid
        )
        return flat(spelled.of(type_))

    def enum(self, wire: sql.Enum, package: sql.Plan) -> str:
        """The class of an enum of PostgreSQL."""
        return sql.Types(package, self.module).enum(wire, self.avoid)

    def label_table(self, wire: sql.Enum, package: sql.Plan, strings: ir.Type) -> str:
        """A constant: the string of the contract for each member of an enum."""
        cls, values = self.enum(wire, package), self.type(strings)
        members = sql.enum_members(wire.enum.labels)
        pairs = tuple(
            f"{cls}.{member}: {literal(label)}" for member, label in zip(members, wire.enum.labels, strict=True)
        )
        content = (f"dict[{cls}, {values}]", pairs)
        stem = f"_{openapi.snake(cls.strip('_')).upper()}"
        number, name = 1, stem
        while self.labels.setdefault(name, content) != content:
            number += 1
            name = f"{stem}_{number}"
        return name
