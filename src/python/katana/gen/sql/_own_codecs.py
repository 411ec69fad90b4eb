"""What `repo.py` has of codecs of its own: for enums, composites, and for what is made of other types within those.

In: the queries that are printed. Out: the functions in one module. Never: one that nothing calls; a choice per value at
run time.
"""

from __future__ import annotations

from collections.abc import Iterable

from katana.gen.source import Group, Module
from katana.gen.sql._names import identifier
from katana.gen.sql._plan import ROWS, Plan, PlannedQuery
from katana.gen.sql._types import RUNTIME, Types
from katana.gen.sql._wire import Composite, Converted, Document, Enum, Field, Scalar, Wire
from katana.gen.sql._wire_parts import inner, parts


class OwnCodecs:
    """Prints for one module."""

    def __init__(self, module: Module, plan: Plan, types: Types) -> None:
        self._module = module
        self._plan = plan
        self._types = types

    def print(self, queries: Iterable[PlannedQuery]) -> None:
        """All of them: decoders of enums and documents, then functions, each behind those that it calls."""
        read: dict[Wire, None] = {}
        written: dict[Wire, None] = {}
        for planned in queries:
            query = planned.query
            for column in query.columns if query.command in ROWS else ():
                read.update(dict.fromkeys(_called(self._plan.wire(column.type))))
            for parameter in query.parameters:
                written.update(dict.fromkeys(_called(self._plan.wire(parameter.type))))
        self._decoders(wire for wire in read if isinstance(wire, Enum | Document))
        for wire in read:
            if not isinstance(wire, Enum | Document):
                self._unpacker(wire)
        for wire in written:
            if not isinstance(wire, Enum | Document):
                self._packer(wire)

    def _decoders(self, wires: Iterable[Enum | Document]) -> None:
        lines = []
        for wire in wires:
            if isinstance(wire, Enum):
                decoder, type_ = self._module.use(RUNTIME, "enum_decoder"), self._types.enum(wire)
            else:
                decoder = self._module.use(RUNTIME, f"{wire.codec.name}_decoder")
                type_ = self._types.python(wire.python)
            lines.append(f"{self._types.unpacker(wire)} = {decoder}({type_})")
        if lines:
            self._module.line()
        for line in sorted(lines):
            self._module.line(line)

    def _unpacker(self, wire: Wire) -> None:
        module, types = self._module, self._types
        module.space()
        returns = types.result(wire, (), nullable=False)
        with module.block(f"def {types.unpacker(wire)}(data: bytes) -> {returns}:"):
            if not isinstance(wire, Composite):
                module.line(f"return {types.unpack(wire, 'data')}")
                return
            oids = _tuple([str(field.oid) for field in wire.fields])
            kept = "fields = " if wire.fields else ""
            module.line(Group(f"{kept}{module.use(RUNTIME, 'unpack_record')}(", ("data", oids), ")"))
            values = tuple(
                f"{identifier(field.py_name)}=None if (value := fields[{index}]) is None "
                f"else {types.unpack(field.wire, 'value')}"
                for index, field in enumerate(wire.fields)
            )
            module.line(Group(f"return {types.composite(wire)}(", values, ")"))

    def _packer(self, wire: Wire) -> None:
        module, types = self._module, self._types
        module.space()
        takes = types.parameter(wire, (), nullable=False)
        with module.block(f"def {types.packer(wire)}(value: {takes}) -> bytes:"):
            if not isinstance(wire, Composite):
                module.line(f"return {types.pack(wire, 'value')}")
                return
            oids = _tuple([str(field.oid) for field in wire.fields])
            values = [self._packed(field) for field in wire.fields]
            doc = Group("(", tuple(values), ")") if len(values) > 1 else _tuple(values)
            module.line(Group(f"return {module.use(RUNTIME, 'pack_record')}(", (oids, doc), ")"))

    def _packed(self, field: Field) -> str:
        value = f"value.{identifier(field.py_name)}"
        return f"None if {value} is None else {self._types.pack(field.wire, value)}"


def _called(wire: Wire) -> list[Wire]:
    """The forms within `wire` that need a function: enums, documents, composites, and what is an element or a bound."""
    found: dict[Wire, None] = {}
    for part in parts(wire):
        if not isinstance(part, Composite | Converted):
            found.update((below, None) for below in inner(part) if not isinstance(below, Scalar))
        if isinstance(part, Enum | Composite | Document):
            found[part] = None
    return list(found)


def _tuple(items: list[str]) -> str:
    return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"
