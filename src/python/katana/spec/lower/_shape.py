"""Canonical schemas to `katana.ir` types.

In: a canonical schema and the named ones. Out: a type that every valid value has, and the names of the assertions
that the type does not carry (`checks`). Never: documents, places, names. Theory of operation:

1. A schema is taken apart into conditions that hold together (`_conjuncts`). One condition is read keyword by keyword.
2. Several conditions on objects are merged into one object; several on scalars into one schema, if their keywords
   combine without loss; otherwise one of them gives the shape, and `allOf` is a check.
3. Whatever is not understood widens the type and adds its keyword to the checks; nothing narrows it.
4. Objects with properties stand only at the top of a named type; elsewhere they are maps with a check.
5. Merging looks into named types, and those may merge the type that is being made (`A` is a list of "A and not
   empty"). A name is looked into once on the way down, and merges per type are counted; beyond that, any value.
"""

from __future__ import annotations

from itertools import chain
from typing import Any

from katana.ir import (
    AnyType,
    ArrayType,
    BooleanType,
    Discriminator,
    EnumType,
    IntegerType,
    MapType,
    NullType,
    NumberType,
    RefType,
    StringType,
    Type,
    UnionType,
)
from katana.spec.lower._conjuncts import conjuncts
from katana.spec.lower._dialect import types
from katana.spec.lower._exclusive import Exclusive
from katana.spec.lower._objects import object_type
from katana.spec.lower._scalars import combine, fits_type
from katana.spec.model.keywords import ALL_TYPES, ASSERTIONS, BY_TYPE

Json = Any
Schema = dict[str, Json]

_EVERYWHERE = ("not", "if", "$ref", "allOf")
_MAX_MERGES = 500


class Shapes:
    """Types for one set of named schemas."""

    def __init__(self, defs: dict[str, Schema]) -> None:
        self.defs = defs
        self._exclusive = Exclusive(defs)
        self._open: set[str] = set()  # rule 5
        self._merges = 0

    def named(self, schema: Schema) -> tuple[Type, tuple[str, ...]]:
        """The type and the checks of a named schema."""
        checks: set[str] = set()
        self._merges = 0
        return self._type(schema, checks, top=True), tuple(sorted(checks))

    def inline(self, schema: Schema) -> tuple[Type, tuple[str, ...]]:
        """The type and the checks of a schema without a name."""
        checks: set[str] = set()
        self._merges = 0
        return self.type_of(schema, checks), tuple(sorted(checks))

    def type_of(self, schema: Schema, checks: set[str]) -> Type:
        """The type of `schema`; adds to `checks`."""
        return self._type(schema, checks, top=False)

    def _type(self, schema: Schema, checks: set[str], *, top: bool) -> Type:
        names: set[str] = set()
        parts = conjuncts(schema, self.defs, names)
        if parts is None:
            checks.add("allOf")
            return AnyType()
        if not names:
            return self._held_together(parts, checks, top=top, sees_all="unevaluatedProperties" in schema)
        self._merges += 1
        if names & self._open or self._merges > _MAX_MERGES:
            checks.add("allOf")
            return AnyType()
        self._open |= names
        found = self._held_together(parts, checks, top=top, sees_all="unevaluatedProperties" in schema)
        self._open -= names
        return found

    def _held_together(self, parts: list[Schema], checks: set[str], *, top: bool, sees_all: bool) -> Type:
        """Rule 2."""
        if len(parts) == 1:
            return self._single(parts[0], checks, top=top)
        if self._common_types(parts) == {"object"} and not any("enum" in p or "const" in p for p in parts):
            return self._object(parts, checks, top=top, sees_all=sees_all)
        combined = combine(parts)
        if combined is not None:
            return self._single(combined, checks, top=top)
        checks.add("allOf")
        found = [self._single(part, set(), top=False) for part in parts]
        return next((one for one in found if not isinstance(one, AnyType)), AnyType())

    @staticmethod
    def _common_types(parts: list[Schema]) -> set[str]:
        common = set(ALL_TYPES)
        for part in parts:
            own = set(types(part)) or set(ALL_TYPES)
            common &= own | {"integer"} if "number" in own else own
        return common

    def _single(self, schema: Schema, checks: set[str], *, top: bool) -> Type:
        """Rule 1: one condition."""
        if set(schema) == {"$ref"}:
            return RefType(name=schema["$ref"][8:])
        for keyword in _EVERYWHERE:
            if keyword in schema:
                checks.add(keyword)
        if "enum" in schema or "const" in schema:
            return self._enum(schema, checks)
        union = next((key for key in ("oneOf", "anyOf") if key in schema), None)
        if union is not None and self._union_gives_shape(schema, union):
            return self._union(schema, union, checks)
        checks.update(key for key in ("oneOf", "anyOf") if key in schema)
        named = types(schema)
        if not named:
            checks.update(key for key in schema if key in ASSERTIONS and key not in ("then", "else"))
            return AnyType()
        variants = [self._typed(name, schema, checks, top=top and len(named) == 1) for name in named]
        return variants[0] if len(variants) == 1 else UnionType(variants=tuple(variants))

    @staticmethod
    def _enum(schema: Schema, checks: set[str]) -> Type:
        values = [schema["const"]] if "const" in schema else schema["enum"]
        if "const" in schema and "enum" in schema:
            checks.add("enum")
        named = types(schema)
        fitting = tuple(value for value in values if not named or fits_type(value, named))
        checks.update(key for key in schema if key in ASSERTIONS - {"enum", "const", "type", "format", "then", "else"})
        if not fitting:
            checks.add("enum")
        return EnumType(values=fitting or tuple(values))

    def _union_gives_shape(self, schema: Schema, union: str) -> bool:
        """Whether the variants, not the keywords beside them, say what the value looks like."""
        if any(keyword in schema for name in BY_TYPE for keyword in BY_TYPE[name]):
            return False
        named = types(schema)
        if not named:
            return True
        allowed = set(named) | ({"integer"} if "number" in named else set())
        return all(self._exclusive.kinds(variant) <= allowed for variant in schema[union])

    def _union(self, schema: Schema, union: str, checks: set[str]) -> Type:
        """The variants of `oneOf` or `anyOf`; `oneOf` is a check unless its variants exclude each other."""
        if union == "oneOf" and "anyOf" in schema:
            checks.add("anyOf")
        if union == "oneOf" and self._exclusive.overlap(schema["oneOf"]):
            checks.add("oneOf")
        variants: list[Type] = []
        for entry in schema[union]:
            variant = self._type(entry, checks, top=False)
            if isinstance(variant, AnyType):
                checks.add(union)
                return AnyType()
            flat = variant.variants if isinstance(variant, UnionType) and variant.discriminator is None else (variant,)
            variants += [one for one in flat if one not in variants[-64:]]
        if all(isinstance(one, EnumType) for one in variants):
            sets = [one.values for one in variants if isinstance(one, EnumType)]
            return EnumType(values=tuple(chain.from_iterable(sets)))
        if len(variants) == 1:
            return variants[0]
        found = schema.get("discriminator")
        discriminator = None
        if found is not None:
            discriminator = Discriminator(property_name=found["propertyName"], mapping=found["mapping"])
        return UnionType(
            variants=tuple(variants), mode="one_of" if union == "oneOf" else "any_of", discriminator=discriminator
        )

    def _typed(self, name: str, schema: Schema, checks: set[str], *, top: bool) -> Type:
        """A value of one JSON type."""
        if name == "object":
            return self._object([schema], checks, top=top, sees_all=True)
        if name == "array":
            return self._array(schema, checks)
        if name == "string":
            return StringType(
                format=schema.get("format", ""),
                min_length=schema.get("minLength", 0),
                max_length=schema.get("maxLength"),
                pattern=schema.get("pattern"),
            )
        if name in ("integer", "number"):
            number = IntegerType if name == "integer" else NumberType
            return number(
                format=schema.get("format", ""),
                minimum=schema.get("minimum"),
                maximum=schema.get("maximum"),
                exclusive_minimum=schema.get("exclusiveMinimum"),
                exclusive_maximum=schema.get("exclusiveMaximum"),
                multiple_of=schema.get("multipleOf"),
            )
        return BooleanType() if name == "boolean" else NullType()

    def _array(self, schema: Schema, checks: set[str]) -> ArrayType:
        checks.update(key for key in ("prefixItems", "contains", "minContains", "maxContains") if key in schema)
        if "unevaluatedItems" in schema and "items" not in schema:
            checks.add("unevaluatedItems")
        items: Type = AnyType()
        if "items" in schema and "prefixItems" in schema:
            checks.add("items")
        elif "items" in schema:
            items = self.type_of(schema["items"], checks)
        return ArrayType(
            items=items,
            min_items=schema.get("minItems", 0),
            max_items=schema.get("maxItems"),
            unique_items=schema.get("uniqueItems", False),
        )

    def _object(self, parts: list[Schema], checks: set[str], *, top: bool, sees_all: bool) -> Type:
        if top or not any("properties" in part or "required" in part for part in parts):
            return object_type(parts, self, checks, sees_all=sees_all)
        # Rule 4: without a name there is no class to put the properties into.
        checks.update(key for part in parts for key in BY_TYPE["object"] if key in part)
        checks.update(key for part in parts for key in ("not", "if", "anyOf", "oneOf") if key in part)
        return MapType(values=AnyType())
