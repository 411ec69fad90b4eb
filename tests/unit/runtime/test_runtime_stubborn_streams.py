"""Streams whose making goes on although it has been cancelled: nothing of them reaches the connection any more."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from katana.runtime import Config, Ctx, Endpoint, Reply, Resource, Server, Service, StreamReply
from unit.runtime.conftest import Run
from unit.runtime.runtime_samples import connected, until
from unit.runtime.stream_samples import TEXT, head, vanish


class Stubborn:
    """A router. Its streams take their cancellation for an end, or for a word to be said before it."""

    def __init__(self) -> None:
        self.arrived = asyncio.Event()
        self.ended = asyncio.Event()
        self.resources = (
            Resource("/late", {"GET": Endpoint(operation="late", call=self.late, deadline=0.05)}),
            Resource("/late-word", {"GET": Endpoint(operation="late_word", call=self.late_word, deadline=0.05)}),
            Resource("/begun", {"GET": Endpoint(operation="begun", call=self.begun)}),
            Resource("/next", {"GET": Endpoint(operation="next", call=self.following)}),
        )

    def match(self, path: str) -> tuple[Resource, tuple[str, ...]] | None:
        return next(((resource, ()) for resource in self.resources if resource.template == path), None)

    async def _chunks(self, *before: bytes, after: bytes) -> AsyncIterator[bytes]:
        for chunk in before:
            yield chunk
        self.arrived.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            if after:
                yield after
        finally:
            self.ended.set()

    async def late(self, _: Ctx) -> StreamReply:
        return StreamReply(TEXT, self._chunks(after=b""))

    async def late_word(self, _: Ctx) -> StreamReply:
        return StreamReply(TEXT, self._chunks(after=b"last words"))

    async def begun(self, _: Ctx) -> StreamReply:
        return StreamReply(TEXT, self._chunks(b"first", after=b"last words"))

    async def following(self, _: Ctx) -> Reply:
        await self.ended.wait()
        await asyncio.sleep(0)
        return Reply(TEXT, b"next")


def served(router: Stubborn) -> Server:
    service = Service(name="sample", version="1.0", routers=lambda: (router,))
    return Server(service, Config(port=0, shutdown_deadline=0.05))


@pytest.mark.parametrize("path", ["/late", "/late-word"])
def test_a_response_is_the_only_one_to_its_request_though_its_stream_goes_on(
    run: Run, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    async def scenario() -> None:
        router = Stubborn()
        async with served(router) as server, connected(server) as client:
            client.get(path)
            client.get("/next")
            client.get("/nowhere")
            assert [(await client.answer()).status for _ in range(3)] == [504, 200, 404]
            await until(lambda: server.in_flight == 0)

    with caplog.at_level(logging.WARNING):
        run(scenario())
    assert caplog.records == []


def test_nothing_is_written_to_a_client_that_is_gone(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        router = Stubborn()
        async with served(router) as server:
            async with connected(server) as client:
                client.get("/begun")
                await head(client)
                vanish(client, reset=True)
                await router.ended.wait()
            await until(lambda: server.in_flight == 0 and server.connections == 0)

    with caplog.at_level(logging.WARNING):
        run(scenario())
    assert caplog.records == []


def test_a_stream_that_is_cut_at_the_shutdown_stays_cut(run: Run) -> None:
    async def scenario() -> None:
        router = Stubborn()
        async with served(router) as server, connected(server) as client:
            client.get("/begun")
            await router.arrived.wait()
            await server.stop()
            received = await client.reader.read()
            assert received.endswith(b"5\r\nfirst\r\n")

    run(scenario())
