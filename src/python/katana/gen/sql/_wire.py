"""What a PostgreSQL type is on the wire.

In: a `PgType` and the enums of the schema. Out: its form, a tree; or the reason why there is none. Never: Python text.

Domains are gone: PostgreSQL sends and receives them as the type below, and so is everything else that changes no byte.
"""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import structs

from katana import ir
from katana.gen.sql._codecs import CODECS, EXTENSION_CODECS, RANGES, Codec

MAX_DIMENSIONS = 6
"""Of an array (PostgreSQL, `MAXDIM`)."""


# `oid` of each form is what PostgreSQL reports for a result column; 0 when it is not fixed, as for types of users.


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value that one codec of the runtime packs and unpacks."""

    codec: Codec

    @property
    def oid(self) -> int:
        """That of the codec."""
        return self.codec.oid


@dataclass(frozen=True, slots=True)
class Enum:
    """The label of an enum."""

    enum: ir.EnumDef
    oid: int = 0


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a composite. `oid` is what the bytes say its type is; 0 when that is not fixed."""

    name: str
    py_name: str
    wire: Wire
    oid: int


@dataclass(frozen=True, slots=True)
class Composite:
    """Several fields, each perhaps NULL. `namespace` and `name` are those of the type."""

    namespace: str
    name: str
    fields: tuple[Field, ...]
    oid: int = 0


@dataclass(frozen=True, slots=True)
class Range:
    """What lies between two bounds."""

    bound: Wire
    oid: int


@dataclass(frozen=True, slots=True)
class Multirange:
    """Several ranges."""

    range: Range
    oid: int


@dataclass(frozen=True, slots=True)
class Array:
    """A list of values, each perhaps NULL; of several `dimensions`, a list of such lists."""

    element: Wire
    dimensions: int = 1
    oid: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON document, decoded into a type and encoded from it."""

    codec: Codec
    python: ir.PyType

    @property
    def oid(self) -> int:
        """That of the codec."""
        return self.codec.oid


@dataclass(frozen=True, slots=True)
class Converted:
    """A value that functions of the author turn from and to what `base` has in Python."""

    base: Wire
    python: ir.PyType

    @property
    def oid(self) -> int:
        """That of the base."""
        return self.base.oid


type Wire = Scalar | Enum | Composite | Range | Multirange | Array | Document | Converted


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Why a type has no codec, as a key of `_support.REASONS`, and the type that has none."""

    reason: str
    type: ir.PgType


def wire_of(type_: ir.PgType, enums: tuple[ir.EnumDef, ...]) -> Wire | Unsupported:
    """The form of a type's values."""
    element = _element(type_, enums)
    if not type_.dimensions or isinstance(element, Unsupported):
        return element
    return Array(element, type_.dimensions, type_.oid)


def below_domains(type_: ir.PgType) -> ir.PgType:
    """The type that PostgreSQL sends for a value."""
    while type_.kind == "domain" and not type_.dimensions and type_.below is not None:
        type_ = type_.below
    return type_


def _element(type_: ir.PgType, enums: tuple[ir.EnumDef, ...]) -> Wire | Unsupported:
    """The form of a type, or of the elements of an array. The Python type that is said last counts."""
    if type_.python is None:
        return _plain(type_, enums)
    base = _plain(without_python(type_), enums)
    if isinstance(base, Unsupported):
        return base
    if type_.python.read:
        return Unsupported("via-list", type_) if type_.python.within else Converted(base, type_.python)
    if isinstance(base, Scalar) and base.codec.name in ("json", "jsonb"):
        return Document(base.codec, type_.python)
    return Unsupported("python", type_)


def without_python(type_: ir.PgType) -> ir.PgType:
    """The type as it would be if no author had said more about it or the domains below it."""
    below = type_.below
    if type_.kind == "domain" and not type_.dimensions and below is not None:
        below = without_python(below)
    return structs.replace(type_, python=None, below=below)


def _plain(type_: ir.PgType, enums: tuple[ir.EnumDef, ...]) -> Wire | Unsupported:
    if type_.kind == "enum":
        found = (enum for enum in enums if (enum.namespace, enum.name) == (type_.namespace, type_.name))
        enum = next(found, None)
        return Enum(enum) if enum is not None else Unsupported("enum", type_)
    if type_.kind == "composite":
        return _composite(type_, enums)
    if type_.name in ("record", "money", "void") and not type_.namespace:
        return Unsupported(type_.name, type_)
    if type_.kind == "base" or type_.below is None:
        codec = EXTENSION_CODECS.get(type_.name) if type_.namespace else CODECS.get(type_.name)
        return Scalar(codec) if codec is not None and type_.kind == "base" else Unsupported("base", type_)
    below = wire_of(type_.below, enums)
    if isinstance(below, Unsupported) or type_.kind == "domain":
        return below
    oid = RANGES[type_.name] if not type_.namespace else 0
    if type_.kind == "multirange" and isinstance(below, Range):
        return Multirange(below, oid)
    return Range(below, oid)


def _composite(type_: ir.PgType, enums: tuple[ir.EnumDef, ...]) -> Wire | Unsupported:
    if not type_.namespace:
        return Unsupported("system", type_)
    names = [field.py_name for field in type_.fields]
    if len(set(names)) < len(names):
        return Unsupported("field-names", type_)
    fields = []
    for field in type_.fields:
        wire = wire_of(field.type, enums)
        if isinstance(wire, Unsupported):
            return wire
        fields.append(Field(field.name, field.py_name, wire, field.type.oid))
    return Composite(type_.namespace, type_.name, tuple(fields))
