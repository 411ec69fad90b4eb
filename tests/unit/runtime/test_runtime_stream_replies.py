"""Responses that are sent while they are made (RFC 9112, 6 to 8)."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import socket

import pytest

from katana.runtime import Limits
from unit.runtime.conftest import Run
from unit.runtime.runtime_samples import QUICK, connected, until
from unit.runtime.stream_samples import MIB, connections, content, head, next_chunk, post, streaming, vanish


def test_a_response_without_length_is_sent_in_chunks(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, streams), connected(server) as client:
            for _ in range(2):
                streams.log.clear()
                client.get("/chunks")
                response = await head(client)
                assert response["transfer-encoding"] == "chunked"
                assert response["x-kind"] == "stream"
                assert "content-length" not in response
                assert [await next_chunk(client) for _ in range(4)] == [b"one ", b"two ", b"three", b""]
                assert streams.log == ["begun", "exhausted", "closed"]

    run(scenario())


def test_a_response_with_a_length_has_its_bytes_alone(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            for _ in range(2):
                answer = await client.ask("/sized")
                assert answer.body == b"onetwo"
                assert "transfer-encoding" not in answer.fields

    run(scenario())


@pytest.mark.parametrize(("path", "sent"), [("/short", b"one"), ("/long", b"onetwo")])
def test_another_number_of_bytes_than_announced_ends_the_connection(
    run: Run, caplog: pytest.LogCaptureFixture, path: str, sent: bytes
) -> None:
    async def scenario() -> None:
        async with streaming() as (server, streams), connected(server) as client:
            client.get(path)
            assert (await head(client))["content-length"] == "6"
            assert await client.rest() == sent
            await asyncio.wait_for(streams.closed.wait(), 10)

    with caplog.at_level(logging.ERROR):
        run(scenario())
    assert "announced" in caplog.text


@pytest.mark.parametrize("path", ["/chunks", "/sized", "/no-content"])
def test_head_does_not_start_the_iterator_and_closes_it(run: Run, path: str) -> None:
    async def scenario() -> None:
        async with streaming() as (server, streams), connected(server) as client:
            answer = await client.ask(path, method="HEAD")
            assert answer.status == (204 if path == "/no-content" else 200)
            assert answer.fields.get("content-length") == ("6" if path == "/sized" else None)
            assert "transfer-encoding" not in answer.fields
            assert streams.log == []
            assert (await client.ask("/sized")).body == b"onetwo"

    run(scenario())


def test_a_status_without_content_does_not_start_the_iterator(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, streams), connected(server) as client:
            answer = await client.ask("/no-content")
            assert (answer.status, streams.log) == (204, [])
            assert not {"content-length", "transfer-encoding"} & answer.fields.keys()
            assert (await client.ask("/sized")).body == b"onetwo"

    run(scenario())


def test_a_stream_of_nothing_is_an_empty_response(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            client.get("/nothing")
            assert (await head(client))["status"] == "200"
            assert await content(client) == b""
            assert (await client.ask("/sized")).body == b"onetwo"

    run(scenario())


@pytest.mark.parametrize("keep_alive", [False, True])
def test_http_1_0_gets_the_content_until_the_connection_closes(run: Run, *, keep_alive: bool) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            client.send(b"GET /chunks HTTP/1.0\r\n" + b"Connection: keep-alive\r\n" * keep_alive + b"\r\n")
            response = await head(client)
            assert response["connection"] == "close"
            assert not {"content-length", "transfer-encoding"} & response.keys()
            assert await client.rest() == b"one two three"

    run(scenario())


def test_http_1_0_keeps_the_connection_when_there_is_a_length(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            for _ in range(2):
                client.send(b"GET /sized HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                answer = await client.answer()
                assert (answer.body, answer.fields["connection"]) == (b"onetwo", "keep-alive")

    run(scenario())


def test_a_client_that_wants_to_close_is_obeyed_after_the_last_chunk(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            client.get("/chunks", "Connection: close")
            assert (await head(client))["connection"] == "close"
            assert await content(client) == b"one two three"
            assert await client.rest() == b""

    run(scenario())


def test_chunks_arrive_when_they_are_made(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, streams), connected(server) as client:
            client.get("/slow")
            assert (await head(client))["status"] == "200"
            assert await next_chunk(client) == b"first"
            streams.gate.set()
            assert [await next_chunk(client), await next_chunk(client)] == [b"last", b""]

    run(scenario())


def test_pipelined_requests_behind_a_stream_are_answered_in_order(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, streams), connected(server) as client:
            for path in ("/slow", "/sized", "/chunks", "/sized"):
                client.get(path)
            await head(client)
            assert await next_chunk(client) == b"first"
            assert streams.log == []
            streams.gate.set()
            assert await content(client) == b"last"
            assert (await client.answer()).body == b"onetwo"
            await head(client)
            assert await content(client) == b"one two three"
            assert (await client.answer()).body == b"onetwo"

    run(scenario())


def test_any_async_iterable_may_be_sent_and_its_iterator_is_closed(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, streams), connected(server) as client:
            client.get("/object")
            await head(client)
            assert await content(client) == b"ab"
            assert streams.log[-1] == "closed"

    run(scenario())


# --- errors


@pytest.mark.parametrize(
    ("path", "status"), [("/broken-before", 500), ("/problem-before", 409), ("/bad-field", 500), ("/not-iterable", 500)]
)
def test_an_error_before_the_first_chunk_is_a_problem(run: Run, path: str, status: int) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            answer = await client.ask(path)
            assert (answer.status, answer.fields["content-type"]) == (status, "application/problem+json")
            assert b"secret" not in answer.body
            assert (await client.ask("/sized")).body == b"onetwo"

    run(scenario())


@pytest.mark.parametrize("path", ["/broken-after", "/text-chunk"])
def test_an_error_after_it_closes_the_connection_without_the_last_chunk(
    run: Run, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            client.get(path)
            await head(client)
            assert await client.rest() == (b"9\r\nsomething\r\n" if path == "/broken-after" else b"")
            await until(lambda: server.connections == 0)

    with caplog.at_level(logging.ERROR):
        run(scenario())
    assert "failed: request_id=" in caplog.text


def test_an_error_after_it_resets_a_connection_whose_end_is_the_end_of_the_content(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            client.send(b"GET /broken-after HTTP/1.0\r\n\r\n")
            await head(client)
            with pytest.raises(ConnectionResetError):
                await client.rest()

    run(scenario())


def test_a_fault_while_closing_is_logged_and_does_not_hurt(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            client.get("/bad-close")
            await head(client)
            assert await client.rest() == b"a" * 10

    with caplog.at_level(logging.ERROR):
        run(scenario())
    assert "cannot close" in caplog.text


def test_the_deadline_ends_with_the_head(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, streams), connected(server) as client:
            assert (await client.ask("/late-head")).status == 504
            await asyncio.wait_for(streams.closed.wait(), 10)
            client.get("/late-end")
            await head(client)
            assert await next_chunk(client) == b"first"
            await asyncio.sleep(0.2)
            streams.gate.set()
            assert await content(client) == b"last"

    run(scenario())


# --- backpressure and time


def test_a_handler_makes_no_more_than_its_client_takes(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, streams), connected(server) as client:
            client.writer.transport.pause_reading()  # type: ignore[attr-defined]
            client.get("/endless")
            await until(lambda: any(not connection.writable for connection in connections(server)))
            given = streams.given
            for _ in range(20):
                await asyncio.sleep(0)
            assert streams.given == given
            client.writer.transport.abort()
            await asyncio.wait_for(streams.closed.wait(), 10)

    run(scenario())


def test_a_large_download_is_held_in_small_pieces(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            client.get("/big")
            assert (await head(client))["content-length"] == str(100 * MIB)
            taken, most = 0, 0
            while taken < 100 * MIB:
                async with asyncio.timeout(10):
                    taken += len(await client.reader.read(MIB))
                (connection,) = connections(server)
                most = max(most, connection.held)
            assert taken == 100 * MIB
            assert most <= 3 * MIB
            assert (await client.ask("/sized")).body == b"onetwo"

    run(scenario())


def test_a_handler_that_never_waits_leaves_others_their_turn(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, streams), connected(server) as greedy, connected(server) as client:
            greedy.get("/endless")

            async def take() -> None:
                while await greedy.reader.read(65536):
                    pass

            taking = asyncio.ensure_future(take())
            await until(lambda: streams.given > 0)
            assert (await client.ask("/sized")).body == b"onetwo"
            greedy.writer.transport.abort()
            await asyncio.wait_for(streams.closed.wait(), 10)
            taking.cancel()

    run(scenario())


def test_a_client_that_does_not_read_is_cut(run: Run) -> None:
    async def scenario() -> None:
        async with streaming(QUICK) as (server, streams), connected(server) as client:
            client.writer.transport.pause_reading()  # type: ignore[attr-defined]
            client.get("/endless")
            await asyncio.wait_for(streams.closed.wait(), 10)
            await until(lambda: server.connections == 0)

    run(scenario())


def test_a_stream_may_be_silent_for_longer_than_any_timeout(run: Run) -> None:
    async def scenario() -> None:
        async with streaming(QUICK) as (server, streams), connected(server) as client:
            client.get("/slow")
            await head(client)
            assert await next_chunk(client) == b"first"
            await asyncio.sleep(0.6)
            streams.gate.set()
            assert await content(client) == b"last"

    run(scenario())


def test_the_kernel_looks_for_clients_that_have_vanished(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            assert (await client.ask("/sized")).status == 200
            accepted = connections(server)[0]._transport.get_extra_info("socket")
            assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) != 0

    run(scenario())


def test_a_stream_is_one_of_the_requests_in_flight(run: Run) -> None:
    async def scenario() -> None:
        limits = dataclasses.replace(Limits(), in_flight=1)
        async with streaming(limits) as (server, streams), connected(server) as client, connected(server) as other:
            client.get("/slow")
            await head(client)
            assert (await other.ask("/sized")).status == 503
            streams.gate.set()
            await content(client)
            assert (await other.ask("/sized")).status == 200

    run(scenario())


# --- clients that disappear


@pytest.mark.parametrize("path", ["/late-head", "/slow", "/endless"])
@pytest.mark.parametrize("reset", [False, True])
def test_a_client_that_is_gone_closes_the_iterator(run: Run, path: str, *, reset: bool) -> None:
    async def scenario() -> None:
        async with streaming(QUICK) as (server, streams), connected(server) as client:
            client.get(path)
            if path != "/late-head":
                await head(client)
            vanish(client, reset=reset)
            await asyncio.wait_for(streams.closed.wait(), 10)
            await until(lambda: server.connections == 0)

    run(scenario())


def test_a_half_closed_client_gets_what_keeps_coming(run: Run) -> None:
    async def scenario() -> None:
        async with streaming(QUICK) as (server, streams), connected(server) as client:
            client.get("/big")
            client.writer.write_eof()
            await head(client)
            assert len(await client.rest()) == 100 * MIB
            assert streams.given == 100 * MIB

    run(scenario())


def test_a_half_closed_client_of_a_silent_stream_is_taken_for_gone(run: Run) -> None:
    async def scenario() -> None:
        async with streaming(QUICK) as (server, streams), connected(server) as client:
            client.get("/slow")
            client.writer.write_eof()
            await asyncio.wait_for(streams.closed.wait(), 10)
            assert streams.log == ["CancelledError"]

    run(scenario())


# --- both directions


def test_a_body_may_be_sent_back_while_it_arrives(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            post(client, "/echo", "Content-Length: 9", body=b"abc")
            assert (await head(client))["transfer-encoding"] == "chunked"
            assert await next_chunk(client) == b"abc"
            client.send(b"def")
            assert await next_chunk(client) == b"def"
            client.send(b"ghi")
            assert [await next_chunk(client), await next_chunk(client)] == [b"ghi", b""]
            assert (await client.ask("/sized")).body == b"onetwo"

    run(scenario())


def test_a_large_body_may_be_sent_back_while_it_arrives(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            size, piece = 50 * MIB, b"x" * 65536
            post(client, "/echo", f"Content-Length: {size}")

            async def send() -> None:
                for _ in range(size // len(piece)):
                    client.send(piece)
                    await client.writer.drain()

            sending = asyncio.ensure_future(send())
            await head(client)
            taken, most = 0, 0
            while part := await next_chunk(client):
                taken += len(part)
                (connection,) = connections(server)
                most = max(most, connection.held)
            await sending
            assert taken == size
            assert most <= 2 * MIB

    run(scenario())


def test_a_response_may_end_before_the_body_it_reads(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            post(client, "/talk", "Content-Length: 6")
            await head(client)
            assert await next_chunk(client) == b"hello "
            client.send(b"abc")
            assert await next_chunk(client) == b"ABC"
            client.send(b"def")
            assert [await next_chunk(client), await next_chunk(client)] == [b"DEF", b""]
            assert (await client.ask("/sized")).body == b"onetwo"

    run(scenario())


@pytest.mark.parametrize("path", ["/echo", "/talk"])
def test_a_body_that_fails_in_the_middle_of_the_response_leaves_it_incomplete(
    run: Run, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            post(client, path, "Transfer-Encoding: chunked", body=b"3\r\nabc\r\n")
            await head(client)
            await next_chunk(client)
            client.send(b"zz\r\n")
            assert not (await client.rest()).endswith(b"0\r\n\r\n")

    with caplog.at_level(logging.INFO):
        run(scenario())
    (record,) = [record for record in caplog.records if record.name == "katana.server"]
    assert (record.levelname, record.exc_info) == ("WARNING", None)
    assert "was cut short" in record.getMessage()


# --- shutdown


def test_a_stream_ends_in_peace_when_it_ends_before_the_shutdown_deadline(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, streams), connected(server) as client:
            client.get("/slow")
            await head(client)
            stopping = asyncio.ensure_future(server.stop(10))
            await until(lambda: server.unready_reasons() != [])
            streams.gate.set()
            assert await content(client) == b"firstlast"
            assert await client.rest() == b""
            assert await stopping is True

    run(scenario())


def test_a_stream_is_left_incomplete_at_the_shutdown_deadline(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, streams), connected(server) as client, connected(server) as early:
            client.get("/slow")
            early.get("/late-head")
            await head(client)
            assert await server.stop(0.01) is False
            assert streams.closed.is_set()
            assert await client.rest() == b"5\r\nfirst\r\n"
            assert (await early.answer()).status == 503
            assert server.connections == 0

    run(scenario())


def test_an_upload_that_is_not_read_does_not_hold_up_the_shutdown(run: Run) -> None:
    async def scenario() -> None:
        async with streaming() as (server, _), connected(server) as client:
            post(client, "/ignore", "Content-Length: 100", body=b"x")
            assert (await client.answer()).status == 200
            assert await server.stop(10) is True

    run(scenario())
