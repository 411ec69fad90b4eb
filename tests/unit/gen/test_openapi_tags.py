"""Unions of objects that one member tells apart."""

from __future__ import annotations

import json

import pytest


def _reference(name):
    return {"$ref": f"#/components/schemas/{name}"}


def _variant(*tags, **properties):
    kind = {"const": tags[0]} if len(tags) == 1 else {"type": "string", "enum": list(tags)}
    return {"type": "object", "required": ["kind"], "properties": {"kind": kind, **properties}}


_SCHEMAS = {
    "Cat": _variant("cat", lives={"type": "integer", "maximum": 9}, name={"type": "string", "pattern": "^[A-Z]"}),
    "Dog": {**_variant("dog", "hound", friend=_reference("Pet")), "additionalProperties": False},
    "Pet": {"oneOf": [_reference("Cat"), _reference("Dog")], "discriminator": {"propertyName": "kind"}},
    "Box": {
        "type": "object",
        "properties": {"pet": {"anyOf": [_reference("Cat"), _reference("Dog"), {"type": "null"}]}},
    },
}
_TEXTS = [
    '{"kind":"cat","lives":9,"name":"Tom"}',
    '{"kind":"cat","lives":10}',
    '{"kind":"cat","lives":9.0}',
    '{"kind":"cat","name":"tom"}',
    '{"kind":"dog","friend":{"kind":"hound","friend":{"kind":"cat","name":"Tom","more":1}}}',
    '{"kind":"dog","friend":{"kind":"hound","friend":{"kind":"cat","name":"tom"}}}',
    '{"kind":"dog","more":1}',
    '{"kind":"bird"}',
    '{"kind":1}',
    '{"kind":["cat"]}',
    '{"kind":null}',
    "{}",
    "null",
    "[]",
    '"cat"',
]
_VALID = [0, 2, 4]


@pytest.mark.parametrize("more", [{}, {"not": {"required": ["never"]}}])
def test_the_verdict_is_that_of_the_schema(build_body, more):
    package = build_body(_reference("Pet"), {**_SCHEMAS, "Pet": {**_SCHEMAS["Pet"], **more}})
    for number, text in enumerate(_TEXTS):
        package.calls.clear()
        if number in _VALID:
            package.request("POST", "/", text.encode())
        else:
            assert package.errors("POST", "/", text.encode()), text


def test_no_schema_is_asked_where_a_tag_decides(build_body):
    package = build_body(_reference("Pet"), _SCHEMAS)
    assert "CheckedShape" not in package.tree[f"{package.name}/validators.py"]
    (body,), _ = package.arguments("POST", "/", _TEXTS[4].encode())
    dto = package.module("dto")
    assert body == dto.Dog(kind="dog", friend=dto.Dog(kind="hound", friend=dto.Cat(kind="cat", name="Tom")))


@pytest.mark.parametrize("word", ["anyOf", "oneOf"])
def test_null_may_stand_beside_a_union(build_body, word):
    box = {"type": "object", "properties": {"pet": {word: [_reference("Pet"), {"type": "null"}]}}}
    package = build_body(_reference("Box"), {**_SCHEMAS, "Box": box})
    assert "CheckedShape" not in package.tree[f"{package.name}/validators.py"]
    for text, value in (('{"pet":null}', None), ('{"pet":{"kind":"cat"}}', package.module("dto").Cat(kind="cat"))):
        (body,), _ = package.arguments("POST", "/", text.encode())
        assert body.pet == value
    for text in ('{"pet":{"kind":"cow"}}', '{"pet":{"kind":"cat","name":"tom"}}', '{"pet":1}'):
        assert package.errors("POST", "/", text.encode())


@pytest.mark.parametrize("word", ["anyOf", "oneOf"])
def test_null_may_stand_beside_a_union_that_schemas_decide(build_body, word):
    either = {"anyOf": [{"type": "string", "format": "date"}, {"type": "string"}, {"type": "null"}]}
    box = {"type": "object", "properties": {"either": {word: [_reference("Either"), {"type": "null"}]}}}
    package = build_body(_reference("Box"), {"Either": either, "Box": box})
    (body,), _ = package.arguments("POST", "/", b'{"either":"2026-01-02"}')
    assert str(body.either) == "2026-01-02"
    package.calls.clear()
    if word == "anyOf":
        (body,), _ = package.arguments("POST", "/", b'{"either":null}')
        assert body.either is None
    else:
        assert package.errors("POST", "/", b'{"either":null}')


def test_null_may_be_a_variant(build_body):
    package = build_body(_reference("Box"), _SCHEMAS)
    for text, value in (('{"pet":null}', None), ('{"pet":{"kind":"cat"}}', package.module("dto").Cat(kind="cat"))):
        (body,), _ = package.arguments("POST", "/", text.encode())
        assert body.pet == value
    assert package.errors("POST", "/", b'{"pet":{"kind":"cow"}}')


@pytest.mark.parametrize(
    "other",
    [
        _variant("cat"),
        {"type": "object", "properties": {"kind": {"const": "x"}}},
        {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}},
        {"type": "object", "required": ["kind"], "properties": {"kind": {"const": 1}}},
    ],
)
def test_without_a_tag_in_every_variant_schemas_decide(build_body, other):
    either = {"anyOf": [_reference("Cat"), _reference("Other")]}
    package = build_body(_reference("Either"), {"Cat": _SCHEMAS["Cat"], "Other": other, "Either": either})
    assert "CheckedShape" in package.tree[f"{package.name}/validators.py"]
    (body,), _ = package.arguments("POST", "/", b'{"kind":"cat"}')
    assert isinstance(body, package.module("dto").Cat)


def test_hundreds_of_variants_and_thousands_of_words(build_body):
    variants = {f"V{i}": _variant(f"v{i}", word=_reference("Word")) for i in range(300)}
    words = {"type": "string", "enum": [f"word {i}" for i in range(10_000)]}
    any_of_them = {"oneOf": [_reference(name) for name in variants]}
    package = build_body({"type": "array", "items": _reference("Any")}, {**variants, "Any": any_of_them, "Word": words})
    items = [{"kind": f"v{i}", "word": f"word {i * 33}"} for i in range(300)]
    (body,), _ = package.arguments("POST", "/", items)
    assert [(type(item).__name__, item.word) for item in body] == [(f"V{i}", f"word {i * 33}") for i in range(300)]
    assert package.errors("POST", "/", json.dumps([{"kind": "v1", "word": "word 10000"}]).encode())
