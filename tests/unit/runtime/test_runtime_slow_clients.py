"""Clients that send slowly, read slowly or not at all, or stay for long, over real sockets."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from unit.runtime.conftest import Run
from unit.runtime.runtime_samples import QUICK, connected, serving, until


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"", None),
        (b"\r\n", None),
        (b"GET / HT", 408),
        (b"GET /items/ada HTTP/1.1\r\nHost: a\r\nX-Slow: ", 408),
        (b"PUT /items/ada HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{", 408),
    ],
)
def test_a_slow_sender_is_cut(run: Run, sent: bytes, status: int | None) -> None:
    async def scenario() -> None:
        async with serving(QUICK) as (server, _), connected(server) as client:
            client.send(sent)
            if status is not None:
                assert (await client.answer()).status == status
            assert await client.rest() == b""
            await until(lambda: not server.connections)

    run(scenario())


def test_a_slow_body_behind_a_repeated_head_is_cut(run: Run) -> None:
    async def scenario() -> None:
        limits = dataclasses.replace(QUICK, idle_timeout=60)
        async with serving(limits) as (server, _), connected(server) as client:
            fields = ("Content-Type: application/json", "Content-Length: 2")
            client.get("/items/ada", *fields, method="PUT")
            client.send(b"{}")
            assert (await client.answer()).status == 200
            client.get("/items/ada", *fields, method="PUT")
            assert (await client.answer()).status == 408

    run(scenario())


def test_a_sender_who_drips_gains_no_time(run: Run) -> None:
    async def scenario() -> None:
        async with serving(QUICK) as (server, _), connected(server) as client:
            client.send(b"GET / HTTP/1.1\r\n")

            async def drip() -> None:
                while True:
                    client.send(b"X: y\r\n")
                    await asyncio.sleep(0.02)

            dripping = asyncio.ensure_future(drip())
            assert (await client.answer()).status == 408
            dripping.cancel()

    run(scenario())


def test_a_client_that_does_not_read_is_not_served_further_and_then_reset(run: Run) -> None:
    async def scenario() -> None:
        async with serving(QUICK) as (server, sample), connected(server) as client:
            client.reader._transport.pause_reading()  # type: ignore[attr-defined]
            for _ in range(100):
                client.get("/big")
            await until(lambda: sample.started > 0)
            await until(lambda: not server.connections)
            assert sample.started < 100

    run(scenario())


def test_a_client_that_reads_again_gets_everything(run: Run) -> None:
    async def scenario() -> None:
        async with serving() as (server, sample), connected(server) as client:
            client.reader._transport.pause_reading()  # type: ignore[attr-defined]
            for _ in range(5):
                client.get("/big")
            await until(lambda: sample.started > 0)
            assert sample.started < 5
            client.reader._transport.resume_reading()  # type: ignore[attr-defined]
            for _ in range(5):
                assert len((await client.answer()).body) == 4_000_000
            assert (await client.ask("/items/next")).body == b"next"

    run(scenario())


def test_a_refusal_reaches_a_client_that_is_still_sending(run: Run) -> None:
    async def scenario() -> None:
        async with serving() as (server, _), connected(server) as client:
            client.get("/items/ada", "Content-Type: application/json", "Content-Length: 8000000", method="PUT")
            client.send(b"x" * 8_000_000)
            assert (await client.answer()).status == 413

    run(scenario())


def test_a_connection_in_use_outlives_its_idle_timeout(run: Run) -> None:
    async def scenario() -> None:
        async with serving(QUICK) as (server, _), connected(server) as client:
            end = asyncio.get_running_loop().time() + 3 * QUICK.idle_timeout
            while asyncio.get_running_loop().time() < end:
                assert (await client.ask("/items/ada")).status == 200

    run(scenario())
