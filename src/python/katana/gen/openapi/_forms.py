"""Schemas of forms: objects whose members are scalars or arrays of scalars.

In: the content of a form. Out: its members, or what of it has no single spelling. Never: Python text.
"""

from __future__ import annotations

from collections.abc import Iterator

from katana import ir
from katana.gen.openapi._types import Types

_NESTED = frozenset(("any", "array", "object"))


def object_type(type_: ir.Type, types: Types) -> ir.ObjectType:
    """The object that a form is; one without members when it is none."""
    resolved = types.resolve(type_)
    if isinstance(resolved, ir.RefType):
        resolved = types.named[resolved.name].type
    return resolved if isinstance(resolved, ir.ObjectType) else ir.ObjectType(fields=())


def is_array(type_: ir.Type, types: Types) -> bool:
    """Whether a member is sent by repeating its name."""
    return isinstance(types.resolve(type_), ir.ArrayType)


def nested_members(content: ir.Content, types: Types) -> Iterator[str]:
    """What cannot be told from the text of a form."""
    form = object_type(content.type or ir.AnyType(), types)
    if not form.fields or not (form.closed or _plain_rest(content, types)):
        yield "a schema other than an object with declared members"
    for field in form.fields:
        resolved = types.resolve(field.type)
        kinds = types.kinds(resolved.items if isinstance(resolved, ir.ArrayType) else resolved)
        if _NESTED.intersection(kinds):
            yield f"the member `{field.name}`"


def _plain_rest(content: ir.Content, types: Types) -> bool:
    """Whether undeclared members may be any text."""
    schema = content.schema
    type_ = content.type
    while isinstance(type_, ir.RefType):
        schema, type_ = types.named[type_.name].schema, types.named[type_.name].type
    return isinstance(schema, dict) and not any(
        isinstance(schema.get(name), dict)
        for name in ("additionalProperties", "patternProperties", "unevaluatedProperties")
    )
