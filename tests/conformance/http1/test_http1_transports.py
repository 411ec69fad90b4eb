"""The tables of HTTP/1.1 over real sockets: on both event loops, and below a supervisor with two reactors.

What the core makes of bytes is what a client sees: a response for each request in its order, a refusal that says
`connection: close`, and the end of the connection behind it. That holds for new connections and for those that have
carried a request whose head may come again.
"""

from __future__ import annotations

import socket

import pytest

from conformance.http1.http1_samples import OK, get, post
from conformance.http1.http1_tables import CASES, identified
from conformance.http1.http1_transports import exchange, responses


def expected_of(event: str) -> tuple[int, bytes]:
    if event == "continue":
        return 100, b""
    if event.isdecimal():
        return int(event), b""
    if event.startswith("OPTIONS"):
        return 204, b""
    return 200, b"" if event.startswith("HEAD") else event.encode("latin-1")


@pytest.mark.parametrize(("data", "expected"), identified(CASES))
@pytest.mark.parametrize("used", [False, True], ids=["new", "used"])
def test_a_client_sees_what_the_core_decides(port: int, data: bytes, expected: list[str], *, used: bool) -> None:
    refused = bool(expected) and expected[-1].isdecimal()
    heads = [event.startswith("HEAD") for event in expected]
    answers = responses(exchange(port, data, ends=not refused, used=used), heads)
    for answer, event in zip(answers, expected, strict=True):
        status, body = expected_of(event)
        assert answer.status == status
        assert answer.body == body if not event.isdecimal() else answer.body.startswith(b"{")
        assert "date" in answer.fields or status == 100
        closes = event.isdecimal() or (answer is answers[-1] and b" HTTP/1.0\r\n" in data)
        assert (answer.fields.get("connection") == "close") is closes


def test_a_body_that_comes_after_its_head_is_never_a_request(port: int) -> None:
    """RFC 9112, 11.2: what comes for the body looks like a request that repeats the head of the one before."""
    request = post(b"Content-Length: 10", body=b"b" * 10)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(request)
        assert client.recv(65536).endswith(b"POST / bbbbbbbbbb")
        client.sendall(request[:-10])
        assert b"GET /" in exchange(port, get(OK), ends=True)  # meanwhile the head arrives alone
        client.sendall(request)
        received = bytearray()
        while piece := client.recv(65536):
            received += piece
    first, second = responses(bytes(received), [False, False])
    assert (first.status, first.body) == (200, b"POST / POST / HTT")
    assert second.status == 400
