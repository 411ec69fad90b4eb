"""Bodies that are read while they arrive (RFC 9112, 6 and 7; RFC 9110, 10.1.1)."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib

import pytest

from katana.runtime import Limits
from unit.runtime.conftest import Run
from unit.runtime.runtime_samples import QUICK, connected, until
from unit.runtime.stream_samples import MIB, chunk, connections, content, head, next_chunk, post, streaming, vanish

CHUNKED = "Transfer-Encoding: chunked"
EXPECT = "Expect: 100-continue"


def test_the_handler_begins_before_the_body_is_there(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, streams), connected(server) as client:
            post(client, "/wait-then-read", "Content-Length: 6")
            await asyncio.wait_for(streams.arrived.wait(), 10)
            client.send(b"abc")
            streams.gate.set()
            client.send(b"def")
            assert (await client.answer()).body == b"6"
            assert (await client.ask("/chunks")).status == 200

    run(scenario())


@pytest.mark.parametrize(
    ("fields", "body", "expected"),
    [
        (["Content-Length: 3"], [b"abc"], b"3:3"),
        (["Content-Length: 3"], [b"a", b"bc"], b"3:3"),
        (["Content-Length: 0"], [], b"0:0"),
        ([], [], b"0:0"),
        ([CHUNKED], [chunk(b"abc") + chunk(b"")], b"None:3"),
        ([CHUNKED], [chunk(b"abc"), chunk(b"de"), chunk(b"")], b"None:5"),
        ([CHUNKED], [chunk(b"abc"), b"0\r\nX-Trailer: a\r\n\r\n"], b"None:3"),
        ([CHUNKED], [chunk(b"")], b"None:0"),
    ],
)
def test_a_body_has_the_length_it_announces_and_all_its_bytes(
    run: Run, fields: list[str], body: list[bytes], expected: bytes
) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            for _ in range(2):
                post(client, "/read", *fields)
                for piece in body:
                    await asyncio.sleep(0)
                    client.send(piece)
                answer = await client.answer()
                assert (answer.status, answer.body) == (200, expected)
                assert "connection" not in answer.fields

    run(scenario())


def test_bodies_are_told_apart_when_requests_are_pipelined(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            data = b"".join(
                b"POST /read HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n%b%b"
                % (chunk(b"x" * n), chunk(b""))
                for n in range(1, 1200)
            )
            client.send(data)
            for number in range(1, 1200):
                assert (await client.answer()).body == b"None:%d" % number

    run(scenario())


def test_many_bodies_that_nobody_reads_may_be_pipelined(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            one = b"POST /ignore HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(b"x") + chunk(b"")
            client.send(one * 1500)
            for _ in range(1500):
                assert (await client.answer()).body == b"ignored"

    run(scenario())


def test_a_request_behind_a_streamed_body_waits_for_its_turn(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, streams), connected(server) as client:
            post(client, "/wait-then-read", "Content-Length: 3", body=b"abc")
            client.get("/chunks")
            await asyncio.wait_for(streams.arrived.wait(), 10)
            assert streams.log == []
            streams.gate.set()
            assert (await client.answer()).body == b"3"
            assert (await head(client))["status"] == "200"
            assert await content(client) == b"one two three"

    run(scenario())


@pytest.mark.parametrize("chunked", [False, True])
def test_a_large_upload_is_held_in_small_pieces(run: Run, *, chunked: bool) -> None:
    async def scenario() -> None:
        size, piece = 100 * MIB, b"0123456789abcdef" * 4096
        async with streaming() as (server, streams), connected(server) as client:
            post(client, "/hash", CHUNKED if chunked else f"Content-Length: {size}")
            digest = hashlib.sha256()
            most, sent = 0, 0
            while sent < size:
                client.send(chunk(piece) if chunked else piece)
                digest.update(piece)
                sent += len(piece)
                await client.writer.drain()
                (connection,) = connections(server)
                most = max(most, connection.held)
            if chunked:
                client.send(chunk(b""))
            assert (await client.answer()).body == digest.hexdigest().encode()
            assert streams.taken == size
            assert most <= 1 * MIB

    run(scenario())


def test_a_reader_that_does_not_read_stops_the_sender(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, streams), connected(server) as client:
            post(client, "/wait-then-read", f"Content-Length: {MIB}", body=b"x" * MIB)
            await asyncio.wait_for(streams.arrived.wait(), 10)
            await until(lambda: not connections(server)[0].reading)
            assert connections(server)[0].held < MIB
            streams.gate.set()
            assert (await client.answer()).body == b"%d" % MIB

    run(scenario())


def test_a_small_body_that_arrives_with_its_head_is_a_stream_too(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            for _ in range(3):
                client.send(b"POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
                assert (await client.answer()).body == b"3:3"

    run(scenario())


# --- limits


def test_an_announced_body_that_is_too_large_is_refused_before_it_is_sent(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            post(client, "/read", f"Content-Length: {MIB + 1}", EXPECT)
            answer = await client.answer()
            assert (answer.status, answer.fields["connection"]) == (413, "close")
            assert await client.rest() == b""

    run(scenario())


@pytest.mark.parametrize(("path", "status", "body"), [("/read", 413, None), ("/swallow", 200, b"swallowed 413")])
def test_a_body_that_grows_too_large_fails_its_reader_and_ends_the_connection(
    run: Run, path: str, status: int, body: bytes | None
) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            post(client, path, CHUNKED)
            for _ in range(17):
                client.send(chunk(b"x" * 65536))
            answer = await client.answer()
            assert (answer.status, answer.fields["connection"]) == (status, "close")
            assert body is None or answer.body == body
            assert await client.rest() == b""

    run(scenario())


@pytest.mark.parametrize(("path", "status"), [("/read", 400), ("/swallow", 200)])
def test_a_malformed_body_fails_its_reader_and_ends_the_connection(run: Run, path: str, status: int) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            post(client, path, CHUNKED, body=chunk(b"abc") + b"zz\r\n")
            client.get("/chunks")
            answer = await client.answer()
            assert (answer.status, answer.fields["connection"]) == (status, "close")
            assert await client.rest() == b""

    run(scenario())


@pytest.mark.parametrize("path", ["/read", "/swallow"])
def test_a_body_that_stops_arriving_is_not_waited_for(run: Run, path: str) -> None:
    async def scenario() -> None:
        async with streaming(QUICK) as (server, _), connected(server) as client:
            post(client, path, "Content-Length: 3", body=b"a")
            answer = await client.answer()
            assert answer.fields["connection"] == "close"
            assert answer.status == 408 if path == "/read" else answer.body == b"swallowed 408"
            assert await client.rest() == b""

    run(scenario())


def test_a_body_that_arrives_slowly_is_waited_for_as_long_as_it_arrives(run: Run) -> None:
    async def scenario() -> None:
        limits = dataclasses.replace(Limits(), body_timeout=0.4, body_rate=0)
        async with streaming(limits) as (server, _), connected(server) as client:
            post(client, "/read", "Content-Length: 12")
            for _ in range(12):
                client.send(b"a")
                await asyncio.sleep(0.05)
            assert (await client.answer()).body == b"12:12"

    run(scenario())


def test_a_body_that_arrives_in_drops_is_not_waited_for_ever(run: Run) -> None:
    async def scenario() -> None:
        limits = dataclasses.replace(Limits(), body_timeout=0.3, body_rate=1000)
        async with streaming(limits) as (server, _), connected(server) as client:
            post(client, "/read", "Content-Length: 1000000")
            answering = asyncio.ensure_future(client.answer())
            while not answering.done():
                client.send(b"a")
                await asyncio.sleep(0.02)
            assert answering.result().status == 408

    run(scenario())


def test_the_time_of_the_handler_does_not_count_against_the_client(run: Run) -> None:
    async def scenario() -> None:
        limits = dataclasses.replace(Limits(), body_timeout=0.3, body_rate=1000)
        async with streaming(limits) as (server, streams), connected(server) as client:
            post(client, "/wait-then-read", "Content-Length: 3", body=b"a")
            await asyncio.wait_for(streams.arrived.wait(), 10)
            await asyncio.sleep(0.6)
            streams.gate.set()
            client.send(b"bc")
            assert (await client.answer()).body == b"3"

    run(scenario())


# --- 100 Continue


def test_100_continue_is_offered_when_the_handler_reads(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, streams), connected(server) as client:
            post(client, "/wait-then-read", "Content-Length: 3", EXPECT)
            await asyncio.wait_for(streams.arrived.wait(), 10)
            streams.gate.set()
            assert (await head(client))["status"] == "100"
            client.send(b"abc")
            answer = await client.answer()
            assert (answer.status, answer.body) == (200, b"3")
            assert "connection" not in answer.fields

    run(scenario())


def test_100_continue_is_offered_by_a_handler_that_reads_at_once(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            client.get("/nothing")
            post(client, "/read", "Content-Length: 3", EXPECT)
            assert (await head(client))["status"] == "200"
            assert await content(client) == b""
            assert (await head(client))["status"] == "100"
            client.send(b"abc")
            assert (await client.answer()).body == b"3:3"

    run(scenario())


def test_100_continue_is_not_offered_when_the_body_arrives_by_itself(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            post(client, "/read", "Content-Length: 3", EXPECT, body=b"ab")
            client.send(b"c")
            assert (await client.answer()).body == b"3:3"

    run(scenario())


@pytest.mark.parametrize("path", ["/ignore", "/talk"])
def test_without_an_offer_the_connection_ends_with_the_response(run: Run, path: str) -> None:
    async def scenario() -> None:
        async with streaming(QUICK) as (server, _), connected(server) as client:
            post(client, path, "Content-Length: 3", EXPECT)
            response = await head(client)
            assert (response["status"], response["connection"]) == ("200", "close")
            if path == "/talk":
                assert await next_chunk(client) == b"hello "
                client.send(b"abc")
                assert await next_chunk(client) == b"ABC"

    run(scenario())


# --- what is not read


@pytest.mark.parametrize("path", ["/ignore", "/ignore-later", "/first-chunk", "/give-up"])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_little_that_is_not_read_is_discarded(run: Run, path: str, *, chunked: bool) -> None:
    async def scenario() -> None:
        async with streaming() as (server, streams), connected(server) as client:
            streams.gate.set()
            post(client, path, CHUNKED if chunked else "Content-Length: 2000")
            client.send(chunk(b"a" * 1000) if chunked else b"a" * 1000)
            answer = await client.answer()
            assert answer.status in (200, 409)
            assert "connection" not in answer.fields
            client.send(chunk(b"b" * 1000) + chunk(b"") if chunked else b"b" * 1000)
            client.get("/nothing")
            assert (await head(client))["status"] == "200"

    run(scenario())


def test_much_that_is_not_read_ends_the_connection_after_the_response(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            post(client, "/ignore", f"Content-Length: {2 * MIB}", body=b"x" * 100_000)
            answer = await client.answer()
            assert (answer.body, answer.fields["connection"]) == (b"ignored", "close")
            client.send(b"x" * (2 * MIB - 100_000))
            assert await client.rest() == b""

    run(scenario())


def test_a_client_that_wants_to_close_gets_its_response_while_it_sends(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            post(client, "/ignore", "Content-Length: 200000", "Connection: close", body=b"x" * 100_000)
            answer = await client.answer()
            assert (answer.body, answer.fields["connection"]) == (b"ignored", "close")
            client.send(b"x" * 100_000)
            assert await client.rest() == b""

    run(scenario())


def test_a_request_that_cannot_be_begun_is_answered_before_its_body_is_there(run: Run) -> None:
    async def scenario() -> None:
        limits = dataclasses.replace(Limits(), in_flight=0)
        async with streaming(limits) as (server, _), connected(server) as client:
            post(client, "/read", "Content-Length: 6", body=b"abc")
            assert (await client.answer()).status == 503
            client.send(b"def")
            post(client, "/read", "Content-Length: 6", body=b"abc")
            assert (await client.answer()).status == 503

    run(scenario())


def test_chunks_without_end_that_are_not_read_end_the_connection(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            post(client, "/ignore", CHUNKED, body=chunk(b"x" * 1000))
            assert (await client.answer()).body == b"ignored"
            for _ in range(40):
                client.send(chunk(b"x" * 10_000))
            assert await client.rest() == b""

    run(scenario())


def test_discarding_is_not_done_for_ever(run: Run) -> None:
    async def scenario() -> None:
        async with streaming(QUICK) as (server, _), connected(server) as client:
            post(client, "/ignore", "Content-Length: 2000", body=b"x")
            assert (await client.answer()).body == b"ignored"
            assert await client.rest() == b""

    run(scenario())


def test_what_is_malformed_after_the_response_ends_the_connection(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            post(client, "/ignore", CHUNKED)
            assert (await client.answer()).body == b"ignored"
            client.send(b"zz\r\n")
            assert await client.rest() == b""

    run(scenario())


def test_two_tasks_cannot_read_one_body_at_once(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, streams), connected(server) as client:
            post(client, "/twice", "Content-Length: 3")
            await asyncio.wait_for(streams.arrived.wait(), 10)
            client.send(b"abc")
            assert (await client.answer()).body == b"abctwo tasks cannot read one body at the same time"

    run(scenario())


def test_a_task_that_reads_on_after_the_response_is_told(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, streams), connected(server) as client:
            post(client, "/apart", "Content-Length: 3")
            assert (await client.answer()).body == b"answered"
            assert b"has been answered" in await asyncio.wait_for(streams.reader, 10)

    run(scenario())


# --- clients that disappear


@pytest.mark.parametrize(("reset", "error"), [(True, "CancelledError"), (False, "BadRequest")])
@pytest.mark.parametrize("reads", [False, True])
def test_a_client_that_is_gone_ends_the_handler(run: Run, error: str, *, reset: bool, reads: bool) -> None:
    async def scenario() -> None:
        async with streaming(QUICK) as (server, streams), connected(server) as client:
            post(client, "/wait-then-read", "Content-Length: 3", body=b"a")
            await asyncio.wait_for(streams.arrived.wait(), 10)
            if reads:
                streams.gate.set()
            vanish(client, reset=reset)
            await asyncio.wait_for(streams.closed.wait(), 10)
            assert streams.log == [error if reads else "CancelledError"]
            await until(lambda: server.connections == 0)

    run(scenario())


def test_a_body_that_ends_early_fails_its_reader(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            post(client, "/swallow", "Content-Length: 3", body=b"a")
            client.writer.write_eof()
            answer = await client.answer()
            assert (answer.body, answer.fields["connection"]) == (b"swallowed 400", "close")

    run(scenario())


def test_an_endpoint_that_does_not_stream_has_an_empty_stream(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            post(client, "/plain", "Content-Length: 3", body=b"abc")
            assert (await client.answer()).body == b"abc"

    run(scenario())


def test_a_client_that_sends_an_empty_body_without_waiting_for_100_keeps_its_connection(run: Run) -> None:
    """RFC 9110, 10.1.1: nothing is left of the body that the client might or might not send."""

    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            for _ in range(2):
                lines = ("POST /read HTTP/1.1", "Host: x", CHUNKED, EXPECT, "", "0", "", "")
                client.send("\r\n".join(lines).encode())
                answer = await client.answer()
                assert (answer.status, answer.body) == (200, b"None:0")
                assert "connection" not in answer.fields

    run(scenario())
