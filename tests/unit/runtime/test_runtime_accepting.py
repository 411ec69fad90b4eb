"""Connections that wait for a server whose turns are long."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from katana.runtime import Limits
from katana.runtime._accepting import Accepting
from unit.runtime.conftest import Run
from unit.runtime.runtime_samples import connected, no_descriptors, serving, until

CROWD = 40
TURNS = 8


@contextmanager
def crowd(port: int, count: int = CROWD) -> Iterator[list[socket.socket]]:
    """Connections that the kernel has completed, while the loop could not accept any."""
    clients = [socket.create_connection(("127.0.0.1", port), 10) for _ in range(count)]
    try:
        yield clients
    finally:
        for client in clients:
            client.close()


async def turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


def test_all_who_wait_are_accepted_within_a_few_turns(run: Run) -> None:
    async def scenario() -> None:
        async with serving() as (server, _):
            assert server._shared is not None
            with crowd(server.port):
                await turns(TURNS)
                assert len(server._shared.connections) == CROWD

    run(scenario())


def test_the_loop_of_the_library_says_once_that_nobody_can_be_accepted(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        async with serving() as (server, _):
            with crowd(server.port, 1) as [client]:
                with no_descriptors():
                    await until(lambda: bool(caplog.records))
                    await turns(TURNS)
                client.sendall(b"GET /items/ada HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                client.setblocking(False)
                answer = await asyncio.get_running_loop().sock_recv(client, 65536)
                assert answer.startswith(b"HTTP/1.1 200 ")

    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(scenario())
    assert [record.getMessage() for record in caplog.records] == ["nobody is accepted for 1 s: Too many open files"]


def test_who_was_accepted_like_that_is_served(run: Run) -> None:
    async def scenario() -> None:
        async with serving() as (server, _):
            with crowd(server.port) as clients:
                for client in clients:
                    client.sendall(b"GET /items/ada HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                for client in clients:
                    client.setblocking(False)
                    answer = await asyncio.get_running_loop().sock_recv(client, 65536)
                    assert answer.startswith(b"HTTP/1.1 200 ")

    run(scenario())


def test_they_count_for_the_limit_of_connections(run: Run) -> None:
    async def scenario() -> None:
        limits = dataclasses.replace(Limits(), connections=CROWD - 10)
        async with serving(limits) as (server, _):
            with crowd(server.port) as clients:
                await turns(TURNS)
                for client in clients[CROWD - 10 :]:
                    client.setblocking(False)
                    answer = await asyncio.get_running_loop().sock_recv(client, 65536)
                    assert answer.startswith(b"HTTP/1.1 503 ")

    run(scenario())


def test_clients_that_vanish_while_they_wait_are_no_error(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        async with serving() as (server, _):
            with crowd(server.port) as clients:
                for client in clients:  # close resets
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            await turns(TURNS)
            async with connected(server) as client_after:
                assert (await client_after.ask("/items/ada")).status == 200

    run(scenario())
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_nothing_is_done_about_connections_that_come_one_soon_after_the_other(run: Run) -> None:
    async def scenario() -> None:
        now = 5.0
        with socket.create_server(("127.0.0.1", 0)) as listening:
            listening.setblocking(False)
            accepting = Accepting(listening, asyncio.Protocol, asyncio.get_running_loop(), clock=lambda: now)
            accepting()
            await turns(2)
            with crowd(listening.getsockname()[1], 1):
                now += 0.0005
                accepting()
                await turns(2)
                listening.accept()[0].close()  # it still waits

    run(scenario())
