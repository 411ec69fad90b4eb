"""Responses that are sequences, binary content, or of a media type that the controller chooses."""

from __future__ import annotations

import asyncio

import pytest
from msgspec import Raw

from katana.runtime import Reply, ServerSentEvent, StreamReply

USER = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
REF = {"$ref": "#/components/schemas/User"}


@pytest.fixture
def responding(build):
    """A package whose only operation, `GET /`, has one response with the content."""

    def make(content, version="3.2.0", **response):
        operation = {"operationId": "op", "responses": {"200": {"description": "", "content": content, **response}}}
        return build({"paths": {"/": {"get": operation}}, "components": {"schemas": {"User": USER}}}, version)

    return make


async def _elements(*values):
    for value in values:
        yield value


def chunks(reply):
    """What a stream sends."""
    assert isinstance(reply, StreamReply)

    async def collect():
        return [chunk async for chunk in reply.chunks]

    return asyncio.run(collect())


def events(package, *values):
    package.result = _elements(*values)
    return b"".join(chunks(package.request("GET", "/"))).decode()


@pytest.mark.parametrize("media_type", ["application/jsonl", "application/x-ndjson"])
def test_json_lines_are_one_value_a_line(responding, media_type):
    package = responding({media_type: {"itemSchema": REF}})
    user = package.module("dto").User
    package.result = _elements(user(id=1), user(id=2))
    reply = package.request("GET", "/")
    assert reply.head.content_type == media_type
    assert chunks(reply) == [b'{"id":1}\n', b'{"id":2}\n']


def test_json_text_sequences_are_framed_as_rfc_7464_has_it(responding):
    package = responding({"application/geo+json-seq": {"itemSchema": {"type": "integer"}}})
    package.result = _elements(1, 2)
    assert chunks(package.request("GET", "/")) == [b"\x1e1\n", b"\x1e2\n"]


@pytest.mark.parametrize("media_type", ["application/jsonl", "application/json-seq"])
def test_an_element_that_is_not_declared_ends_a_sequence(responding, media_type):
    package = responding({media_type: {"itemSchema": REF}})
    package.result = _elements(package.module("dto").User(id=1), {"id": 2})
    with pytest.raises(TypeError, match=r"op sent builtins.dict, which is no element that the contract declares"):
        chunks(package.request("GET", "/"))


def test_a_sequence_of_anything_takes_anything(responding):
    package = responding({"application/jsonl": {}})
    package.result = _elements(1, None, "a\nb")
    assert chunks(package.request("GET", "/")) == [b"1\n", b"null\n", b'"a\\nb"\n']


def test_what_is_no_stream_is_refused(responding):
    package = responding({"application/jsonl": {"itemSchema": REF}})
    package.result = [package.module("dto").User(id=1)]
    with pytest.raises(TypeError, match=r"op returned builtins.list"):
        package.request("GET", "/")


def test_an_event_has_its_fields_and_json_data(responding):
    package = responding({"text/event-stream": {"schema": REF}}, "3.1.0")
    event = ServerSentEvent(package.module("dto").User(id=1), event="made", id="7", retry=500, comment="a\nb")
    assert events(package, event) == ': a\n: b\nevent: made\nid: 7\nretry: 500\ndata: {"id":1}\n\n'
    package.result = _elements()
    assert package.request("GET", "/").head.content_type == "text/event-stream"


def test_text_of_several_lines_is_several_data_fields(responding):
    package = responding({"text/event-stream": {"schema": {"type": "string"}}})
    assert events(package, ServerSentEvent("a\r\nb\rc\n d\u2028e")) == "data: a\ndata: b\ndata: c\ndata:  d\u2028e\n\n"
    assert events(package, ServerSentEvent("")) == "data: \n\n"


def test_a_json_string_in_an_event_is_quoted(responding):
    schema = {"properties": {"data": {"contentMediaType": "application/json", "contentSchema": {"type": "string"}}}}
    package = responding({"text/event-stream": {"itemSchema": schema}})
    assert events(package, ServerSentEvent("a\nb")) == 'data: "a\\nb"\n\n'


@pytest.mark.parametrize(
    "fields",
    [{"event": "a\ndata: b"}, {"event": "a\rb"}, {"id": "1\n\n"}, {"id": "\0"}, {"retry": -1}, {"retry": 2**40}],
)
def test_a_field_of_an_event_cannot_begin_another(responding, fields):
    package = responding({"text/event-stream": {}})
    with pytest.raises(ValueError, match=r"the event of|the id of|retry is"):
        events(package, ServerSentEvent("x", **fields))


def test_a_comment_cannot_begin_a_field(responding):
    package = responding({"text/event-stream": {}})
    assert events(package, ServerSentEvent("x", comment="a\r\rdata: b")) == ": a\n: \n: data: b\ndata: x\n\n"


@pytest.fixture
def kinds(responding):
    variants = [
        {"properties": {"event": {"const": "made"}, "data": {"contentSchema": REF}}},
        {"properties": {"event": {"const": "note"}, "data": {"type": "string"}}},
        {"properties": {"event": {"const": "end"}}},
    ]
    return responding({"text/event-stream": {"itemSchema": {"oneOf": variants}}})


def test_events_are_told_apart_by_name(kinds):
    user = kinds.module("dto").User(id=1)
    sent = events(
        kinds,
        ServerSentEvent(user, event="made"),
        ServerSentEvent("x", event="note"),
        ServerSentEvent(None, event="end"),
    )
    assert sent == 'event: made\ndata: {"id":1}\n\nevent: note\ndata: x\n\nevent: end\n\n'


@pytest.mark.parametrize(
    "event",
    [
        ServerSentEvent("x", event="made"),
        ServerSentEvent(1, event="note"),
        ServerSentEvent("x", event="end"),
        ServerSentEvent("x", event="other"),
        ServerSentEvent("x"),
        "x",
        None,
    ],
)
def test_an_event_that_is_not_declared_ends_the_stream(kinds, event):
    with pytest.raises(TypeError, match=r"op sent"):
        events(kinds, event)


def test_closing_a_stream_closes_what_the_controller_iterates(responding):
    for media_type in ("application/jsonl", "application/json-seq", "text/event-stream"):
        package = responding({media_type: {}})
        seen: list[str] = []

        async def source(seen=seen):
            try:
                while True:
                    yield ServerSentEvent("x")
            finally:
                seen.append("closed")

        package.result = source()
        reply = package.request("GET", "/")

        async def take_one(reply=reply):
            stream = aiter(reply.chunks)
            await anext(stream)
            await stream.aclose()

        asyncio.run(take_one())
        assert seen == ["closed"]


def test_binary_content_is_bytes_or_a_stream(responding):
    package = responding({"image/png": {}})
    ok = package.module("responses").OpOk
    package.result = ok(body=b"ab")
    assert package.request("GET", "/") == Reply(package.module("routes")._OK_PNG, b"ab")
    package.result = ok(body=_elements(b"a", b"b"), length=2)
    reply = package.request("GET", "/")
    assert (reply.length, reply.head.content_type, chunks(reply)) == (2, "image/png", [b"a", b"b"])
    package.result = ok(body=_elements(b"a"))
    assert package.request("GET", "/").length is None


def test_a_range_of_media_types_leaves_the_choice_to_the_controller(responding):
    package = responding({"image/*": {}})
    ok = package.module("responses").OpOk
    package.result = ok(body=b"a", media_type="image/svg+xml")
    assert package.request("GET", "/").head.content_type == "image/svg+xml"
    (endpoint,) = [r.methods["GET"] for r in package.router.resources]
    assert endpoint.produces == ("image/*",)


@pytest.mark.parametrize(
    ("declared", "chosen"),
    [
        ("image/*", "text/html"),
        ("image/*", "image/*"),
        ("image/*", "image/png\r\nset-cookie: a=b"),
        ("image/*", "image/png; a=\r\n"),
        ("image/*", "image"),
        ("image/*", ""),
        ("text/*", "text/plain; charset=latin-1"),
        ("*/*", "*/*"),
    ],
)
def test_a_media_type_outside_the_range_is_refused(responding, declared, chosen):
    package = responding({declared: {}})
    body = "x" if declared == "text/*" else b"x"
    package.result = package.module("responses").OpOk(body=body, media_type=chosen)
    with pytest.raises(TypeError, match=r"is no media type within|text is sent as UTF-8"):
        package.request("GET", "/")


@pytest.mark.parametrize(
    ("declared", "chosen", "sent"),
    [
        ("*/*", "a/b", "a/b"),
        ("text/*", "Text/CSV; header=present", "Text/CSV; header=present; charset=utf-8"),
        ("text/*", 'text/html; charset="UTF-8"', 'text/html; charset="UTF-8"'),
        ("application/*+json", "application/geo+json", "application/geo+json"),
    ],
)
def test_a_media_type_within_the_range_is_sent(responding, declared, chosen, sent):
    package = responding({declared: {}})
    body = b"x" if declared == "*/*" else "x"
    package.result = package.module("responses").OpOk(body=body, media_type=chosen)
    assert package.request("GET", "/").head.content_type == sent


@pytest.mark.parametrize("media_type", ["text/plain", "image/png"])
@pytest.mark.parametrize("schema", [{"type": "string", "minLength": 3}, {"type": "string", "pattern": "^a"}])
def test_what_a_schema_says_of_text_and_octets_is_not_checked(responding, media_type, schema):
    package = responding({media_type: {"schema": schema}})
    package.result = package.module("responses").OpOk(body="x" if media_type == "text/plain" else b"x")
    assert package.request("GET", "/").body == b"x"


def test_json_beside_a_stream_is_another_class(responding):
    package = responding({"application/json": {"schema": {"type": "array", "items": REF}}, "application/jsonl": {}})
    responses = package.module("responses")
    package.result = responses.OpOkApplicationJson(body=[])
    assert package.request("GET", "/").body == b"[]"
    package.result = responses.OpOkApplicationJsonl(body=_elements(1))
    assert chunks(package.request("GET", "/")) == [b"1\n"]
    assert package.router.resources[0].methods["GET"].produces == ("application/json", "application/jsonl")


def test_a_problem_with_the_status_of_a_success_is_a_document(responding):
    package = responding({"application/problem+json": {"schema": REF}})
    package.result = package.module("responses").OpOk(body=package.module("dto").User(id=1))
    reply = package.request("GET", "/")
    assert (reply.head.content_type, reply.body) == ("application/problem+json", b'{"id":1}')


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_raw_json_of_a_client_cannot_end_a_line_and_begin_another_element(responding, end):
    """jsonlines.org, 2: a line is a value; WHATWG HTML, 9.2.6: a line is a field."""
    raw = Raw(f'{{"payload": [1,{end}{{"forged": 1}}{end}]}}'.encode())
    package = responding({"application/jsonl": {"itemSchema": {}}})
    package.result = _elements(raw)
    assert chunks(package.request("GET", "/")) == [b'{"payload":[1,{"forged":1}]}\n']
    package = responding({"text/event-stream": {"schema": {}}})
    assert events(package, ServerSentEvent(raw)) == 'data: {"payload":[1,{"forged":1}]}\n\n'
