"""Server-Sent Events, JSON lines and JSON text sequences in the IR."""

from __future__ import annotations

import pytest

from katana import ir

USER = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
REF = {"$ref": "#/components/schemas/User"}


def document(media_type, content, version="3.2.0"):
    return {
        "openapi": version,
        "info": {"title": "T", "version": "1"},
        "paths": {
            "/": {
                "get": {
                    "operationId": "watch",
                    "responses": {"200": {"description": "", "content": {media_type: content}}},
                }
            }
        },
        "components": {"schemas": {"User": USER, "Users": {"type": "array", "items": REF}}},
    }


@pytest.fixture
def content_of(bench):
    def compiled(media_type, content, version="3.2.0"):
        (operation,) = bench.compile(document(media_type, content, version)).api.operations
        return operation.responses[0].contents[0]

    return compiled


def event(payload, *names):
    data = {"contentMediaType": "application/json", "contentSchema": payload}
    return {"properties": {"data": data, **({"event": {"const": names[0]}} if names else {})}}


@pytest.mark.parametrize(
    "media_type",
    [
        "application/jsonl",
        "application/x-ndjson",
        "application/json-seq",
        "application/geo+json-seq",
        "Application/JSONL",
    ],
)
def test_the_item_schema_is_that_of_each_element(content_of, media_type):
    content = content_of(media_type, {"itemSchema": REF})
    assert content.item is not None
    assert content.item.type == ir.RefType(name="User")
    assert (content.type, content.schema) == (None, None)


@pytest.mark.parametrize(
    "schema",
    [{"type": "array", "items": REF}, {"$ref": "#/components/schemas/Users"}, REF],
    ids=["inline", "ref", "one"],
)
@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
@pytest.mark.parametrize("media_type", ["application/x-ndjson", "text/event-stream"])
def test_a_schema_is_that_of_an_array_or_of_each_element(content_of, schema, version, media_type):
    item = content_of(media_type, {"schema": schema}, version).item
    assert item == ir.Item(type=ir.RefType(name="User"), schema={"$ref": "#/$defs/User"})


def test_an_inline_element_gets_a_name(content_of):
    assert content_of("application/jsonl", {"itemSchema": USER}).item.type == ir.RefType(name="WatchResponseItem")


def test_lines_without_schema_hold_anything_and_events_hold_text(content_of):
    assert content_of("application/jsonl", {}).item == ir.Item(type=ir.AnyType(), schema={})
    assert content_of("text/event-stream", {}).item == ir.Item(type=ir.AnyType(), schema={}, text=True)


def test_a_string_is_the_text_of_an_event_and_a_json_string_in_a_line(content_of):
    schema = {"schema": {"type": "string"}}
    assert content_of("text/event-stream", schema).item.text
    assert not content_of("application/jsonl", schema).item.text


def test_the_data_of_an_event_may_be_json_in_text(content_of):
    item = content_of("text/event-stream", {"itemSchema": event(REF)}).item
    assert item == ir.Item(type=ir.RefType(name="User"), schema={"$ref": "#/$defs/User"})
    quoted = content_of("text/event-stream", {"itemSchema": event({"type": "string"})}).item
    assert (quoted.type, quoted.text) == (ir.StringType(), False)


def test_the_data_of_an_event_is_text_by_itself(content_of):
    item = content_of("text/event-stream", {"itemSchema": {"properties": {"data": {"type": "string"}}}}).item
    assert (item.type, item.text, item.events) == (ir.StringType(), True, ())


def test_variants_by_event_name_are_kept_apart(content_of):
    schema = {
        "type": "object",
        "required": ["event"],
        "properties": {"event": {"type": "string"}, "data": {"type": "string"}, "retry": {"type": "integer"}},
        "oneOf": [
            event(REF, "added"),
            {"properties": {"event": {"enum": ["moved", "renamed"]}, "data": {"$ref": "#/components/schemas/User"}}},
            {"properties": {"event": {"const": "note"}}},
        ],
    }
    item = content_of("text/event-stream", {"itemSchema": schema}).item
    assert [(one.name, one.type, one.text) for one in item.events] == [
        ("added", ir.RefType(name="User"), False),
        ("moved", ir.RefType(name="User"), False),
        ("renamed", ir.RefType(name="User"), False),
        ("note", ir.StringType(), True),
    ]
    assert item.type == ir.UnionType(variants=(ir.RefType(name="User"), ir.StringType()))


def test_variants_of_before_3_2_that_look_like_events_are_events(content_of):
    union = {"oneOf": [{"properties": {"event": {"enum": [name]}, "data": REF}} for name in ("a", "b")]}
    item = content_of("text/event-stream", {"schema": union}, "3.0.3").item
    assert [(one.name, one.type) for one in item.events] == [
        ("a", ir.RefType(name="User")),
        ("b", ir.RefType(name="User")),
    ]


def test_an_event_without_data_has_null(content_of):
    schema = {"oneOf": [event(REF, "added"), {"properties": {"event": {"const": "end"}}}]}
    assert content_of("text/event-stream", {"itemSchema": schema}).item.events[1].type == ir.NullType()


def test_an_item_schema_belongs_to_a_sequence(bench):
    ((code, _, _),) = bench.refused(document("application/json", {"itemSchema": REF}))
    assert code == "misplaced-item-schema"
    ((code, _, _),) = bench.refused(document("multipart/mixed", {"itemSchema": REF}))
    assert code == "unsupported-item-schema"


def test_the_item_schema_of_events_describes_the_event(bench):
    ((code, _, _),) = bench.refused(document("text/event-stream", {"itemSchema": REF}))
    assert code == "bad-event-schema"


def test_what_a_schema_says_about_the_whole_sequence_is_not_checked(bench):
    schema = {"type": "array", "items": REF, "maxItems": 3}
    ((code, _, _),) = bench.refused(document("application/jsonl", {"schema": schema}), strict=True)
    assert code == "unchecked-sequence"


def test_a_reference_in_a_content_schema_has_to_lead_somewhere(bench):
    schema = event({"$ref": "#/components/schemas/Nobody"})
    ((code, _, _),) = bench.refused(document("text/event-stream", {"itemSchema": schema}))
    assert code == "ref-unresolved"


def test_too_many_kinds_of_events_count_as_data(content_of):
    schema = {"properties": {"data": {"type": "string"}}, "anyOf": [{"properties": {"event": {"const": "a"}}}] * 50}
    for _ in range(3):
        schema = {"allOf": [schema, schema]}
    assert content_of("text/event-stream", {"schema": schema}).item is not None
