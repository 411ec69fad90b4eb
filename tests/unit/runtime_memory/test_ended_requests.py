"""A request that is used after its end is an error while a service is being written, and only then."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any

import pytest
import uvloop

from katana.runtime import Config, Ctx, Endpoint, Head, NotFound, Reply, Resource, Router, Server, Service, StreamReply
from katana.runtime._config import Profile
from katana.runtime._ended import RequestEnded

_TEXT = Head(200, "text/plain")
_REQUEST = b"GET %b HTTP/1.1\r\nhost: localhost\r\nx-request-id: mine\r\nconnection: close\r\n\r\n"


@pytest.fixture(params=["uvloop", "asyncio"])
def runner(request: pytest.FixtureRequest) -> Iterator[asyncio.Runner]:
    factory = uvloop.new_event_loop if request.param == "uvloop" else asyncio.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        yield runner


class _Leaky:
    """Keeps the requests that it is given."""

    def __init__(self) -> None:
        self.kept: list[Ctx] = []
        calls: dict[str, Callable[[Ctx], Coroutine[Any, Any, Reply | StreamReply]]] = {
            "/now": self.now,
            "/later": self.later,
            "/refused": self.refused,
            "/stream": self.stream,
            "/late": self.late,
            "/boom": self.boom,
        }
        self._exact = {
            path: Resource(
                path, {"GET": Endpoint(operation=path[1:], call=call, deadline=0.01 if path == "/late" else None)}
            )
            for path, call in calls.items()
        }
        self.resources = tuple(self._exact.values())

    def match(self, path: str) -> tuple[Resource, tuple[str, ...]] | None:
        resource = self._exact.get(path)
        return None if resource is None else (resource, ())

    async def now(self, ctx: Ctx) -> Reply:
        self.kept.append(ctx)
        return Reply(_TEXT, ctx.request_id.encode())

    async def later(self, ctx: Ctx) -> Reply:
        self.kept.append(ctx)
        await asyncio.sleep(0.001)
        return Reply(_TEXT, ctx.request_id.encode())

    async def refused(self, ctx: Ctx) -> Reply:
        self.kept.append(ctx)
        await asyncio.sleep(0.001)
        raise NotFound("thing.not_found")

    async def boom(self, ctx: Ctx) -> Reply:
        self.kept.append(ctx)
        await asyncio.sleep(0.001)
        raise LookupError("of the handler's")

    async def late(self, ctx: Ctx) -> Reply:
        self.kept.append(ctx)
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            assert ctx.path == "/late", "while a handler is being cancelled its request is there"
        return Reply(_TEXT)

    async def stream(self, ctx: Ctx) -> StreamReply:
        self.kept.append(ctx)

        async def chunks() -> AsyncIterator[bytes]:
            for _ in range(3):
                await asyncio.sleep(0.001)
                yield ctx.request_id.encode()

        return StreamReply(_TEXT, chunks())


async def _asked(leaky: _Leaky, path: bytes, profile: Profile) -> bytes:
    def routers() -> tuple[Router, ...]:
        return (leaky,)

    service = Service(name="leaky", version="1", routers=routers)
    async with Server(service, Config(port=0, profile=profile)) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(_REQUEST % path)
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        await asyncio.sleep(0)
    return answer


@pytest.mark.parametrize(
    ("path", "status", "story"),
    [
        (b"/now", 200, r"GET /now \(now\) was answered with 200"),
        (b"/later", 200, r"GET /later \(later\) was answered with 200"),
        (b"/refused", 404, r"GET /refused \(refused\) raised NotFound"),
        (b"/boom", 500, r"GET /boom \(boom\) raised LookupError"),
        (b"/late", 504, r"GET /late \(late\) was cancelled"),
        (b"/stream", 200, r"GET /stream \(stream\) was answered with a stream"),
    ],
)
def test_a_request_cannot_be_used_after_its_end(runner: asyncio.Runner, path: bytes, status: int, story: str) -> None:
    leaky = _Leaky()
    answer = runner.run(_asked(leaky, path, "dev"))
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert status >= 400 or b"mine" in answer, "until then it can"
    with pytest.raises(RequestEnded, match=f"`ctx.path` is used after the end of its request: {story}. Read"):
        _ = leaky.kept[0].path


@pytest.mark.parametrize(
    "use",
    [
        lambda ctx: ctx.db,
        lambda ctx: ctx.stream,
        lambda ctx: ctx.header("host"),
        lambda ctx: ctx.tx(),
        lambda ctx: ctx.request_id,
        lambda ctx: setattr(ctx, "principal", "somebody"),
    ],
    ids=["db", "stream", "header", "tx", "request_id", "assignment"],
)
def test_nothing_of_it_can_be_used(runner: asyncio.Runner, use: Callable[[Ctx], Any]) -> None:
    leaky = _Leaky()
    runner.run(_asked(leaky, b"/now", "dev"))
    with pytest.raises(RequestEnded):
        use(leaky.kept[0])


def test_in_production_nobody_looks(runner: asyncio.Runner) -> None:
    leaky = _Leaky()
    runner.run(_asked(leaky, b"/now", "prod"))
    assert type(leaky.kept[0]) is Ctx
    assert leaky.kept[0].path == "/now"
