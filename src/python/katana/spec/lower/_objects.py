"""Conditions on an object as one object type.

In: canonical schemas that hold together, at least one of which says `type: object`. Out: `ObjectType`, or `MapType`
when no property is declared. Never: names. What the fields cannot say is added to the checks:

- `additionalProperties: false` in one part forbids what only another part declares.
- A schema for additional properties beside declared ones has no place in a class.
- Two types for one property: a valid value has both, so either is a sound shape.
"""

from __future__ import annotations

from collections.abc import KeysView
from typing import TYPE_CHECKING, Any

from katana.ir import AnyType, Field, MapType, ObjectType, Type
from katana.spec.lower._identifiers import unique
from katana.spec.lower._reserved import ANNOTATION_NAMES, MEMBER_NAMES

if TYPE_CHECKING:
    from katana.spec.lower._shape import Shapes

Json = Any
Schema = dict[str, Json]

_CHECKED = (
    "patternProperties",
    "propertyNames",
    "dependentRequired",
    "dependentSchemas",
    "not",
    "if",
    "anyOf",
    "oneOf",
)
_FALSE: Schema = {"not": {}}


def object_type(parts: list[Schema], shapes: Shapes, checks: set[str], *, sees_all: bool) -> Type:
    """The object that fits all of `parts`; adds to `checks`.

    Args:
        parts: what holds together.
        shapes: makes the types of properties.
        checks: grows by what the type does not say.
        sees_all: the last part encloses the others, so its `unevaluatedProperties` knows their properties.
    """
    for part in parts:
        checks.update(key for key in _CHECKED if key in part)
    properties = _properties(parts)
    required = {name for part in parts for name in part.get("required", ())}
    for name in sorted(required - properties.keys()):
        properties[name] = []
    closed = _closed(parts, properties.keys(), checks) | _evaluated(parts, properties.keys(), checks, sees_all=sees_all)
    low = max((part.get("minProperties", 0) for part in parts), default=0)
    high = min((part["maxProperties"] for part in parts if "maxProperties" in part), default=None)
    if not properties:
        return _map(parts, shapes, checks, closed=closed, low=low, high=high)
    if any(_extra(part) for part in parts):
        checks.add("additionalProperties")
    return ObjectType(
        fields=_fields(properties, required, shapes, checks), closed=closed, min_properties=low, max_properties=high
    )


def _properties(parts: list[Schema]) -> dict[str, list[Schema]]:
    """The schemas of every declared property, in document order, equal ones once."""
    out: dict[str, list[Schema]] = {}
    for part in parts:
        for name, schema in part.get("properties", {}).items():
            schemas = out.setdefault(name, [])
            if schema not in schemas:
                schemas.append(schema)
    return out


def _extra(part: Schema) -> bool:
    """Whether the part says something about additional properties that is neither "all" nor "none"."""
    return part.get("additionalProperties", {}) not in ({}, _FALSE)


def _closed(parts: list[Schema], names: KeysView[str], checks: set[str]) -> bool:
    """Whether `additionalProperties: false` refuses what no part declares."""
    closed = False
    for part in parts:
        if part.get("additionalProperties") == _FALSE and "patternProperties" not in part:
            closed = True
            if part.get("properties", {}).keys() != names:
                checks.add("additionalProperties")
    return closed


def _evaluated(parts: list[Schema], names: KeysView[str], checks: set[str], *, sees_all: bool) -> bool:
    """Whether `unevaluatedProperties: false` refuses what no part declares."""
    closed = False
    plain = not any(key in part for part in parts for key in (*_CHECKED, "additionalProperties"))
    for index, part in enumerate(parts):
        if "unevaluatedProperties" not in part:
            continue
        outermost = sees_all and index == len(parts) - 1
        seen = {name for one in (parts if outermost else [part]) for name in one.get("properties", ())}
        if part["unevaluatedProperties"] == _FALSE and plain and seen == names:
            closed = True
        elif part["unevaluatedProperties"] != {}:
            checks.add("unevaluatedProperties")
    return closed


def _map(parts: list[Schema], shapes: Shapes, checks: set[str], *, closed: bool, low: int, high: int | None) -> MapType:
    if closed:
        return MapType(values=AnyType(), min_properties=low, max_properties=0)
    extra = [part["additionalProperties"] for part in parts if _extra(part)]
    patterned = any("patternProperties" in part for part in parts)
    values: Type = AnyType()
    if len(extra) == 1 and not patterned:
        values = shapes.type_of(extra[0], checks)
    elif extra:
        checks.add("additionalProperties")
    return MapType(values=values, min_properties=low, max_properties=high)


def _fields(
    properties: dict[str, list[Schema]], required: set[str], shapes: Shapes, checks: set[str]
) -> tuple[Field, ...]:
    names = unique(properties, "field", ANNOTATION_NAMES | MEMBER_NAMES)
    return tuple(
        _field(name, py_name, schemas, shapes, checks, required=name in required)
        for (name, schemas), py_name in zip(properties.items(), names, strict=True)
    )


def _field(
    name: str, py_name: str, schemas: list[Schema], shapes: Shapes, checks: set[str], *, required: bool
) -> Field:
    found: dict[str, Json] = {}
    for schema in schemas:
        for key in ("default", "readOnly", "writeOnly"):
            value = carried(schema, key, shapes.defs)
            if value is not None:
                found[key] = value[0]
    optional: dict[str, Json] = {"default": found["default"]} if "default" in found else {}
    return Field(
        name=name,
        py_name=py_name,
        type=_field_type(schemas, shapes, checks),
        required=required,
        read_only=bool(found.get("readOnly")),
        write_only=bool(found.get("writeOnly")),
        **optional,
    )


def _field_type(schemas: list[Schema], shapes: Shapes, checks: set[str]) -> Type:
    if any(schema == _FALSE for schema in schemas):
        checks.add("properties")  # a property that must not be there
        return AnyType()
    types = [shapes.type_of(schema, checks) for schema in schemas]
    known = [one for one in types if not isinstance(one, AnyType)]
    if any(one != known[-1] for one in known):
        checks.add("allOf")
    return known[-1] if known else AnyType()


def carried(schema: Schema, key: str, defs: dict[str, Schema]) -> tuple[Json] | None:
    """The annotation `key` of a property: its own, or that of the schema it refers to."""
    for _ in range(20):
        if key in schema:
            return (schema[key],)
        if "$ref" in schema:
            schema = defs[schema["$ref"][8:]]
        elif len(schema.get("allOf", ())) == 1:
            schema = schema["allOf"][0]
        else:
            return None
    return None
