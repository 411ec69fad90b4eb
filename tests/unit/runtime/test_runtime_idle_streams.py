"""Streams whose next chunk is late: what keeps their connection alive."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from katana.runtime import Config, Ctx, Endpoint, Head, Idle, Resource, Server, Service, StreamReply

PING = Idle(b":\n\n", after=0.01)


class Late:
    """A router with one stream, which waits for `gate` before each of its chunks."""

    def __init__(
        self,
        *chunks: bytes,
        field: str = "x",
        idle: Idle | None = PING,
        codings: dict[str, tuple[str, ...]] | None = None,
    ) -> None:
        self.gate = asyncio.Event()
        self.log: list[str] = []
        self.done = asyncio.Event()
        self._chunks = chunks
        self._field = field
        self._idle = idle
        self.resources = (Resource("/", {"GET": Endpoint(operation="late", call=self.call, codings=codings or {})}),)

    def match(self, path: str) -> tuple[Resource, tuple[str, ...]] | None:
        return (self.resources[0], ()) if path == "/" else None

    async def call(self, _: Ctx) -> StreamReply:
        return StreamReply(Head(200, "text/event-stream"), self._content(), (("x-a", self._field),), idle=self._idle)

    async def _content(self) -> AsyncIterator[bytes]:
        try:
            async with asyncio.timeout(20):
                for chunk in self._chunks:
                    await self.gate.wait()
                    if chunk == b"fail":
                        raise LookupError
                    yield chunk
        except asyncio.CancelledError:
            self.log.append("cancelled")
            raise
        finally:
            self.done.set()


@asynccontextmanager
async def asking(late: Late, fields: str = "") -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection that has asked for the stream."""
    service = Service(name="s", version="1", routers=lambda: (late,))
    async with Server(service, Config(port=0, shutdown_deadline=1)) as server, asyncio.timeout(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(f"GET / HTTP/1.1\r\nhost: x\r\n{fields}\r\n".encode())
        try:
            yield reader, writer
        finally:
            writer.close()


def test_the_head_and_signs_of_life_are_sent_while_no_chunk_comes(run):
    async def main() -> None:
        late = Late(b"a", b"b")
        async with asking(late) as (reader, _):
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
            for _ in range(3):
                assert await reader.readexactly(8) == b"3\r\n:\n\n\r\n"
            late.gate.set()
            rest = await reader.readuntil(b"0\r\n\r\n")
            assert rest.replace(b"3\r\n:\n\n\r\n", b"") == b"1\r\na\r\n1\r\nb\r\n0\r\n\r\n"

    run(main())


def test_no_sign_of_life_is_sent_when_chunks_come_in_time(run):
    async def main() -> None:
        late = Late(b"a", b"b", idle=Idle(b":\n\n", after=30))
        late.gate.set()
        async with asking(late) as (reader, _):
            await reader.readuntil(b"\r\n\r\n")
            assert await reader.readuntil(b"0\r\n\r\n") == b"1\r\na\r\n1\r\nb\r\n0\r\n\r\n"

    run(main())


def test_an_error_after_a_sign_of_life_leaves_out_the_last_chunk(run):
    async def main() -> None:
        late = Late(b"fail")
        async with asking(late) as (reader, _):
            await reader.readuntil(b":\n\n\r\n")
            late.gate.set()
            assert (await reader.read()).replace(b"3\r\n:\n\n\r\n", b"") == b""

    run(main())


def test_a_client_that_leaves_while_nothing_is_said_cancels_the_stream(run):
    async def main() -> None:
        late = Late(b"a")
        async with asking(late) as (reader, writer):
            await reader.readuntil(b":\n\n\r\n")
            writer.transport.abort()
            await late.done.wait()
            assert late.log == ["cancelled"]

    run(main())


@pytest.mark.parametrize("field", ["a\r\nset-cookie: b=c"])
def test_a_field_that_would_break_the_head_is_an_error_then_too(run, field):
    async def main() -> None:
        late = Late(b"a", field=field)
        async with asking(late) as (reader, _):
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 500")
            assert b"set-cookie" not in head
            await late.done.wait()

    run(main())


def test_a_sign_of_life_is_part_of_a_coded_stream(run):
    async def main() -> None:
        late = Late(b"a", b"b", codings={"200": ("gzip",)})
        async with asking(late, "accept-encoding: gzip\r\n") as (reader, _):
            assert b"content-encoding: gzip" in await reader.readuntil(b"\r\n\r\n")
            decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
            assert decoder.decompress(await _chunk(reader)) == b":\n\n"
            late.gate.set()
            text = b""
            while chunk := await _chunk(reader):
                text += decoder.decompress(chunk)
            assert (text.replace(b":\n\n", b""), decoder.eof) == (b"ab", True)

    run(main())


async def _chunk(reader: asyncio.StreamReader) -> bytes:
    size = int(await reader.readline(), 16)
    return (await reader.readexactly(size + 2))[:-2]
