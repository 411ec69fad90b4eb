"""Schemas of forms: objects with declared members.

In: the content of a form. Out: its members, or what of it has no single spelling. Never: Python text.
"""

from __future__ import annotations

from collections.abc import Iterator

from katana import ir
from katana.gen.openapi._files import MULTIPART, is_file
from katana.gen.openapi._form_members import undecided
from katana.gen.openapi._types import Types


def object_type(type_: ir.Type, types: Types) -> ir.ObjectType:
    """The object that a form is; one without members when it is none."""
    resolved = types.resolve(type_)
    if isinstance(resolved, ir.RefType):
        resolved = types.named[resolved.name].type
    return resolved if isinstance(resolved, ir.ObjectType) else ir.ObjectType(fields=())


def map_type(type_: ir.Type, types: Types) -> ir.MapType | None:
    """The map that a form without declared members is."""
    resolved = types.resolve(type_)
    return resolved if isinstance(resolved, ir.MapType) else None


def nested_members(content: ir.Content, types: Types) -> Iterator[str]:
    """What cannot be told from the text of a form."""
    free = map_type(content.type or ir.AnyType(), types)
    if free is not None:
        if content.media_type == MULTIPART and _holds_file(free.values, types):
            yield "files without declared names"
        return
    form = object_type(content.type or ir.AnyType(), types)
    if not form.fields or not (form.closed or _plain_rest(content, types)):
        yield "a schema other than an object"
    yield from undecided(form, content.encodings, types)
    if content.media_type == MULTIPART:
        for field in form.fields:
            if not is_file(field.type, types) and _holds_file(field.type, types):
                yield f"the member `{field.name}`, a file among other things,"


def _holds_file(type_: ir.Type, types: Types) -> bool:
    """Whether a file is a variant, or an item: neither text nor JSON can spell it there."""
    resolved = types.resolve(type_)
    if isinstance(resolved, ir.UnionType):
        return any(_holds_file(variant, types) for variant in resolved.variants)
    if isinstance(resolved, ir.ArrayType):
        return _holds_file(resolved.items, types)
    return isinstance(resolved, ir.StringType) and resolved.format == "binary"


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
