"""What a client gets does not depend on when its bytes come, nor on whether handlers wait.

The protocol with requests, each of which is followed by what nearly repeats it, over a transport that delivers the same
bytes in one piece and in several, with turns of the loop between them. What is served and whether the connection ends
have to agree (RFC 9112, 11.2); a refusal may come earlier, and then say less.
"""

from __future__ import annotations

import asyncio
import random
import re

import pytest

from conformance.http1 import http1_echo
from conformance.http1.http1_samples import LIMITS
from conformance.http1.test_http1_fuzz import REPEATABLE, changed, cut
from katana.runtime import Config, Ctx, Reply, Server

ROUNDS = 60
TURNS = 40
SERVED = re.compile(
    rb"HTTP/1\.1 2[^\r]*+.*?\r\n\r\n((?:GET|POST|FROB|get|M-SEARCH) /(?:(?!HTTP/1\.1 ).)*+)?", re.DOTALL
)


class Wire(asyncio.Transport):
    """Keeps what is written. `ended`: the other side has been told that no more comes."""

    def __init__(self) -> None:
        super().__init__()
        self.written = bytearray()
        self.ended = False
        self.reading = True

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Everything is taken at once."""

    def get_write_buffer_size(self) -> int:
        return 0

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self.ended
        self.written += data

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.ended = True

    def close(self) -> None:
        self.ended = True

    def abort(self) -> None:
        self.ended = True

    def is_closing(self) -> bool:
        return False

    def pause_reading(self) -> None:
        assert self.reading
        self.reading = False

    def resume_reading(self) -> None:
        assert not self.reading
        self.reading = True


async def delivered(server: Server, pieces: list[bytes], chance: random.Random) -> tuple[list[bytes], bool]:
    """The responses to what was served, and whether the connection has ended."""
    wire, protocol = Wire(), server._protocol()
    protocol.connection_made(wire)
    for piece in pieces:
        for _ in range(TURNS):
            if wire.reading:
                break
            await asyncio.sleep(0)
        assert wire.reading
        protocol.data_received(piece)
        for _ in range(chance.choice((0, 0, 1, 3))):
            await asyncio.sleep(0)
    for _ in range(TURNS):
        await asyncio.sleep(0)
    protocol.connection_lost(None)
    return SERVED.findall(bytes(wire.written)), wire.ended


async def waiting(ctx: Ctx) -> Reply:
    await asyncio.sleep(0)
    return await http1_echo.echo(ctx)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_served_does_not_depend_on_when_it_comes(seed: int) -> None:
    chance = random.Random(seed)

    async def compare() -> None:
        at_once = Server(http1_echo.service(), Config(port=0), limits=LIMITS)
        later = Server(http1_echo.service(waiting), Config(port=0), limits=LIMITS)
        async with at_once, later:
            for _ in range(ROUNDS):
                first = chance.choice(REPEATABLE)
                head = first[: first.index(b"\r\n\r\n", 4) + 4]  # what comes behind it may be its body
                parts = [first, chance.choice((head, changed(first, chance))), first]
                data = b"".join(parts)
                expected = await delivered(at_once, [data], chance)
                for pieces in (parts, cut(data, chance)):
                    for server in (at_once, later):
                        whole = [piece for piece in pieces if piece]
                        assert await delivered(server, whole, chance) == expected, whole

    asyncio.run(compare())
