"""Python types of columns and parameters, and the expressions that pack and unpack their values.

In: `Wire` forms. Out: text for one module, whose imports it asks for. Never: a name that means something else in its
place: `avoid` has the names that are bound there.
"""

from __future__ import annotations

from collections.abc import Collection

from katana import ir
from katana.gen.source import Module
from katana.gen.sql._codecs import ANY
from katana.gen.sql._names import identifier, pascal, stem
from katana.gen.sql._plan import Plan
from katana.gen.sql._wire import Array, Composite, Converted, Document, Enum, Multirange, Range, Scalar, Wire

RUNTIME = "katana.runtime.sql"


class Types:
    """Spells types and codecs for one module of the package."""

    def __init__(self, plan: Plan, module: Module) -> None:
        self._plan = plan
        self._module = module
        self._stems: dict[Wire, str] = {}

    def result(self, wire: Wire, avoid: Collection[str], *, nullable: bool) -> str:
        """The type of a column. An element of an array may always be NULL, says PostgreSQL."""
        return self._nullable(self._spell(wire, ("builtins", "list"), avoid), wire, nullable=nullable)

    def parameter(self, wire: Wire, avoid: Collection[str], *, nullable: bool) -> str:
        """The type of a parameter: for an array any sequence."""
        return self._nullable(self._spell(wire, ("collections.abc", "Sequence"), avoid), wire, nullable=nullable)

    def _nullable(self, value: str, wire: Wire, *, nullable: bool) -> str:
        return f"{value} | None" if nullable and not _is_any(wire) else value

    def _spell(self, wire: Wire, generic: tuple[str, str], avoid: Collection[str]) -> str:
        """The type of a value; lists are spelled as `generic`."""
        if isinstance(wire, Scalar):
            return " | ".join(self._name(*name, avoid) for name in wire.codec.python)
        if isinstance(wire, Enum):
            return self.enum(wire, avoid)
        if isinstance(wire, Composite):
            return self._own(pascal(self._plan.composites[wire]), avoid)
        if isinstance(wire, Document | Converted):
            return self.python(wire.python, avoid)
        if isinstance(wire, Range):
            return f"{self._module.use(RUNTIME, 'Range', avoid)}[{self._spell(wire.bound, generic, avoid)}]"
        if isinstance(wire, Multirange):
            return f"{self._name(*generic, avoid)}[{self._spell(wire.range, generic, avoid)}]"
        value = self._nullable(self._spell(wire.element, generic, avoid), wire.element, nullable=True)
        for _ in range(wire.dimensions):
            value = f"{self._name(*generic, avoid)}[{value}]"
        return value

    def python(self, python: ir.PyType, avoid: Collection[str] = ()) -> str:
        """A type that an author has chosen."""
        name = self._dotted(python.name, avoid)
        if python.within == "dict":
            return f"{self.builtin('dict', avoid)}[{self.builtin('str', avoid)}, {name}]"
        return f"{self.builtin('list', avoid)}[{name}]" if python.within else name

    def _dotted(self, dotted: str, avoid: Collection[str]) -> str:
        module, _, name = dotted.rpartition(".")
        return self._name(".".join(map(identifier, module.split("."))), identifier(name), avoid)

    def enum(self, wire: Enum, avoid: Collection[str] = ()) -> str:
        """The class of an enum: defined here, or imported from `rows`."""
        return self._own(pascal(self._enum_stem(wire)), avoid)

    def composite(self, wire: Composite) -> str:
        """The class of a composite: defined here, or imported from `rows`."""
        return self._own(pascal(self._plan.composites[wire]), ())

    def _own(self, name: str, avoid: Collection[str]) -> str:
        return name if self._module.defines(name) else self._module.use(f"{self._plan.package}.rows", name, avoid)

    def _name(self, module: str, name: str, avoid: Collection[str]) -> str:
        return self.builtin(name, avoid) if module == "builtins" else self._module.use(module, name, avoid)

    def builtin(self, name: str, avoid: Collection[str]) -> str:
        """A builtin type, imported under another name only where its own is taken."""
        return self._module.use("builtins", name, avoid) if name in avoid or self._module.defines(name) else name

    def pack(self, wire: Wire, value: str, avoid: Collection[str] = ()) -> str:
        """The expression that packs `value`, which is not None."""
        use = self._module.use
        if isinstance(wire, Range):
            return f"{use(RUNTIME, 'pack_range', avoid)}({value}, {self.packer(wire.bound, avoid)})"
        if isinstance(wire, Multirange):
            return f"{use(RUNTIME, 'pack_multirange', avoid)}({value}, {self.packer(wire.range.bound, avoid)})"
        if isinstance(wire, Converted):
            return self.pack(wire.base, f"{self._dotted(wire.python.write, avoid)}({value})", avoid)
        if not isinstance(wire, Array):
            return f"{self.packer(wire, avoid)}({value})"
        packer = self.packer(wire.element, avoid)
        if wire.dimensions == 1:
            return f"{use(RUNTIME, 'pack_array', avoid)}({value}, {wire.element.oid}, {packer})"
        nested = use(RUNTIME, "pack_nested", avoid)
        return f"{nested}({value}, {wire.element.oid}, {packer}, {wire.dimensions})"

    def unpack(self, wire: Wire, data: str) -> str:
        """The expression that unpacks `data`, which is not None."""
        use = self._module.use
        if isinstance(wire, Range):
            return f"{use(RUNTIME, 'unpack_range')}({data}, {self.unpacker(wire.bound)})"
        if isinstance(wire, Multirange):
            return f"{use(RUNTIME, 'unpack_multirange')}({data}, {self.unpacker(wire.range.bound)})"
        if isinstance(wire, Converted):
            return f"{self._dotted(wire.python.read, ())}({self.unpack(wire.base, data)})"
        if not isinstance(wire, Array):
            return f"{self.unpacker(wire)}({data})"
        unpacker = self.unpacker(wire.element)
        if wire.dimensions == 1:
            return f"{use(RUNTIME, 'unpack_array')}({data}, {unpacker})"
        return f"{use(RUNTIME, 'unpack_nested')}({data}, {unpacker}, {wire.dimensions})"

    def packer(self, wire: Wire, avoid: Collection[str] = ()) -> str:
        """The function that packs a value: one of the runtime, or the module's own."""
        if isinstance(wire, Enum):
            return self._module.use(RUNTIME, "pack_text", avoid)
        if isinstance(wire, Scalar | Document):
            return self._module.use(RUNTIME, f"pack_{wire.codec.name}", avoid)
        return f"_pack_{self.stem(wire)}"

    def unpacker(self, wire: Wire) -> str:
        """The function that unpacks a value: one of the runtime, or the module's own."""
        if isinstance(wire, Scalar):
            return self._module.use(RUNTIME, f"unpack_{wire.codec.name}")
        return f"_unpack_{self.stem(wire)}"

    def stem(self, wire: Wire) -> str:
        """What the module's own functions for a form are called; no two forms share it."""
        if isinstance(wire, Enum):
            return self._enum_stem(wire)
        if isinstance(wire, Composite):
            return self._plan.composites[wire]
        if wire not in self._stems:
            taken = {*self._plan.enums.values(), *self._plan.composites.values(), *self._stems.values()}
            name = self._structural_stem(wire)
            while name in taken:
                name += "_"
            self._stems[wire] = name
        return self._stems[wire]

    def _structural_stem(self, wire: Scalar | Array | Range | Multirange | Document | Converted) -> str:
        if isinstance(wire, Scalar):
            return wire.codec.name
        if isinstance(wire, Document):
            within = f"_{wire.python.within}" if wire.python.within else ""
            return f"{wire.codec.name}_{_class_stem(wire.python)}{within}"
        if isinstance(wire, Converted):
            return f"{self.stem(wire.base)}_{_class_stem(wire.python)}"
        if isinstance(wire, Array):
            return f"{self.stem(wire.element)}_array{wire.dimensions if wire.dimensions > 1 else ''}"
        if isinstance(wire, Range):
            return f"{self.stem(wire.bound)}_range"
        return f"{self.stem(wire.range.bound)}_multirange"

    def _enum_stem(self, wire: Enum) -> str:
        return self._plan.enums[wire.enum.namespace, wire.enum.name]


def _is_any(wire: Wire) -> bool:
    """Whether the type of one value, `Any`, holds None already."""
    return isinstance(wire, Scalar) and wire.codec.python == (ANY,)


def _class_stem(python: ir.PyType) -> str:
    return stem(python.name.rpartition(".")[2])
