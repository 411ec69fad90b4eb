"""Behind each keyword of docs/reference/openapi-support.md: a value that it allows, and one that it refuses."""

from __future__ import annotations

import jsonschema_rs
import pytest

from katana.spec import _support

ROWS = {
    "$ref": ({"$ref": "#/components/schemas/Word"}, "a", 1),
    "$dynamicRef": ({"$dynamicRef": "#word"}, "a", 1),
    "additionalProperties": ({"additionalProperties": {"type": "string"}}, {"a": "b"}, {"a": 1}),
    "allOf": ({"allOf": [{"minimum": 1}, {"maximum": 2}]}, 1, 3),
    "anyOf": ({"anyOf": [{"type": "string"}, {"minimum": 3}]}, 3, 1),
    "const": ({"const": {"a": 1}}, {"a": 1.0}, {"a": 2}),
    "contains": ({"contains": {"const": 1}}, [0, 1], [0]),
    "dependentRequired": ({"dependentRequired": {"a": ["b"]}}, {"b": 1}, {"a": 1}),
    "dependentSchemas": ({"dependentSchemas": {"a": {"required": ["b"]}}}, {}, {"a": 1}),
    "else": ({"if": {"type": "string"}, "else": {"minimum": 2}}, 2, 1),
    "enum": ({"enum": ["a", 1, None]}, None, "b"),
    "exclusiveMaximum": ({"exclusiveMaximum": 1}, 0, 1),
    "exclusiveMinimum": ({"exclusiveMinimum": 1}, 2, 1),
    "if": ({"if": {"type": "string"}, "then": {"minLength": 1}}, 1, ""),
    "items": ({"items": {"type": "string"}}, ["a"], [1]),
    "maxContains": ({"contains": {"const": 1}, "maxContains": 1}, [1], [1, 1]),
    "maxItems": ({"maxItems": 1}, [1], [1, 2]),
    "maxLength": ({"maxLength": 1}, "\N{PILE OF POO}", "ab"),
    "maxProperties": ({"maxProperties": 1}, {"a": 1}, {"a": 1, "b": 1}),
    "maximum": ({"maximum": 1}, 1, 2),
    "minContains": ({"contains": {"const": 1}, "minContains": 2}, [1, 1], [1]),
    "minItems": ({"minItems": 1}, [1], []),
    "minLength": ({"minLength": 1}, "a", ""),
    "minProperties": ({"minProperties": 1}, {"a": 1}, {}),
    "minimum": ({"minimum": 1}, 1, 0),
    "multipleOf": ({"multipleOf": 2}, 4, 3),
    "not": ({"not": {"type": "string"}}, 1, "a"),
    "oneOf": ({"oneOf": [{"minimum": 1}, {"maximum": 2}]}, 3, 1),
    "pattern": ({"pattern": "^a+$"}, "aa", "b"),
    "patternProperties": ({"patternProperties": {"^a": {"type": "string"}}}, {"b": 1}, {"ab": 1}),
    "prefixItems": ({"prefixItems": [{"type": "string"}]}, ["a", 1], [1]),
    "properties": ({"properties": {"a": {"type": "string"}}}, {"b": 1}, {"a": 1}),
    "propertyNames": ({"propertyNames": {"maxLength": 1}}, {"a": 1}, {"ab": 1}),
    "required": ({"required": ["a"]}, {"a": 1}, {}),
    "then": ({"if": {"type": "string"}, "then": {"minLength": 1}}, "a", ""),
    "type": ({"type": ["string", "integer"]}, 1.0, 1.5),
    "unevaluatedItems": ({"prefixItems": [True], "unevaluatedItems": False}, [1], [1, 2]),
    "unevaluatedProperties": ({"properties": {"a": True}, "unevaluatedProperties": False}, {"a": 1}, {"b": 1}),
    "uniqueItems": ({"uniqueItems": True}, [0, False], [1, 1.0]),
}
MADE_OF_TEXT = {"format", "contentEncoding", "contentMediaType"}
"""Generated code checks and converts these; for JSON Schema alone every value passes."""


@pytest.mark.parametrize("keyword", sorted(ROWS))
def test_a_keyword_allows_and_refuses_what_the_standard_says(one_type, keyword):
    schema, allowed, refused = ROWS[keyword]
    word = {"type": "string", "$dynamicAnchor": "word"}
    compiled = one_type({"type": "array", "items": schema}, Word=word)
    validator = jsonschema_rs.validator_for({"$defs": {"Word": word}, **compiled.schema})
    assert validator.is_valid([allowed])
    assert not validator.is_valid([refused])


def test_every_keyword_that_is_checked_has_its_row():
    table = _support.schema_keywords()
    checked = {keyword for keyword, state in table.items() if state == "checked"}
    assert checked - MADE_OF_TEXT == ROWS.keys() - {"$ref", "$dynamicRef"}
    assert table["$ref"] == table["$dynamicRef"] == "followed"
