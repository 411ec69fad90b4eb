"""Types that contain themselves without an object between."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest


def _reference(name):
    return {"$ref": f"#/components/schemas/{name}"}


_LEAF = {"type": "object", "required": ["on"], "properties": {"on": {"type": "string", "format": "date"}}}
_TREE = {"oneOf": [_reference("Leaf"), {"type": "array", "items": _reference("Tree")}]}
_NEST = {"type": "array", "items": {"anyOf": [_reference("Nest"), {"type": "string", "format": "date"}]}}
_VALUE = {
    "oneOf": [
        {"type": "number", "format": "decimal"},
        {"type": "string"},
        {"type": "array", "items": _reference("Value")},
        {"type": "object", "additionalProperties": _reference("Value")},
    ]
}
_ALONE = {"type": "object", "additionalProperties": _reference("Alone")}
_SCHEMAS = {
    "Leaf": _LEAF,
    "Tree": _TREE,
    "Nest": _NEST,
    "Value": _VALUE,
    "Alone": _ALONE,
    "Around": {"type": "object", "required": ["tree"], "properties": {"tree": _reference("Tree")}},
}
_DAY = dt.date(2026, 1, 2)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("Tree", '[{"on":"2026-01-02"},[[],{"on":"2026-01-02"}]]', lambda leaf: [leaf, [[], leaf]]),
        ("Tree", '{"on":"2026-01-02"}', lambda leaf: leaf),
        ("Nest", '[["2026-01-02",[]],"2026-01-02"]', lambda _: [[_DAY, []], _DAY]),
        ("Value", '{"a":[1.10,"x",{"b":2}]}', lambda _: {"a": [Decimal("1.10"), "x", {"b": Decimal(2)}]}),
        ("Alone", '{"a":{"b":{}}}', lambda _: {"a": {"b": {}}}),
    ],
)
def test_a_recursive_type_is_converted_at_every_depth(build_body, name, text, value):
    package = build_body(_reference(name), _SCHEMAS)
    (body,), _ = package.arguments("POST", "/", text.encode())
    assert body == value(package.module("dto").Leaf(on=_DAY))


def test_a_mistake_deep_inside_is_refused(build_body):
    package = build_body(_reference("Around"), _SCHEMAS)
    (body,), _ = package.arguments("POST", "/", b'{"tree":[[{"on":"2026-01-02"}]]}')
    assert body.tree == [[package.module("dto").Leaf(on=_DAY)]]
    for text in (b'{"tree":[[{"on":"2026-13-02"}]]}', b'{"tree":[[1]]}', b'{"tree":null}'):
        assert package.errors("POST", "/", text)


def test_a_recursive_response_is_encoded(build):
    content = {"application/json": {"schema": _reference("Tree")}}
    operation = {"operationId": "op", "responses": {"200": {"description": "", "content": content}}}
    package = build({"paths": {"/": {"get": operation}}, "components": {"schemas": _SCHEMAS}})
    package.result = [package.module("dto").Leaf(on=_DAY), []]
    assert package.request("GET", "/").body == b'[{"on":"2026-01-02"},[]]'
