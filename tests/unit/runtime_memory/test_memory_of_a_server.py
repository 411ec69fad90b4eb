"""What a serving process does with CPython's collector."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator

import pytest
import uvloop

from katana.runtime import Config, Ctx, Endpoint, Head, Reply, Resource, Router, Server, Service
from katana.runtime._memory._arena import BRAKE
from katana.runtime._until_signal import serve_until_signal

_TEXT = Head(200, "text/plain")
_REQUEST = b"GET %b HTTP/1.1\r\nhost: localhost\r\n\r\n"


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    assert gc.get_threshold() == before, "the collector was not given back"
    assert not [each for each in gc.callbacks if "katana" in getattr(each, "__module__", "")]


@pytest.fixture(params=["uvloop", "asyncio"])
def runner(request: pytest.FixtureRequest) -> Iterator[asyncio.Runner]:
    factory = uvloop.new_event_loop if request.param == "uvloop" else asyncio.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        yield runner


class _Routes:
    """Handlers that say at which count the collector would run by itself."""

    def __init__(self) -> None:
        self.seen: list[int] = []
        self.resources = (
            Resource("/arena", {"GET": Endpoint(operation="arena", call=self.look)}),
            Resource("/heap", {"GET": Endpoint(operation="heap", call=self.look, alloc="heap")}),
            Resource("/heap-later", {"GET": Endpoint(operation="heap_later", call=self.later, alloc="heap")}),
            Resource("/heap-late", {"GET": Endpoint(operation="late", call=self.hang, alloc="heap", deadline=0.01)}),
            Resource("/heap-fault", {"GET": Endpoint(operation="fault", call=self.fault, alloc="heap")}),
        )
        self._exact = {resource.template: resource for resource in self.resources}

    def match(self, path: str) -> tuple[Resource, tuple[str, ...]] | None:
        resource = self._exact.get(path)
        return None if resource is None else (resource, ())

    async def look(self, _: Ctx) -> Reply:
        self.seen.append(gc.get_threshold()[0])
        return Reply(_TEXT)

    async def later(self, ctx: Ctx) -> Reply:
        loop = asyncio.get_running_loop()
        loop.call_soon(lambda: self.seen.append(gc.get_threshold()[0]))
        async with asyncio.timeout(10):
            await asyncio.sleep(0.001)
        return await self.look(ctx)

    async def hang(self, _: Ctx) -> Reply:
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            self.seen.append(gc.get_threshold()[0])
        return Reply(_TEXT)

    async def fault(self, _: Ctx) -> Reply:
        raise LookupError("of the handler's")


async def _asked(server: Server, path: bytes) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(_REQUEST % path)
    status = int((await reader.readuntil(b"\r\n\r\n")).split()[1])
    writer.close()
    await writer.wait_closed()
    return status


async def _served(routes: _Routes, config: Config, *paths: bytes) -> tuple[Server, list[int]]:
    """The server after it has answered, and the statuses."""

    def routers() -> tuple[Router, ...]:
        return (routes,)

    server = Server(Service(name="memory", version="1", routers=routers), config)
    stop: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    statuses: list[int] = []

    async def ask() -> None:
        try:
            statuses.extend([await _asked(server, path) for path in paths])
        finally:
            stop.set_result(15)

    asking: list[asyncio.Task[None]] = []
    assert await serve_until_signal(server, (), lambda: asking.append(asyncio.ensure_future(ask())), stop=stop) == 0
    await asking[0]
    return server, statuses


def test_the_collector_waits_for_handlers_but_for_those_that_ask_for_it(runner: asyncio.Runner) -> None:
    routes = _Routes()
    plain = gc.get_threshold()[0]
    _, statuses = runner.run(_served(routes, Config(port=0), b"/arena", b"/heap", b"/arena"))
    assert statuses == [200, 200, 200]
    assert routes.seen == [BRAKE, plain, BRAKE]


def test_the_collector_does_not_run_in_others_while_such_a_handler_waits(runner: asyncio.Runner) -> None:
    routes = _Routes()
    plain = gc.get_threshold()[0]
    _, statuses = runner.run(_served(routes, Config(port=0), b"/heap-later"))
    assert statuses == [200]
    assert routes.seen == [BRAKE, plain]


def test_a_handler_on_the_heap_fails_and_is_cancelled_like_any_other(runner: asyncio.Runner) -> None:
    routes = _Routes()
    plain = gc.get_threshold()[0]
    _, statuses = runner.run(_served(routes, Config(port=0), b"/heap-late", b"/heap-fault", b"/arena"))
    assert statuses == [504, 500, 200]
    assert routes.seen == [plain, BRAKE]


def test_without_arena_the_collector_is_left_alone(runner: asyncio.Runner) -> None:
    routes = _Routes()
    plain = gc.get_threshold()[0]
    server, _ = runner.run(_served(routes, Config(port=0, arena=False), b"/arena", b"/heap"))
    assert routes.seen == [plain, plain]
    assert server.memory.status().policy == "heap"


def test_the_figures_tell_requests_passes_and_pauses(runner: asyncio.Runner) -> None:
    server, _ = runner.run(_served(_Routes(), Config(port=0), b"/arena", b"/heap-later"))
    status = server.memory.status()
    assert (status.policy, status.requests, status.most_in_flight) == ("arena", 2, 1)
    before = status.collections
    assert len(before) == 3
    assert status.pause_seconds >= status.longest_pause >= 0


def test_a_collection_is_counted_whoever_starts_it(runner: asyncio.Runner) -> None:
    class Collecting(_Routes):
        async def look(self, _: Ctx) -> Reply:
            gc.collect(1)
            return Reply(_TEXT)

    status = runner.run(_served(Collecting(), Config(port=0), b"/arena", b"/arena"))[0].memory.status()
    assert status.collections[1] >= 2
    assert 0 < status.longest_pause <= status.pause_seconds
