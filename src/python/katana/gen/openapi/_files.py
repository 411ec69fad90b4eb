"""Which members of multipart forms are files.

In: an `Api`. Out: the same, where the type of each multipart body is its own, files in it are strings of the format
`binary`, and the schema of the body says of a file only that it is there: its content never is a JSON value. Never: a
type changed that anything but a multipart body uses.

A file is (OAS 3.1.1, 4.8.14.3 and 4.8.15.1.1): a string of the format `binary`; a value with `contentMediaType` and
without `contentEncoding`, unless that is text or JSON; a value without a type; one whose encoding names a media type
that is neither text nor JSON; and an array of these.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from katana import ir
from katana.gen.openapi._contents import typed
from katana.gen.openapi._names import Names
from katana.gen.openapi._types import Types, nodes

MULTIPART = "multipart/form-data"

_PREFIX = "#/$defs/"


def with_files(api: ir.Api) -> ir.Api:
    """The API with the files of its multipart bodies."""
    bodies = [content for operation in api.operations for content in _multipart(operation.body)]
    return _Files(api).api() if bodies else api


def is_file(type_: ir.Type, types: Types) -> bool:
    """Whether a member of a multipart body, as `with_files` left it, is a file or an array of files."""
    resolved = types.resolve(type_)
    if isinstance(resolved, ir.ArrayType):
        resolved = types.resolve(resolved.items)
    return isinstance(resolved, ir.StringType) and resolved.format == "binary"


class _Files:
    def __init__(self, api: ir.Api) -> None:
        self._api = api
        self._types = Types(api)
        self._names = Names(self._types.named)
        self._elsewhere = set(self._uses())
        self._made: dict[tuple[str, tuple[str, ...]], ir.TypeDef] = {}

    def api(self) -> ir.Api:
        operations = tuple(self._operation(each) for each in self._api.operations)
        made = {each.name: each for each in self._made.values()}
        kept = tuple(made.pop(each.name, each) for each in self._api.types)
        types = tuple(sorted((*kept, *made.values()), key=lambda each: each.name))
        return replace(self._api, operations=operations, types=types)

    def _uses(self) -> Iterator[str]:
        """The names that anything but a multipart body refers to itself."""
        roots = [definition.type for definition in self._api.types]
        for operation in self._api.operations:
            roots += [parameter.type for parameter in operation.parameters]
            contents = (
                [] if operation.body is None else [c for c in operation.body.contents if c.media_type != MULTIPART]
            )
            for response in operation.responses:
                contents += response.contents
            roots += [type_ for content in contents for type_, _ in typed(content)]
        for outgoing in self._api.outgoing:
            roots += [ir.RefType(name=name) for name in self._types.named if _mentions(outgoing, name)]
        for root in roots:
            yield from (node.name for node in nodes(root) if isinstance(node, ir.RefType))

    def _operation(self, operation: ir.Operation) -> ir.Operation:
        body = operation.body
        if body is None or not any(True for _ in _multipart(body)):
            return operation
        contents = tuple(self._content(each) if each.media_type == MULTIPART else each for each in body.contents)
        return replace(operation, body=replace(body, contents=contents))

    def _content(self, content: ir.Content) -> ir.Content:
        definition = self._definition(content.type)
        if definition is None or not isinstance(definition.type, ir.ObjectType):
            return content
        schemas = dict(_properties(definition.schema, self._types, set()))
        media = {encoding.name: encoding.media_types for encoding in content.encodings}
        files: dict[str, ir.Type] = {}
        for field in definition.type.fields:
            type_ = self._file(field.type, schemas.get(field.name, {}), media.get(field.name, ()))
            if type_ is not None:
                files[field.name] = type_
        if not files:
            return content
        schema = _open(content.schema, {name: _sizes(type_) for name, type_ in files.items()}, self._types, set())
        made = self._make(definition, definition.type, files)
        encodings = (*content.encodings, *self._implied(files, schemas, media))
        return replace(content, type=ir.RefType(name=made.name), schema=schema, checks=(), encodings=encodings)

    def _implied(
        self, files: dict[str, ir.Type], schemas: dict[str, ir.Json], media: dict[str, tuple[str, ...]]
    ) -> Iterator[ir.Encoding]:
        """The media types of files that only their schemas name; an encoding overrides these."""
        for name, type_ in files.items():
            schema = _followed(schemas.get(name, {}), self._types)
            if isinstance(type_, ir.ArrayType) and isinstance(schema, dict):
                schema = _followed(schema.get("items", {}), self._types)
            if name not in media and isinstance(schema, dict) and "contentMediaType" in schema:
                media_type = schema["contentMediaType"].partition(";")[0].strip().lower()
                yield ir.Encoding(name=name, media_types=(media_type,))

    def _definition(self, type_: ir.Type | None) -> ir.TypeDef | None:
        resolved = None if type_ is None else self._types.resolve(type_)
        return self._types.named[resolved.name] if isinstance(resolved, ir.RefType) else None

    def _make(self, definition: ir.TypeDef, type_: ir.ObjectType, files: dict[str, ir.Type]) -> ir.TypeDef:
        """The type of a form with these files: in place of the one that it is made of, if nothing else uses that."""
        key = definition.name, tuple(sorted(files))
        if key not in self._made:
            fields = tuple(replace(field, type=files.get(field.name, field.type)) for field in type_.fields)
            taken = definition.name in self._elsewhere or any(name == definition.name for name, _ in self._made)
            name = self._names.new(f"{definition.name}Form") if taken else definition.name
            self._made[key] = replace(definition, name=name, type=replace(type_, fields=fields))
        return self._made[key]

    def _file(self, type_: ir.Type, schema: ir.Json, media_types: tuple[str, ...]) -> ir.Type | None:
        """The type of a file, or of an array of them; None for any other member."""
        schema = _followed(schema, self._types)
        resolved = self._types.resolve(type_)
        if isinstance(resolved, ir.UnionType):
            others = [variant for variant in resolved.variants if not isinstance(variant, ir.NullType)]
            resolved = self._types.resolve(others[0]) if len(others) == 1 else resolved
        if isinstance(resolved, ir.ArrayType):
            items = schema.get("items", {}) if isinstance(schema, dict) else {}
            one = self._file(resolved.items, items, media_types)
            return None if one is None or isinstance(one, ir.ArrayType) else replace(resolved, items=one)
        if not isinstance(resolved, ir.StringType | ir.AnyType) or not isinstance(schema, dict):
            return None
        if not _binary(resolved, schema, media_types):
            return None
        low, high = schema.get("minLength", 0), schema.get("maxLength")
        return ir.StringType(format="binary", min_length=low, max_length=high)


def _binary(type_: ir.StringType | ir.AnyType, schema: dict[str, Any], media_types: tuple[str, ...]) -> bool:
    if isinstance(type_, ir.StringType) and type_.format == "binary":
        return True
    if "contentEncoding" in schema:
        return False
    named = media_types or ((schema["contentMediaType"],) if "contentMediaType" in schema else ())
    if named:
        return not all(_textual(name) for name in named)
    return isinstance(type_, ir.AnyType) and not schema


def _textual(media_type: str) -> bool:
    base = media_type.partition(";")[0].strip().lower()
    return base.startswith("text/") or base == "application/json" or base.endswith("+json")


def _multipart(body: ir.Body | None) -> Iterator[ir.Content]:
    return (content for content in (body.contents if body is not None else ()) if content.media_type == MULTIPART)


def _mentions(outgoing: ir.Outgoing, name: str) -> bool:
    contents = list(outgoing.operation.body.contents) if outgoing.operation.body is not None else []
    for response in outgoing.operation.responses:
        contents += response.contents
    types = [type_ for content in contents for type_, _ in typed(content)]
    return any(isinstance(node, ir.RefType) and node.name == name for type_ in types for node in nodes(type_))


def _target(schema: dict[str, Any], types: Types) -> ir.TypeDef | None:
    reference = schema.get("$ref")
    if not isinstance(reference, str) or not reference.startswith(_PREFIX):
        return None
    return types.named.get(reference[len(_PREFIX) :])


def _followed(schema: ir.Json, types: Types) -> ir.Json:
    """The schema behind references."""
    seen: set[str] = set()
    while isinstance(schema, dict) and len(schema) == 1:
        target = _target(schema, types)
        if target is None or target.name in seen:
            break
        seen.add(target.name)
        schema = target.schema
    return schema


def _properties(schema: ir.Json, types: Types, seen: set[str]) -> Iterator[tuple[str, ir.Json]]:
    """The schemas of the members of an object, those of `allOf` included."""
    if not isinstance(schema, dict):
        return
    target = _target(schema, types)
    if target is not None and target.name not in seen:
        seen.add(target.name)
        yield from _properties(target.schema, types, seen)
    for part in schema.get("allOf", ()):
        yield from _properties(part, types, seen)
    yield from schema.get("properties", {}).items()


def _open(schema: ir.Json, files: dict[str, ir.Json], types: Types, seen: set[str]) -> ir.Json:
    """The schema with other schemas for some members, wherever it describes the object itself."""
    if not isinstance(schema, dict):
        return schema
    out = {key: value for key, value in schema.items() if key != "$ref"}
    if "properties" in out:
        out["properties"] = {name: files.get(name, member) for name, member in out["properties"].items()}
    if "allOf" in out:
        out["allOf"] = [_open(part, files, types, seen) for part in out["allOf"]]
    target = _target(schema, types)
    if target is None:
        return {**out, **({"$ref": schema["$ref"]} if "$ref" in schema else {})}
    if target.name in seen:
        return schema
    opened = _open(target.schema, files, types, {*seen, target.name})
    return opened if not out else {"allOf": [opened, out]}


def _sizes(type_: ir.Type) -> ir.Json:
    """What a schema may say of a file, or of an array of files."""
    if not isinstance(type_, ir.ArrayType):
        return {}
    out: dict[str, Any] = {"type": "array"}
    if type_.min_items:
        out["minItems"] = type_.min_items
    if type_.max_items is not None:
        out["maxItems"] = type_.max_items
    return out
