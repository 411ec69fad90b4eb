"""Values for requests: what fits, what barely fits, and what does not."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from katana.probe._patterns import matching
from katana.probe._values import Impossible, Values
from katana.probe._variants import Variants
from katana.probe._view import View

SCHEMAS: list[dict[str, Any]] = [
    {"type": "string", "minLength": 3, "maxLength": 5},
    {"type": "string", "pattern": "^[A-Z]{2}-\\d{3,5}(a|b)?$"},
    {"type": "string", "pattern": "^[^a-z]+$", "minLength": 4},
    {"type": "integer", "exclusiveMinimum": 4, "maximum": 6},
    {"type": "number", "multipleOf": 0.5, "minimum": 1.2},
    {"type": "integer", "maximum": -3},
    {"enum": ["a", 2, None]},
    {"const": {"a": [1]}},
    {"type": ["null", "boolean"]},
    {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 3, "uniqueItems": False},
    {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": False},
    {"oneOf": [{"type": "integer"}, {"type": "string"}]},
    {"anyOf": [{"type": "null"}, {"type": "object", "required": ["a"], "properties": {"a": {"maximum": 3}}}]},
    {
        "allOf": [
            {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}},
            {"required": ["b"], "properties": {"b": {"type": "boolean"}}},
        ],
        "unevaluatedProperties": False,
    },
    {"type": "object", "minProperties": 2, "additionalProperties": {"type": "integer"}},
    {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": False},
]


def view(document: dict[str, Any], direction: Any = "request") -> View:
    return View({"openapi": "3.1.0", **document}, direction)


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
def test_what_is_made_fits_and_what_is_broken_does_not(schema: dict[str, Any]) -> None:
    values = Values(view({}))
    oracle = Draft202012Validator(schema)
    for full in (True, False):
        assert oracle.is_valid(values.fresh(schema, full=full))
    value = values.fresh(schema)
    variants = Variants(values)
    assert all(oracle.is_valid(each) for _, each in variants.edges(schema, value))
    mistakes = list(variants.mistakes(schema, value))
    assert mistakes
    assert not any(oracle.is_valid(each) for _, each in mistakes)


def test_two_values_differ_where_the_schema_lets_them() -> None:
    values = Values(view({}))
    schema = {"type": "object", "properties": {"mail": {"type": "string", "format": "email"}}}
    assert values.fresh(schema) != values.fresh(schema)


def test_an_example_wins_unless_it_does_not_fit() -> None:
    values = Values(view({}))
    assert values.best({"type": "string", "example": "mine"}) == "mine"
    assert values.best({"type": "integer", "example": "mine"}) == 1


def test_recursion_ends_and_what_has_no_value_is_impossible() -> None:
    ref = {"$ref": "#/components/schemas/Tree"}
    tree = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}, "below": ref}}
    document = view({"components": {"schemas": {"Tree": tree, "Endless": {"required": ["a"], "type": "object"}}}})
    schemas = document.root["components"]["schemas"]
    assert document.is_valid(schemas["Tree"], Values(document).fresh(schemas["Tree"]))
    with pytest.raises(Impossible):
        Values(view({})).fresh({"type": "string", "not": {}})


def test_each_direction_has_its_own_members() -> None:
    user = {
        "type": "object",
        "required": ["id", "name", "password"],
        "properties": {
            "id": {"type": "integer", "readOnly": True},
            "name": {"type": "string"},
            "password": {"type": "string", "writeOnly": True},
        },
    }
    document = {"components": {"schemas": {"User": user}}}
    sent, answered = view(document), view(document, "response")
    assert set(Values(sent).fresh(sent.root["components"]["schemas"]["User"])) == {"name", "password"}
    schema = answered.root["components"]["schemas"]["User"]
    assert answered.is_valid(schema, {"id": 1, "name": "Ada"})
    assert not answered.is_valid(schema, {"name": "Ada", "password": "x"})


def test_openapi_3_0_is_read_in_its_own_words() -> None:
    schemas = {
        "Age": {"type": "integer", "nullable": True, "minimum": 3, "exclusiveMinimum": True},
        "Untyped": {"nullable": True, "oneOf": [{"type": "string"}]},
    }
    old = View({"openapi": "3.0.3", "components": {"schemas": schemas}}, "request")
    age, untyped = (old.root["components"]["schemas"][name] for name in schemas)
    assert [old.is_valid(age, value) for value in (None, 4, 3)] == [True, True, False]
    assert not old.is_valid(untyped, None)


def test_words_that_are_data_or_names_are_left_alone() -> None:
    properties = {"default": {"type": "string", "format": "int32"}, "properties": {"type": "integer"}}
    document = view({"components": {"schemas": {"A": {"properties": properties, "default": {"$ref": "#/x"}}}}})
    schema = document.root["components"]["schemas"]["A"]
    assert schema["default"] == {"$ref": "#/x"}
    assert set(schema["properties"]) == {"default", "properties"}


@pytest.mark.parametrize("pattern", [r"^\w+@\w+\.(com|org)$", r"[^\s]{3}", r"^(?:ab){2,}c?$", r"^[\d-]+$", r"^.*$"])
def test_a_text_is_made_for_a_pattern(pattern: str) -> None:
    text = matching(pattern)
    assert text is not None
    assert Draft202012Validator({"pattern": pattern}).is_valid(text)


def test_a_pattern_that_cannot_be_read_has_no_text() -> None:
    assert matching(r"^\p{L}(") is None
