"""Content codings that a contract declares, over a real socket."""

from __future__ import annotations

import asyncio
import gzip
import json
from typing import Any

import brotli  # type: ignore[import-untyped]  # it has no types
import pytest

from katana.runtime import Config, NotFound, Server, Service

TEXTS = [f"line {number}" for number in range(500)]
CODINGS = {"type": "string", "enum": ["compress", "br", "gzip"]}


def _operation(operation_id: str, *, required: bool = False, schema: Any = CODINGS) -> dict[str, Any]:
    return {
        "operationId": operation_id,
        "parameters": [{"name": "Content-Encoding", "in": "header", "required": required, "schema": schema}],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"type": "array", "items": {"type": "string"}}}},
        },
        "responses": {
            "200": {
                "description": "",
                "headers": {"Content-Encoding": {"schema": CODINGS}},
                "content": {"application/json": {"schema": {"type": "array", "items": {"type": "string"}}}},
            },
            "404": {"description": "", "content": {"application/problem+json": {}}},
        },
    }


DOCUMENT = {
    "paths": {
        "/echo": {"post": _operation("echo")},
        "/always": {"post": _operation("always", required=True)},
        "/named": {"post": _operation("named", schema={"$ref": "#/components/schemas/Coding"})},
        "/lost": {"post": _operation("lost")},
    },
    "components": {"schemas": {"Coding": CODINGS}},
}


@pytest.fixture
def ask(build):
    """Sends a request and returns status, fields and body of the response."""
    package = build(DOCUMENT)

    class Methods:
        async def echo(self, ctx, body):
            return body

        async def always(self, ctx, body):
            return body

        async def named(self, ctx, body):
            return body

        async def lost(self, ctx, body):
            return NotFound("lost", detail="x" * 1000)

    controller = type("Controller", (Methods, package.module("api").DefaultApi), {})

    async def conversation(target, body, fields):
        routes = package.module("routes")
        (router,) = [value for name, value in vars(routes).items() if name.endswith("Router")]
        service = Service(name="s", version="1", routers=lambda: (router(default=controller()),))
        async with Server(service, Config(port=0)) as server, asyncio.timeout(20):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            head = [f"POST {target} HTTP/1.1", "Host: x", "Connection: close", "Content-Type: application/json"]
            head += [f"Content-Length: {len(body)}", *fields]
            writer.write("\r\n".join([*head, "", ""]).encode() + body)
            text, _, content = (await reader.read()).partition(b"\r\n\r\n")
            writer.close()
        line, *lines = text.decode().split("\r\n")
        return int(line.split()[1]), dict(each.lower().split(": ", 1) for each in lines), content

    def run(target, body, *fields):
        return asyncio.run(conversation(target, body, fields))

    return run


@pytest.mark.parametrize("target", ["/echo", "/named"])
def test_bodies_and_responses_are_coded_when_the_client_says_so(ask, target):
    plain = json.dumps(TEXTS).encode()
    status, fields, body = ask(target, gzip.compress(plain), "Content-Encoding: gzip", "Accept-Encoding: zstd, gzip")
    assert (status, fields["content-encoding"], fields["vary"]) == (200, "gzip", "accept-encoding")
    assert json.loads(gzip.decompress(body)) == TEXTS
    status, fields, body = ask(target, plain)
    assert (status, json.loads(body), "content-encoding" in fields) == (200, TEXTS, False)


def test_a_coding_that_needs_a_library_is_there_when_the_contract_declares_it(ask):
    coded = brotli.compress(json.dumps(TEXTS).encode())
    status, fields, body = ask("/echo", coded, "Content-Encoding: br", "Accept-Encoding: gzip, br")
    assert (status, fields["content-encoding"]) == (200, "br")
    assert json.loads(brotli.decompress(body)) == TEXTS


def test_a_declared_zstd_brings_its_library_and_nothing_else_does(build):
    (routes,) = (text for path, text in build(DOCUMENT).tree.items() if path.endswith("routes.py"))
    assert "from katana.runtime.generated.brotli import BROTLI" in routes
    assert "zstd" not in routes


@pytest.mark.parametrize(
    ("target", "coding", "allowed"),
    [
        ("/echo", "compress", "br, gzip, identity"),
        ("/echo", "zstd", "br, gzip, identity"),
        ("/always", "identity", "br, gzip"),
    ],
)
def test_other_codings_are_refused(ask, target, coding, allowed):
    status, fields, _ = ask(target, b"[]", f"Content-Encoding: {coding}")
    assert (status, fields["accept-encoding"]) == (415, allowed)


def test_a_coded_body_is_validated_after_decoding(ask):
    status, _, body = ask("/echo", gzip.compress(b"[1]"), "Content-Encoding: gzip")
    assert (status, json.loads(body)["errors"][0]["pointer"]) == (422, "/0")


def test_a_response_that_declares_no_coding_gets_none(ask):
    status, fields, _ = ask("/lost", b"[]", "Accept-Encoding: gzip")
    assert (status, "vary" in fields, "content-encoding" in fields) == (404, False, False)
