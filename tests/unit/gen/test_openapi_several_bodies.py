"""Bodies of several media types, text with constraints, and binary bodies that arrive as streams."""

from __future__ import annotations

import asyncio

import pytest
from msgspec import UNSET

from katana.runtime import ByteStream, UnprocessableContent

_NOTE = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
_COUNT = {"type": "integer"}


def _of(media_type):
    return (("content-type", media_type),)


@pytest.fixture
def build_content(build):
    def make(content, *, required=True, parameters=()):
        body = {"required": required, "content": {name: {"schema": schema} for name, schema in content.items()}}
        operation = {"operationId": "op", "requestBody": body, "responses": {"204": {"description": ""}}}
        package = build({"paths": {"/": {"post": {**operation, "parameters": list(parameters)}}}})
        package.result = package.module("routes").NoContent()
        return package

    return make


def _body(package, text, media_type):
    (body,), _ = package.arguments("POST", "/", text, _of(media_type) if media_type else ())
    return body


def test_the_media_type_decides_how_a_body_is_read(build_content):
    package = build_content(
        {
            "text/plain": {"type": "string"},
            "application/json": _NOTE,
            "application/x-www-form-urlencoded": _NOTE,
            "application/vnd.count+json": _COUNT,
        }
    )
    assert _body(package, b'{"text":"a"}', "application/json; charset=utf-8").text == "a"
    assert _body(package, b"text=b+c", "application/x-www-form-urlencoded").text == "b c"
    assert _body(package, b"7", "Application/VND.Count+JSON") == 7
    assert _body(package, b'{"text":"a"}', "text/plain") == '{"text":"a"}'


def test_the_most_specific_range_wins_whatever_the_order_of_the_document(build_content):
    package = build_content(
        {
            "*/*": {"type": "array", "items": _COUNT},
            "text/*": {"type": "string", "maxLength": 2},
            "application/*+json": _COUNT,
            "text/csv": {"type": "string"},
        }
    )
    assert _body(package, b"a,b,c", "text/csv") == "a,b,c"
    assert _body(package, b"ab", "text/html") == "ab"
    assert package.errors("POST", "/", b"abc", _of("text/html")) == [("body", "", "must have at most 2 characters")]
    assert _body(package, b"7", "application/problem+json") == 7
    assert _body(package, b"[7]", "application/json") == [7]


def test_mistakes_are_those_of_the_media_type_that_was_sent(build_content):
    query = {"name": "n", "in": "query", "schema": _COUNT}
    package = build_content({"application/json": _NOTE, "application/vnd.count+json": _COUNT}, parameters=[query])
    assert package.errors("POST", "/?n=x", {"text": ""}, _of("application/json")) == [
        ("query", "/n", "must be an integer"),
        ("body", "/text", "must have at least 1 character"),
    ]
    assert package.errors("POST", "/", b'"x"', _of("application/vnd.count+json")) == [
        ("body", "", "must be an integer")
    ]
    assert package.errors("POST", "/", b"", _of("application/json")) == [("body", "", "is required")]


def test_an_optional_body_may_be_absent_whatever_its_types(build_content):
    package = build_content({"application/json": _NOTE, "text/plain": {"type": "string"}}, required=False)
    assert _body(package, b"", None) is UNSET
    assert _body(package, b"a", "text/plain") == "a"


def test_text_is_validated_by_its_schema(build_content):
    package = build_content({"text/plain": {"type": "string", "pattern": "^[a-z]+$", "minLength": 2}})
    assert _body(package, b"ab", "text/plain") == "ab"
    assert package.errors("POST", "/", b"A", _of("text/plain")) == [
        ("body", "", "must have at least 2 characters"),
        ("body", "", "must match the pattern ^[a-z]+$"),
    ]
    assert package.errors("POST", "/", b"\xff", _of("text/plain")) == [("body", "", "must be UTF-8, byte 0 is not")]
    choice = build_content({"text/plain": {"type": "string", "enum": ["on", "off"]}})
    assert _body(choice, b"on", "text/plain") == "on"
    assert choice.errors("POST", "/", b"maybe", _of("text/plain")) == [("body", "", "must be one of 'on', 'off'")]


@pytest.mark.parametrize("schema", [{"type": "string"}, {"type": "string", "minLength": 1}])
def test_text_in_another_charset_is_refused(build_content, schema):
    package = build_content({"text/plain": schema})
    assert _body(package, "é".encode(), "text/plain; charset=UTF-8") == "é"
    assert _body(package, b"e", 'text/plain; format=flowed; charset="us-ascii"') == "e"
    assert package.problem("POST", "/", b"\xe9", _of("text/plain; charset=iso-8859-1")).status == 415


def test_a_binary_body_is_a_stream(build_content):
    package = build_content({"application/octet-stream": {}})
    body = _body(package, b"\x00\xff", "application/octet-stream")
    assert isinstance(body, ByteStream)
    assert (body.length, asyncio.run(body.read())) == (2, b"\x00\xff")
    endpoint = package.router.match("/")[0].methods["POST"]
    assert (endpoint.streams, endpoint.body_required) == (True, True)


def test_an_optional_stream_is_unset_without_a_body(build_content):
    package = build_content({"image/*": {}}, required=False)
    assert _body(package, b"", None) is UNSET
    assert _body(package, b"x", "image/png").length == 1


def test_json_beside_a_stream_is_read_whole_after_the_parameters(build_content):
    query = {"name": "n", "in": "query", "schema": _COUNT}
    package = build_content({"application/json": _NOTE, "application/octet-stream": {}}, parameters=[query])
    assert _body(package, b'{"text":"a"}', "application/json").text == "a"
    assert _body(package, b'{"text":"a"}', "application/octet-stream").length == 12
    assert package.errors("POST", "/", {"text": 1}, _of("application/json")) == [("body", "/text", "must be a string")]
    assert package.errors("POST", "/?n=x", {"text": 1}, _of("application/json")) == [
        ("query", "/n", "must be an integer")
    ]


def test_the_length_of_a_binary_body_counts_bytes(build_content):
    package = build_content({"image/png": {"type": "string", "minLength": 2, "maxLength": 3}})
    assert _body(package, "éa".encode(), "image/png").length == 3
    assert package.errors("POST", "/", b"1234", _of("image/png")) == [("body", "", "must have at most 3 bytes")]
    assert package.errors("POST", "/", b"1", _of("image/png")) == [("body", "", "must have at least 2 bytes")]


async def _endless():
    while True:
        yield b"12"


def test_the_length_of_a_stream_is_checked_where_it_is_read():
    from katana.runtime.generated import sized  # noqa: PLC0415 - of the generated side, needed here only

    taken = []

    async def read():
        async for chunk in sized(ByteStream(_endless()), 0, 5):
            taken.append(chunk)  # noqa: PERF401 - what was taken before the error is looked at

    with pytest.raises(UnprocessableContent):
        asyncio.run(read())
    assert taken == [b"12", b"12"]
