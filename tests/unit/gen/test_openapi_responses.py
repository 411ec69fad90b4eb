"""Responses: what a controller returns and what is sent."""

from __future__ import annotations

import pytest

from katana.runtime import Conflict, Head, NoContent, NotFound, Problem

_OBJECT = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}


def _api(responses, schemas=None):
    return {
        "paths": {"/": {"get": {"operationId": "op", "responses": responses}}},
        "components": {"schemas": schemas or {}},
    }


def _json(schema, **more):
    return {"description": "", "content": {"application/json": {"schema": schema}}, **more}


_PROBLEM = {"description": "", "content": {"application/problem+json": {}}}


def test_the_bare_response_is_its_dto(build):
    package = build(_api({"200": _json({"$ref": "#/components/schemas/O"}), "404": _PROBLEM}, {"O": _OBJECT}))
    package.result = package.module("dto").O(id=7)
    reply = package.request("GET", "/")
    assert (reply.head.status, reply.head.content_type, reply.body) == (200, "application/json", b'{"id":7}')
    package.result = NotFound("x.y")
    assert package.request("GET", "/").head.status == 404


@pytest.mark.parametrize(
    ("schema", "value", "body"),
    [
        ({"type": "array", "items": {"type": "integer"}}, [1, 2], b"[1,2]"),
        ({"type": "string"}, "x", b'"x"'),
        ({"type": "integer"}, 5, b"5"),
        ({"type": "number"}, 5, b"5"),
        ({"type": "boolean"}, True, b"true"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, {"a": 1}, b'{"a":1}'),
        ({"type": ["string", "null"]}, None, b"null"),
        ({}, {"any": [1]}, b'{"any":[1]}'),
        ({"enum": ["a", 1]}, 1, b"1"),
    ],
)
def test_bare_responses_may_be_any_json(build, schema, value, body):
    package = build(_api({"200": _json(schema), "409": _PROBLEM}))
    package.result = value
    assert package.request("GET", "/").body == body
    package.result = Conflict("x")
    assert package.request("GET", "/").head.status == 409


def test_a_response_that_is_not_declared_is_refused(build):
    package = build(_api({"200": _json({"type": "integer"})}))
    for value in ("text", NotFound("x"), NoContent(), None):
        package.result = value
        with pytest.raises(TypeError, match="op returned"):
            package.request("GET", "/")


def test_a_response_with_headers_is_a_class_of_its_own(build):
    headers = {
        "Location": {"required": True, "schema": {"type": "string"}},
        "X-Count": {"schema": {"type": "integer"}},
        "X-Flags": {"schema": {"type": "array", "items": {"type": "boolean"}}},
        "Content-Length": {"schema": {"type": "integer"}},
        "Transfer-Encoding": {"schema": {"type": "string"}},
    }
    package = build(_api({"201": _json({"type": "integer"}, headers=headers)}))
    created = package.module("responses").OpCreated
    package.result = created(body=1, location="/x", x_flags=[True, False])
    assert package.request("GET", "/").fields == (("Location", "/x"), ("X-Flags", "true,false"))
    package.result = created(body=1, location="/x", x_count=3)
    assert package.request("GET", "/").fields == (("Location", "/x"), ("X-Count", "3"))


def test_responses_without_content_text_and_bytes_are_sent_as_they_are(build):
    package = build(
        _api(
            {
                "200": {"description": "", "content": {"text/plain": {"schema": {"type": "string"}}}},
                "202": {"description": "", "content": {"image/png": {}}},
                "204": {"description": ""},
                "304": {"description": ""},
            }
        )
    )
    responses = package.module("responses")
    seen = []
    for value in (responses.OpOk(body="é"), responses.OpAccepted(body=b"\x89"), NoContent(), responses.OpNotModified()):
        package.result = value
        reply = package.request("GET", "/")
        seen.append((reply.head.status, reply.head.content_type, reply.body))
    assert seen == [
        (200, "text/plain; charset=utf-8", "é".encode()),
        (202, "image/png", b"\x89"),
        (204, None, b""),
        (304, None, b""),
    ]


def test_ranges_and_default_let_the_handler_choose_the_status(build):
    package = build(_api({"4XX": _json({"type": "string"}), "default": _PROBLEM}))
    error = package.module("responses").OpRange4xx
    package.result = error(status=418, body="teapot")
    assert package.request("GET", "/").head.status == 418
    package.result = error(status=500, body="no")
    with pytest.raises(TypeError, match="op returned"):
        package.request("GET", "/")
    package.result = Problem("x.y", status=507)
    assert package.request("GET", "/").head.status == 507


def test_several_media_types_of_one_response_are_several_classes(build):
    content = {"application/json": {"schema": {"type": "integer"}}, "text/plain": {"schema": {"type": "string"}}}
    package = build(_api({"200": {"description": "", "content": content}}))
    responses = package.module("responses")
    package.result = responses.OpOkTextPlain(body="x")
    assert package.request("GET", "/").head.content_type == "text/plain; charset=utf-8"
    package.result = responses.OpOkApplicationJson(body=1)
    assert package.request("GET", "/").body == b"1"


def test_a_header_value_cannot_end_the_header():
    with pytest.raises(ValueError, match="not a valid value"):
        Head(201, fields=(("Location", "/x\r\nSet-Cookie: a=b"),))


def test_a_response_that_is_always_null_is_a_class_of_its_own(build):
    package = build(_api({"200": _json({"type": "null"})}))
    package.result = package.module("responses").OpOk(body=None)
    assert package.request("GET", "/").body == b"null"


@pytest.mark.parametrize("schema", [{"type": "string", "maxLength": 3, "pattern": "^a"}, {"enum": ["a", "b"]}])
def test_what_a_schema_says_of_text_does_not_change_how_it_is_sent(build, schema):
    package = build(_api({"200": {"description": "", "content": {"text/html": {"schema": schema}}}}))
    package.result = package.module("responses").OpOk(body="a")
    reply = package.request("GET", "/")
    assert (reply.head.content_type, reply.body) == ("text/html; charset=utf-8", b"a")


@pytest.mark.parametrize("media_type", ["application/xml", "text/xml", "application/wsdl+xml"])
@pytest.mark.parametrize("content", [{}, {"schema": {"type": "string"}}])
def test_xml_without_structure_is_text(build, media_type, content):
    package = build(_api({"200": {"description": "", "content": {media_type: content}}}))
    package.result = package.module("responses").OpOk(body="<é/>")
    reply = package.request("GET", "/")
    assert (reply.head.content_type, reply.body) == (f"{media_type}; charset=utf-8", "<é/>".encode())


@pytest.mark.parametrize("media_type", ["text/json", "application/vnd.example.v3.object", "application/vnd.a+json"])
def test_media_types_of_json_by_another_name(build, media_type):
    content = {media_type: {"schema": {"$ref": "#/components/schemas/O"}}}
    package = build(_api({"200": {"description": "", "content": content}}, {"O": _OBJECT}))
    package.result = package.module("dto").O(id=7)
    reply = package.request("GET", "/")
    assert (reply.head.content_type, reply.body) == (media_type, b'{"id":7}')


@pytest.mark.parametrize("media_type", ["*/*", "application/*"])
def test_a_range_of_media_types_with_structure_is_sent_as_json(build, media_type):
    content = {media_type: {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/O"}}}}
    package = build(_api({"200": {"description": "", "content": content}}, {"O": _OBJECT}))
    package.result = [package.module("dto").O(id=7)]
    reply = package.request("GET", "/")
    assert (reply.head.content_type, reply.body) == ("application/json", b'[{"id":7}]')
    resource, _ = package.router.match("/")
    assert resource.methods["GET"].produces == ("application/json",)


def test_a_vendor_type_without_structure_is_bytes(build):
    content = {"application/vnd.ms-excel": {"schema": {"type": "string", "format": "binary"}}}
    package = build(_api({"200": {"description": "", "content": content}}))
    package.result = package.module("responses").OpOk(body=b"\x00")
    assert package.request("GET", "/").body == b"\x00"


def test_xml_that_is_described_like_json_is_text_of_the_controller(build):
    schema = {"schema": {"$ref": "#/components/schemas/O"}}
    content = {"application/xml": schema, "application/json": schema}
    package = build(_api({"200": {"description": "", "content": content}}, {"O": _OBJECT}))
    responses = package.module("responses")
    package.result = responses.OpOkApplicationXml(body="<O/>")
    reply = package.request("GET", "/")
    assert (reply.head.content_type, reply.body) == ("application/xml; charset=utf-8", b"<O/>")
    package.result = responses.OpOkApplicationJson(body=package.module("dto").O(id=7))
    assert package.request("GET", "/").body == b'{"id":7}'
