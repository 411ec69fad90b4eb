"""Schemas of forms: objects with declared members.

In: the content of a form. Out: its members, or what of it has no single spelling. Never: Python text.
"""

from __future__ import annotations

from collections.abc import Iterator

from katana import ir
from katana.gen.openapi._form_members import undecided
from katana.gen.openapi._types import Types


def object_type(type_: ir.Type, types: Types) -> ir.ObjectType:
    """The object that a form is; one without members when it is none."""
    resolved = types.resolve(type_)
    if isinstance(resolved, ir.RefType):
        resolved = types.named[resolved.name].type
    return resolved if isinstance(resolved, ir.ObjectType) else ir.ObjectType(fields=())


def nested_members(content: ir.Content, types: Types) -> Iterator[str]:
    """What cannot be told from the text of a form."""
    form = object_type(content.type or ir.AnyType(), types)
    if not form.fields or not (form.closed or _plain_rest(content, types)):
        yield "a schema other than an object with declared members"
    yield from undecided(form, content.encodings, types)


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
