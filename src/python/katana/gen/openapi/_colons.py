"""How many colons a document of a type has: what tells, nearly for free, that no member of it stands twice.

In: a type. Out: a number, and an expression over the decoded value. Never: too many: what cannot be told counts none.

Every member of a document brings a colon, every time of day two more, and a decoder keeps one member of each name. So a
document that has no more colons than the decoded value stands for has each of its members once. (An escape could hide
the colons of a time; a shape with times refuses those.) The number is what every document of the type has; the
expression adds those that may be absent.
"""

from __future__ import annotations

from msgspec import UNSET

from katana import ir
from katana.gen.openapi import _formats
from katana.gen.openapi._forms import object_type
from katana.gen.openapi._types import Types
from katana.gen.source import identifier, literal

_MOST_TERMS = 12
"""Beyond so many, the search for repeated members is as fast."""


def least_colons(type_: ir.Type, types: Types) -> int:
    """How many colons a JSON document of the type has at least."""
    return _least(types.resolve(type_), types, frozenset())


def colons_of(type_: ir.Type, types: Types, value: str) -> tuple[str, ...]:
    """The terms of how many colons the document of `value` has at least; none when only the number is known."""
    least, terms = _count(types.resolve(type_), types, value, frozenset())
    if not terms or len(terms) > _MOST_TERMS:
        return ()
    return (*([str(least)] if least else []), *terms)


def _least(type_: ir.Type, types: Types, outer: frozenset[str]) -> int:
    return _count(type_, types, "", outer)[0]


def _count(type_: ir.Type, types: Types, value: str, outer: frozenset[str]) -> tuple[int, list[str]]:
    """The number and the terms of a type whose value is the expression `value`."""
    match type_:
        case ir.RefType() if types.is_object(type_.name) and type_.name not in outer:
            return _of_object(type_, types, value, outer | {type_.name})
        case ir.ArrayType():
            each = _least(types.resolve(type_.items), types, outer)
            return 0, [_times(each, value)] if each else []
        case ir.MapType():
            return 0, [_times(1 + _least(types.resolve(type_.values), types, outer), value)]
        case ir.StringType(format="date-time" | "time"):
            return 2, []
    return 0, []


def _of_object(type_: ir.RefType, types: Types, value: str, outer: frozenset[str]) -> tuple[int, list[str]]:
    least, terms = 0, list[str]()
    for field in object_type(type_, types).fields:
        attribute = f"{value}.{identifier(field.py_name)}"
        if field.required:
            inner, more = _count(types.resolve(field.type), types, attribute, outer)
            least += 1 + inner
            terms += more
        else:
            # A member with a default was surely there when it differs from that.
            absent = "is not UNSET" if field.default is UNSET else _other_than(field, types)
            if not absent:
                continue
            inner = 1 + _least(types.resolve(field.type), types, outer)
            terms.append(f"{f'{inner} * ' if inner > 1 else ''}({attribute} {absent})")
    return least, terms


def _other_than(field: ir.Field, types: Types) -> str:
    """The comparison with a default; empty for one whose value in the class may be of another type."""
    default, type_ = field.default, types.resolve(field.type)
    if default is None:
        return "is not None"
    if isinstance(default, bool):
        return f"is not {default}"
    text = isinstance(type_, ir.EnumType) or (
        isinstance(type_, ir.StringType) and not _formats.python_type(type_.format)
    )
    same = isinstance(default, int) or (isinstance(default, str) and text)
    return f"!= {literal(default)}" if same else ""


def _times(each: int, value: str) -> str:
    return f"len({value})" if each == 1 else f"{each} * len({value})"
