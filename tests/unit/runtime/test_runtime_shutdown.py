"""Stopping: what is under way is answered, and everything ends by the deadline."""

from __future__ import annotations

import asyncio
import gc
import json
import socket
import warnings
from contextlib import AsyncExitStack
from typing import cast

from katana.runtime import Config
from katana.runtime._listen import bind, close_listener, serve_socket
from unit.runtime.conftest import Run
from unit.runtime.runtime_samples import QUICK, Client, connected, serving, until


def test_a_running_request_is_answered_and_its_connection_closed(run: Run) -> None:
    async def scenario() -> None:
        async with serving() as (server, sample), connected(server) as client, connected(server) as idle:
            assert (await idle.ask("/items/ada")).status == 200
            client.get("/wait")
            await asyncio.wait_for(sample.arrived.wait(), 10)
            stopping = asyncio.ensure_future(server.stop(10))
            assert await idle.rest() == b""
            assert not stopping.done()
            sample.gate.set()
            answer = await client.answer()
            assert (answer.body, answer.fields["connection"]) == (b"waited", "close")
            assert await client.rest() == b""
            assert await stopping is True

    run(scenario())


def test_a_request_that_is_being_received_is_still_answered(run: Run) -> None:
    async def scenario() -> None:
        async with serving() as (server, _), connected(server) as client:
            client.send(b"GET /items/one HTTP/1.1\r\nHost: a\r\n\r\nGET /items/two HTTP/1.1\r\n")
            assert (await client.answer()).body == b"one"
            stopping = asyncio.ensure_future(server.stop(10))
            await until(lambda: server.unready_reasons() != [])
            client.send(b"Host: a\r\n\r\n")
            answer = await client.answer()
            assert (answer.status, answer.fields["connection"]) == (200, "close")
            assert await stopping is True

    run(scenario())


def test_nobody_can_connect_any_more(run: Run) -> None:
    async def scenario() -> None:
        async with serving() as (server, _):
            port = server.port
            await server.stop()
            try:
                await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                return
            raise AssertionError("the port still answers")

    run(scenario())


def test_what_is_not_done_by_the_deadline_is_cancelled_and_answered(run: Run) -> None:
    async def scenario() -> None:
        async with serving() as (server, sample), connected(server) as client, connected(server) as slow:
            client.get("/wait")
            slow.send(b"GET /items/ada HTTP/1.1\r\n")
            await asyncio.wait_for(sample.arrived.wait(), 10)
            assert await server.stop(0.05) is False
            assert await asyncio.wait_for(sample.ended, 10) == "cancelled"
            answer = await client.answer()
            assert (answer.status, answer.fields["connection"], answer.fields["retry-after"]) == (503, "close", "1")
            assert await client.rest() == b""
            assert (await slow.answer()).status == 408
            assert server.connections == 0

    run(scenario())


def test_who_waits_to_be_accepted_is_served(run: Run) -> None:
    async def scenario() -> None:
        async with serving() as (server, _), AsyncExitStack() as stack:
            # The loop has no turn in between, so nobody of them is accepted yet.
            waiting = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(20)]
            for connection in waiting:
                connection.sendall(b"GET /items/ada HTTP/1.1\r\nHost: a\r\n\r\n")
            assert await server.stop(10) is True
            for connection in waiting:
                client = Client(*await asyncio.open_connection(sock=connection))
                stack.callback(client.close)
                answer = await client.answer()
                assert (answer.status, answer.fields["connection"]) == (200, "close")

    run(scenario())


def test_a_stop_that_is_cut_short_closes_who_waits_to_be_accepted(run: Run) -> None:
    async def scenario() -> None:
        sock = bind("127.0.0.1", 0)
        listener = await serve_socket(sock, asyncio.Protocol, 16)
        waiting = [socket.create_connection(sock.getsockname()) for _ in range(8)]
        stopping = asyncio.ensure_future(close_listener(listener, sock, asyncio.Protocol, 16))
        await asyncio.sleep(0)
        stopping.cancel()
        await asyncio.wait([stopping])
        for connection in waiting:
            connection.close()

    with warnings.catch_warnings(record=True, action="always") as seen:
        run(scenario())
        gc.collect()
    assert [each.message for each in seen if each.category is ResourceWarning] == []


def test_who_connects_without_end_does_not_keep_a_server_from_closing(run: Run) -> None:
    class Crowd:
        """A listening socket where somebody always waits."""

        def __init__(self) -> None:
            self.clients: list[socket.socket] = []

        def accept(self) -> tuple[socket.socket, str]:
            ours, theirs = socket.socketpair()
            self.clients.append(theirs)
            return ours, ""

    class Made(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            transport.close()

    async def scenario() -> None:
        crowd = Crowd()
        with bind("127.0.0.1", 0) as sock:
            listener = await serve_socket(sock, Made, 4)
            await close_listener(listener, cast("socket.socket", crowd), Made, 4)
        assert len(crowd.clients) == 5
        for client in crowd.clients:
            client.close()

    run(scenario())


def test_a_new_connection_may_send_its_first_request_for_a_moment(run: Run) -> None:
    async def scenario() -> None:
        async with serving(QUICK) as (server, _), connected(server) as client, connected(server) as silent:
            await until(lambda: server.connections == 2)
            stopping = asyncio.ensure_future(server.stop(10))
            await until(lambda: server.unready_reasons() != [])
            await asyncio.sleep(0)
            client.get("/items/ada")
            answer = await client.answer()
            assert (answer.status, answer.fields["connection"]) == (200, "close")
            assert await silent.rest() == b""
            assert await stopping is True

    run(scenario())


def test_readiness_ends_when_the_shutdown_begins(run: Run) -> None:
    async def scenario() -> None:
        config = Config(port=0, shutdown_deadline=10)
        async with serving(config=config) as (server, _), connected(server) as probe:
            assert (await probe.ask("/livez")).status == 200
            assert (await probe.ask("/readyz")).status == 200
            probe.send(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\nGET /readyz HTTP/1.1\r\n")
            assert (await probe.answer()).status == 200
            stopping = asyncio.ensure_future(server.stop())
            await until(lambda: server.unready_reasons() != [])
            probe.send(b"Host: a\r\n\r\n")
            answer = await probe.answer()
            assert (answer.status, answer.fields["retry-after"]) == (503, "1")
            assert json.loads(answer.body)["reasons"] == ["the service is shutting down"]
            await stopping

    run(scenario())
