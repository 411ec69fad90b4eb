"""What a server turns away by itself is counted, by the code that the client was told."""

from __future__ import annotations

import dataclasses

import pytest

from katana.runtime import Limits
from katana.runtime._refusals import together
from unit.runtime.conftest import Run
from unit.runtime.runtime_samples import connected, serving, until
from unit.runtime.test_runtime_operation_limits import HASTY, narrow


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", 400, "http.host"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "http.fields"),
        (b"\x16\x03\x01", 400, "http.request_line"),
        (b"GET /%b HTTP/1.1\r\nHost: a\r\n\r\n" % (b"a" * 9000), 414, "http.request_line"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n", 413, "http.body"),
    ],
)
def test_a_request_that_breaks_the_protocol_is_counted(run: Run, sent: bytes, status: int, code: str) -> None:
    async def scenario() -> None:
        async with serving() as (server, _), connected(server) as client:
            client.send(sent)
            assert (await client.answer()).status == status
            assert {name: count for name, count in server.refusals.items() if count} == {code: 1}

    run(scenario())


def test_connections_beyond_the_limit_are_counted(run: Run) -> None:
    async def scenario() -> None:
        limits = Limits(connections=1)
        async with serving(limits) as (server, _), connected(server):
            await until(lambda: server.connections == 1)
            for _ in range(2):
                async with connected(server) as client:
                    assert (await client.answer()).status == 503
            assert server.refusals["http.connections"] == 2

    run(scenario())


def test_requests_beyond_the_limit_of_their_operation_are_counted_apart(run: Run) -> None:
    async def scenario() -> None:
        async with narrow(HASTY, 2) as (server, api, (first, second)):
            first.send(b"GET /narrow HTTP/1.1\r\nHost: a\r\n\r\n")
            await until(lambda: api.running == 1)
            second.send(b"GET /narrow HTTP/1.1\r\nHost: a\r\n\r\n")
            assert (await second.answer()).status == 503
            assert server.refusals == {"http.overload.operation": 1}
            api.permits.release()

    run(scenario())


def test_requests_that_nobody_has_room_for_are_counted(run: Run) -> None:
    async def scenario() -> None:
        limits = dataclasses.replace(Limits(), in_flight=1)
        async with narrow(limits, 2) as (server, api, (first, second)):
            first.send(b"GET /narrow HTTP/1.1\r\nHost: a\r\n\r\n")
            await until(lambda: api.running == 1)
            second.send(b"GET /eager HTTP/1.1\r\nHost: a\r\n\r\n")
            assert (await second.answer()).status == 503
            assert server.refusals == {"http.overload": 1}
            api.permits.release()

    run(scenario())


def test_what_a_handler_refuses_is_its_own_business(run: Run) -> None:
    async def scenario() -> None:
        async with serving() as (server, _), connected(server) as client:
            client.send(b"GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n")
            assert (await client.answer()).status == 404
            assert server.refusals == {}

    run(scenario())


def test_counts_are_added_up_in_order() -> None:
    assert list(together([{"b": 1, "a": 2}, {"a": 3, "c": 0}]).items()) == [("a", 5), ("b", 1)]
