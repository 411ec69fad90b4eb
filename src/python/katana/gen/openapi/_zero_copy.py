"""`x-katana-json: zero-copy`: free-form members of request bodies as slices of the request.

In: an `Api`. Out: the same, where the types of such bodies have `RawType` for any value. Never: another schema: what is
valid is what it was.

1. What may be anything becomes a slice: members, items, values of maps. Not in a union, where its value has to be seen
   to choose, not in a recursive type, which is made of values, and not where there is a default, which is one.
2. A type that is used elsewhere as well keeps its name there, and is called `<name>Raw` in these bodies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import UNSET
from msgspec.structs import replace

from katana import ir
from katana.gen.openapi import _media
from katana.gen.openapi._names import Names
from katana.gen.openapi._policies import decoder_of
from katana.gen.openapi._types import RawType, Types, children


def with_slices(api: ir.Api) -> ir.Api:
    """The API with slices in the bodies of the operations that ask for them."""
    if not any(decoder_of(operation) == "zero-copy" for operation in api.operations):
        return api
    types = Types(api)
    sliced, others = _uses(api, types)
    free = _reaching_free(types)
    wanted = [name for name in types.named if name in free and name in _reached(sliced, types)]
    elsewhere = {name for root in (*others, *_hidden(sliced, types)) for name in types.reachable(root)}
    taken = Names(types.named)
    names = {name: taken.new(f"{name}Raw") if name in elsewhere else name for name in wanted}
    definitions = {definition.name: definition for definition in api.types}
    for name in wanted:
        definition = types.named[name]
        schema = definition.schema if names[name] == name else {"$ref": f"#/$defs/{name}"}
        definitions[names[name]] = replace(
            definition, name=names[name], type=_sliced(definition.type, names, types), schema=schema
        )
    return replace(
        api,
        operations=tuple(_operation(each, names, types) for each in api.operations),
        types=tuple(definitions[name] for name in sorted(definitions)),
    )


def _operation(operation: ir.Operation, names: Mapping[str, str], types: Types) -> ir.Operation:
    if decoder_of(operation) != "zero-copy" or operation.body is None:
        return operation
    contents = tuple(_content(content, names, types) for content in operation.body.contents)
    return replace(operation, body=replace(operation.body, contents=contents))


def _content(content: ir.Content, names: Mapping[str, str], types: Types) -> ir.Content:
    if content.type is None or _media.kind(content, types) != "json":
        return content
    return replace(content, type=_sliced(content.type, names, types))


def _sliced(type_: ir.Type, names: Mapping[str, str], types: Types) -> ir.Type:
    """Rule 1."""
    match type_:
        case ir.AnyType():
            return RawType()
        case ir.RefType() if not types.recursive(type_.name):
            return ir.RefType(name=names.get(type_.name, type_.name))
        case ir.ArrayType():
            return replace(type_, items=_sliced(type_.items, names, types))
        case ir.MapType():
            return replace(type_, values=_sliced(type_.values, names, types))
        case ir.ObjectType():
            fields = (
                field if field.default is not UNSET else replace(field, type=_sliced(field.type, names, types))
                for field in type_.fields
            )
            return replace(type_, fields=tuple(fields))
        case ir.UnionType() if _visible(type_, types):
            return replace(type_, variants=tuple(_sliced(variant, names, types) for variant in type_.variants))
    return type_


def _visible(union: ir.UnionType, types: Types) -> bool:
    """Whether msgspec tells the variants apart, none of which may be anything."""
    return types.native(union) and "any" not in types.kinds(union)


def _parts(type_: ir.Type, types: Types) -> list[ir.Type]:
    """What slices may stand in, one step below a type."""
    if isinstance(type_, ir.UnionType) and not _visible(type_, types):
        return []
    if isinstance(type_, ir.ObjectType):
        return [field.type for field in type_.fields if field.default is UNSET]
    return children(type_)


def _walked(type_: ir.Type, types: Types) -> Iterator[ir.Type]:
    waiting = [type_]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += _parts(node, types)


def _reached(roots: list[ir.Type], types: Types) -> set[str]:
    """The named types that slices may stand in."""
    seen: set[str] = set()
    waiting = list(roots)
    while waiting:
        for node in _walked(waiting.pop(), types):
            if isinstance(node, ir.RefType) and node.name not in seen and not types.recursive(node.name):
                seen.add(node.name)
                waiting.append(types.named[node.name].type)
    return seen


def _hidden(roots: list[ir.Type], types: Types) -> Iterator[ir.Type]:
    """What is reached from the roots where no slices may stand."""
    for type_ in (*roots, *(types.named[name].type for name in sorted(_reached(roots, types)))):
        for node in _walked(type_, types):
            if isinstance(node, ir.UnionType) and not _visible(node, types):
                yield node
            if isinstance(node, ir.RefType) and types.recursive(node.name):
                yield node
            if isinstance(node, ir.ObjectType):
                yield from (field.type for field in node.fields if field.default is not UNSET)


def _reaching_free(types: Types) -> set[str]:
    """The named types that have, themselves or below, a place for a slice."""
    users: dict[str, set[str]] = {}
    found: set[str] = set()
    for name, definition in types.named.items():
        for node in _walked(definition.type, types):
            if isinstance(node, ir.RefType) and not types.recursive(node.name):
                users.setdefault(node.name, set()).add(name)
            elif isinstance(node, ir.AnyType):
                found.add(name)
    waiting = list(found)
    while waiting:
        new = users.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def _uses(api: ir.Api, types: Types) -> tuple[list[ir.Type], list[ir.Type]]:
    """The types of bodies that get slices, and those of everything else."""
    sliced: list[ir.Type] = []
    others: list[ir.Type] = []
    for operation in (*api.operations, *(each.operation for each in api.outgoing)):
        ours = decoder_of(operation) == "zero-copy" and operation in api.operations
        others += [parameter.type for parameter in operation.parameters]
        for content in operation.body.contents if operation.body else ():
            if content.type is not None:
                (sliced if ours and _media.kind(content, types) == "json" else others).append(content.type)
            others += [header.type for encoding in content.encodings for header in encoding.headers]
            others += [] if content.item is None else [content.item.type]
        for response in operation.responses:
            others += [header.type for header in response.headers]
            for content in response.contents:
                others += [] if content.type is None else [content.type]
                others += [] if content.item is None else [content.item.type]
    return sliced, others
