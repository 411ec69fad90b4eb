"""Statuses, ranges and `default` with bodies of every kind; HEAD and OPTIONS as operations of their own."""

from __future__ import annotations

import asyncio

import pytest

from katana.runtime import NoContent, Reply

CONTENTS = {
    "json": ("application/json", {"schema": {"type": "integer"}}, 1, b"1"),
    "text": ("text/plain", {}, "x", b"x"),
    "binary": ("image/png", {}, b"x", b"x"),
    "lines": ("application/jsonl", {}, [1, 2], b"1\n2\n"),
    "sequence": ("application/json-seq", {}, [1], b"\x1e1\n"),
}


def _api(responses, method="get"):
    return {"paths": {"/": {method: {"operationId": "op", "responses": responses}}}}


async def _elements(values):
    for value in values:
        yield value


async def _sent(reply):
    return reply.body if isinstance(reply, Reply) else b"".join([chunk async for chunk in reply.chunks])


@pytest.mark.parametrize("kind", CONTENTS)
@pytest.mark.parametrize(
    ("declared", "status"), [("201", 201), ("2XX", 207), ("3XX", 300), ("4XX", 418), ("5XX", 599), ("default", 503)]
)
def test_every_status_has_bodies_of_every_kind(build, kind, declared, status):
    media_type, content, value, body = CONTENTS[kind]
    second = {"description": "", "content": {media_type: content}}
    package = build(_api({"200": {"description": ""}, declared: second}))
    (name,) = [name for name in vars(package.module("responses")) if name.startswith("Op") and name != "OpOk"]
    made = _elements(value) if isinstance(value, list) else value
    chosen = {} if declared == "201" else {"status": status}
    package.result = getattr(package.module("responses"), name)(body=made, **chosen)
    reply = package.request("GET", "/")
    assert reply.head.status == status
    assert asyncio.run(_sent(reply)) == body


@pytest.mark.parametrize(("declared", "outside"), [("2XX", 300), ("4XX", 500), ("5XX", 499), ("default", 600)])
def test_a_status_outside_its_range_is_refused(build, declared, outside):
    content: dict[str, object] = {"image/png": {}}
    package = build(_api({"202": {"description": ""}, declared: {"description": "", "content": content}}))
    (name,) = [name for name in vars(package.module("responses")) if name.startswith(("OpRange", "OpDefault"))]
    package.result = getattr(package.module("responses"), name)(status=outside, body=b"")
    with pytest.raises(TypeError, match="op returned"):
        package.request("GET", "/")


@pytest.mark.parametrize(
    ("status", "name"), [("200", "OpOk"), ("204", ""), ("205", "OpResetContent"), ("404", "OpNotFound")]
)
def test_a_response_with_a_description_only_has_no_body(build, status, name):
    package = build(_api({status: {"description": "only"}}))
    package.result = getattr(package.module("responses"), name)() if name else NoContent()
    reply = package.request("GET", "/")
    assert (reply.head.status, reply.head.content_type, reply.body) == (int(status), None, b"")


def test_a_status_without_body_may_be_chosen_from_a_range(build):
    package = build(_api({"3XX": {"description": "", "headers": {"Location": {"schema": {"type": "string"}}}}}))
    package.result = package.module("responses").OpRange3xx(status=307, location="/x")
    reply = package.request("GET", "/")
    assert (reply.head.status, reply.head.content_type, reply.fields) == (307, None, (("Location", "/x"),))


@pytest.mark.parametrize("method", ["head", "options", "trace"])
def test_head_options_and_trace_may_be_declared(build, method):
    headers = {"X-Count": {"required": True, "schema": {"type": "integer"}}}
    package = build(_api({"200": {"description": "", "headers": headers}}, method))
    package.result = package.module("responses").OpOk(x_count=3)
    reply = package.request(method.upper(), "/")
    assert (reply.head.status, reply.fields) == (200, (("X-Count", "3"),))


def test_head_may_have_an_operation_beside_that_of_get(build):
    get = {"operationId": "read", "responses": {"200": {"description": "", "content": {"text/plain": {}}}}}
    head = {"operationId": "look", "responses": {"200": {"description": ""}}}
    package = build({"paths": {"/": {"get": get, "head": head}}})
    package.result = package.module("responses").LookOk()
    assert package.request("HEAD", "/").head.content_type is None
    package.result = package.module("responses").ReadOk(body="x")
    assert package.request("GET", "/").body == b"x"


def test_an_error_document_of_plain_json_is_a_class(build):
    error = {"type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    package = build(
        {
            **_api({"204": {"description": ""}, "404": {"description": "", "content": content}}),
            "components": {"schemas": {"Error": error}},
        }
    )
    package.result = package.module("responses").OpNotFound(body=package.module("dto").Error(message="gone"))
    reply = package.request("GET", "/")
    assert (reply.head.status, reply.head.content_type, reply.body) == (404, "application/json", b'{"message":"gone"}')
