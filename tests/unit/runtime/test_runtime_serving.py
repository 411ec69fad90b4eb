"""Requests over real sockets: routing, refusals, handlers that wait, fail or are abandoned."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import logging

import pytest

from katana.runtime import Limits
from unit.runtime.conftest import Run
from unit.runtime.runtime_samples import QUICK, connected, serving


def test_a_response_has_length_date_and_body(run: Run) -> None:
    async def scenario() -> None:
        async with serving() as (server, _), connected(server) as client:
            answer = await client.ask("/items/ada")
            assert (answer.status, answer.body) == (200, b"ada")
            assert answer.fields["content-type"] == "text/plain"
            assert answer.fields["content-length"] == "3"
            assert answer.fields["date"].endswith(" GMT")
            assert "connection" not in answer.fields

    run(scenario())


def test_head_answers_like_get_without_the_body(run: Run) -> None:
    async def scenario() -> None:
        async with serving() as (server, _), connected(server) as client:
            answer = await client.ask("/items/ada", method="HEAD")
            assert answer.fields["content-length"] == "3"
            assert (await client.ask("/items/bob")).body == b"bob"

    run(scenario())


def test_options_lists_the_methods_of_a_resource_and_of_the_server(run: Run) -> None:
    async def scenario() -> None:
        async with serving() as (server, _), connected(server) as client:
            answer = await client.ask("/items/ada", method="OPTIONS")
            assert (answer.status, answer.fields["allow"]) == (204, "COPY, GET, HEAD, OPTIONS, PUT, QUERY")
            assert "content-length" not in answer.fields
            assert (await client.ask("*", method="OPTIONS")).status == 204
            assert (await client.ask("/nothing", method="OPTIONS")).status == 404

    run(scenario())


def test_methods_of_a_contract_are_methods(run: Run) -> None:
    async def scenario() -> None:
        async with serving() as (server, _), connected(server) as client:
            for _ in range(2):
                client.get("/items/ada", "Content-Length: 3", method="COPY")
                client.send(b"abc")
                assert (await client.answer()).body == b"COPY abc"
                client.get("/items/ada", "Content-Length: 3", method="QUERY")
                client.send(b"abc")
                assert (await client.answer()).body == b"abc"
                assert (await client.ask("/items/ada", method="QUERY")).status == 411
            assert (await client.ask("/wait", method="COPY")).status == 405
            assert (await client.ask("/wait", method="QUERY")).status == 405
            assert (await client.ask("/items/ada", method="copy")).status == 501

    run(scenario())


@pytest.mark.parametrize(
    "refused",
    [
        ("GET", "/nothing", [], 404, "urn:problem:http.path"),
        ("GET", "/items/ada/", [], 404, "urn:problem:http.path"),
        ("DELETE", "/items/ada", [], 405, "urn:problem:http.method"),
        ("FROB", "/items/ada", [], 501, "urn:problem:http.method"),
        ("GET", "/items/ada", ["Accept: image/png"], 406, "urn:problem:http.accept"),
        ("GET", "/items/%ff", [], 400, "urn:problem:http.path"),
        ("GET", "/query?q=%ff", [], 400, "urn:problem:http.query"),
        ("GET", "/query?q=%4", [], 400, "urn:problem:http.query"),
        ("GET", "/query?" + "&".join(["q=1"] * 257), [], 400, "urn:problem:http.query"),
        ("PUT", "/items/ada", [], 411, "urn:problem:http.length"),
        ("GET", "/raise", [], 409, "urn:problem:item.taken"),
        ("GET", "/items/none", [], 404, "urn:problem:item.not_found"),
    ],
)
def test_a_refusal_is_a_problem_and_keeps_the_connection(
    run: Run, refused: tuple[str, str, list[str], int, str]
) -> None:
    method, target, fields, status, code = refused

    async def scenario() -> None:
        async with serving() as (server, _), connected(server) as client:
            answer = await client.ask(target, *fields, method=method)
            assert answer.status == status
            assert answer.fields["content-type"] == "application/problem+json"
            document = json.loads(answer.body)
            assert (document["status"], document["type"]) == (status, code)
            assert ("allow" in answer.fields) is (status == 405)
            assert (await client.ask("/items/next")).body == b"next"

    run(scenario())


@pytest.mark.parametrize(
    ("fields", "body", "status", "closed"),
    [
        (["Content-Type: application/json"], b"{}", 200, False),
        (["Content-Type: Application/JSON; charset=utf-8"], b"{}", 200, False),
        (["Content-Type: text/plain"], b"{}", 415, False),
        ([], b"{}", 415, False),
        (["Content-Type: application/json"], b"x" * 16, 200, False),
        (["Content-Type: application/json"], b"x" * 17, 413, True),
    ],
)
def test_a_body_is_checked_against_type_and_limit_of_its_operation(
    run: Run, fields: list[str], body: bytes, status: int, *, closed: bool
) -> None:
    async def scenario() -> None:
        async with serving() as (server, _), connected(server) as client:
            client.get("/items/ada", *fields, f"Content-Length: {len(body)}", method="PUT")
            client.send(body)
            answer = await client.answer()
            assert answer.status == status
            assert (answer.fields.get("connection") == "close") is closed
            if closed:
                assert await client.rest() == b""
            else:
                assert (await client.ask("/items/next")).body == b"next"

    run(scenario())


def test_100_continue_is_sent_before_the_body(run: Run) -> None:
    async def scenario() -> None:
        async with serving() as (server, _), connected(server) as client:
            client.get(
                "/items/a", "Content-Type: application/json", "Content-Length: 2", "Expect: 100-continue", method="PUT"
            )
            assert (await client.answer()).status == 100
            client.send(b"{}")
            assert (await client.answer()).body == b"{}"

    run(scenario())


def test_path_arguments_are_decoded_after_the_path_was_split(run: Run) -> None:
    async def scenario() -> None:
        async with serving() as (server, _), connected(server) as client:
            assert (await client.ask("/items/a%2Fb%20%C3%A4+")).body.decode() == "a/b ä+"

    run(scenario())


def test_pipelined_requests_are_answered_in_order_though_the_first_waits(run: Run) -> None:
    async def scenario() -> None:
        async with serving() as (server, sample), connected(server) as client:
            client.get("/wait")
            for number in range(100):
                client.get(f"/items/{number}")
            await asyncio.wait_for(sample.arrived.wait(), 10)
            assert sample.started == 1
            sample.gate.set()
            assert (await client.answer()).body == b"waited"
            assert [(await client.answer()).body for _ in range(100)] == [b"%d" % number for number in range(100)]

    run(scenario())


def test_requests_sent_before_the_client_ended_its_side_are_all_answered(run: Run) -> None:
    async def scenario() -> None:
        async with serving() as (server, _), connected(server) as client:
            for number in range(200):
                client.get(f"/items/{number}")
            client.writer.write_eof()
            assert (await client.rest()).count(b"HTTP/1.1 200 OK") == 200

    run(scenario())


def test_connection_close_and_http_1_0_end_the_connection(run: Run) -> None:
    async def scenario() -> None:
        async with serving() as (server, _):
            async with connected(server) as client:
                client.get("/items/ada", "Connection: close")
                assert (await client.answer()).fields["connection"] == "close"
                assert await client.rest() == b""
            async with connected(server) as client:
                client.send(b"GET /items/ada HTTP/1.0\r\n\r\n")
                assert (await client.answer()).fields["connection"] == "close"
                assert await client.rest() == b""
            async with connected(server) as client:
                client.send(b"GET /items/ada HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                assert (await client.answer()).fields["connection"] == "keep-alive"
                assert (await client.ask("/items/next")).status == 200

    run(scenario())


def test_a_failing_handler_is_a_500_whose_details_are_in_the_log_alone(
    run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        async with serving() as (server, _), connected(server) as client:
            answer = await client.ask("/boom", "X-Request-Id: abc-123")
            assert answer.status == 500
            assert b"secret" not in answer.body
            assert json.loads(answer.body)["request_id"] == "abc-123"
            assert (await client.ask("/items/next")).status == 200

    with caplog.at_level(logging.ERROR, "katana.server"):
        run(scenario())
    assert "request_id=abc-123" in caplog.text
    assert "the secret of the house" in caplog.text


@pytest.mark.parametrize(
    "target", ["/not-a-reply", "/not-a-reply-later", "/no-exception", "/no-exception-later", "/router-bug"]
)
def test_a_mistake_in_the_code_behind_a_path_is_a_500_and_no_more(run: Run, target: str) -> None:
    async def scenario() -> None:
        async with serving() as (server, _), connected(server) as client:
            assert (await client.ask(target)).status == 500
            client.get(target, "Content-Length: 2", method="PUT")
            client.send(b"{}")
            assert (await client.answer()).status in (405, 500)
            assert (await client.ask("/items/next")).status == 200

    run(scenario())


@pytest.mark.parametrize(
    "target", ["/field?v=a%0D%0Ax-evil:%201", "/field?v=a%00", "/field?v=%E2%82%AC", "/bad-member"]
)
def test_a_response_that_cannot_be_written_is_a_500(run: Run, target: str) -> None:
    async def scenario() -> None:
        async with serving() as (server, _), connected(server) as client:
            answer = await client.ask(target)
            assert answer.status == 500
            assert "x-evil" not in answer.fields
            assert (await client.ask("/items/next")).status == 200

    run(scenario())


def test_a_deadline_cancels_the_handler_and_answers_504(run: Run) -> None:
    async def scenario() -> None:
        async with serving() as (server, sample), connected(server) as client:
            assert (await client.ask("/late")).status == 504
            assert await asyncio.wait_for(sample.ended, 10) == "cancelled"
            assert (await client.ask("/items/next")).status == 200

    run(scenario())


@pytest.mark.parametrize("how", ["reset", "close"])
def test_a_handler_is_cancelled_when_its_client_is_gone(run: Run, how: str) -> None:
    async def scenario() -> None:
        async with serving(QUICK) as (server, sample), connected(server) as client:
            client.get("/wait")
            await asyncio.wait_for(sample.arrived.wait(), 10)
            if how == "reset":
                client.writer.transport.abort()
            else:
                client.close()
            assert await asyncio.wait_for(sample.ended, 10) == "cancelled"

    run(scenario())


def test_a_half_closed_client_gets_its_response_within_the_grace(run: Run) -> None:
    async def scenario() -> None:
        async with serving() as (server, sample), connected(server) as client:
            client.get("/wait")
            client.writer.write_eof()
            await asyncio.wait_for(sample.arrived.wait(), 10)
            sample.gate.set()
            assert (await client.answer()).body == b"waited"
            assert await client.rest() == b""

    run(scenario())


def test_requests_beyond_the_bound_are_refused_at_once(run: Run) -> None:
    async def scenario() -> None:
        limits = dataclasses.replace(Limits(), in_flight=1)
        async with serving(limits) as (server, sample), connected(server) as first, connected(server) as second:
            first.get("/wait")
            await asyncio.wait_for(sample.arrived.wait(), 10)
            answer = await second.ask("/items/ada")
            assert (answer.status, answer.fields["retry-after"]) == (503, "1")
            sample.gate.set()
            assert (await first.answer()).status == 200
            assert (await second.ask("/items/ada")).status == 200

    run(scenario())


def test_connections_beyond_the_limit_are_told_so(run: Run) -> None:
    async def scenario() -> None:
        limits = dataclasses.replace(Limits(), connections=1)
        async with serving(limits) as (server, _), connected(server) as first:
            assert (await first.ask("/items/ada")).status == 200
            async with connected(server) as second:
                answer = await second.answer()
                assert (answer.status, answer.fields["connection"]) == (503, "close")
                assert await second.rest() == b""

    run(scenario())
