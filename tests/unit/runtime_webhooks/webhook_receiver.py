"""A receiver on this machine that does what a test tells it to, request by request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress

from msgspec import Struct


class Request(Struct):
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class Receiver:
    """`script` is what to answer, one entry for each request, then 204: bytes, `reset`, or `silence`."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.script: list[bytes | str] = []
        self.port = 0
        self.arrived = asyncio.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer), suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                line, *lines = head.strip().split("\r\n")
                headers = {name.lower(): value for name, _, value in (each.partition(": ") for each in lines)}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                method, target, _ = line.split(" ")
                self.requests.append(Request(method, target, headers, body))
                self.arrived.set()
                answer = self.script.pop(0) if self.script else b"HTTP/1.1 204 No Content\r\n\r\n"
                if answer == "reset":
                    writer.transport.abort()
                    return
                if answer == "silence":
                    await reader.read()
                    return
                assert isinstance(answer, bytes)
                writer.write(answer)
                await writer.drain()


def answer(status: int, body: bytes = b"", **fields: str) -> bytes:
    lines = [f"HTTP/1.1 {status} X", f"content-length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
