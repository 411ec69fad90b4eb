"""OpenAPI documents of any size, the same on every run.

In: a number of operations. Out: a document. Never: chance. Each operation brings what real documents
bring: objects of ten members that hold others, a list of them, a union with a discriminator, a part that others build
on, and texts.
"""

from typing import Any

Json = dict[str, Any]

_PROSE = "What people wrote about it, at some length, because documents are mostly prose; nothing of it is generated. "
_SCALARS: tuple[Json, ...] = (
    {"type": "string", "minLength": 1, "maxLength": 200},
    {"type": "string", "format": "date-time"},
    {"type": "string", "format": "uuid"},
    {"type": "string", "enum": ["open", "closed", "waiting"]},
    {"type": "integer", "format": "int64", "minimum": 0},
    {"type": "number"},
    {"type": "boolean"},
    {"type": ["string", "null"]},
    {"type": "array", "items": {"type": "string"}},
    {"type": "object", "additionalProperties": {"type": "integer"}},
)


def document(operations: int) -> Json:
    """A document with so many operations."""
    schemas: Json = {}
    paths: Json = {}
    for number in range((operations + 1) // 2):
        schemas |= _schemas(number)
        path: Json = {"get": _get(number)}
        if 2 * number + 1 < operations:
            path["post"] = _post(number)
        paths[f"/group{number % 50}/things{number}/{{id}}"] = path
    info = {"title": "Things", "version": "1", "description": _PROSE}
    return {"openapi": "3.1.0", "info": info, "paths": paths, "components": {"schemas": schemas}}


def _schemas(number: int) -> Json:
    members = {f"member_{i}": {**scalar, "description": _PROSE} for i, scalar in enumerate(_SCALARS)}
    base = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "integer"}, "self": _ref(number, "Thing")},
    }
    return {
        _name(number, "Base"): base,
        _name(number, "Thing"): {
            "allOf": [
                _ref(number, "Base"),
                {
                    "type": "object",
                    "required": ["member_0", "member_4"],
                    "properties": {
                        **members,
                        "nested": {"type": "object", "properties": {"deep": {"type": "object", "properties": members}}},
                        "neighbour": _ref(number // 2, "Thing"),
                        "either": _ref(number, "Either"),
                    },
                },
            ]
        },
        _name(number, "Either"): {
            "oneOf": [_ref(number, "Left"), _ref(number, "Right")],
            "discriminator": {"propertyName": "kind"},
        },
        **{
            _name(number, side): {
                "type": "object",
                "required": ["kind"],
                "properties": {"kind": {"type": "string", "const": _name(number, side)}, "value": _SCALARS[i]},
            }
            for i, side in enumerate(("Left", "Right"))
        },
    }


def _get(number: int) -> Json:
    parameters = [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}},
        {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100, "default": 20}},
        {"name": "filter", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
    ]
    things = {"type": "array", "items": _ref(number, "Thing")}
    return {
        "operationId": f"list_things_{number}",
        "tags": [f"group {number % 50}"],
        "summary": "List things.",
        "description": _PROSE * 3,
        "parameters": parameters,
        "responses": {"200": _content(things), "404": {"description": "There is none."}},
    }


def _post(number: int) -> Json:
    return {
        "operationId": f"create_thing_{number}",
        "tags": [f"group {number % 50}"],
        "summary": "Create a thing.",
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
        "requestBody": {"required": True, **_content(_ref(number, "Thing"))},
        "responses": {"201": _content(_ref(number, "Thing"))},
    }


def _content(schema: Json) -> Json:
    return {"description": "It.", "content": {"application/json": {"schema": schema}}}


def _name(number: int, what: str) -> str:
    return f"{what}{number}"


def _ref(number: int, what: str) -> Json:
    return {"$ref": f"#/components/schemas/{_name(number, what)}"}
