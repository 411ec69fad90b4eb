"""Clients that disappear at any moment of a stream, and what they leave behind: nothing."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import random
from typing import Any, cast

import pytest

from katana.runtime import Limits
from katana.runtime.http1 import Shared
from katana.runtime.http1._lifetime import Lifetime
from unit.runtime.conftest import Run
from unit.runtime.runtime_samples import QUICK, Client, connected, until
from unit.runtime.stream_samples import MIB, chunk, connections, post, streaming, vanish

GETS = ["/chunks", "/slow", "/endless", "/big", "/late-head", "/broken-after", "/short", "/sized"]
POSTS = ["/hash", "/echo", "/talk", "/ignore", "/first-chunk", "/swallow", "/wait-then-read"]


async def misbehave(client: Client, chance: random.Random) -> None:
    """Begin something, read or send a part of it, and end the connection in one way or another."""
    if chance.random() < 0.4:
        for path in chance.choices(GETS, k=chance.randint(1, 3)):
            client.get(path)
    else:
        chunked = chance.random() < 0.5
        post(client, chance.choice(POSTS), "Transfer-Encoding: chunked" if chunked else f"Content-Length: {MIB}")
        for _ in range(chance.randint(0, 10)):
            piece = b"x" * chance.choice([1, 1000, 100_000])
            client.send(chunk(piece) if chunked else piece)
            await asyncio.sleep(0)
        if chunked and chance.random() < 0.3:
            client.send(chance.choice([chunk(b""), b"zz\r\n"]))
    with contextlib.suppress(ConnectionError, TimeoutError):
        async with asyncio.timeout(chance.choice([0.001, 0.02, 0.3])):
            for _ in range(chance.randint(0, 40)):
                if not await client.reader.read(chance.choice([10, 100_000])):
                    break
    if chance.random() < 0.3:
        with contextlib.suppress(OSError):
            client.writer.write_eof()
    else:
        vanish(client, reset=chance.random() < 0.5)


class Refusing(asyncio.Transport):
    """The transport of a client that has reset the connection, which nobody has been told yet."""

    def __init__(self) -> None:
        super().__init__()
        self.closed = False

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")

    def close(self) -> None:
        self.closed = True


def test_a_client_that_cannot_be_lingered_for_is_closed(run: Run) -> None:
    class Connection(Lifetime):
        def expired(self) -> None:
            """Not waited for here."""

    async def scenario() -> None:
        transport = Refusing()
        connection = Connection(Shared(Limits(), cast("Any", None), cast("Any", None), asyncio.get_running_loop()))
        connection._transport = transport
        connection._close(linger=True)
        assert transport.closed

    run(scenario())


@pytest.mark.parametrize("seed", range(4))
def test_clients_that_come_and_go_leave_nothing_behind(run: Run, caplog: pytest.LogCaptureFixture, seed: int) -> None:
    async def scenario() -> None:
        chance = random.Random(seed)

        async def one(number: int) -> None:
            async with connected(server) as client:
                await misbehave(client, random.Random(seed * 1000 + number))

        async with streaming(QUICK) as (server, streams):
            before = len(asyncio.all_tasks())
            for start in range(0, 60, 10):
                await asyncio.gather(*(one(start + number) for number in range(10)))
                if chance.random() < 0.5:
                    async with connected(server) as client:
                        assert (await client.ask("/sized")).body == b"onetwo"
            streams.gate.set()  # who has not read what has arrived learns of the end when it reads on
            await until(lambda: server.connections == 0)
            await until(lambda: len(asyncio.all_tasks()) <= before)
            assert connections(server) == ()

    with caplog.at_level(logging.ERROR):
        run(scenario())
    expected = ("the secret of the house", "bytes less than it had announced")
    unexpected = [r for r in caplog.records if not (r.exc_info and str(r.exc_info[1]).endswith(expected))]
    assert [(r.getMessage(), r.exc_info and repr(r.exc_info[1])) for r in unexpected] == []
