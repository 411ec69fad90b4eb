"""Files of a form behind a response that is made of them, over a real socket."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

import pytest

from katana.runtime import Config, Head, Reply, Server, Service
from katana.runtime.generated._uploads import Uploads

FORM = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "string", "format": "binary"}},
}


def _post(operation_id, media_type, content):
    return {
        "post": {
            "operationId": operation_id,
            "x-katana-limits": {"body": "20MiB"},
            "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": FORM}}},
            "responses": {
                "200": {
                    "description": "",
                    "headers": {"Content-Encoding": {"schema": {"enum": ["gzip", "identity"]}}}
                    if operation_id == "packed"
                    else {},
                    "content": {media_type: content},
                },
                "409": {"description": "", "content": {"application/problem+json": {}}},
            },
        }
    }


DOCUMENT = {
    "paths": {
        "/copy": _post("copy", "application/octet-stream", {}),
        "/packed": _post("packed", "application/octet-stream", {}),
        "/sizes": _post("sizes", "application/jsonl", {"itemSchema": {"type": "integer"}}),
    },
}
SMALL = b"0123456789"
LARGE = bytes(range(256)) * 4096


class Controller:
    """Answers with the content of what it is sent; `given` are the uploads, `ended` is set when a stream is closed."""

    package: Any = None

    def __init__(self):
        self.given = []
        self.ended = asyncio.Event()
        self.mode = ""

    async def copy(self, ctx, body):
        self.given.append(body.file)
        if self.mode == "problem":
            return ctx.problem.conflict("files.taken")
        if self.mode == "undeclared":
            return 1
        return self.package.module("responses").CopyOk(body=self._chunks(body.file))

    async def packed(self, ctx, body):
        self.given.append(body.file)
        return self.package.module("responses").PackedOk(body=self._chunks(body.file))

    async def sizes(self, ctx, body):
        self.given.append(body.file)
        return self._sizes(body.file)

    async def _chunks(self, upload):
        try:
            async for chunk in upload:
                yield chunk
                if self.mode == "broken":
                    raise LookupError
        finally:
            await upload.read()  # it is open to the end
            self.ended.set()

    async def _sizes(self, upload):
        async for chunk in upload:
            yield len(chunk)


@pytest.fixture
def exchange(build):
    """Sends a file; returns the status, the content of the response, and the controller."""
    package = build(DOCUMENT, "3.2.0")
    controller_class = type("Its", (Controller, package.module("api").DefaultApi), {"package": package})

    async def once(target, content, mode, read):
        controller = controller_class()
        controller.mode = mode
        routes = package.module("routes")
        (router,) = [value for name, value in vars(routes).items() if name.endswith("Router")]
        service = Service(name="s", version="1", routers=lambda: (router(default=controller),))
        async with Server(service, Config(port=0, shutdown_deadline=1)) as server, asyncio.timeout(20):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            body = b'--B\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n%b\r\n--B--\r\n' % content
            writer.write(
                f"POST {target} HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=B\r\n"
                f"accept-encoding: gzip\r\nconnection: close\r\ncontent-length: {len(body)}\r\n\r\n".encode()
                + body
            )
            answer = await read(reader)
            if not answer:
                writer.transport.abort()
                await controller.ended.wait()
            writer.close()
        return answer, controller

    def run(target, content, mode="", read=asyncio.StreamReader.read):
        return asyncio.run(once(target, content, mode, read))

    return run


def _content(answer):
    head, _, rest = answer.partition(b"\r\n\r\n")
    content = b""
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        content += rest[: int(size, 16)]
        rest = rest[int(size, 16) + 2 :]
    return head, content


def _is_closed(controller):
    (upload,) = controller.given
    with pytest.raises(ValueError, match="the upload is closed"):
        asyncio.run(upload.read())
    return True


@pytest.mark.parametrize("content", [SMALL, LARGE])
def test_a_response_can_be_made_of_an_upload_while_it_is_sent(exchange, content):
    answer, controller = exchange("/copy", content)
    head, got = _content(answer)
    assert head.startswith(b"HTTP/1.1 200 ")
    assert hashlib.sha256(got).digest() == hashlib.sha256(content).digest()
    assert _is_closed(controller)


def test_elements_can_be_made_of_an_upload_while_they_are_sent(exchange):
    answer, controller = exchange("/sizes", SMALL)
    assert _content(answer)[1] == b"10\n"
    assert _is_closed(controller)


def test_a_response_in_a_content_coding_can_be_made_of_an_upload(exchange):
    answer, controller = exchange("/packed", LARGE)
    head, got = _content(answer)
    assert b"content-encoding: gzip" in head
    assert len(got) < len(LARGE)
    assert _is_closed(controller)


@pytest.mark.parametrize(("mode", "status"), [("problem", b"409"), ("undeclared", b"500")])
def test_an_upload_is_closed_when_the_response_is_no_stream(exchange, mode, status):
    answer, controller = exchange("/copy", SMALL, mode)
    assert answer.split()[1] == status
    assert _is_closed(controller)


def test_an_upload_is_closed_when_its_stream_breaks(exchange):
    answer, controller = exchange("/copy", LARGE, "broken")
    assert not answer.endswith(b"0\r\n\r\n")
    assert _is_closed(controller)


def test_an_upload_is_closed_when_the_client_is_gone_in_the_middle_of_its_stream(exchange):
    async def part(reader):
        await reader.readexactly(1000)
        return b""

    _, controller = exchange("/copy", LARGE * 4, read=part)
    assert _is_closed(controller)


def test_a_reply_in_one_piece_keeps_no_file_open():
    with Uploads() as uploads:
        reply = Reply(Head(204))
        assert uploads.until_sent(reply) is reply
