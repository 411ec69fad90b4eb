"""A server under every kind of request keeps its size: memory, file descriptors, tasks, objects.

`--minutes N` lets it go on; see CONTRIBUTING.md.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any, NamedTuple

import pytest
import uvloop

from katana.runtime import Config, Ctx, Endpoint, Head, NotFound, Reply, Resource, Router, Server, Service, StreamReply
from katana.runtime._memory import Memory
from katana.runtime._memory._status import resident_bytes

_TEXT = Head(200, "text/plain")
_WARM_UP = 10
_ROUNDS = 30
_AT_ONCE = 16
_SLACK_BYTES = 8 * 2**20
_SLACK_OBJECTS = 500
_BODY = b"x" * 100_000


class _Node:
    """Knows itself, so that only the collector frees it."""

    def __init__(self) -> None:
        self.me = self
        self.weight = bytearray(1000)


class _Routes:
    """One handler for each way in which a request may end."""

    def __init__(self) -> None:
        calls: dict[str, Callable[[Ctx], Coroutine[Any, Any, Reply | StreamReply]]] = {
            "/plain": self.plain,
            "/wait": self.wait,
            "/cycles": self.cycles,
            "/refused": self.refused,
            "/boom": self.boom,
            "/stream": self.stream,
            "/late": self.late,
        }
        self._exact = {
            path: Resource(
                path, {"GET": Endpoint(operation=path[1:], call=call, deadline=0.01 if path == "/late" else None)}
            )
            for path, call in calls.items()
        }
        self._exact["/echo"] = Resource("/echo", {"POST": Endpoint(operation="e", call=self.echo, consumes=("*/*",))})
        self._exact["/upload"] = Resource("/upload", {"POST": Endpoint(operation="u", call=self.upload, streams=True)})
        self.resources = tuple(self._exact.values())

    def match(self, path: str) -> tuple[Resource, tuple[str, ...]] | None:
        resource = self._exact.get(path)
        return None if resource is None else (resource, ())

    async def plain(self, ctx: Ctx) -> Reply:
        return Reply(_TEXT, ctx.path.encode())

    async def wait(self, _: Ctx) -> Reply:
        await asyncio.sleep(0.001)
        return Reply(_TEXT)

    async def cycles(self, _: Ctx) -> Reply:
        return Reply(_TEXT, b"%d" % len([_Node() for _ in range(50)]))

    async def refused(self, _: Ctx) -> Reply:
        raise NotFound("thing.not_found")

    async def boom(self, _: Ctx) -> Reply:
        raise LookupError("of the handler's")

    async def late(self, _: Ctx) -> Reply:
        await asyncio.get_running_loop().create_future()
        return Reply(_TEXT)

    async def echo(self, ctx: Ctx) -> Reply:
        return Reply(_TEXT, ctx.body)

    async def upload(self, ctx: Ctx) -> Reply:
        return Reply(_TEXT, b"%d" % sum([len(chunk) async for chunk in ctx.stream]))

    async def stream(self, _: Ctx) -> StreamReply:
        async def chunks() -> AsyncIterator[bytes]:
            for _ in range(5):
                await asyncio.sleep(0)
                yield b"x" * 10_000

        return StreamReply(_TEXT, chunks())


_GETS = ("/plain", "/wait", "/cycles", "/refused", "/boom", "/late", "/stream", "/nowhere")


async def _client(port: int) -> None:
    """A connection that asks for everything, and two that go away in the middle."""
    for path in (*_GETS, "/echo", "/upload"):
        body = b"" if path in _GETS else _BODY
        method = b"POST" if body else b"GET"
        fields = b"content-type: text/plain\r\ncontent-length: %d\r\n" % len(body) if body else b""
        fields += b"connection: close\r\n"
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"%b %b HTTP/1.1\r\nhost: x\r\n%b\r\n%b" % (method, path.encode(), fields, body))
        assert (await reader.read()).startswith(b"HTTP/1.1 ")
        writer.close()
        await writer.wait_closed()
    for left in (b"/stream", b"/late"):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET %b HTTP/1.1\r\nhost: x\r\n\r\n" % left)
        writer.transport.abort()


class _Size(NamedTuple):
    resident: int
    descriptors: int
    tasks: int
    objects: int


def _descriptors() -> int:
    """Open files, as Linux tells; 0 elsewhere."""
    folder = "/proc/self/fd"
    return len(os.listdir(folder)) if os.path.isdir(folder) else 0


async def _size(server: Server) -> _Size:
    """When everything is quiet."""
    async with asyncio.timeout(10):
        while server.connections or server.in_flight:
            await asyncio.sleep(0.01)
    gc.collect()
    return _Size(resident_bytes(), _descriptors(), len(asyncio.all_tasks()), len(gc.get_objects()))


async def _soak(minutes: float) -> tuple[_Size, _Size]:
    def routers() -> tuple[Router, ...]:
        return (_Routes(),)

    end = time.monotonic() + minutes * 60
    async with Server(Service(name="soak", version="1", routers=routers), Config(port=0)) as server:
        memory = Memory(server, arena=True)
        memory.begin()
        try:
            before = await _size(server)
            done = 0
            while done < _WARM_UP + _ROUNDS or time.monotonic() < end:
                await asyncio.gather(*(_client(server.port) for _ in range(_AT_ONCE)))
                done += 1
                if done == _WARM_UP:
                    before = await _size(server)
            return before, await _size(server)
        finally:
            memory.end()
            gc.unfreeze()


@pytest.mark.parametrize("factory", [uvloop.new_event_loop, asyncio.new_event_loop], ids=["uvloop", "asyncio"])
def test_a_server_keeps_its_size(
    request: pytest.FixtureRequest,
    caplog: pytest.LogCaptureFixture,
    factory: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    caplog.set_level(logging.CRITICAL, "katana.server")  # what it records it keeps
    with asyncio.Runner(loop_factory=factory) as runner:
        before, after = runner.run(_soak(request.config.getoption("--minutes", 0.0)))
    assert (after.descriptors, after.tasks) == (before.descriptors, before.tasks)
    assert after.objects <= before.objects + _SLACK_OBJECTS
    assert after.resident <= before.resident + _SLACK_BYTES
