"""Requests with random damage: the HTTP/1.1 core refuses or accepts them, and no cut changes which.

A smoke test with fixed seeds, some seconds long; `--fuzz-minutes N` goes on with other ones. What it checks for each
input: nothing but a Problem comes out of the core; a refusal is the last event; the requests that are accepted are the
same however the bytes are cut, which is what smuggling is made of (RFC 9112, 11.2).
"""

from __future__ import annotations

import random
import time

import pytest

from conformance.http1.http1_samples import LIMITS
from conformance.http1.http1_tables import CASES
from katana.runtime import Problem
from katana.runtime.http1 import Connection, Phase, Request

TOKENS = (
    b"\r", b"\n", b"\r\n", b"\r\n\r\n", b"\0", b" ", b"\t", b":", b";", b",", b'"', b"\x0b", b"\x7f", b"\x80", b"%00",
    b"0", b"-1", b"+1", b"0x1", b"99999999999999999999", b"0\r\n\r\n", b"1\r\na\r\n", b"chunked", b"identity",
    b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"Host: b\r\n", b"Connection: close\r\n",
    b"Expect: 100-continue\r\n", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b" HTTP/1.0\r\n", b"http://", b"*", b"..", b"/",
)  # fmt: skip
INPUTS = [data for _, _, data, _ in CASES]
REPEATABLE = [data for _, _, data, events in CASES if len(events) == 1 and events[0][0].isalpha()]
ROUNDS = 400


def damaged(chance: random.Random) -> bytes:
    """One or two inputs behind each other, with up to four changes."""
    return changed(b"".join(chance.choices(INPUTS, k=chance.choice((1, 1, 2)))), chance)


def changed(whole: bytes, chance: random.Random) -> bytes:
    """`whole` with up to four changes."""
    data = bytearray(whole)
    for _ in range(chance.randrange(5)):
        place = chance.randrange(len(data) + 1)
        match chance.randrange(4):
            case 0:
                data[place:place] = chance.choice(TOKENS)
            case 1:
                del data[place : place + chance.randrange(1, 9)]
            case 2:
                data[place : place + 1] = bytes((chance.randrange(256),))
            case _:
                start = chance.randrange(len(data) + 1)
                data[place:place] = data[start : start + chance.randrange(1, 40)]
    return bytes(data)


Accepted = tuple[str, str, str, bytes]


def accepted(request: Request, body: bytes) -> Accepted:
    return request.method, request.path, request.query, body


def outcome(pieces: list[bytes], *, streams: bool, whole: bool = False) -> tuple[list[Accepted], bool]:
    """The requests that are accepted, each with its body, and whether the connection was refused at last.

    `whole`: what comes between two requests is first taken for one that repeats the head before it, as a server does.
    """

    def plan(request: Request) -> int:
        request.streams = streams
        return LIMITS.body

    connection = Connection(LIMITS, plan)
    seen: list[Accepted] = []
    body = b""
    begun: Request | None = None
    for piece in pieces:
        if whole and connection.phase is Phase.IDLE and not connection.buffered:
            request = connection.whole_request(piece)
            if request is not None:
                seen.append(accepted(request, request.body))
                continue
        connection.receive(piece)
        while (event := connection.next_event()) is not None:
            if isinstance(event, Problem):
                assert 400 <= event.status < 600
                connection.receive(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                assert connection.next_event() is None
                return seen, True
            if isinstance(event, bytes):
                body += event
            elif isinstance(event, Request) and event.streams:
                begun = event
            elif isinstance(event, Request):
                seen.append(accepted(event, event.body))
            elif begun is not None:
                seen.append(accepted(begun, body))
                body, begun = b"", None
    return seen, False


def cut(data: bytes, chance: random.Random) -> list[bytes]:
    """`data` in pieces."""
    places = sorted(chance.randrange(len(data) + 1) for _ in range(chance.choice((1, 2, 8))))
    return [data[start:end] for start, end in zip([0, *places], [*places, len(data)], strict=True)]


SEEDS = 8


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_damage_breaks_the_core_and_no_cut_changes_what_it_accepts(
    seed: int, request: pytest.FixtureRequest
) -> None:
    more = request.config.getoption("--fuzz-minutes", default=0.0) * 60 / SEEDS
    end = time.monotonic() + more
    chance = random.Random(None if more else seed)
    rounds = 0
    while rounds < ROUNDS or time.monotonic() < end:
        rounds += 1
        check(damaged(chance), chance)
        again = chance.choice(REPEATABLE)
        pieces = [again, changed(again, chance), again]
        assert outcome(pieces, streams=False, whole=True) == outcome(pieces, streams=False), pieces


def check(data: bytes, chance: random.Random) -> None:
    expected, refused = outcome([data], streams=False)
    for pieces in (cut(data, chance), [data[i : i + 1] for i in range(len(data))]):
        again, refused_again = outcome(pieces, streams=False)
        assert again == expected, data
        assert refused_again >= refused, data  # what can no longer become a request is refused before its end
    again, _ = outcome(cut(data, chance), streams=True)
    assert again == expected, data
