"""What the HTTP/1.1 core makes of bytes: accepted requests, refusals, and which of them end the connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.http1.http1_samples import CHUNKED, LIMITS, OK, get, post
from conformance.http1.http1_tables import CASES, identified
from katana.runtime import NotFound, Problem
from katana.runtime.http1 import CONTINUE, Connection, Phase, Request


def events(connection: Connection, *pieces: bytes) -> Iterator[str]:
    for piece in pieces:
        connection.receive(piece)
        while (event := connection.next_event()) is not None:
            yield describe(event)


def describe(event: object) -> str:
    if isinstance(event, Problem):
        return str(event.status)
    if event is CONTINUE:
        return "continue"
    assert isinstance(event, Request)
    target = f"{event.path}?{event.query}" if event.query else event.path
    return f"{event.method} {target} {event.body.decode()}".rstrip()


def connect(plan: Callable[[Request], int] = lambda _: LIMITS.body) -> Connection:
    return Connection(LIMITS, plan)


@pytest.mark.parametrize(("data", "expected"), identified(CASES))
def test_bytes_become_these_events(data: bytes, expected: list[str]) -> None:
    assert list(events(connect(), data)) == expected


@pytest.mark.parametrize(("data", "expected"), identified(CASES))
def test_the_events_do_not_depend_on_how_the_bytes_arrive(data: bytes, expected: list[str]) -> None:
    # What arrives in one piece may be refused as a whole; in single bytes the same refusal comes earlier or as late.
    single = list(events(connect(), *(data[i : i + 1] for i in range(len(data)))))
    assert [event for event in single if event != "continue"] == [event for event in expected if event != "continue"]


def test_the_host_of_an_absolute_target_replaces_the_one_received() -> None:
    connection = connect()
    fields = (OK, b"Accept: */*")
    lines = [
        b"GET / HTTP/1.1",
        b"GET http://b.example:80/ HTTP/1.1",
        b"GET / HTTP/1.1",
        b"GET HTTP://c.example HTTP/1.1",
    ]
    connection.receive(b"".join(get(*fields, line=line) for line in lines))
    requests = [connection.next_event() for _ in lines]
    assert [request.fields.headers.all("host") for request in requests if isinstance(request, Request)] == [
        ("a.example",),
        ("b.example:80",),
        ("a.example",),
        ("c.example",),
    ]


@pytest.mark.parametrize("problem_first", [False, True])
def test_a_closed_connection_reads_nothing(*, problem_first: bool) -> None:
    connection = connect()
    if problem_first:
        assert list(events(connection, b"\x00")) == ["400"]
    else:
        connection.close()
    assert list(events(connection, get(OK))) == []
    assert connection.buffered == 0


def test_a_refused_body_is_read_and_dropped_so_that_the_connection_stays_usable() -> None:
    def refuse(_: Request) -> int:
        raise NotFound("http.path")

    connection = connect(refuse)
    connection.receive(post(b"Content-Length: 3", body=b"abc") + get(OK))
    first, second = connection.next_event(), connection.next_event()
    assert isinstance(first, Request)
    assert isinstance(first.refusal, NotFound)
    assert first.body == b""
    assert describe(second) == "GET /"


def test_a_refused_request_that_waits_for_100_continue_is_answered_at_once() -> None:
    def refuse(_: Request) -> int:
        raise NotFound("http.path")

    assert list(events(connect(refuse), post(b"Content-Length: 3", b"Expect: 100-continue"))) == ["404"]


def test_100_continue_is_offered_once() -> None:
    connection = connect()
    head = post(b"Content-Length: 3", b"Expect: 100-continue")
    assert list(events(connection, head, b"a", b"bc")) == ["continue", "POST / abc"]


@pytest.mark.parametrize(
    ("line", "fields", "keep_alive"),
    [
        (b"GET / HTTP/1.1", [OK], True),
        (b"GET / HTTP/1.1", [OK, b"Connection: close"], False),
        (b"GET / HTTP/1.1", [OK, b"Connection: foo, Close"], False),
        (b"GET / HTTP/1.1", [OK, b"Connection: foo", b"Connection: close"], False),
        (b"GET / HTTP/1.0", [OK], False),
        (b"GET / HTTP/1.0", [OK, b"Connection: keep-alive"], True),
        (b"GET / HTTP/1.0", [OK, b"Connection: keep-alive, close"], False),
    ],
)
def test_persistence_follows_version_and_connection_options(
    line: bytes, fields: list[bytes], *, keep_alive: bool
) -> None:
    connection = connect()
    connection.receive(get(*fields, line=line))
    event = connection.next_event()
    assert isinstance(event, Request)
    assert event.fields.keep_alive is keep_alive


TARGET_BYTES = st.binary(min_size=1, max_size=40) | st.from_regex(rb"/[!-~]{0,30}", fullmatch=True)


@given(target=TARGET_BYTES, method=st.sampled_from([b"GET", b"HEAD", b"DELETE", b"GEt", b"G T"]))
def test_a_repeated_head_means_what_it_meant_when_it_was_new(target: bytes, method: bytes) -> None:
    data = get(OK, b"Accept: */*", line=method + b" " + target + b" HTTP/1.1")
    expected = list(events(connect(), data))

    repeating = connect()
    assert list(events(repeating, get(OK, b"Accept: */*"))) == ["GET /"]
    whole = repeating.whole_request(data)
    if whole is not None:
        assert [describe(whole)] == expected
    assert list(events(repeating, data)) == expected


@given(data=st.binary(max_size=300), cut=st.integers(0, 300))
def test_arbitrary_bytes_never_raise(data: bytes, cut: int) -> None:
    prefix = get(OK)
    list(events(connect(), prefix + data[:cut], data[cut:], CHUNKED, data))


def test_a_body_behind_a_repeated_head_is_never_a_request() -> None:
    """The body comes later, in one piece that would repeat the head once more (RFC 9112, 11.2)."""
    head = post(b"Content-Length: 60")
    inner = head + b"x" * 60
    connection = connect()
    assert list(events(connection, head + b"a" * 60)) == ["POST / " + "a" * 60]
    connection.receive(head)
    assert connection.next_event() is None
    assert connection.phase is Phase.BODY
    connection.receive(inner[:60])
    assert describe(connection.next_event()) == f"POST / {inner[:60].decode()}".rstrip()
