"""Sequences in requests: elements are validated one by one, where they are asked for."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from katana.runtime import ByteStream, Ctx, Headers, Problem, ServerSentEvent

_USER = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string", "minLength": 1}, "email": {"type": "string", "format": "email"}},
}
_TWO = [("/1/email", "must have the format `email`"), ("/1/name", "must have at least 1 character")]
_NOT_NULL = {"not": {"type": "null"}}


@pytest.fixture
def read(build):
    """What a controller gets out of a sequence, chunk by chunk of the request, and what ended it."""

    def make(media_type, schema, *chunks, version="3.2.0"):
        operation = {
            "operationId": "op",
            "requestBody": {"required": True, "content": {media_type: {"itemSchema": schema}}},
            "responses": {"204": {"description": ""}},
        }
        package = build({"paths": {"/": {"post": operation}}}, version)
        package.result = package.module("routes").NoContent()
        endpoint = package.router.match("/")[0].methods["POST"]
        assert (endpoint.streams, endpoint.body_required) == (True, True)
        ctx = Ctx(method="POST", path="/", headers=Headers(()), stream=ByteStream.of(*chunks), db=cast(Any, None))
        asyncio.run(endpoint.call(ctx))
        return asyncio.run(_iterated(package.calls[-1][1][1]))

    return make


async def _iterated(body):
    elements = []
    try:
        async for element in body:
            elements.append(element)  # noqa: PERF401 - what came before an error counts
    except Problem as problem:
        if problem.status != 422:
            return elements, problem.status
        return elements, [(each["pointer"], each["detail"]) for each in problem.members["errors"]]
    return elements, None


def test_json_lines_become_elements_whatever_the_chunks(read):
    text = b'{"name":"a"}\r\n\n{"name":"\xc3\xa9","email":"a@b.de"}\n  \n{"name":"c"}'
    for size in (1, 5, 1000):
        chunks = [text[i : i + size] for i in range(0, len(text), size)]
        elements, error = read("application/jsonl", _USER, *chunks)
        assert ([each.name for each in elements], error) == (["a", "é", "c"], None)


@pytest.mark.parametrize(
    ("line", "errors"),
    [
        (b'{"name":"","email":"x"}', _TWO),
        (b"{}", [("/1/name", "is required")]),
        (b"{", [("/1", "is not JSON: input data was truncated")]),
        (b'{"name":"a","name":"b"}', [("/1", "names a member of an object twice")]),
        (b'"\xff"', [("/1", "is not UTF-8")]),
    ],
)
def test_an_invalid_element_ends_the_sequence_with_its_place(read, line, errors):
    elements, found = read("application/x-ndjson", _USER, b'{"name":"a"}\n' + line + b'\n{"name":"c"}\n')
    assert (len(elements), sorted(found)) == (1, errors)


def test_elements_with_what_no_type_says_are_validated_too(read):
    elements, error = read("application/jsonl", _NOT_NULL, b"1\n[2]\nnull\n")
    assert (elements, error) == ([1, [2]], [("/2", "is of a form that is excluded")])


def test_an_element_beyond_the_limit_is_too_large(read):
    assert read("application/jsonl", _NOT_NULL, *([b'"' + b"a" * 100_000] * 3)) == ([], 413)
    assert read("application/jsonl", _NOT_NULL, b'"' + b"a" * 300_000 + b'"\n') == ([], 413)
    assert read("text/event-stream", {"properties": {"data": {"type": "string"}}}, b"data: a\n" * 40_000) == ([], 413)


def test_json_text_sequences_stand_between_rs_and_lf(read):
    elements, error = read("application/json-seq", _USER, b'\x1e{"name":\n"a"}\n\x1e\x1e', b'{"name":"b"}\n')
    assert ([each.name for each in elements], error) == (["a", "b"], None)
    for text in (b'\x1e{"name":"a"}', b'{"name":"a"}\n', b"\x1e1"):
        assert read("application/json-seq", _USER, text)[1][0][0] == "/0"


_EVENTS = {
    "oneOf": [
        {
            "properties": {
                "event": {"const": "created"},
                "data": {"contentMediaType": "application/json", "contentSchema": _USER},
            },
            "required": ["event", "data"],
        },
        {
            "properties": {"event": {"const": "note"}, "data": {"type": "string", "maxLength": 3}},
            "required": ["event", "data"],
        },
    ]
}


def test_events_are_read_as_the_standard_says(read):
    text = (
        b'\xef\xbb\xbf: hello\n\nevent: created\r\ndata: {\ndata: "name":"a"}\rid: 7\nretry: 100\n\n'
        b"event:note\ndata:  x\ndata\n\nevent: note\n\nevent: note\ndata: lost"
    )
    for size in (1, 3, 1000):
        chunks = [text[i : i + size] for i in range(0, len(text), size)]
        (first, second), error = read("text/event-stream", _EVENTS, *chunks)
        assert error is None
        assert (first.data.name, first.event, first.id, first.retry) == ("a", "created", "7", 100)
        assert second == ServerSentEvent(" x\n", event="note")


def test_events_that_the_contract_does_not_describe_end_the_sequence(read):
    for text, place in (
        (b"event: created\ndata: {}\n\n", "/0/name"),
        (b"event: note\ndata: long\n\n", "/0"),
        (b"event: other\ndata: 1\n\n", "/0"),
    ):
        assert [each[0] for each in read("text/event-stream", _EVENTS, text)[1]] == [place]


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_lines_of_events_end_in_three_ways_whatever_the_chunks(read, end, size):
    text = b"\xef\xbb\xbf" + end.join((b"data: a", b"data: b", b"", b"", b"other: x", b"data: c", b"", b"data: lost"))
    chunks = [text[i : i + size] for i in range(0, len(text), size)]
    events, error = read("text/event-stream", {"properties": {"data": {"type": "string"}}}, *chunks)
    assert ([event.data for event in events], error) == (["a\nb", "c"], None)


@pytest.mark.parametrize(
    ("media_type", "element"),
    [("application/jsonl", b"1\n"), ("application/json-seq", b"\x1e1\n"), ("text/event-stream", b"data: 1\n\n")],
)
def test_others_have_their_turn_while_a_handler_takes_elements_that_are_there(build, media_type, element):
    schema = {"properties": {"data": {"type": "string"}}} if media_type == "text/event-stream" else {}
    operation = {
        "operationId": "op",
        "requestBody": {"required": True, "content": {media_type: {"itemSchema": schema}}},
        "responses": {"204": {"description": ""}},
    }
    package = build({"paths": {"/": {"post": operation}}}, "3.2.0")
    package.result = package.module("routes").NoContent()
    endpoint = package.router.match("/")[0].methods["POST"]
    ctx = Ctx(method="POST", path="/", headers=Headers(()), stream=ByteStream.of(element * 3000), db=cast(Any, None))

    async def main():
        await endpoint.call(ctx)
        turns, taken = 0, 0

        async def other():
            nonlocal turns
            while taken < 3000:
                turns += 1
                await asyncio.sleep(0)

        task = asyncio.create_task(other())
        async for _ in package.calls[-1][1][1]:
            taken += 1
        await task
        return turns

    assert asyncio.run(main()) > 10
