"""Tables of verdicts: what combined, conditional and recursive schemas accept.

Each row is a schema, JSON texts that it accepts and JSON texts that it refuses (JSON Schema 2020-12).
"""

from __future__ import annotations

import pytest

_TABLE = [
    (
        {"type": "object", "properties": {"a": {}, "b": {}}, "dependentRequired": {"a": ["b"]}},
        ['{"a":1,"b":2}', '{"b":1}', "{}"],
        ['{"a":1}'],
    ),
    (
        {"type": "object", "properties": {"a": {}, "b": {}}, "dependentSchemas": {"a": {"required": ["b"]}}},
        ['{"a":1,"b":2}', '{"b":1}'],
        ['{"a":1}'],
    ),
    (
        {"if": {"type": "integer"}, "then": {"minimum": 5}, "else": {"type": "string"}},
        ["5", '"a"', "5.0"],
        ["4", "null", "4.0"],
    ),
    ({"then": {"minimum": 5}}, ["4"], []),
    ({"else": False}, ["4"], []),
    ({"if": False}, ["4"], []),
    ({"not": {"type": "integer"}}, ["1.5", '"a"'], ["1", "1.0"]),
    ({"not": {}}, [], ["1"]),
    ({"oneOf": [{"type": "integer"}, {"type": "number"}]}, ["1.5"], ["1", "1.0", '"a"']),
    (
        {"oneOf": [{"type": "number", "exclusiveMaximum": 0}, {"enum": [7]}]},
        ["-2", "-2.5", "7", "7.0"],
        ["2", "0", "8.0"],
    ),
    ({"anyOf": [{"type": "number"}, {"enum": [7, "x"]}]}, ["-2", "7", "2.5", '"x"'], ['"y"', "null"]),
    ({"oneOf": [{"type": "integer"}, {"minimum": 2}]}, ["1", "2.5", '"s"'], ["3", "1.5"]),
    ({"anyOf": [{"type": "string", "maxLength": 2}, {"type": "integer"}]}, ['"ab"', "1", "1.0"], ['"abc"']),
    (
        {
            "oneOf": [
                {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
                {"type": "object", "properties": {"b": {"type": "string"}}, "required": ["b"]},
            ]
        },
        ['{"a":1}', '{"b":"s"}', '{"a":"x","b":"s"}'],
        ['{"a":1,"b":"s"}', "{}"],
    ),
    (
        {
            "allOf": [
                {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
                {"type": "object", "properties": {"b": {"type": "string"}}},
            ],
            "unevaluatedProperties": False,
        },
        ['{"a":1}', '{"a":1,"b":"s"}'],
        ['{"a":1,"c":1}', '{"b":"s"}'],
    ),
    (
        {
            "type": "object",
            "properties": {"a": True},
            "anyOf": [{"properties": {"b": {"type": "integer"}}, "required": ["b"]}, {"properties": {"c": True}}],
            "unevaluatedProperties": False,
        },
        ['{"a":1,"b":1}', '{"a":1,"c":1}'],
        ['{"a":1,"d":1}'],
    ),
    ({"prefixItems": [True], "unevaluatedItems": False}, ["[1]", '"x"'], ["[1,2]"]),
    (
        {
            "allOf": [
                {"type": "array", "unevaluatedItems": {"enum": [1]}},
                {"type": "array", "items": {"type": "integer"}},
            ]
        },
        ["[]", "[1]"],
        ["[2]", '["x"]'],
    ),
    (
        {"type": "array", "allOf": [{"items": {"type": "integer"}}], "unevaluatedItems": False},
        ["[]", "[1]"],
        ['["x"]'],
    ),
    (True, ["1", "null", "{}"], []),
    (False, [], ["1", "null", "{}"]),
    ({}, ["1", "null"], []),
    ({"$ref": "#/components/schemas/N", "minimum": 3}, ["3"], ["2"]),
    (
        {"$ref": "#/components/schemas/Tree"},
        ['{"v":1}', '{"v":1,"k":[{"v":2}]}'],
        ['{"v":1,"k":[{"v":"x"}]}', '{"v":1,"k":[{}]}'],
    ),
    ({"$ref": "#/components/schemas/Odd/properties/a~1b~0c%25d"}, ["1"], ['"x"']),
    ({"$ref": "#/components/schemas/Anchored"}, ["1"], ['"x"']),
    ({"$ref": "#foo"}, ["1"], ['"x"']),
    ({"allOf": [{"type": "integer"}, {"type": "number", "minimum": 3}]}, ["3", "3.0"], ["2", "3.5"]),
    ({"allOf": [{"enum": [1, 2]}, {"enum": [2, 3]}]}, ["2"], ["1", "3"]),
    (
        {
            "allOf": [
                {"type": "object", "properties": {"a": {"type": "integer"}}},
                {"type": "object", "properties": {"a": {"minimum": 3}}},
            ]
        },
        ['{"a":3}'],
        ['{"a":2}', '{"a":"x"}'],
    ),
    (
        {
            "allOf": [
                {"type": "object", "properties": {"a": {}}, "additionalProperties": False},
                {"type": "object", "properties": {"b": {}}, "additionalProperties": False},
            ]
        },
        ["{}"],
        ['{"a":1}', '{"b":1}'],
    ),
    (
        {"unevaluatedProperties": {"type": "integer"}, "type": "object", "properties": {"a": {"type": "string"}}},
        ['{"a":"x","b":1}'],
        ['{"b":"x"}'],
    ),
    (
        {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/N", "default": 7}}},
        ["{}", '{"a":1}'],
        ['{"a":"x"}'],
    ),
]


@pytest.mark.parametrize(("schema", "valid", "invalid"), _TABLE, ids=str)
def test_the_endpoint_accepts_what_the_schema_accepts_logic(verdicts, schema, valid, invalid):
    assert verdicts(schema, *valid, *invalid) == [*(True for _ in valid), *(False for _ in invalid)]
