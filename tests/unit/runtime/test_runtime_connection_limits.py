"""Bounds of one connection that only a stubborn client meets."""

from __future__ import annotations

import asyncio
import dataclasses
import socket
import struct
from itertools import pairwise
from pathlib import Path

from katana.runtime import Limits
from unit.runtime.conftest import Run
from unit.runtime.runtime_samples import QUICK, Client, connected, serving, until


def test_a_client_that_pipelines_too_much_is_not_read_until_its_turn_comes(run: Run) -> None:
    async def scenario() -> None:
        limits = dataclasses.replace(Limits(), pipeline_bytes=1000)
        async with serving(limits) as (server, sample), connected(server) as client:
            client.get("/wait")
            await asyncio.wait_for(sample.arrived.wait(), 10)
            (connection,) = server._shared.connections  # type: ignore[union-attr]
            for _ in range(50):
                client.get("/items/ada")
            await until(lambda: not connection.reading)
            assert sample.started == 1
            sample.gate.set()
            assert (await client.answer()).body == b"waited"
            assert [(await client.answer()).body for _ in range(50)] == [b"ada"] * 50
            assert connection.reading

    run(scenario())


def test_a_head_that_is_longer_than_what_may_wait_is_read_to_its_end_when_its_turn_comes(run: Run) -> None:
    async def scenario() -> None:
        limits = dataclasses.replace(Limits(), pipeline_bytes=1000)
        async with serving(limits) as (server, sample), connected(server) as client:
            client.get("/wait")
            await asyncio.wait_for(sample.arrived.wait(), 10)
            (connection,) = server._shared.connections  # type: ignore[union-attr]
            client.send(b"GET /items/ada HTTP/1.1\r\nHost: a\r\nX-Long: " + b"x" * 2000)
            await until(lambda: not connection.reading)
            client.send(b"\r\n\r\n")
            sample.gate.set()
            assert (await client.answer()).body == b"waited"
            assert (await asyncio.wait_for(client.answer(), 5)).body == b"ada"

    run(scenario())


def test_pipelined_requests_leave_others_their_turn(run: Run) -> None:
    async def scenario() -> None:
        limits = dataclasses.replace(Limits(), pipeline_turn=2)
        async with serving(limits) as (server, sample), connected(server) as client:
            requests = b"GET /items/ada HTTP/1.1\r\nHost: a\r\n\r\n" * 20
            begun: list[int] = []

            def look() -> None:
                begun.append(sample.started)
                if sample.started < 20:
                    asyncio.get_running_loop().call_soon(look)

            client.send(requests)
            look()
            assert [(await client.answer()).status for _ in range(20)] == [200] * 20
            assert all(later - earlier <= 2 for earlier, later in pairwise(begun))

    run(scenario())


def test_a_refused_client_that_sends_on_is_cut_when_it_had_time_to_read(run: Run) -> None:
    async def scenario() -> None:
        async with serving(QUICK) as (server, _), connected(server) as client:
            client.send(b"GET / HTTP/2.0\r\n\r\n")
            assert (await client.answer()).status == 505
            while server.connections:
                client.send(b"x")
                await asyncio.sleep(0.01)

    run(scenario())


def test_a_connection_that_has_been_used_is_closed_when_it_is_idle(run: Run) -> None:
    async def scenario() -> None:
        async with serving(QUICK) as (server, _), connected(server) as client:
            assert (await client.ask("/items/ada")).status == 200
            assert await client.rest() == b""
            await until(lambda: not server.connections)

    run(scenario())


def test_empty_lines_gain_no_time(run: Run) -> None:
    async def scenario() -> None:
        async with serving(QUICK) as (server, _), connected(server) as client:

            async def drip() -> None:
                while True:
                    client.send(b"\r\n")
                    await asyncio.sleep(0.02)

            dripping = asyncio.ensure_future(drip())
            assert await closed_by(client)
            dripping.cancel()

    run(scenario())


async def closed_by(client: Client) -> bool:
    try:
        return await client.rest() == b""
    except ConnectionResetError:
        return True


def test_the_kernel_is_given_the_backlog(run: Run) -> None:
    async def scenario() -> None:
        async with serving(dataclasses.replace(Limits(), backlog=7)) as (server, _):
            listening = server._sock
            assert listening is not None
            # Of a listening socket, these two fields of `struct tcp_info` are its queue and the bound of that.
            information = listening.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
            assert struct.unpack_from("II", information, 24) == (0, 7)

    run(scenario())
    assert int(Path("/proc/sys/net/core/somaxconn").read_text()) >= 7
