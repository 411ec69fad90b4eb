"""The objects of OpenAPI 3.x and how they nest, as data.

In: nothing. Out: tables. Never: code per object. `GRAMMAR[kind][member]` says what stands below a member: one object
of a kind, a list of them or a map of them. Kinds are spelled as in the `$defs` of the official JSON Schema of 3.1.
What is not in the table (scalars, examples, documentation) holds no objects and no references that matter here.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Shape = Literal["one", "list", "map"]


class Child(NamedTuple):
    """What stands below a member."""

    shape: Shape
    kind: str


def _one(kind: str) -> Child:
    return Child("one", kind)


def _list(kind: str) -> Child:
    return Child("list", kind)


def _map(kind: str) -> Child:
    return Child("map", kind)


METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")

_SCHEMA: dict[str, Child] = {
    **dict.fromkeys(
        ("not", "if", "then", "else", "items", "contains", "additionalProperties", "propertyNames"), _one("schema")
    ),
    **dict.fromkeys(("unevaluatedItems", "unevaluatedProperties", "contentSchema"), _one("schema")),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), _list("schema")),
    **dict.fromkeys(("properties", "patternProperties", "dependentSchemas", "$defs"), _map("schema")),
}

_CARRIER: dict[str, Child] = {"schema": _one("schema"), "content": _map("media-type"), "examples": _map("example")}

GRAMMAR: dict[str, dict[str, Child]] = {
    "document": {
        "paths": _one("paths"),
        "webhooks": _map("path-item"),
        "components": _one("components"),
    },
    "components": {
        "schemas": _map("schema"),
        "responses": _map("response"),
        "parameters": _map("parameter"),
        "examples": _map("example"),
        "requestBodies": _map("request-body"),
        "headers": _map("header"),
        "securitySchemes": _map("security-scheme"),
        "links": _map("link"),
        "callbacks": _map("callbacks"),
        "pathItems": _map("path-item"),
        "mediaTypes": _map("media-type"),
    },
    "paths": {},
    "callbacks": {},
    "path-item": {
        **dict.fromkeys(METHODS, _one("operation")),
        "additionalOperations": _map("operation"),
        "parameters": _list("parameter"),
    },
    "operation": {
        "parameters": _list("parameter"),
        "requestBody": _one("request-body"),
        "responses": _one("responses"),
        "callbacks": _map("callbacks"),
    },
    "responses": {},
    "parameter": _CARRIER,
    "header": _CARRIER,
    "request-body": {"content": _map("media-type")},
    "response": {"headers": _map("header"), "content": _map("media-type"), "links": _map("link")},
    "media-type": {
        "schema": _one("schema"),
        "itemSchema": _one("schema"),
        "encoding": _map("encoding"),
        "prefixEncoding": _list("encoding"),
        "itemEncoding": _one("encoding"),
        "examples": _map("example"),
    },
    "encoding": {"headers": _map("header")},
    "schema": _SCHEMA,
    "security-scheme": {},
    "link": {},
    "example": {},
}

PATTERNED: dict[str, str] = {"paths": "path-item", "callbacks": "path-item", "responses": "response"}
"""Objects whose members (but `x-*`) are all of one kind."""

REFERABLE = frozenset(
    (
        "schema",
        "response",
        "parameter",
        "example",
        "request-body",
        "header",
        "security-scheme",
        "link",
        "callbacks",
        "path-item",
        "media-type",
    )
)
"""Kinds that may be a Reference Object instead (Schema and Path Item Objects have `$ref` of their own)."""

SECTION: dict[str, str] = {child.kind: section for section, child in GRAMMAR["components"].items()}
"""The member of `components` where objects of a kind are kept."""

PARSED_DATA = frozenset(("example", "examples", "default", "enum", "const"))
"""Members whose value is data: nothing in it is an object of OpenAPI, whatever it looks like."""
