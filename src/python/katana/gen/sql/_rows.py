"""`rows.py`: a class for each kind of row, enum and composite; `params.py`: the rows that queries take.

In: a `Plan`. Out: the module's text. Never: behaviour.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from katana import ir
from katana.gen.source import Module, literal
from katana.gen.sql._names import enum_members, identifier, pascal
from katana.gen.sql._plan import Plan, RowType
from katana.gen.sql._types import Types
from katana.gen.sql._wire import Composite


def emit(module: Module, plan: Plan) -> str:
    """The text of `rows.py`."""
    module.define(*map(pascal, plan.enums.values()), *map(pascal, plan.composites.values()))
    module.define(*(row.name for row in plan.rows))
    types = Types(plan, module)
    for enum in plan.database.enums:
        stem = plan.enums.get((enum.namespace, enum.name))
        if stem is not None:
            _enum(module, pascal(stem), enum)
    for composite, stem in plan.composites.items():
        _composite(module, types, pascal(stem), composite)
    for row in _members_first(plan.rows):
        _row(module, plan, types, row)
    return module.render()


def _members_first(rows: Sequence[RowType]) -> list[RowType]:
    """By name, those with rows in them behind those rows."""
    by_name = {row.name: row for row in rows}

    @cache
    def depth(name: str) -> int:
        return max((depth(member.row) + 1 for member in by_name[name].members), default=0)

    return sorted(rows, key=lambda row: (depth(row.name), row.name))


def emit_taken(module: Module, plan: Plan) -> str:
    """The text of `params.py`."""
    module.define(*(taken.name for taken in plan.taken))
    types = Types(plan, module)
    for taken in sorted(plan.taken, key=lambda taken: taken.name):
        _taken(module, plan, types, taken)
    return module.render()


def _taken(module: Module, plan: Plan, types: Types, taken: RowType) -> None:
    module.space()
    with module.block(f"class {taken.name}({module.use('msgspec', 'Struct')}, frozen=True, kw_only=True):"):
        module.docstring(taken.what)
        module.line()
        avoid = frozenset(column.py_name for column in taken.columns)
        for column in taken.columns:
            annotation = types.parameter(plan.wire(column.type), avoid, nullable=column.nullable)
            module.line(f"{identifier(column.py_name)}: {annotation}")


def _enum(module: Module, name: str, enum: ir.EnumDef) -> None:
    module.space()
    with module.block(f"class {name}({module.use('enum', 'StrEnum')}):"):
        module.docstring(f"The enum `{enum.name}`.")
        if enum.labels:
            module.line()
        for member, label in zip(enum_members(enum.labels), enum.labels, strict=True):
            module.line(f"{member} = {literal(label)}")


def _composite(module: Module, types: Types, name: str, composite: Composite) -> None:
    module.space()
    with module.block(f"class {name}({module.use('msgspec', 'Struct')}, frozen=True, kw_only=True):"):
        module.docstring(f"The composite type `{composite.name}`.")
        avoid = frozenset(field.py_name for field in composite.fields)
        if composite.fields:
            module.line()
        for field in composite.fields:
            module.line(f"{identifier(field.py_name)}: {types.result(field.wire, avoid, nullable=True)}")


def _row(module: Module, plan: Plan, types: Types, row: RowType) -> None:
    module.space()
    with module.block(f"class {row.name}({module.use('msgspec', 'Struct')}, frozen=True, kw_only=True):"):
        module.docstring(row.what)
        avoid = frozenset([column.py_name for column in row.columns] + [member.py_name for member in row.members])
        if avoid:
            module.line()
        for column in row.columns:
            annotation = types.result(plan.wire(column.type), avoid, nullable=column.nullable)
            module.line(f"{identifier(column.py_name)}: {annotation}")
        for member in row.members:
            value = f"{types.builtin('list', avoid)}[{member.row}]" if member.many else member.row
            module.line(f"{identifier(member.py_name)}: {value}{' | None' if member.optional else ''}")
