"""The type part of the IR: what a value looks like, independent of any language.

In: nothing. Out: frozen, tagged structs that describe one JSON value each. Never: locations, descriptions, Python
syntax. A `Type` is a *sound over-approximation* of its JSON Schema: every valid instance has this shape. The
schema that travels beside it (`TypeDef.schema`, `Content.schema`, `Parameter.schema`) decides what is valid.
"""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct, UnsetType

Json = Any
"""A JSON value: None, bool, int, float, str, list or dict with string keys."""


class AnyType(Struct, frozen=True, tag_field="kind", tag="any"):
    """Any JSON value (an empty schema, or one whose shape has no better common type)."""


class NullType(Struct, frozen=True, tag_field="kind", tag="null"):
    """JSON `null`. A nullable type is a `UnionType` that has this among its variants."""


class BooleanType(Struct, frozen=True, tag_field="kind", tag="boolean"):
    """JSON `true` or `false`."""


class IntegerType(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", tag="integer"):
    """An integer. Bounds are JSON Schema's; `format` is `int32`, `int64` or empty."""

    format: str = ""
    minimum: int | float | None = None
    maximum: int | float | None = None
    exclusive_minimum: int | float | None = None
    exclusive_maximum: int | float | None = None
    multiple_of: int | float | None = None


class NumberType(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", tag="number"):
    """A number. `format` is `float`, `double`, `decimal` or empty."""

    format: str = ""
    minimum: int | float | None = None
    maximum: int | float | None = None
    exclusive_minimum: int | float | None = None
    exclusive_maximum: int | float | None = None
    multiple_of: int | float | None = None


class StringType(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", tag="string"):
    """A string. Lengths count code points; `pattern` is ECMA-262, unanchored; unknown formats are kept as given."""

    format: str = ""
    min_length: int = 0
    max_length: int | None = None
    pattern: str | None = None


class EnumType(Struct, frozen=True, kw_only=True, tag_field="kind", tag="enum"):
    """One of a closed set of JSON values, in document order. A `const` is an enum of one."""

    values: tuple[Json, ...]


class ArrayType(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", tag="array"):
    """A homogeneous array."""

    items: Type
    min_items: int = 0
    max_items: int | None = None
    unique_items: bool = False


class MapType(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", tag="map"):
    """An object without declared properties: string keys, values of one type."""

    values: Type
    min_properties: int = 0
    max_properties: int | None = None


class Field(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One declared property of an object.

    `name` is the JSON member; `py_name` a valid, non-keyword Python identifier, unique in its object. `default` is
    UNSET when the schema has none. A property that is neither required nor has a default may be absent, which is
    not the same as null.
    """

    name: str
    py_name: str
    type: Type
    required: bool = False
    default: Json | UnsetType = UNSET
    read_only: bool = False
    write_only: bool = False


class ObjectType(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", tag="object"):
    """An object with declared properties. `closed` is `additionalProperties: false`; else unknown members pass."""

    fields: tuple[Field, ...]
    closed: bool = False
    min_properties: int = 0
    max_properties: int | None = None


class Discriminator(Struct, frozen=True, kw_only=True):
    """The property that tells the variants of a union apart, and the name of the type for each of its values."""

    property_name: str
    mapping: dict[str, str]


class UnionType(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", tag="union"):
    """One of several types. `mode` is `any_of` or `one_of`; `one_of` means exactly one schema matches."""

    variants: tuple[Type, ...]
    mode: str = "any_of"
    discriminator: Discriminator | None = None


class RefType(Struct, frozen=True, kw_only=True, tag_field="kind", tag="ref"):
    """The `TypeDef` of this name. The only way in which a type may be recursive."""

    name: str


Type = (
    AnyType
    | NullType
    | BooleanType
    | IntegerType
    | NumberType
    | StringType
    | EnumType
    | ArrayType
    | MapType
    | ObjectType
    | UnionType
    | RefType
)
"""Any node of a type."""


class TypeDef(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A named type.

    `name` is a PascalCase Python identifier, unique in the `Api`; `pointer` says where the schema stands (a JSON
    pointer, with the file in front when it is not the root document). `schema` is the canonical JSON Schema 2020-12:
    annotations (`title`, `description`, `example`, `examples`, `x-*`) removed, every reference of the form
    `#/$defs/<TypeDef.name>`. `checks` lists the assertions of the schema itself (not of what it refers to) that
    `type` does not carry, for example `not` or `contains`, sorted; empty means shape and schema accept the same.
    """

    name: str
    pointer: str
    type: Type
    schema: Json
    checks: tuple[str, ...] = ()
