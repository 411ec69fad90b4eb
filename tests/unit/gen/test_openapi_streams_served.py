"""Generated streams over a real socket: element by element, and whatever goes wrong on the way."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest

from katana.runtime import Config, NotFound, Server, ServerSentEvent, Service

USER = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
REF = {"$ref": "#/components/schemas/User"}


def _get(operation_id, media_type, content):
    problem = {"description": "", "content": {"application/problem+json": {}}}
    ok = {"description": "", "content": {media_type: content}}
    return {"get": {"operationId": operation_id, "responses": {"200": ok, "404": problem}}}


DOCUMENT = {
    "paths": {
        "/lines": _get("lines", "application/jsonl", {"itemSchema": REF}),
        "/events": _get("events", "text/event-stream", {"schema": REF}),
        "/file": _get("file", "application/octet-stream", {}),
        "/late": {"get": {**_get("late", "application/jsonl", {})["get"], "x-katana-deadline": "10s"}},
    },
    "components": {"schemas": {"User": USER}},
}


class State:
    """What the controller does, and what happened to it."""

    def __init__(self):
        self.gate = asyncio.Event()
        self.log = []
        self.closed = asyncio.Event()
        self.mode = ""


def _controller(package, state):
    user = package.module("dto").User

    async def users():
        try:
            state.log.append("started")
            if state.mode == "problem first":
                raise NotFound("users.none")
            if state.mode == "undeclared first":
                yield "text"
            yield user(id=1)
            await state.gate.wait()
            if state.mode == "error later":
                raise LookupError
            yield user(id=2)
        finally:
            state.log.append("closed")
            state.closed.set()

    async def octets():
        async for each in users():
            yield b"%d" % each.id

    class Methods:
        async def lines(self, ctx):
            return users()

        async def late(self, ctx):
            return users()

        async def events(self, ctx):
            return self._events()

        async def _events(self):
            async for each in users():
                yield ServerSentEvent(each, id=str(each.id))

        async def file(self, ctx):
            ok = package.module("responses").FileOk
            if state.mode == "bytes":
                return ok(body=b"abc")
            return ok(body=octets(), length=2 if state.mode == "length" else None)

    return type("Controller", (Methods, package.module("api").DefaultApi), {})()


@pytest.fixture
def talk(build):
    """Runs a conversation with a server: a coroutine of reader, writer and state."""
    package = build(DOCUMENT, "3.2.0")

    @asynccontextmanager
    async def serving(state):
        routes = package.module("routes")
        (router,) = [value for name, value in vars(routes).items() if name.endswith("Router")]
        service = Service(name="s", version="1", routers=lambda: (router(default=_controller(package, state)),))
        async with Server(service, Config(port=0, shutdown_deadline=1)) as server:
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            try:
                yield reader, writer
            finally:
                writer.close()

    def run(conversation, mode=""):
        async def main():
            state = State()
            state.mode = mode
            async with serving(state) as (reader, writer), asyncio.timeout(20):
                return await conversation(reader, writer, state)

        return asyncio.run(main())

    return run


def _ask(writer, target, method="GET", fields=""):
    writer.write(f"{method} {target} HTTP/1.1\r\nhost: x\r\n{fields}\r\n".encode())


async def _head(reader):
    text = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    return int(text.split()[1]), text


async def _chunk(reader):
    size = int(await reader.readline(), 16)
    return (await reader.readexactly(size + 2))[:-2]


@pytest.mark.parametrize(
    ("target", "first", "second"),
    [
        ("/lines", b'{"id":1}\n', b'{"id":2}\n'),
        ("/late", b'{"id":1}\n', b'{"id":2}\n'),
        ("/events", b'id: 1\ndata: {"id":1}\n\n', b'id: 2\ndata: {"id":2}\n\n'),
        ("/file", b"1", b"2"),
    ],
)
def test_each_element_is_sent_when_it_is_there(talk, target, first, second):
    async def conversation(reader, writer, state):
        _ask(writer, target)
        status, head = await _head(reader)
        assert (status, "transfer-encoding: chunked" in head) == (200, True)
        assert await _chunk(reader) == first
        state.gate.set()
        assert (await _chunk(reader), await _chunk(reader)) == (second, b"")
        await state.closed.wait()

    talk(conversation)


def test_a_known_length_is_sent_as_content_length(talk):
    async def conversation(reader, writer, state):
        state.gate.set()
        _ask(writer, "/file")
        _, head = await _head(reader)
        assert "content-length: 2\r\n" in head
        assert await reader.readexactly(2) == b"12"

    talk(conversation, "length")


def test_bytes_are_sent_in_one_piece(talk):
    async def conversation(reader, writer, state):
        _ask(writer, "/file")
        _, head = await _head(reader)
        assert "content-length: 3\r\n" in head
        assert await reader.readexactly(3) == b"abc"
        assert state.log == []

    talk(conversation, "bytes")


@pytest.mark.parametrize("target", ["/lines", "/events", "/file"])
@pytest.mark.parametrize(("mode", "status"), [("problem first", 404), ("undeclared first", 500)])
def test_what_fails_before_the_first_element_is_a_problem(talk, target, mode, status):
    async def conversation(reader, writer, state):
        _ask(writer, target)
        found, head = await _head(reader)
        assert (found, "application/problem+json" in head) == (status, True)
        await state.closed.wait()

    talk(conversation, mode)


@pytest.mark.parametrize("target", ["/lines", "/events", "/file"])
def test_what_fails_later_leaves_out_the_last_chunk(talk, target):
    async def conversation(reader, writer, state):
        _ask(writer, target)
        await _head(reader)
        await _chunk(reader)
        state.gate.set()
        assert await reader.read() == b""

    talk(conversation, "error later")


@pytest.mark.parametrize("target", ["/lines", "/events", "/file"])
def test_head_starts_no_stream(talk, target):
    async def conversation(reader, writer, state):
        _ask(writer, target, "HEAD")
        status, _ = await _head(reader)
        assert status == 200
        _ask(writer, "/lines", fields="accept: text/html\r\n")
        status, _ = await _head(reader)
        assert (status, state.log) == (406, [])

    talk(conversation)


@pytest.mark.parametrize("target", ["/lines", "/events", "/file"])
def test_a_client_that_leaves_closes_the_stream(talk, target):
    async def conversation(reader, writer, state):
        _ask(writer, target)
        await _head(reader)
        await _chunk(reader)
        writer.transport.abort()
        await state.closed.wait()
        assert state.log == ["started", "closed"]

    talk(conversation)
