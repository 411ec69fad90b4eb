"""A server with more to do than it can, over a socket."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

import pytest

from katana.runtime import Config, Ctx, Endpoint, Head, Limits, Reply, Resource, Server, Service
from katana.runtime._dispatch import Dispatcher
from unit.runtime.conftest import Run
from unit.runtime.runtime_samples import connected, serving, until
from unit.runtime.stream_samples import post, streaming

NERVOUS = dataclasses.replace(Limits(), loop_target=0.002, queue_interval=0.02)
CLIENTS = 30


class Busy:
    """`/` holds the loop for two milliseconds, and not the interpreter, which the clients need."""

    def __init__(self) -> None:
        self.resources = (Resource("/", {"GET": Endpoint(operation="busy", call=self.busy)}),)

    def match(self, path: str) -> tuple[Resource, tuple[str, ...]] | None:
        return (self.resources[0], ()) if path == "/" else None

    async def busy(self, _: Ctx) -> Reply:
        time.sleep(0.002)  # noqa: ASYNC251 - this is what it is for
        return Reply(Head(200, "text/plain"), b"ok")


@asynccontextmanager
async def busy(limits: Limits) -> AsyncIterator[Server]:
    service = Service(name="busy", version="1", routers=lambda: (Busy(),))
    async with Server(service, Config(port=0, shutdown_deadline=10), limits=limits) as server:
        yield server


def dispatcher(server: Server) -> Dispatcher:
    assert server._shared is not None
    return server._shared.dispatcher


class Crowd:
    """Clients that ask again and again, in a thread: their work is no part of the turns of the server's loop.

    A connection may end, an answer may not be missing. `seen` are the statuses.
    """

    def __init__(self, server: Server) -> None:
        self.seen: list[int] = []
        self.gone = threading.Event()
        self._server = server

    async def __aenter__(self) -> Self:
        self._ended = asyncio.create_task(asyncio.to_thread(asyncio.run, self._all()))
        return self

    async def __aexit__(self, *_: object) -> None:
        self.gone.set()
        await self._ended

    async def _all(self) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(CLIENTS):
                group.create_task(self._one())

    async def _one(self) -> None:
        async with connected(self._server) as client:
            while not self.gone.is_set():
                answer = await client.ask("/")
                self.seen.append(answer.status)
                if answer.status == 503:
                    assert answer.fields["retry-after"] == "1"
                if answer.fields.get("connection") == "close":
                    return


def test_who_is_turned_away_is_told_when_to_come_back_and_keeps_the_connection(run: Run) -> None:
    async def scenario() -> None:
        async with serving() as (server, sample), connected(server) as client:
            dispatcher(server).ask(lambda: False)
            answer = await client.ask("/items/ada")
            assert (answer.status, answer.fields["retry-after"]) == (503, "1")
            assert answer.fields["content-type"] == "application/problem+json"
            assert b"urn:problem:http.overload" in answer.body
            assert sample.started == 0
            dispatcher(server).ask(None)
            assert (await client.ask("/items/ada")).status == 200

    run(scenario())


def test_the_body_of_a_request_that_is_turned_away_is_read_over(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            dispatcher(server).ask(lambda: False)
            post(client, "/read", "Content-Length: 6", body=b"abc")
            assert (await client.answer()).status == 503
            client.send(b"def")
            dispatcher(server).ask(None)
            post(client, "/read", "Content-Length: 6", body=b"abcdef")
            assert (await client.answer()).body == b"6:6"

    run(scenario())


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_health_is_told_however_busy_the_server_is(run: Run, path: str) -> None:
    async def scenario() -> None:
        limits = dataclasses.replace(Limits(), in_flight=1)
        async with serving(limits) as (server, sample), connected(server) as waiting, connected(server) as client:
            dispatcher(server).ask(lambda: False)
            assert (await client.ask(path)).status == 200
            dispatcher(server).ask(None)
            waiting.get("/wait")
            await asyncio.wait_for(sample.arrived.wait(), 10)
            assert (await client.ask("/items/ada")).status == 503
            assert (await client.ask(path)).status == 200
            sample.gate.set()
            assert (await waiting.answer()).status == 200

    run(scenario())


def test_requests_that_wait_count_while_others_are_asked_for(run: Run) -> None:
    async def scenario() -> None:
        limits = dataclasses.replace(Limits(), in_flight=1)
        async with serving(limits) as (server, sample), connected(server) as waiting, connected(server) as client:
            dispatcher(server).ask(lambda: True)
            waiting.get("/wait")
            await asyncio.wait_for(sample.arrived.wait(), 10)
            assert (await client.ask("/items/ada")).status == 503
            sample.gate.set()
            assert (await waiting.answer()).status == 200
            assert (await client.ask("/items/ada")).status == 200

    run(scenario())


def test_overload_turns_some_away_and_ends_with_the_load(run: Run) -> None:
    async def scenario() -> None:
        async with busy(NERVOUS) as server:
            async with Crowd(server) as crowd:
                await until(lambda: crowd.seen.count(503) >= CLIENTS)
                served = crowd.seen.count(200)
                await until(lambda: crowd.seen.count(200) >= served + CLIENTS)
                async with connected(server) as client:
                    assert (await client.ask("/livez")).status == 200
            assert set(crowd.seen) == {200, 503}
            assert server.refused == crowd.seen.count(503)
            await until(lambda: dispatcher(server)._admits is None)
            async with connected(server) as client:
                answers = [await client.ask("/") for _ in range(5)]  # a stall of the machine may look like load again
                assert 200 in {answer.status for answer in answers}

    run(scenario())


def test_a_stop_in_the_middle_of_overload_answers_everybody(run: Run) -> None:
    async def scenario() -> None:
        async with busy(NERVOUS) as server, Crowd(server) as crowd:
            await until(lambda: 503 in crowd.seen)
            assert await server.stop()
            assert set(crowd.seen) == {200, 503}

    run(scenario())


def test_a_server_that_keeps_up_asks_nobody(run: Run) -> None:
    async def scenario() -> None:
        patient = dataclasses.replace(Limits(), loop_target=30, queue_interval=0.001)
        async with serving(patient) as (server, _), connected(server) as client:
            for _ in range(50):
                assert (await client.ask("/items/ada")).status == 200
                assert dispatcher(server)._admits is None

    run(scenario())
