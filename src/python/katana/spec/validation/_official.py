"""The official JSON Schemas of OpenAPI, compiled for one kind of object at a time.

In: a version of OpenAPI and a kind. Out: a validator of jsonschema-rs. Never: network (every schema is at hand). The
schemas are those that openapi-spec-validator ships; its own code is not imported, because loading it takes longer
than compiling a large document.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs

if TYPE_CHECKING:
    import openapi_spec_validator  # noqa: F401 - tells Pants that the package has to be there

Json = Any

_DRAFT_2020_12 = "https://json-schema.org/draft/2020-12/schema"
_DIALECT = "https://spec.openapis.org/oas/3.1/dialect/base"

# The vocabulary that OpenAPI adds to JSON Schema (OAS 3.1.1, appendix on schemas).
_VOCABULARY: dict[str, Json] = {
    "$id": _DIALECT,
    "$schema": _DRAFT_2020_12,
    "$dynamicAnchor": "meta",
    "allOf": [{"$ref": _DRAFT_2020_12}],
    "type": ["object", "boolean"],
    "properties": {
        "discriminator": {
            "type": "object",
            "required": ["propertyName"],
            "properties": {
                "propertyName": {"type": "string"},
                "mapping": {"type": "object", "additionalProperties": {"type": "string"}},
                "defaultMapping": {"type": "string"},
            },
            "patternProperties": {"^x-": True},
            "additionalProperties": False,
        },
        "externalDocs": {"type": "object", "required": ["url"], "properties": {"url": {"type": "string"}}},
        # `nodeType` of 3.2 takes the place of the other two.
        "xml": {
            "type": "object",
            "dependentSchemas": {
                "nodeType": {"not": {"anyOf": [{"required": ["attribute"]}, {"required": ["wrapped"]}]}}
            },
        },
        "$ref": {"type": "string"},
    },
}

_NAMES_3_0 = {
    "schema": "Schema",
    "response": "Response",
    "parameter": "Parameter",
    "example": "Example",
    "request-body": "RequestBody",
    "header": "Header",
    "security-scheme": "SecurityScheme",
    "link": "Link",
    "callbacks": "Callback",
    "path-item": "PathItem",
    "media-type": "MediaType",
}


@cache
def validator(version: str, kind: str) -> jsonschema_rs.Validator:
    """The validator of `kind` (`document` or a kind of the grammar) in `version` (`3.0`, `3.1`, `3.2`)."""
    official = schema(version)
    if version == "3.0":
        base = official["id"]
        wrapper: Json = {"$schema": official["$schema"], "$ref": base}
        if kind != "document":
            wrapper["$ref"] = f"{base}#/definitions/{_NAMES_3_0[kind]}"
        registry = jsonschema_rs.Registry([(base, official)])
        return jsonschema_rs.validator_for(wrapper, registry=registry, offline=True)
    base = official["$id"]
    wrapper = {
        "$id": f"https://katana.invalid/{version}/{kind}",
        "$schema": _DRAFT_2020_12,
        "$ref": base if kind == "document" else f"{base}#/$defs/{kind}",
        # Without this, the official schema accepts any object as a Schema Object (its `$dynamicRef: "#meta"`).
        "$defs": {"schema": {"$dynamicAnchor": "meta", "$ref": _DIALECT}},
    }
    if kind == "schema":
        wrapper["$ref"] = _DIALECT
    registry = jsonschema_rs.Registry([(_DIALECT, _VOCABULARY), (base, official)])
    return jsonschema_rs.validator_for(wrapper, registry=registry, offline=True)


@cache
def schema(version: str) -> dict[str, Json]:
    """The official schema of `version`."""
    package = find_spec("openapi_spec_validator")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError("openapi_spec_validator")
    folder = Path(package.submodule_search_locations[0])
    official: dict[str, Json] = json.loads((folder / f"resources/schemas/v{version}/schema.json").read_bytes())
    _correct(official)
    return official


def _correct(official: dict[str, Json]) -> None:
    """Errata of the schemas: the text of the standard counts, and later editions of the schemas follow it."""
    link = official.get("$defs", {}).get("link", {}).get("properties", {})
    if "body" in link:
        link["server"] = link.pop("body")


def known_members(version: str, kind: str) -> list[str]:
    """The fixed members of a kind, for suggestions; `kind` as in the keyword location of an error."""
    official = schema(version)
    section: dict[str, Json] = official.get("$defs") or official.get("definitions") or {}
    found: set[str] = set()
    stack: list[Json] = [section.get(kind, official)]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            if isinstance(node.get("properties"), dict):
                found.update(node["properties"])
            stack += [value for key, value in node.items() if key not in ("$defs", "definitions", "properties")]
        elif isinstance(node, list):
            stack += node
    return sorted(found)
