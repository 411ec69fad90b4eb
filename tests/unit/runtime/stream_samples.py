"""A service whose bodies and responses are streams, and a client that reads chunk by chunk."""

from __future__ import annotations

import asyncio
import hashlib
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

from katana.runtime import (
    Config,
    Ctx,
    Endpoint,
    Head,
    Limits,
    Problem,
    Reply,
    Resource,
    Server,
    Service,
    StreamReply,
)
from katana.runtime.http1 import HttpProtocol, Shared
from unit.runtime.runtime_samples import Client

BINARY = Head(200, "application/octet-stream")
TEXT = Head(200, "text/plain")
EMPTY = Head(204)
MIB = 1024 * 1024


class Streams:
    """The router, and the state that tests look at.

    `gate` lets handlers and generators that wait go on; `log` says what happened in which order.
    """

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.arrived = asyncio.Event()
        self.closed = asyncio.Event()
        self.log: list[str] = []
        self.given = 0
        self.taken = 0
        calls = {
            "/read": self.read,
            "/hash": self.hash,
            "/echo": self.echo,
            "/wait-then-read": self.wait_then_read,
            "/ignore": self.ignore,
            "/ignore-later": self.ignore_later,
            "/first-chunk": self.first_chunk,
            "/swallow": self.swallow,
            "/talk": self.talk,
            "/twice": self.twice,
            "/apart": self.apart,
            "/give-up": self.give_up,
        }
        gets = {
            "/chunks": self.chunks,
            "/sized": self.sized,
            "/short": self.short,
            "/long": self.long,
            "/slow": self.slow,
            "/endless": self.endless,
            "/broken-before": self.broken_before,
            "/problem-before": self.problem_before,
            "/broken-after": self.broken_after,
            "/text-chunk": self.text_chunk,
            "/bad-field": self.bad_field,
            "/nothing": self.nothing,
            "/no-content": self.no_content,
            "/big": self.big,
            "/object": self.object,
            "/not-iterable": self.not_iterable,
            "/bad-close": self.bad_close,
        }
        self.resources = (
            *(Resource(path, {"POST": self._endpoint(path, call)}) for path, call in calls.items()),
            *(Resource(path, {"GET": Endpoint(operation=path[1:], call=call)}) for path, call in gets.items()),
            Resource("/plain", {"POST": Endpoint(operation="plain", call=self.plain)}),
            Resource("/late-head", {"GET": Endpoint(operation="late", call=self.slow_start, deadline=0.05)}),
            Resource("/late-end", {"GET": Endpoint(operation="late_end", call=self.slow, deadline=0.05)}),
        )
        self._exact = {resource.template: resource for resource in self.resources}

    def _endpoint(self, path: str, call: Any) -> Endpoint:
        limit = {"/hash": 200 * MIB, "/echo": 200 * MIB, "/talk": 200 * MIB, "/ignore": 4 * MIB}.get(path, MIB)
        return Endpoint(operation=path[1:], call=call, streams=True, body_limit=limit)

    def match(self, path: str) -> tuple[Resource, tuple[str, ...]] | None:
        found = self._exact.get(path)
        return None if found is None else (found, ())

    # --- bodies

    async def read(self, ctx: Ctx) -> Reply:
        assert ctx.body == b""
        return Reply(TEXT, b"%s:%d" % (str(ctx.stream.length).encode(), len(await ctx.stream.read())))

    async def hash(self, ctx: Ctx) -> Reply:
        digest = hashlib.sha256()
        async for chunk in ctx.stream:
            assert chunk
            digest.update(chunk)
            self.taken += len(chunk)
        return Reply(TEXT, digest.hexdigest().encode())

    async def echo(self, ctx: Ctx) -> StreamReply:
        async def chunks() -> AsyncIterator[bytes]:
            async for chunk in ctx.stream:
                yield chunk

        return StreamReply(BINARY, chunks())

    async def wait_then_read(self, ctx: Ctx) -> Reply:
        self.arrived.set()
        try:
            await self.gate.wait()
            self.taken = len(await ctx.stream.read())
        except BaseException as error:
            self.log.append(type(error).__name__)
            self.closed.set()
            raise
        return Reply(TEXT, b"%d" % self.taken)

    async def ignore(self, _: Ctx) -> Reply:
        return Reply(TEXT, b"ignored")

    async def ignore_later(self, _: Ctx) -> Reply:
        self.arrived.set()
        await self.gate.wait()
        return Reply(TEXT, b"ignored")

    async def first_chunk(self, ctx: Ctx) -> Reply:
        async for chunk in ctx.stream:
            return Reply(TEXT, chunk)
        return Reply(TEXT, b"none")

    async def swallow(self, ctx: Ctx) -> Reply:
        try:
            await ctx.stream.read()
        except Problem as problem:
            return Reply(TEXT, f"swallowed {problem.status}".encode())
        return Reply(TEXT, b"complete")

    async def talk(self, ctx: Ctx) -> StreamReply:
        """Answers before it reads."""

        async def chunks() -> AsyncIterator[bytes]:
            yield b"hello "
            async for chunk in ctx.stream:
                yield chunk.upper()

        return StreamReply(TEXT, chunks())

    async def twice(self, ctx: Ctx) -> Reply:
        async with asyncio.TaskGroup() as group:
            first = group.create_task(ctx.stream.read())
            second = group.create_task(self._error_of(ctx))
            second.add_done_callback(lambda _: self.arrived.set())
        return Reply(TEXT, first.result() + second.result())

    async def _error_of(self, ctx: Ctx) -> bytes:
        try:
            return await ctx.stream.read()
        except RuntimeError as error:
            return str(error).encode()

    async def apart(self, ctx: Ctx) -> Reply:
        """Leaves a task behind that reads."""
        self.reader = asyncio.ensure_future(self._error_of(ctx))
        await asyncio.sleep(0)
        return Reply(TEXT, b"answered")

    async def give_up(self, ctx: Ctx) -> Reply:
        async for _ in ctx.stream:
            raise ctx.problem.conflict("upload.unwanted")
        return Reply(TEXT)

    async def plain(self, ctx: Ctx) -> Reply:
        return Reply(TEXT, ctx.body + await ctx.stream.read())

    # --- responses

    async def _guarded(self, *chunks: bytes) -> AsyncIterator[bytes]:
        """Gives chunks and tells when it begins and ends."""
        self.log.append("begun")
        try:
            for chunk in chunks:
                self.given += len(chunk)
                yield chunk
            self.log.append("exhausted")
        finally:
            self.log.append("closed")
            self.closed.set()

    async def chunks(self, _: Ctx) -> StreamReply:
        return StreamReply(TEXT, self._guarded(b"one ", b"", b"two ", b"three"), (("x-kind", "stream"),))

    async def sized(self, _: Ctx) -> StreamReply:
        return StreamReply(TEXT, self._guarded(b"one", b"two"), length=6)

    async def short(self, _: Ctx) -> StreamReply:
        return StreamReply(TEXT, self._guarded(b"one"), length=6)

    async def long(self, _: Ctx) -> StreamReply:
        return StreamReply(TEXT, self._guarded(b"one", b"two", b"three"), length=6)

    async def _waiting(self) -> AsyncIterator[bytes]:
        try:
            yield b"first"
            self.arrived.set()
            await self.gate.wait()
            yield b"last"
        except BaseException as error:
            self.log.append(type(error).__name__)
            raise
        finally:
            self.closed.set()

    async def slow(self, _: Ctx) -> StreamReply:
        return StreamReply(TEXT, self._waiting())

    async def slow_start(self, _: Ctx) -> StreamReply:
        async def chunks() -> AsyncIterator[bytes]:
            try:
                await self.gate.wait()
                yield b"x"
            finally:
                self.closed.set()

        return StreamReply(TEXT, chunks())

    async def endless(self, _: Ctx) -> StreamReply:
        async def chunks() -> AsyncIterator[bytes]:
            try:
                while True:
                    self.given += 1000
                    yield b"x" * 1000
            finally:
                self.closed.set()

        return StreamReply(BINARY, chunks())

    async def broken_before(self, _: Ctx) -> StreamReply:
        async def chunks() -> AsyncIterator[bytes]:
            yield b""
            raise RuntimeError("the secret of the house")

        return StreamReply(TEXT, chunks())

    async def problem_before(self, ctx: Ctx) -> StreamReply:
        async def chunks() -> AsyncIterator[bytes]:
            raise ctx.problem.conflict("stream.taken")
            yield b""

        return StreamReply(TEXT, chunks())

    async def broken_after(self, _: Ctx) -> StreamReply:
        async def chunks() -> AsyncIterator[bytes]:
            yield b"something"
            raise RuntimeError("the secret of the house")

        return StreamReply(TEXT, chunks())

    async def text_chunk(self, _: Ctx) -> StreamReply:
        async def chunks() -> AsyncIterator[bytes]:
            yield cast("bytes", "text")

        return StreamReply(TEXT, chunks())

    async def bad_field(self, _: Ctx) -> StreamReply:
        return StreamReply(TEXT, self._guarded(b"x"), (("x-value", "a\r\nb"),))

    async def nothing(self, _: Ctx) -> StreamReply:
        return StreamReply(TEXT, self._guarded())

    async def no_content(self, _: Ctx) -> StreamReply:
        return StreamReply(EMPTY, self._guarded(b"x"))

    async def big(self, _: Ctx) -> StreamReply:
        async def chunks() -> AsyncIterator[bytes]:
            for _ in range(100):
                self.given += MIB
                yield b"x" * MIB

        return StreamReply(BINARY, chunks(), length=100 * MIB)

    async def object(self, _: Ctx) -> StreamReply:
        streams = self

        class Iterable:
            def __aiter__(self) -> AsyncIterator[bytes]:
                return streams._guarded(b"a", b"b")

        return StreamReply(TEXT, Iterable())

    async def not_iterable(self, _: Ctx) -> StreamReply:
        return StreamReply(TEXT, cast("AsyncIterator[bytes]", [b"a"]))

    async def bad_close(self, _: Ctx) -> StreamReply:
        async def chunks() -> AsyncIterator[bytes]:
            try:
                yield b"a" * 10
                yield b"b" * 10
            finally:
                raise RuntimeError("cannot close")

        return StreamReply(TEXT, chunks(), length=10)


@asynccontextmanager
async def streaming(limits: Limits | None = None) -> AsyncIterator[tuple[Server, Streams]]:
    """A server on a free port and the streams behind it."""
    streams = Streams()
    service = Service(name="sample", version="1.0", routers=lambda: (streams,))
    config = Config(port=0, shutdown_deadline=1)
    async with Server(service, config, limits=limits or Limits()) as server:
        yield server, streams


def post(client: Client, path: str, *fields: str, body: bytes = b"") -> None:
    """Send a request with the beginning of its body."""
    client.get(path, *fields, method="POST")
    client.send(body)


def chunk(data: bytes) -> bytes:
    """A chunk of the chunked coding; of nothing, the last one with the end of the body."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def vanish(client: Client, *, reset: bool) -> None:
    """End a connection without a word, as a killed process does, or with `reset` as a machine that crashed does."""
    if reset:
        sock = client.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.writer.transport.abort()


async def head(client: Client) -> dict[str, str]:
    """The head of the next response, with its status as `status`."""
    async with asyncio.timeout(10):
        text = (await client.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    line, *lines = text.rstrip("\r\n").split("\r\n")
    return {"status": line.split()[1], **{name.lower(): value for name, _, value in (x.partition(": ") for x in lines)}}


async def next_chunk(client: Client) -> bytes:
    """The next chunk, empty for the last."""
    async with asyncio.timeout(10):
        size = int(await client.reader.readuntil(b"\r\n"), 16)
        return (await client.reader.readexactly(size + 2))[:-2]


async def content(client: Client) -> bytes:
    """The rest of a response in chunks."""
    parts = []
    while part := await next_chunk(client):
        parts.append(part)
    return b"".join(parts)


def connections(server: Server) -> tuple[HttpProtocol, ...]:
    """The open connections, to look at what they hold."""
    return tuple(cast("Shared", server._shared).connections)
