"""What the text of a parameter may spell.

In: the type of a parameter. Out: its scalars, the items of its arrays, the members of its objects. Never: styles.

A type may have several forms (`oneOf` a string and an array of strings), and a form several variants; members of the
same name in two variants spell what either does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from katana import ir
from katana.gen.openapi._types import Types

SCALARS = ("boolean", "integer", "null", "number", "string")
_ALL = ("boolean", "decimal", "integer", "null", "number", "string")
_NESTED = frozenset(("array", "object"))

_NOTHING: dict[str, Any] = {"not": {}}
"""The schema that no value fits."""

Kinds = tuple[str, ...]


@dataclass
class Wire:
    """The forms of a type.

    `scalars` are kinds of JSON; `items` those of an array's items, None when no array is allowed; `members` those of
    each declared member of an object and whether it is an array, None when no object is allowed; `rest` those of
    undeclared members; `free` says that the schema speaks of undeclared members. `nested` are words for what lies
    deeper than a text can say.
    """

    scalars: Kinds = ()
    items: Kinds | None = None
    members: dict[str, tuple[Kinds, bool]] | None = None
    rest: Kinds = ()
    free: bool = False
    nested: list[str] = field(default_factory=list)


def wire(type_: ir.Type, types: Types) -> Wire:
    """The forms of `type_`."""
    out = Wire()
    for leaf, schema in _leaves(type_, types):
        if isinstance(leaf, ir.ArrayType):
            out.items = _merged(out.items or (), _spelled(leaf.items, types))
            if _is_nested(leaf.items, types):
                out.nested.append("an array of arrays or objects")
        elif isinstance(leaf, ir.MapType):
            out.members = out.members or {}
            out.free, out.rest = True, _merged(out.rest, _spelled(leaf.values, types))
            if _is_nested(leaf.values, types):
                out.nested.append("an object of arrays or objects")
        elif isinstance(leaf, ir.ObjectType):
            _object(out, leaf, schema, types)
        else:
            out.scalars = _merged(out.scalars, _spelled(leaf, types))
    return out


def spelled_kinds(type_: ir.Type, types: Types) -> Kinds:
    """The scalar types of JSON that a text of the type (of an item, if it is an array) may spell."""
    resolved = types.resolve(type_)
    return _spelled(resolved.items if isinstance(resolved, ir.ArrayType) else resolved, types)


def _object(out: Wire, leaf: ir.ObjectType, schema: Any, types: Types) -> None:
    members = out.members = out.members or {}
    for each in leaf.fields:
        resolved = types.resolve(each.type)
        array = isinstance(resolved, ir.ArrayType)
        of = resolved.items if isinstance(resolved, ir.ArrayType) else resolved
        if _is_nested(of, types):
            out.nested.append(f"the member `{each.name}`, which is not a scalar")
        known, was_array = members.get(each.name, ((), False))
        members[each.name] = (_merged(known, _spelled(of, types)), array or was_array)
    rest = [schema.get(name) for name in ("additionalProperties", "patternProperties", "unevaluatedProperties")]
    out.free = out.free or any(isinstance(each, dict) and each != _NOTHING for each in rest)
    out.rest = SCALARS


def _leaves(type_: ir.Type, types: Types) -> Iterator[tuple[ir.Type, Any]]:
    """The variants of a type that are no unions, each with its schema if it has a name."""
    resolved = types.resolve(type_)
    if isinstance(resolved, ir.UnionType):
        for variant in resolved.variants:
            yield from _leaves(variant, types)
    elif isinstance(resolved, ir.RefType) and types.is_object(resolved.name):
        definition = types.named[resolved.name]
        yield definition.type, definition.schema if isinstance(definition.schema, dict) else {}
    else:
        yield resolved, {}


def _spelled(type_: ir.Type, types: Types) -> Kinds:
    kinds = set(types.kinds(type_))
    if types.decimal(type_):
        kinds = {"decimal" if kind == "number" else kind for kind in kinds}
    return SCALARS if "any" in kinds else tuple(kind for kind in _ALL if kind in kinds)


def _is_nested(type_: ir.Type, types: Types) -> bool:
    return not _NESTED.isdisjoint(types.kinds(type_))


def _merged(one: Kinds, other: Kinds) -> Kinds:
    return tuple(kind for kind in _ALL if kind in one or kind in other)
