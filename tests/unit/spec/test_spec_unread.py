"""Bodies whose schema nothing can hold them to: XML, CSV, images, parts without names."""

from __future__ import annotations

import pytest

from katana import ir

USER = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
REF = {"$ref": "#/components/schemas/User"}
JSON = {"application/json": {"schema": REF}}


def document(media_type, schema, version="3.1.1"):
    content = {**JSON, media_type: {"schema": schema}}
    return {
        "openapi": version,
        "info": {"title": "T", "version": "1"},
        "paths": {
            "/": {
                "post": {
                    "operationId": "add",
                    "requestBody": {"content": content},
                    "responses": {"200": {"description": "", "content": JSON}},
                }
            }
        },
        "components": {"schemas": {"User": USER, "Text": {"type": "string"}}},
    }


@pytest.mark.parametrize(
    ("media_type", "schema", "code"),
    [
        ("application/xml", REF, "unchecked-xml"),
        ("text/xml; charset=utf-8", {"type": "array", "items": REF}, "unchecked-xml"),
        ("application/hal+xml", {"allOf": [REF]}, "unchecked-xml"),
        ("text/csv", {"type": "array", "items": REF}, "unchecked-content"),
        ("text/plain", {"type": ["string", "null"]}, "unchecked-content"),
        ("text/plain", {"oneOf": [{"type": "string"}, {"type": "integer"}]}, "unchecked-content"),
        ("application/pdf", REF, "unchecked-content"),
        ("application/octet-stream", {"type": "object", "properties": {}}, "unchecked-content"),
        ("image/png", {"type": "string", "pattern": "^a"}, "unchecked-content"),
        ("multipart/mixed", REF, "unchecked-content"),
    ],
)
def test_a_schema_that_no_reader_can_check_is_left_out_with_a_warning(bench, media_type, schema, code):
    compiled = bench.compile(document(media_type, schema))
    assert [warning.code for warning in compiled.warnings] == [code]
    assert compiled.warnings[0].pointer.endswith("/schema")
    body = compiled.api.operations[0].body
    assert body is not None
    assert body.contents[1] == ir.Content(media_type=media_type.partition(";")[0])


@pytest.mark.parametrize(
    ("media_type", "schema"),
    [
        ("application/xml", {"type": "string"}),
        ("application/xml", {"$ref": "#/components/schemas/Text"}),
        ("application/xml", {}),
        ("text/csv", {"type": "string", "minLength": 1, "pattern": "^a"}),
        ("image/png", {"type": "string", "format": "binary", "maxLength": 10}),
        ("image/png", {"type": "string", "contentMediaType": "image/png"}),
        ("multipart/mixed", {}),
        ("application/vnd.users", REF),
        ("*/*", REF),
        ("application/x-www-form-urlencoded", REF),
        ("application/problem+json", REF),
        ("application/jsonl", {"type": "array", "items": REF}),
    ],
)
def test_a_schema_that_is_checked_stays(bench, media_type, schema):
    assert bench.compile(document(media_type, schema)).warnings == ()


def test_nullable_text_of_3_0_has_no_spelling_for_null(bench):
    compiled = bench.compile(document("text/plain", {"type": "string", "nullable": True}, "3.0.3"))
    assert [warning.code for warning in compiled.warnings] == ["unchecked-content"]


def test_responses_without_a_writer_are_left_to_the_controller_with_a_warning(bench):
    made = document("application/json", REF)
    made["paths"]["/"]["post"]["responses"]["200"]["content"] = {"text/csv": {"schema": {"type": "array"}}}
    compiled = bench.compile(made)
    assert [warning.code for warning in compiled.warnings] == ["unchecked-content"]
    assert compiled.api.operations[0].responses[0].contents == (ir.Content(media_type="text/csv"),)


def test_a_schema_that_leads_to_itself_is_looked_at_once(bench):
    made = document("application/xml", {"$ref": "#/components/schemas/Tree"})
    made["components"]["schemas"]["Tree"] = {
        "allOf": [{"type": "object", "properties": {"below": {"$ref": "#/components/schemas/Tree"}}}]
    }
    assert [warning.code for warning in bench.compile(made).warnings] == ["unchecked-xml"]
