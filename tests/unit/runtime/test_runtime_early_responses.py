"""Responses that are there before their requests have ended: the client gets them whole (RFC 9112, 9.6).

A socket that is closed while its client still sends is reset by the kernel, and a reset can overtake the response. The
clients here are blocking sockets that send everything before they read anything, as simple clients do.
"""

from __future__ import annotations

import asyncio
import socket

import pytest

from unit.runtime.conftest import Run
from unit.runtime.runtime_samples import connected, until
from unit.runtime.stream_samples import MIB, chunk, connections, post, streaming

SIZED = b"POST %b HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n"
CHUNKED = b"POST %b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"


def converse(port: int, data: bytes, more: bytes) -> bytes:
    """Send `data`, then `more` whatever happens meanwhile, and read to the end. A reset is an OSError."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(data)
        for at in range(0, len(more), MIB):
            client.sendall(more[at : at + MIB])
        client.shutdown(socket.SHUT_WR)
        parts = []
        while part := client.recv(65536):
            parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize(
    ("data", "more", "status"),
    [
        (SIZED % (b"/ignore", 3 * MIB), b"x" * 3 * MIB, 200),
        (SIZED % (b"/first-chunk", MIB), b"x" * MIB, 200),
        (SIZED % (b"/give-up", MIB), b"x" * MIB, 409),
        (SIZED % (b"/ignore", 9 * MIB), b"x" * 9 * MIB, 413),
        (SIZED % (b"/nothing-here", 9 * MIB), b"x" * 9 * MIB, 413),
        (SIZED % (b"/plain", 2 * MIB), b"x" * 2 * MIB, 413),
        (CHUNKED % b"/ignore" + chunk(b"x" * MIB), chunk(b"x" * MIB) * 8, 200),
        (CHUNKED % b"/read" + chunk(b"x" * MIB), chunk(b"x" * MIB) * 8, 413),
        (CHUNKED % b"/plain" + b"zz\r\n", b"x" * 4 * MIB, 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"x" * 4 * MIB, 400),
        (b"GET / HTTP/1.1\r\nX: " + b"y" * 40_000, b"y" * 4 * MIB, 431),
        (b"GET /" + b"y" * 10_000, b"y" * 4 * MIB, 414),
    ],
)
def test_a_client_that_sends_everything_first_gets_the_whole_response(
    run: Run, data: bytes, more: bytes, status: int
) -> None:
    async def main() -> None:
        async with streaming() as (server, _):
            text = await asyncio.to_thread(converse, server.port, data, more)
            head, _, body = text.partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 %d " % status)
            (length,) = (line[16:] for line in head.split(b"\r\n") if line.startswith(b"content-length: "))
            assert len(body) == int(length)

    run(main())


@pytest.mark.parametrize("path", ["/ignore-later", "/give-up"])
def test_a_sender_of_chunks_that_is_far_ahead_is_told_that_the_connection_ends(run: Run, path: str) -> None:
    """How much is left of a body in chunks is not known; the head of the response says what can be known."""

    async def main() -> None:
        async with streaming() as (server, streams), connected(server) as client:
            post(client, path, "Transfer-Encoding: chunked", body=chunk(b"x" * 900_000))
            if path == "/ignore-later":
                await asyncio.wait_for(streams.arrived.wait(), 10)
                await until(lambda: not connections(server)[0].reading)
                streams.gate.set()
            answer = await client.answer()
            assert (answer.status, answer.fields["connection"]) == (409 if path == "/give-up" else 200, "close")
            client.send(chunk(b"x" * MIB))
            assert await client.rest() == b""

    run(main())


def test_a_body_in_chunks_that_has_arrived_leaves_its_connection_usable(run: Run) -> None:
    async def main() -> None:
        async with streaming() as (server, streams), connected(server) as client:
            streams.gate.set()
            for _ in range(2):
                post(client, "/ignore-later", "Transfer-Encoding: chunked", body=chunk(b"x" * 50_000) + chunk(b""))
                answer = await client.answer()
                assert (answer.status, answer.fields.get("connection")) == (200, None)

    run(main())


def test_a_server_that_stops_does_not_reset_a_client_whose_body_is_being_discarded(run: Run) -> None:
    async def main() -> None:
        async with streaming() as (server, _), connected(server) as client:
            post(client, "/ignore", "Content-Length: 200000", body=b"x")
            answer = await client.answer()
            assert (answer.body, answer.fields.get("connection")) == (b"ignored", None)
            stopping = asyncio.create_task(server.stop())
            await until(lambda: server.unready_reasons() != [])
            for _ in range(4):
                client.send(b"x" * 10_000)
                await client.writer.drain()
            assert await client.rest() == b""
            client.close()
            await stopping

    run(main())
