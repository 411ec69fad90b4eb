"""Python types of columns and parameters, and the expressions that pack and unpack their values.

In: `Wire` forms. Out: text for one module, whose imports it asks for. Never: a name that means something else in its
place: `avoid` has the names that are bound there.
"""

from __future__ import annotations

from collections.abc import Collection

from katana.gen.source import Module
from katana.gen.sql._codecs import ANY
from katana.gen.sql._names import pascal
from katana.gen.sql._plan import Plan
from katana.gen.sql._wire import Wire

RUNTIME = "katana.runtime.sql"


class Types:
    """Spells types and codecs for one module of the package."""

    def __init__(self, plan: Plan, module: Module) -> None:
        self._plan = plan
        self._module = module

    def result(self, wire: Wire, avoid: Collection[str], *, nullable: bool) -> str:
        """The type of a column. An element of an array may always be NULL, says PostgreSQL."""
        return self._spell(wire, "list", ("builtins", "list"), avoid, nullable=nullable)

    def parameter(self, wire: Wire, avoid: Collection[str], *, nullable: bool) -> str:
        """The type of a parameter: for an array any sequence."""
        return self._spell(wire, "Sequence", ("collections.abc", "Sequence"), avoid, nullable=nullable)

    def _spell(
        self, wire: Wire, generic: str, origin: tuple[str, str], avoid: Collection[str], *, nullable: bool
    ) -> str:
        value = self._element(wire, avoid)
        if wire.array:
            generic = self.builtin(generic, avoid) if origin[0] == "builtins" else self._module.use(*origin, avoid)
            value = f"{generic}[{value if _is_any(wire) else f'{value} | None'}]"
        return f"{value} | None" if nullable and (wire.array or not _is_any(wire)) else value

    def _element(self, wire: Wire, avoid: Collection[str]) -> str:
        if wire.enum is not None:
            return self.enum(wire, avoid)
        names = [
            self.builtin(name, avoid) if module == "builtins" else self._module.use(module, name, avoid)
            for module, name in wire.codec.python
        ]
        return " | ".join(names)

    def enum(self, wire: Wire, avoid: Collection[str] = ()) -> str:
        """The class of an enum: defined here, or imported from `rows`."""
        name = pascal(self._enum_stem(wire))
        return name if self._module.defines(name) else self._module.use(f"{self._plan.package}.rows", name, avoid)

    def builtin(self, name: str, avoid: Collection[str]) -> str:
        """A builtin type, imported under another name only where its own is taken."""
        return self._module.use("builtins", name, avoid) if name in avoid or self._module.defines(name) else name

    def pack(self, wire: Wire, value: str, avoid: Collection[str]) -> str:
        """The expression that packs `value`, which is not None."""
        function = self._module.use(RUNTIME, f"pack_{wire.codec.name}", avoid)
        if not wire.array:
            return f"{function}({value})"
        return f"{self._module.use(RUNTIME, 'pack_array', avoid)}({value}, {wire.codec.oid}, {function})"

    def unpack(self, wire: Wire, data: str) -> str:
        """The expression that unpacks `data`, which is not None."""
        if wire.enum is not None:
            function = self.enum_decoder(wire)
        else:
            function = self._module.use(RUNTIME, f"unpack_{wire.codec.name}")
        return (
            f"{self._module.use(RUNTIME, 'unpack_array')}({data}, {function})" if wire.array else f"{function}({data})"
        )

    def enum_decoder(self, wire: Wire) -> str:
        """The module's function that finds a member by its label."""
        return f"_unpack_{self._enum_stem(wire)}"

    def _enum_stem(self, wire: Wire) -> str:
        assert wire.enum is not None  # noqa: S101 - the callers have looked
        return self._plan.enums[wire.enum.namespace, wire.enum.name]


def _is_any(wire: Wire) -> bool:
    """Whether the type of one value, `Any`, holds None already."""
    return wire.codec.python == (ANY,)
