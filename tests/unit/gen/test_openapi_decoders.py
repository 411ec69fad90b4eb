"""`x-katana-json` and `x-katana-alloc`: how bodies are read, where they live."""

from __future__ import annotations

import json

import msgspec
import pytest

from katana.gen.openapi import generate, with_policies
from katana.runtime import BadRequest

_EVENT = {
    "type": "object",
    "required": ["id", "payload"],
    "properties": {
        "id": {"type": "integer", "minimum": 1},
        "payload": {},
        "tags": {"type": "array", "items": {}},
        "extra": {"type": "object", "additionalProperties": {}},
        "ratio": {"type": "number"},
        "at": {"type": "string", "format": "date-time"},
        "default": {"default": 1},
    },
}
_VALID = [
    {"id": 1, "payload": {"a": [1, 2.5, "ä", None]}},
    {"id": 1, "payload": None, "tags": [1, {"b": 1}], "extra": {"c": [True]}, "unknown": {"d": 1}},
    {"id": 1, "payload": '\\"x', "ratio": 1, "at": "2026-01-01T00:00:00Z", "default": {"e": 2}},
]
_TEXTS = [
    *(json.dumps(value) for value in _VALID),
    '{"id":1.0,"payload":{"a":1}}',
    '{"id":1e3,"payload":' + "9" * 40 + "}",
    '{"id":0,"payload":1}',
    '{"id":1}',
    '{"id":1,"payload":{"a":1,"a":2}}',
    '{"id":1,"id":2,"payload":{}}',
    '{"id":1,"payload":[1,]}',
    '{"id":1,"payload":"\\q"}',
    '{"id":1,"payload":1e999}',
    '{"id":1,"payload":' + "[" * 5000 + "]" * 5000 + "}",
    '{"id":1,"payload":1,"at":"2026-01-01 00:00:00Z"}',
    "[]",
    "",
]


def _reference(name):
    return {"$ref": f"#/components/schemas/{name}"}


def _document(schema, decoder, schemas, *, response=None, required=True, **more):
    content = {"application/json": {"schema": schema}}
    operation = {
        "operationId": "op",
        "x-katana-json": decoder,
        "requestBody": {"required": required, "content": content},
        "responses": {"204": {"description": ""}} if response is None else {"200": {"description": "", **response}},
        **more,
    }
    return {"paths": {"/": {"post": operation}}, "components": {"schemas": schemas}}


@pytest.fixture
def event(build):
    def make(decoder, **more):
        package = build(_document(_reference("Event"), decoder, {"Event": {**_EVENT, **more}}))
        package.result = package.module("routes").NoContent()
        return package

    return make


def _verdict(package, text):
    package.calls.clear()
    try:
        package.request("POST", "/", text if isinstance(text, bytes) else text.encode())
    except Exception as problem:  # noqa: BLE001 - what it is, is what is compared
        return type(problem), getattr(problem, "members", {}).get("errors")
    return package.calls[-1][1][1].id


@pytest.mark.parametrize("more", [{}, {"not": {"required": ["never"]}}])
def test_all_decoders_agree_about_every_text(event, more):
    packages = [event(decoder, **more) for decoder in ("ondemand", "dom", "zero-copy")]
    for text in [
        *_TEXTS,
        b'{"id":1,"payload":"\xff"}',
        b'{"id":1,"payload":["\xff"],"x":1}',
        b'{"id":1,"payload":"\x01"}',
    ]:
        verdicts = [_verdict(package, text) for package in packages]
        assert verdicts[0] == verdicts[1] == verdicts[2], text


def test_the_document_is_at_hand(event):
    package = event("dom")
    for text in (*_TEXTS[:3], '{"id":1.0,"payload":{"a":1},"unknown":2}'):
        package.request("POST", "/", text.encode())
        ctx, body = package.calls[-1][1]
        assert ctx.document == json.loads(text)
        assert body.payload == json.loads(text)["payload"]


def test_without_a_body_there_is_no_document(build):
    package = build(_document(_reference("Event"), "dom", {"Event": _EVENT}, required=False))
    package.result = package.module("routes").NoContent()
    package.request("POST", "/")
    ctx, body = package.calls[-1][1]
    assert (ctx.document, body) == (msgspec.UNSET, msgspec.UNSET)


def test_what_may_be_anything_stays_a_slice(event):
    for package in (event("zero-copy"), event("zero-copy", **{"not": {"required": ["never"]}})):
        text = b'{"id":1,"payload": {"a" : 1.50},"tags":[1e2, "x"],"extra":{"c":[true ]},"default":{"b":1}}'
        (body,), _ = package.arguments("POST", "/", text)
        assert bytes(body.payload) == b'{"a" : 1.50}'
        assert [bytes(tag) for tag in body.tags] == [b"1e2", b'"x"']
        assert bytes(body.extra["c"]) == b"[true ]"
        assert body.default == {"b": 1}


def test_a_slice_survives_the_slow_path(event):
    (body,), _ = event("zero-copy").arguments("POST", "/", b'{"id":1.0,"payload":{"a":' + b"9" * 40 + b"}}")
    assert (body.id, bytes(body.payload)) == (1, b'{"a":' + b"9" * 40 + b"}")


def test_a_type_that_is_used_elsewhere_gets_a_second_one(build):
    response = {"content": {"application/json": {"schema": _reference("Event")}}}
    schemas = {"Event": _EVENT, "Envelope": {"type": "object", "properties": {"event": _reference("Event")}}}
    package = build(_document(_reference("Envelope"), "zero-copy", schemas, response=response))
    dto = package.module("dto")
    package.result = dto.Event(id=1, payload={"a": 1})
    (body,), _ = package.arguments("POST", "/", b'{"event":{"id":1,"payload":{"a":1}}}')
    assert isinstance(body, dto.Envelope)
    assert isinstance(body.event, dto.EventRaw)
    assert bytes(body.event.payload) == b'{"a":1}'


def test_a_union_that_has_to_be_looked_at_is_decoded(build):
    choice = {"oneOf": [_reference("A"), _reference("B")]}
    schemas = {
        "A": {"type": "object", "required": ["a"], "properties": {"a": {}}, "additionalProperties": False},
        "B": {"type": "object", "required": ["b"], "properties": {"b": {}}, "additionalProperties": False},
        "Both": {"type": "object", "properties": {"one": choice, "raw": {}}},
    }
    package = build(_document(_reference("Both"), "zero-copy", schemas))
    package.result = package.module("routes").NoContent()
    (body,), _ = package.arguments("POST", "/", b'{"one":{"b":[1]},"raw":{"b":[1]}}')
    assert (body.one.b, bytes(body.raw)) == ([1], b'{"b":[1]}')


def test_a_recursive_type_is_decoded(build):
    leaf = {"type": "object", "required": ["any"], "properties": {"any": {}}}
    tree = {"oneOf": [_reference("Leaf"), {"type": "array", "items": _reference("Tree")}]}
    both = {"type": "object", "properties": {"tree": _reference("Tree"), "leaf": _reference("Leaf")}}
    package = build(_document(_reference("Both"), "zero-copy", {"Leaf": leaf, "Tree": tree, "Both": both}))
    package.result = package.module("routes").NoContent()
    (body,), _ = package.arguments("POST", "/", b'{"tree":[[{"any":[1]}]],"leaf":{"any":[1]}}')
    assert (body.tree[0][0].any, bytes(body.leaf.any)) == ([1], b"[1]")


def test_a_malformed_slice_is_a_bad_request(event):
    package = event("zero-copy")
    for text in (b'{"id":1,"payload":"\xff"}', b'{"id":1,"payload":{"a":1,"a":1}}', b'{"id":1,"payload":[}'):
        assert isinstance(package.problem("POST", "/", text), BadRequest)


def test_the_generator_may_decide_for_operations_that_do_not_say(build):
    document = _document(_reference("Event"), "ondemand", {"Event": _EVENT})
    del document["paths"]["/"]["post"]["x-katana-json"]
    api = build(document).api
    assert "Raw" in generate(with_policies(api, decoder="zero-copy"), "x_api")["x_api/dto.py"]
    assert "DocumentShape" in generate(with_policies(api, decoder="dom"), "x_api")["x_api/validators.py"]
    plain = generate(api, "x_api")
    assert "Raw" not in plain["x_api/dto.py"]
    tracked = generate(with_policies(api, alloc="heap"), "x_api")
    assert (plain["x_api/dto.py"].count("gc=False"), tracked["x_api/dto.py"].count("gc=False")) == (1, 0)
    assert 'alloc="pmr"' in generate(with_policies(api, alloc="pmr"), "x_api")["x_api/routes.py"]


def test_a_type_of_the_heap_is_tracked_everywhere(build):
    document = _document(
        _reference("Event"), "ondemand", {"Event": _EVENT, "Other": _EVENT}, **{"x-katana-alloc": "heap"}
    )
    dto = build(document).module("dto")
    assert (dto.Event.__struct_config__.gc, dto.Other.__struct_config__.gc) == (True, False)
