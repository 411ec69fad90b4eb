"""Limits of single operations, over a socket."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from katana.runtime import Config, Ctx, Endpoint, Head, Limits, Reply, Resource, Server, Service, StreamReply
from unit.runtime.conftest import Run
from unit.runtime.runtime_samples import Client, connected, until

TEXT = Head(200, "text/plain")
PATIENT = dataclasses.replace(Limits(), queue_target=30, queue_interval=60)
HASTY = dataclasses.replace(Limits(), queue_target=0.001, queue_interval=0.02)


class Narrow:
    """One at a time below `/narrow`. Handlers end when a permit is there."""

    def __init__(self) -> None:
        self.permits = asyncio.Semaphore(0)
        self.begun: list[str] = []
        self.running = self.most = 0
        self.resources = (
            Resource("/narrow", {"GET": Endpoint(operation="narrow", call=self.narrow, concurrency=1)}),
            Resource("/stream", {"GET": Endpoint(operation="stream", call=self.stream, concurrency=1)}),
            Resource("/late", {"GET": Endpoint(operation="late", call=self.narrow, concurrency=1, deadline=0.05)}),
            Resource("/eager", {"GET": Endpoint(operation="eager", call=self.eager, concurrency=1)}),
            Resource("/boom", {"GET": Endpoint(operation="boom", call=self.boom, concurrency=1)}),
            Resource(
                "/small",
                {
                    "GET": Endpoint(operation="small", call=self.eager, header_limit=64),
                    "POST": Endpoint(operation="small_body", call=self.eager, header_limit=64),
                },
            ),
        )
        self._exact = {resource.template: resource for resource in self.resources}

    def match(self, path: str) -> tuple[Resource, tuple[str, ...]] | None:
        found = self._exact.get(path)
        return None if found is None else (found, ())

    async def narrow(self, ctx: Ctx) -> Reply:
        self.begun.append(ctx.query_string)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await self.permits.acquire()
        finally:
            self.running -= 1
        return Reply(TEXT, ctx.query_string.encode())

    async def stream(self, _: Ctx) -> StreamReply:
        async def chunks() -> AsyncIterator[bytes]:
            yield b"begun"
            await self.permits.acquire()
            yield b"done"

        return StreamReply(TEXT, chunks())

    async def eager(self, _: Ctx) -> Reply:
        return Reply(TEXT, b"ok")

    async def boom(self, _: Ctx) -> Reply:
        raise RuntimeError("boom")


@asynccontextmanager
async def narrow(limits: Limits, clients: int) -> AsyncIterator[tuple[Server, Narrow, list[Client]]]:
    api = Narrow()
    service = Service(name="narrow", version="1", routers=lambda: (api,))
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(Server(service, Config(port=0, shutdown_deadline=5), limits=limits))
        yield server, api, [await stack.enter_async_context(connected(server)) for _ in range(clients)]


def test_one_after_the_other_runs_in_the_order_they_came(run: Run) -> None:
    async def scenario() -> None:
        async with narrow(PATIENT, 2) as (server, api, clients):
            for round_ in range(3):
                for number, client in enumerate(clients):
                    client.get(f"/narrow?{round_}{number}")
                    await until(lambda number=number: server.in_flight == number + 1)  # type: ignore[misc]
                for client in clients:
                    api.permits.release()
                    assert (await client.answer()).status == 200
            assert api.begun == ["00", "01", "10", "11", "20", "21"]
            assert api.most == 1

    run(scenario())


def test_who_cannot_be_begun_soon_is_told_at_once(run: Run) -> None:
    async def scenario() -> None:
        async with narrow(PATIENT, 3) as (server, api, (first, second, third)):
            first.get("/narrow?1")
            await until(lambda: server.in_flight == 1)
            second.get("/narrow?2")
            await until(lambda: server.in_flight == 2)
            refused = await third.ask("/narrow?3")
            assert (refused.status, refused.fields["retry-after"]) == (503, "1")
            assert b"urn:problem:http.overload" in refused.body
            assert (await third.ask("/eager")).status == 200
            api.permits.release()
            api.permits.release()
            assert [(await client.answer()).body for client in (first, second)] == [b"1", b"2"]

    run(scenario())


def test_who_has_waited_too_long_is_turned_away_though_no_slot_is_free(run: Run) -> None:
    async def scenario() -> None:
        async with narrow(HASTY, 2) as (server, api, (first, second)):
            first.get("/narrow?1")
            await until(lambda: server.in_flight == 1)
            assert (await second.ask("/narrow?2")).status == 503
            api.permits.release()
            assert (await first.answer()).status == 200
            assert api.begun == ["1"]

    run(scenario())


@pytest.mark.parametrize("ending", ["close", "deadline"])
def test_a_request_that_is_gone_leaves_the_queue(run: Run, ending: str) -> None:
    async def scenario() -> None:
        async with narrow(PATIENT, 3) as (server, api, (first, second, third)):
            path = "/narrow" if ending == "close" else "/late"
            first.get(f"{path}?1")
            await until(lambda: bool(api.begun))
            second.get(f"{path}?2")
            await until(lambda: server.in_flight == 2)
            if ending == "close":
                second.close()
                await until(lambda: server.in_flight == 1)
                third.get(f"{path}?3")
                await until(lambda: server.in_flight == 2)
                api.permits.release()
                assert (await first.answer()).status == 200
                api.permits.release()
                assert (await third.answer()).body == b"3"
                assert api.begun == ["1", "3"]
            else:
                assert [(await client.answer()).status for client in (first, second)] == [504, 504]
                await until(lambda: server.in_flight == 0)
                api.permits.release()
                assert (await third.ask(f"{path}?3")).status == 200

    run(scenario())


def test_a_stream_keeps_its_slot_to_its_end(run: Run) -> None:
    async def scenario() -> None:
        async with narrow(HASTY, 2) as (_, api, (first, second)):
            first.get("/stream")
            await first.reader.readuntil(b"begun\r\n")
            assert (await second.ask("/stream")).status == 503
            api.permits.release()
            await first.reader.readuntil(b"0\r\n\r\n")
            second.get("/stream")
            await second.reader.readuntil(b"begun\r\n")
            api.permits.release()
            await second.reader.readuntil(b"0\r\n\r\n")

    run(scenario())


@pytest.mark.parametrize(("path", "status"), [("/eager", 200), ("/boom", 500)])
def test_a_slot_is_free_again_however_the_handler_ended(run: Run, path: str, status: int) -> None:
    async def scenario() -> None:
        async with narrow(HASTY, 1) as (_, _, (client,)):
            assert [(await client.ask(path)).status for _ in range(5)] == [status] * 5
            assert (await client.ask(path, method="HEAD")).status == status

    run(scenario())


def test_a_stop_serves_those_that_wait(run: Run) -> None:
    async def scenario() -> None:
        async with narrow(PATIENT, 2) as (server, api, (first, second)):
            first.get("/narrow?1")
            await until(lambda: server.in_flight == 1)
            second.get("/narrow?2")
            await until(lambda: server.in_flight == 2)
            stopping = asyncio.create_task(server.stop())
            api.permits.release()
            api.permits.release()
            assert [(await client.answer()).status for client in (first, second)] == [200, 200]
            assert await stopping

    run(scenario())


def test_a_stop_at_its_deadline_turns_away_those_that_wait(run: Run) -> None:
    async def scenario() -> None:
        async with narrow(PATIENT, 2) as (server, api, (first, second)):
            first.get("/narrow?1")
            await until(lambda: server.in_flight == 1)
            second.get("/narrow?2")
            await until(lambda: server.in_flight == 2)
            assert not await server.stop(0.02)
            assert [(await client.answer()).status for client in (first, second)] == [503, 503]
            assert api.begun == ["1"]

    run(scenario())


def test_header_fields_beyond_the_limit_of_the_operation_are_refused_with_431(run: Run) -> None:
    async def scenario() -> None:
        async with narrow(PATIENT, 1) as (_, _, (client,)):
            room = 64 - len("Host: localhost\r\n")
            field = "X-Field: " + "x" * (room - len("X-Field: \r\n"))
            assert (await client.ask("/small", field)).status == 200
            for _ in range(2):  # parsed, then recognised
                refused = await client.ask("/small", field + "x")
                assert (refused.status, refused.fields.get("connection")) == (431, None)
            assert (await client.ask("/eager", field + "x")).status == 200

    run(scenario())


def test_the_body_of_a_request_whose_header_fields_are_refused_is_read_over(run: Run) -> None:
    async def scenario() -> None:
        async with narrow(PATIENT, 1) as (_, _, (client,)):
            client.get("/small", "Content-Length: 4", "X-Field: " + "x" * 64, method="POST")
            client.send(b"body")
            assert (await client.answer()).status == 431
            assert (await client.ask("/small")).status == 200

    run(scenario())
