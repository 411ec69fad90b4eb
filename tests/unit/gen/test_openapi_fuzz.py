"""Inputs with random damage: generated endpoints take them or refuse them, and never fail.

A smoke test with fixed seeds, some seconds long, of what reads the writing of clients: parameters in all styles,
cookies, forms, multipart, JSON, sequences. What comes out is a reply or a Problem below 500, the same one however the
body is cut into chunks.
"""

from __future__ import annotations

import asyncio
import random
from typing import Any, cast

import pytest

from katana.runtime import ByteStream, Ctx, Headers, Problem, Reply
from katana.runtime._percent import percent_decode
from katana.runtime.http1._target import split_target

ITEM = {
    "type": "object",
    "required": ["n"],
    "properties": {
        "n": {"type": "integer", "maximum": 9},
        "d": {"type": "number", "format": "decimal"},
        "s": {"type": "string", "format": "date-time"},
        "x": {},
        "l": {"type": "array", "items": {"type": "boolean"}},
    },
}
OBJECT = {"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": {"type": "string"}}
INTEGERS = {"type": "array", "items": {"type": "integer"}}
FORM = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "string", "format": "binary"}, "item": ITEM, "many": INTEGERS},
}


def parameter(name: str, location: str, schema: Any, style: str = "", *, explode: bool | None = None) -> dict[str, Any]:
    more: dict[str, Any] = {"style": style} if style else {}
    if explode is not None:
        more["explode"] = explode
    return {"name": name, "in": location, "required": location == "path", "schema": schema, **more}


PARAMETERS = [
    parameter("m", "path", INTEGERS, "matrix", explode=True),
    parameter("l", "path", OBJECT, "label", explode=True),
    parameter("s", "path", OBJECT, "simple"),
    parameter("deep", "query", OBJECT, "deepObject", explode=True),
    parameter("pipe", "query", INTEGERS, "pipeDelimited", explode=False),
    parameter("space", "query", INTEGERS, "spaceDelimited", explode=False),
    parameter("obj", "query", OBJECT, "form", explode=False),
    parameter("when", "query", {"type": "string", "format": "date-time"}),
    parameter("num", "query", {"type": "number", "format": "decimal"}),
    parameter("X-List", "header", INTEGERS),
    parameter("ck", "cookie", INTEGERS, explode=False),
    {"name": "json", "in": "query", "content": {"application/json": {"schema": ITEM}}},
]
NO_CONTENT = {"204": {"description": ""}}
DOCUMENT = {
    "paths": {
        "/p/{m}/{l}/{s}": {"get": {"operationId": "get", "parameters": PARAMETERS, "responses": NO_CONTENT}},
        **{
            f"/{name}": {
                "post": {
                    "operationId": name,
                    "requestBody": {"required": True, "content": {media_type: content}},
                    "responses": NO_CONTENT,
                }
            }
            for name, media_type, content in (
                ("json", "application/json", {"schema": ITEM}),
                ("form", "application/x-www-form-urlencoded", {"schema": ITEM}),
                ("parts", "multipart/form-data", {"schema": FORM}),
                ("lines", "application/jsonl", {"itemSchema": ITEM}),
                ("sequence", "application/json-seq", {"itemSchema": ITEM}),
                ("events", "text/event-stream", {"itemSchema": {"properties": {"data": {"type": "string"}}}}),
            )
        },
    }
}
VALUE = b'{"n": 1, "d": 1.50, "s": "2024-02-29T12:00:00Z", "x": {"a": [null, "\\u00e9"]}, "l": [true]}'
PART = b'--B\r\nContent-Disposition: form-data; name="%b"%b\r\n\r\n%b\r\n'
BODIES = {
    "json": ("application/json", VALUE),
    "form": ("application/x-www-form-urlencoded", b"n=1&d=1.5&s=2024-02-29T12%3A00%3A00Z&x=%C3%A9&l=true&l=false"),
    "parts": (
        "multipart/form-data; boundary=B",
        PART % (b"file", b'; filename="a.txt"\r\nContent-Type: text/plain', b"content\r\n-- of it")
        + PART % (b"item", b"", VALUE)
        + PART % (b"many", b"", b"1")
        + b"--B--\r\n",
    ),
    "lines": ("application/jsonl", VALUE + b"\r\n\n" + VALUE + b"\n"),
    "sequence": ("application/json-seq", b"\x1e" + VALUE + b"\n\x1e" + VALUE + b"\n"),
    "events": ("text/event-stream", b"\xef\xbb\xbfid: 1\r\ndata: a\r\ndata: b\r\n\r\n: c\nretry: 10\ndata:\n\n"),
}
PATH = b"/p/;m=1;m=2/.a=1.b=c/a,1,b,c"
QUERY = (
    b"deep[a]=1&deep[b]=c&pipe=1|2&space=1%202&obj=a,1,b,c&when=2024-02-29T12:00:00Z&num=1.50"
    b'&json={"n":1,"d":1.5,"x":[{}]}'
)
TOKENS = (
    b"\r", b"\n", b"\r\n", b"\0", b"%00", b"%", b"%zz", b"%ff", b"%C3%A9", b"\xff", b"\xc3", b"\xef\xbb\xbf", b"\x1e",
    b"&", b"=", b";", b",", b".", b"|", b"+", b"[", b"]", b"[]", b"[a]", b"{", b"}", b'"', b"\\", b"\\ud800", b":",
    b"-", b"--B", b"--B--", b"\r\n--B\r\n", b"1e999", b"1e-999", b"-0", b"9" * 30, b"9" * 400, b"1e999999999", b"NaN",
    b"null", b"true", b"{}", b"data", b"\n\n", b'"n":1,', b"0000-00-00T00:00:60Z", b"9999-12-31T23:59:59+23:59",
)  # fmt: skip


def damaged(data: bytes, chance: random.Random) -> bytes:
    """`data` with up to four changes."""
    text = bytearray(data)
    for _ in range(chance.randrange(5)):
        place = chance.randrange(len(text) + 1)
        match chance.randrange(4):
            case 0:
                text[place:place] = chance.choice(TOKENS)
            case 1:
                del text[place : place + chance.randrange(1, 9)]
            case 2:
                text[place : place + 1] = bytes((chance.randrange(256),))
            case _:
                start = chance.randrange(len(text) + 1)
                text[place:place] = text[start : start + chance.randrange(1, 60)]
    return bytes(text)


def pieces(data: bytes, chance: random.Random) -> list[bytes]:
    places = sorted(chance.randrange(len(data) + 1) for _ in range(chance.choice((1, 3, 20))))
    return [data[start:end] for start, end in zip([0, *places], [*places, len(data)], strict=True)]


@pytest.fixture
def serve(build):
    """The outcome of a request: a status, and for a refusal the list of its errors."""
    package = build(DOCUMENT, "3.2.0")
    done = package.module("routes").NoContent()

    async def take(_self, _ctx, *_arguments, **options):
        body: Any = options.get("body", _arguments[-1] if _arguments else None)
        if hasattr(body, "__aiter__"):
            async for _ in body:
                pass
        if hasattr(body, "file"):
            await body.file.read()
        return done

    controller = type(package.router.match("/json")[0].methods["POST"].call.__self__._api)
    for name in ("get", *BODIES):
        setattr(controller, name, take)

    async def call(method, path, query, headers, chunks):
        found = package.router.match(path)
        if found is None:
            return 404, None
        resource, arguments = found
        endpoint = resource.methods[method]
        try:
            decoded = tuple(percent_decode(each) for each in arguments)
        except ValueError:
            return 400, None
        try:
            ctx = Ctx(
                method=method,
                path=path,
                args=decoded,
                raw_args=arguments,
                query_string=query,
                headers=Headers(headers),
                body=b"" if endpoint.streams else b"".join(chunks),
                stream=ByteStream.of(*chunks) if endpoint.streams else ByteStream.of(),
                db=cast(Any, None),
            )
            reply = await endpoint.call(ctx)
        except Problem as problem:
            assert problem.status < 500  # noqa: PT017 - both outcomes are right
            return problem.status, problem.members
        assert isinstance(reply, Reply)
        return reply.head.status, None

    def run(*arguments):
        return asyncio.run(call(*arguments))

    return run


@pytest.mark.parametrize("seed", range(3))
def test_parameters_with_damage_are_taken_or_refused(serve, seed):
    chance = random.Random(seed)
    found = set()
    for _ in range(400):
        path = damaged(PATH, chance).translate(None, bytes(range(33)) + b'"#<>?\\`' + bytes(range(127, 256)))
        query = damaged(QUERY, chance).translate(None, bytes(range(33)) + b"#<>\\`" + bytes(range(127, 256)))
        fields = {"x-list": damaged(b"1, 2,3", chance), "cookie": damaged(b'a=b; ck=1,2; c="d"', chance)}
        headers = tuple((name, value.decode("latin-1")) for name, value in fields.items())
        try:
            target, _ = split_target(path.decode())
        except ValueError:
            continue
        found.add(serve("GET", target, query.decode(), headers, [])[0])
    assert {204, 400, 422} <= found


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("name", BODIES)
def test_bodies_with_damage_are_taken_or_refused_however_they_are_cut(serve, name, seed):
    chance = random.Random(seed)
    media_type, body = BODIES[name]
    headers = (("content-type", media_type),)
    found = set()
    for _ in range(150):
        data = damaged(body, chance)
        outcome = serve("POST", f"/{name}", "", headers, [data])
        assert serve("POST", f"/{name}", "", headers, pieces(data, chance)) == outcome, data
        assert serve("POST", f"/{name}", "", headers, [data[i : i + 1] for i in range(len(data))]) == outcome, data
        found.add(outcome[0])
    assert 204 in found
    assert found & {400, 422} or name == "events"
