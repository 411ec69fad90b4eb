"""Default values.

In: a JSON value and the type it is a default of. Out: whether its Python spelling is that very value, and the spelling.
Never: conversion of text to dates and the like, which happens at run time.
"""

from typing import Any

from katana import ir
from katana.gen.openapi import _formats
from katana.gen.openapi._types import Types
from katana.gen.source import literal

_CLASSES: dict[type, tuple[type, ...]] = {
    ir.BooleanType: (bool,),
    ir.IntegerType: (int,),
    ir.NullType: (type(None),),
    ir.NumberType: (int, float),
}


def fits(value: Any, type_: ir.Type, types: Types) -> bool:
    """Whether the literal of a JSON value has the type's annotation."""
    type_ = types.resolve(type_)
    match type_:
        case ir.NumberType(format="decimal"):
            return False
        case ir.StringType():
            return isinstance(value, str) and _formats.python_type(type_.format) is None
        case ir.EnumType():
            return any(type(value) is type(each) and value == each for each in type_.values)
        case ir.ArrayType():
            return isinstance(value, list) and all(fits(item, type_.items, types) for item in value)
        case ir.MapType():
            return isinstance(value, dict) and all(fits(member, type_.values, types) for member in value.values())
        case ir.UnionType():
            return any(fits(value, variant, types) for variant in type_.variants)
    return isinstance(type_, ir.AnyType) or type(value) in _CLASSES.get(type(type_), ())


def spell(value: Any, type_: ir.Type, types: Types) -> str:
    """The literal; a whole number is written as the float that it stands for."""
    resolved = types.resolve(type_)
    return literal(float(value)) if isinstance(resolved, ir.NumberType) and type(value) is int else literal(value)
