"""The keywords of JSON Schema 2020-12, sorted by what a compiler does with them.

In: nothing. Out: tables, and the equality of JSON values. Never: behaviour. A keyword of OpenAPI 3.0 with another
meaning is normalised before.
"""

from __future__ import annotations

import json
from typing import Any

Json = Any

ONE = (
    "not",
    "if",
    "then",
    "else",
    "items",
    "contains",
    "additionalProperties",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
)
"""Keywords whose value is a schema."""

LIST = ("allOf", "anyOf", "oneOf", "prefixItems")
"""Keywords whose value is a list of schemas."""

MAP = ("properties", "patternProperties", "dependentSchemas")
"""Keywords whose value is a map of schemas."""

VALUES = frozenset(
    (
        "type",
        "enum",
        "const",
        "multipleOf",
        "maximum",
        "exclusiveMaximum",
        "minimum",
        "exclusiveMinimum",
        "maxLength",
        "minLength",
        "pattern",
        "maxItems",
        "minItems",
        "uniqueItems",
        "maxContains",
        "minContains",
        "maxProperties",
        "minProperties",
        "required",
        "dependentRequired",
        "format",
        "contentEncoding",
        "contentMediaType",
    )
)
"""Keywords that are copied by value. `format` and `content*` are kept: generators give them meaning."""

ANNOTATIONS = frozenset(
    (
        "title",
        "description",
        "example",
        "examples",
        "deprecated",
        "externalDocs",
        "xml",
        "$comment",
        "contentSchema",
        "$schema",
        "$defs",
        "definitions",
        "$anchor",
        "$dynamicAnchor",
        "$id",
    )
)
"""Keywords that say nothing about validity (a reference into `$defs` has been followed by then)."""

CARRIED = ("default", "readOnly", "writeOnly", "discriminator")
"""Annotations that change generated code; they travel with a schema until its shape is known."""

NO_OPS: dict[str, object] = {
    "minLength": 0,
    "minItems": 0,
    "minProperties": 0,
    "uniqueItems": False,
    "required": [],
    "dependentRequired": {},
    "dependentSchemas": {},
    "properties": {},
    "patternProperties": {},
    "prefixItems": [],
    "allOf": [],
}
"""Values that assert nothing: leaving them out has the same meaning, so it has to have the same bytes."""

BY_TYPE: dict[str, tuple[str, ...]] = {
    "object": (
        "properties",
        "required",
        "additionalProperties",
        "patternProperties",
        "propertyNames",
        "minProperties",
        "maxProperties",
        "dependentRequired",
        "dependentSchemas",
        "unevaluatedProperties",
    ),
    "array": (
        "items",
        "prefixItems",
        "contains",
        "minContains",
        "maxContains",
        "minItems",
        "maxItems",
        "uniqueItems",
        "unevaluatedItems",
    ),
    "string": ("minLength", "maxLength", "pattern", "contentEncoding", "contentMediaType"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "integer": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "boolean": (),
    "null": (),
}
"""Keywords that apply to values of one type and let all others pass."""

APPLICATORS = ("allOf", "anyOf", "oneOf", "not", "if", "$ref")
"""Keywords that apply to values of every type."""

IN_PLACE_ONE = ("not", "if", "then", "else")
IN_PLACE_LIST = ("allOf", "anyOf", "oneOf")
IN_PLACE_MAP = ("dependentSchemas",)
"""Keywords that apply a schema to the same value: a cycle through them alone never ends."""

ASSERTIONS = (VALUES | frozenset((*ONE, *LIST, *MAP, "$ref", "$dynamicRef"))) - {"contentEncoding", "contentMediaType"}
"""Everything that can make a value invalid."""

ALL_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")


def spelled(value: Json) -> str:
    """The same text for equal JSON values; 1 and 1.0 are equal (JSON Schema 2020-12 core, section 4.2.2)."""
    return json.dumps(_plain(value), sort_keys=True)


def _plain(value: Json) -> Json:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    return value
