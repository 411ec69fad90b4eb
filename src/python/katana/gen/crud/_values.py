"""One value on its way between a contract and PostgreSQL.

In: what both sides say about it, and the expression that has it, never null. Out: the expression that the other side
takes. Never: a value that changes on the way: what would be rounded, guessed or cut off is refused.
"""

from __future__ import annotations

from typing import Final

from katana import ir
from katana.gen import openapi, sql
from katana.gen.crud._misfit import Misfit
from katana.gen.crud._shapes import WORDS, Kind, Shape, shape_of
from katana.gen.crud._spelling import Spelling

_DOCUMENTS: Final = frozenset(("json", "jsonb"))
_RANGES: Final = {"int2": 2**15, "int4": 2**31, "int8": 2**63, "oid": 2**32}

_READ: Final[dict[tuple[str, Kind], str]] = {
    ("bool", "bool"): "{}",
    **{(codec, kind): "{}" for codec in _RANGES for kind in ("int", "float")},
    ("float4", "float"): "{}",
    ("float8", "float"): "{}",
    ("numeric", "decimal"): "{}",
    ("text", "str"): "{}",
    ("date", "date"): "{}",
    ("timestamptz", "datetime"): "{}",
    ("timetz", "time"): "{}",
    ("uuid", "uuid"): "{}",
    ("uuid", "str"): "str({})",
    ("bytea", "bytes"): "{}",
}
"""From PostgreSQL, by codec and kind."""

_WRITE: Final[dict[tuple[Kind, str], str]] = {
    ("bool", "bool"): "{}",
    **{("int", codec): "{}" for codec in _RANGES},
    ("int", "float8"): "{}",
    ("int", "numeric"): "{Decimal}({})",
    ("decimal", "numeric"): "{}",
    ("float", "float4"): "{}",
    ("float", "float8"): "{}",
    ("float", "numeric"): "{Decimal}(str({}))",
    ("str", "text"): "{}",
    ("enum", "text"): "{}",
    ("date", "date"): "{}",
    ("datetime", "timestamptz"): "{}",
    ("time", "timetz"): "{}",
    ("uuid", "uuid"): "{}",
    ("uuid", "text"): "str({})",
    ("bytes", "bytea"): "{}",
}
"""To PostgreSQL, by kind and codec. A number becomes the shortest decimal that stands for it."""

_HINTS: Final = {
    "timestamp": "make the column `timestamptz`; a time stamp of a contract has a time zone",
    "time": "make the column `timetz`, or the member a plain string and the column `text`",
    "inet": "cast it in the query, `::text`",
    "cidr": "cast it in the query, `::text`",
    "interval": "cast it in the query, `::text`, or give seconds: `extract(epoch FROM ...)`",
}


def read(shape: Shape, wire: sql.Wire, package: sql.Plan, expression: str, spell: Spelling) -> str:
    """The value of a column as the contract wants it.

    Raises:
        Misfit: nothing turns the one into the other.
    """
    if isinstance(wire, sql.Array):
        return _read_array(shape, wire, package, expression, spell)
    if isinstance(wire, sql.Enum):
        if shape.kind in ("str", "any"):
            return expression
        if shape.kind == "enum" and set(wire.enum.labels) <= set(shape.values):
            return f"{spell.label_table(wire, package, shape.type)}[{expression}]"
        raise _no_way(shape, wire, surplus=set(wire.enum.labels) - set(shape.values))
    if isinstance(wire, sql.Document) and _is_its_type(shape, wire, spell):
        return expression
    if not isinstance(wire, sql.Scalar):
        raise _no_way(shape, wire)
    if wire.codec.name in _DOCUMENTS:
        return expression if shape.kind == "any" else _converted(shape, expression, spell)
    template = _READ.get((wire.codec.name, shape.kind))
    if template is None:
        raise _no_way(shape, wire)
    return template.format(expression)


def write(shape: Shape, wire: sql.Wire, package: sql.Plan, expression: str, spell: Spelling) -> str:
    """A value of the contract as a parameter wants it.

    Raises:
        Misfit: nothing turns the one into the other, or not every value.
    """
    if isinstance(wire, sql.Array):
        return _write_array(shape, wire, package, expression, spell)
    if isinstance(wire, sql.Enum):
        if shape.kind == "enum" and set(shape.values) <= set(wire.enum.labels):
            return f"{spell.enum(wire, package)}({expression})"
        raise _no_way(shape, wire, surplus=set(shape.values) - set(wire.enum.labels))
    if isinstance(wire, sql.Document) and _is_its_type(shape, wire, spell):
        return expression
    if not isinstance(wire, sql.Scalar):
        raise _no_way(shape, wire)
    if wire.codec.name in _DOCUMENTS:
        return expression
    template = _WRITE.get((shape.kind, wire.codec.name))
    if template is None:
        raise _no_way(shape, wire)
    if shape.kind == "int" and wire.codec.name in _RANGES:
        _check_range(shape.type, wire.codec.name, spell.plan)
    decimal = spell.use("decimal", "Decimal") if "{Decimal}" in template else ""
    return template.format(expression, Decimal=decimal)


def _read_array(shape: Shape, wire: sql.Array, package: sql.Plan, expression: str, spell: Spelling) -> str:
    if shape.kind == "any":
        return expression
    items = _items(shape, wire, spell.plan)
    element = read(items, wire.element, package, "item", spell)
    if items.nullable:
        return (
            expression if element == "item" else f"[{element} if item is not None else None for item in {expression}]"
        )
    return f"[{element} for item in {expression} if item is not None]"


def _write_array(shape: Shape, wire: sql.Array, package: sql.Plan, expression: str, spell: Spelling) -> str:
    items = _items(shape, wire, spell.plan)
    element = write(items, wire.element, package, "item", spell)
    if element == "item":
        return expression
    return f"[{element}{' if item is not None else None' if items.nullable else ''} for item in {expression}]"


def _items(shape: Shape, wire: sql.Wire, plan: openapi.Plan) -> Shape:
    resolved = plan.types.resolve(shape.type)
    if not isinstance(resolved, ir.ArrayType):
        raise _no_way(shape, wire)
    return shape_of(resolved.items, plan)


def _converted(shape: Shape, expression: str, spell: Spelling) -> str:
    """A JSON document as a type of the contract, checked on the way."""
    return f"{spell.use('msgspec', 'convert')}({expression}, {spell.type(shape.type)})"


def _is_its_type(shape: Shape, wire: sql.Document, spell: Spelling) -> bool:
    """Whether a document of PostgreSQL has been given the type that the contract has."""
    module, _, name = wire.python.name.rpartition(".")
    return not wire.python.within and module == f"{spell.plan.package}.dto" and name == spell.type(shape.type)


def _check_range(type_: ir.Type, codec: str, plan: openapi.Plan) -> None:
    resolved = plan.types.resolve(type_)
    assert isinstance(resolved, ir.IntegerType)  # noqa: S101 - the shape says so
    low, high = openapi.integer_bounds(resolved)
    limit = _RANGES[codec]
    lowest = 0 if codec == "oid" else -limit
    if low is None or high is None or low < lowest or high >= limit:
        bound = "int64" if codec == "int8" else "int32" if codec == "int4" else ""
        raise Misfit(
            "crud-range",
            f"may be an integer that `{codec}` cannot hold ({lowest} to {limit - 1})",
            f"write `format: {bound}`, or `minimum` and `maximum`" if bound else "write `minimum` and `maximum`",
        )


def _no_way(shape: Shape, wire: sql.Wire, surplus: set[str] | None = None) -> Misfit:
    name = _name(wire)
    words = WORDS[shape.kind]
    if surplus:
        listed = ", ".join(sorted(surplus))
        return Misfit("crud-enum", f"and `{name}` do not have the same values: {listed}", "give both the same values")
    hint = "make the types agree, or cast in the query"
    if shape.kind == "float" and name == "numeric":
        hint = "write `format: decimal` in the specification, which keeps every digit"
    if shape.kind == "enum":
        hint = "make the column an enum of PostgreSQL (`CREATE TYPE ... AS ENUM`), which has no other values"
    return Misfit(
        "crud-type",
        f"is {words} in the specification and `{name}` in PostgreSQL",
        _HINTS.get(name, hint),
    )


def _name(wire: sql.Wire) -> str:
    """What PostgreSQL calls a type, or nearly so."""
    if isinstance(wire, sql.Array):
        return f"{_name(wire.element)}{'[]' * wire.dimensions}"
    if isinstance(wire, sql.Enum):
        return wire.enum.name
    if isinstance(wire, sql.Scalar):
        return wire.codec.name
    if isinstance(wire, sql.Document):
        return wire.python.name
    return wire.name if isinstance(wire, sql.Composite) else "range"
