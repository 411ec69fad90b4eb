"""What the HTTP/1.1 core makes of a body that is read while it arrives (RFC 9112, 6 and 7.1)."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.http1.http1_samples import CHUNKED, LIMITS, OK, get, post
from conformance.http1.http1_tables import CASES, identified
from conformance.http1.test_http1_requests import describe
from katana.runtime import NotFound
from katana.runtime.http1 import CONTINUE, END, Connection, Request


def connect() -> Connection:
    def plan(request: Request) -> int:
        request.streams = True
        return LIMITS.body

    return Connection(LIMITS, plan)


def events(connection: Connection, *pieces: bytes) -> list[str]:
    """As for whole bodies: a request is told when the last piece of its body is there."""
    seen: list[str] = []
    begun, body = "", b""
    for piece in pieces:
        connection.receive(piece)
        while (event := connection.next_event()) is not None:
            if isinstance(event, bytes):
                assert event
                body += event
            elif event is END:
                seen.append(f"{begun} {body.decode()}".rstrip())
                body = b""
            elif isinstance(event, Request) and event.streams:
                begun = describe(event)
            else:
                seen.append(describe(event))
    return seen


@pytest.mark.parametrize(("data", "expected"), identified(CASES))
@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_body_in_pieces_is_the_body_in_one(data: bytes, expected: list[str], size: int) -> None:
    seen = events(connect(), *(data[i : i + size] for i in range(0, len(data), size)))
    assert seen == [event for event in expected if event != "continue"]


@given(
    chunks=st.lists(st.binary(min_size=1, max_size=16), max_size=4),
    cuts=st.lists(st.integers(0, 300), max_size=8),
    sized=st.booleans(),
)
def test_no_cut_changes_a_body_or_what_follows_it(chunks: list[bytes], cuts: list[int], *, sized: bool) -> None:
    body = b"".join(chunks)
    if sized:
        data = post(b"Content-Length: %d" % len(body), body=body)
    else:
        data = CHUNKED + b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\nX: y\r\n\r\n"
    data += get(OK)
    ends = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    connection = connect()
    got, requests = b"", []
    for start, end in pairwise(ends):
        connection.receive(data[start:end])
        while (event := connection.next_event()) is not None:
            if isinstance(event, Request):
                requests.append(event.method)
                got += event.body
            elif isinstance(event, bytes):
                got += event
            else:
                assert event is END
    assert (got, requests) == (body, ["POST", "GET"])


def test_the_request_comes_before_its_body() -> None:
    connection = connect()
    connection.receive(post(b"Content-Length: 6", body=b"ab"))
    request = connection.next_event()
    assert isinstance(request, Request)
    assert (request.body, connection.left) == (b"", 6)
    assert [connection.next_event(), connection.next_event(), connection.left] == [b"ab", None, 4]
    connection.receive(b"cdef" + get(OK))
    assert [connection.next_event(), connection.next_event()] == [b"cdef", END]
    assert isinstance(connection.next_event(), Request)


def test_a_body_that_is_at_hand_comes_with_its_request() -> None:
    connection = connect()
    connection.receive(post(b"Content-Length: 3", body=b"abc"))
    request = connection.next_event()
    assert isinstance(request, Request)
    assert (request.body, request.streams) == (b"abc", False)


def test_the_core_does_not_offer_100_continue_for_a_body_in_pieces() -> None:
    connection = connect()
    connection.receive(post(b"Content-Length: 3", b"Expect: 100-continue"))
    assert isinstance(connection.next_event(), Request)
    assert connection.next_event() is None


def test_a_refused_body_is_never_given_out_in_pieces() -> None:
    def refuse(request: Request) -> int:
        request.streams = True
        raise NotFound("http.path")

    connection = Connection(LIMITS, refuse)
    connection.receive(post(b"Content-Length: 3", body=b"a"))
    assert connection.next_event() is None
    connection.receive(b"bc")
    request = connection.next_event()
    assert isinstance(request, Request)
    assert isinstance(request.refusal, NotFound)
    assert request.body == b""


def test_small_chunks_are_refused_however_slowly_they_come() -> None:
    connection = connect()
    connection.receive(CHUNKED)
    assert isinstance(connection.next_event(), Request)
    seen: list[object] = []
    for _ in range(40):
        connection.receive(b"1\r\na\r\n")
        while (event := connection.next_event()) is not None:
            seen.append(event)
    assert seen.count(b"a") < 30
    assert describe(seen[-1]) == "400"
    assert CONTINUE not in seen
