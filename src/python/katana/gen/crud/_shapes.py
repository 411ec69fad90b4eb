"""The kinds of values that JSON and PostgreSQL have in common.

In: IR types of both sides. Out: `Shape`, one word for a JSON type, and whether it may be null. Never: Python text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from katana import ir
from katana.gen import openapi

Kind = Literal[
    "any",
    "bool",
    "bytes",
    "date",
    "datetime",
    "decimal",
    "enum",
    "float",
    "int",
    "list",
    "object",
    "str",
    "time",
    "uuid",
]


@dataclass(frozen=True)
class Shape:
    """A JSON type without null. `type` is what is left of it; `values` are those of an `enum`."""

    kind: Kind
    type: ir.Type
    nullable: bool
    values: tuple[str, ...] = ()


def shape_of(type_: ir.Type, plan: openapi.Plan) -> Shape:
    """What a value of the type is."""
    variants = list(_variants(type_, plan))
    rest = [variant for variant in variants if not isinstance(plan.types.resolve(variant), ir.NullType)]
    nullable = len(rest) < len(variants)
    if len(rest) != 1:
        return Shape("any" if not rest else "object", type_, nullable)
    resolved = plan.types.resolve(rest[0])
    if isinstance(resolved, ir.EnumType):
        return _enum(rest[0], resolved, nullable=nullable)
    kind = _kind(resolved)
    return Shape(kind, rest[0], nullable or kind == "any")


def _variants(type_: ir.Type, plan: openapi.Plan) -> list[ir.Type]:
    resolved = plan.types.resolve(type_)
    if isinstance(resolved, ir.UnionType):
        return [each for variant in resolved.variants for each in _variants(variant, plan)]
    return [type_]


def _enum(type_: ir.Type, enum: ir.EnumType, *, nullable: bool) -> Shape:
    values = [value for value in enum.values if value is not None]
    nullable = nullable or len(values) < len(enum.values)
    if values and all(isinstance(value, str) for value in values):
        if len(values) < len(enum.values):
            type_ = ir.EnumType(values=tuple(values))
        return Shape("enum", type_, nullable, tuple(values))
    if values and all(type(value) is int for value in values):
        return Shape("int", ir.IntegerType(minimum=min(values), maximum=max(values)), nullable)
    return Shape("object", type_, nullable)


def _kind(type_: ir.Type) -> Kind:
    match type_:
        case ir.AnyType():
            return "any"
        case ir.BooleanType():
            return "bool"
        case ir.IntegerType():
            return "int"
        case ir.NumberType():
            return "decimal" if type_.format == "decimal" else "float"
        case ir.ArrayType():
            return "list"
        case ir.StringType():
            return _TEXTS.get(openapi.python_type(type_.format) or ("builtins", "str"), "object")
    return "object"


_TEXTS: dict[tuple[str, str], Kind] = {
    ("builtins", "bytes"): "bytes",
    ("builtins", "str"): "str",
    ("datetime", "date"): "date",
    ("datetime", "datetime"): "datetime",
    ("datetime", "time"): "time",
    ("uuid", "UUID"): "uuid",
}
"""Kinds by the Python type of a string's format."""

WORDS: dict[Kind, str] = {
    "any": "any JSON",
    "bool": "a boolean",
    "bytes": "bytes (`format: byte`)",
    "date": "a date (`format: date`)",
    "datetime": "a time stamp with time zone (`format: date-time`)",
    "decimal": "a decimal (`format: decimal`)",
    "enum": "one of a set of strings",
    "float": "a number",
    "int": "an integer",
    "list": "an array",
    "object": "an object",
    "str": "a string",
    "time": "a time with time zone (`format: time`)",
    "uuid": "a UUID (`format: uuid`)",
}
"""Kinds in words, for messages."""
