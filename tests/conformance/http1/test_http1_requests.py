"""What the HTTP/1.1 core makes of bytes: accepted requests, refusals, and which of them end the connection.

Each row: name, bytes from the client, events. An event is `METHOD path[?query] [body]` for a request, a status for a
refusal (after which the connection reads no more), `continue` for an interim response.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from katana.runtime import Limits, NotFound, Problem
from katana.runtime.http1 import CONTINUE, Connection, Request

LIMITS = dataclasses.replace(
    Limits(), body=64, head=512, request_line=128, fields=8, chunk_extensions=32, chunk_overhead=64
)
HOST = b"Host: a.example\r\n"
CHUNKED = b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"


def get(*fields: bytes, line: bytes = b"GET / HTTP/1.1") -> bytes:
    return b"".join((line, b"\r\n", *(field + b"\r\n" for field in fields), b"\r\n"))


def post(*fields: bytes, body: bytes = b"", line: bytes = b"POST / HTTP/1.1") -> bytes:
    return get(HOST.strip(), *fields, line=line) + body


OK = b"Host: a.example"

# name, bytes, events
REQUEST_LINES: list[tuple[str, bytes, list[str]]] = [
    ("simple", get(OK), ["GET /"]),
    ("any registered or unknown method token", get(OK, line=b"FROB / HTTP/1.1"), ["FROB /"]),
    ("methods are case-sensitive", get(OK, line=b"get / HTTP/1.1"), ["get /"]),
    ("empty lines before a request are ignored", b"\r\n\r\n" + get(OK), ["GET /"]),
    ("a bare LF before a request", b"\n" + get(OK), ["400"]),
    ("a blank before the method", b" " + get(OK), ["400"]),
    ("two blanks after the method", get(OK, line=b"GET  / HTTP/1.1"), ["400"]),
    ("a tab after the method", get(OK, line=b"GET\t/ HTTP/1.1"), ["400"]),
    ("a blank after the version", get(OK, line=b"GET / HTTP/1.1 "), ["400"]),
    ("a blank in the target", get(OK, line=b"GET /a b HTTP/1.1"), ["400"]),
    ("a line ended by LF alone", b"GET / HTTP/1.1\nHost: a.example\r\n\r\n", ["400"]),
    ("all lines ended by LF alone", b"GET / HTTP/1.1\nHost: a.example\n\n", ["400"]),
    ("HTTP/0.9 without version", b"GET /\r\n\r\n", ["400"]),
    ("a version that is no version", get(OK, line=b"GET / HTTP/1.1x"), ["400"]),
    ("a version in lower case", get(OK, line=b"GET / http/1.1"), ["400"]),
    ("a version with a leading zero", get(OK, line=b"GET / HTTP/01.1"), ["400"]),
    ("another protocol", get(OK, line=b"GET / RTSP/1.0"), ["400"]),
    ("HTTP/1.2", get(OK, line=b"GET / HTTP/1.2"), ["505"]),
    ("HTTP/2 without TLS", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", ["505"]),
    ("HTTP/0.9 with version", get(OK, line=b"GET / HTTP/0.9"), ["505"]),
    ("CONNECT", get(OK, line=b"CONNECT a.example:80 HTTP/1.1"), ["501"]),
    ("a method with a control character", get(OK, line=b"G\x01T / HTTP/1.1"), ["400"]),
    ("a TLS handshake", b"\x16\x03\x01\x02\x00\x01\x00", ["400"]),
    ("a request line that is too long", get(OK, line=b"GET /" + b"a" * 128 + b" HTTP/1.1"), ["414"]),
    (
        "a request line that is too long, before a head that is repeated",
        get(OK) + get(OK, line=b"GET /" + b"a" * 115 + b" HTTP/1.1"),
        ["GET /", "414"],
    ),
    (
        "a request line of the longest length, before a head that is repeated",
        get(OK) + get(OK, line=b"GET /" + b"a" * 114 + b" HTTP/1.1"),
        ["GET /", "GET /" + "a" * 114],
    ),
    ("an endless request line", b"GET /" + b"a" * 200, ["414"]),
    ("a method that is too long for any", get(OK, line=b"A" * 33 + b" / HTTP/1.1"), ["501"]),
    ("a method longer than a request line", get(OK, line=b"A" * 129 + b" / HTTP/1.1"), ["400"]),
    ("an endless method", b"A" * 200, ["400"]),
]

TARGETS: list[tuple[str, bytes, list[str]]] = [
    ("query", get(OK, line=b"GET /a?b=c&d=%20 HTTP/1.1"), ["GET /a?b=c&d=%20"]),
    ("a question mark in the query", get(OK, line=b"GET /a?b?c HTTP/1.1"), ["GET /a?b?c"]),
    ("absolute form", get(OK, line=b"GET http://b.example:80/a?b HTTP/1.1"), ["GET /a?b"]),
    ("absolute form without path", get(OK, line=b"GET http://b.example HTTP/1.1"), ["GET /"]),
    ("absolute form with query alone", get(OK, line=b"GET http://b.example?b HTTP/1.1"), ["GET /?b"]),
    ("absolute form, scheme in capitals", get(OK, line=b"GET HTTP://b.example/a HTTP/1.1"), ["GET /a"]),
    ("absolute form without Host", get(line=b"GET http://b.example/ HTTP/1.1"), ["400"]),
    ("absolute form with user information", get(OK, line=b"GET http://u@b.example/ HTTP/1.1"), ["400"]),
    ("absolute form without authority", get(OK, line=b"GET http:///a HTTP/1.1"), ["400"]),
    ("another scheme", get(OK, line=b"GET ftp://b.example/a HTTP/1.1"), ["400"]),
    ("no slash", get(OK, line=b"GET a HTTP/1.1"), ["400"]),
    ("asterisk", get(OK, line=b"OPTIONS * HTTP/1.1"), ["OPTIONS *"]),
    ("asterisk for another method", get(OK, line=b"GET * HTTP/1.1"), ["400"]),
    ("a fragment", get(OK, line=b"GET /a#b HTTP/1.1"), ["400"]),
    ("a backslash", get(OK, line=b"GET /a\\b HTTP/1.1"), ["400"]),
    ("obs-text", get(OK, line=b"GET /\xc3\xa4 HTTP/1.1"), ["400"]),
    ("NUL", get(OK, line=b"GET /\x00 HTTP/1.1"), ["400"]),
    ("an encoded NUL", get(OK, line=b"GET /%00 HTTP/1.1"), ["400"]),
    ("a broken escape", get(OK, line=b"GET /%4 HTTP/1.1"), ["400"]),
    ("dot segments", get(OK, line=b"GET /a/./b/../c HTTP/1.1"), ["GET /a/c"]),
    ("dot segments above the root", get(OK, line=b"GET /../../a HTTP/1.1"), ["GET /a"]),
    ("encoded dot segments", get(OK, line=b"GET /a/%2e%2E/b HTTP/1.1"), ["GET /b"]),
    ("dot segments are removed once", get(OK, line=b"GET /a/.%252e/b HTTP/1.1"), ["GET /a/.%252e/b"]),
    ("a last dot segment leaves a slash", get(OK, line=b"GET /a/b/.. HTTP/1.1"), ["GET /a/"]),
    ("encoded unreserved characters", get(OK, line=b"GET /%7euser/%41 HTTP/1.1"), ["GET /~user/A"]),
    ("an encoded slash stays", get(OK, line=b"GET /a%2fb HTTP/1.1"), ["GET /a%2Fb"]),
    ("a trailing slash stays", get(OK, line=b"GET /a/ HTTP/1.1"), ["GET /a/"]),
    ("empty segments stay", get(OK, line=b"GET //a HTTP/1.1"), ["GET //a"]),
]

FIELDS: list[tuple[str, bytes, list[str]]] = [
    ("no Host", get(b"X: y"), ["400"]),
    ("an empty Host", get(b"Host:"), ["400"]),
    ("two Hosts", get(OK, OK), ["400"]),
    ("Host with port", get(b"Host: a.example:8080"), ["GET /"]),
    ("Host with a port that is too large", get(b"Host: a.example:65536"), ["400"]),
    ("Host with an IPv6 address", get(b"Host: [::1]:8080"), ["GET /"]),
    ("Host with an address that is none", get(b"Host: [::::]"), ["400"]),
    ("Host with an address without end", get(b"Host: [::1"), ["400"]),
    ("Host with an escape", get(b"Host: a%2e.example"), ["GET /"]),
    ("Host with a broken escape", get(b"Host: a%zz"), ["400"]),
    ("Host with user information", get(b"Host: u@a.example"), ["400"]),
    ("Host with a path", get(b"Host: a.example/x"), ["400"]),
    ("Host with a list", get(b"Host: a.example, b.example"), ["400"]),
    ("no Host in HTTP/1.0", get(line=b"GET / HTTP/1.0"), ["GET /"]),
    ("a bad Host in HTTP/1.0", get(b"Host: a/b", line=b"GET / HTTP/1.0"), ["400"]),
    ("a blank before the colon", get(b"Host : a.example"), ["400"]),
    ("a blank before the first field", get(b" " + OK), ["400"]),
    ("a folded line", get(OK, b"X: a\r\n b"), ["400"]),
    ("a field without colon", get(OK, b"X"), ["400"]),
    ("a field without name", get(OK, b": x"), ["400"]),
    ("a name that is no token", get(OK, b"X(: x"), ["400"]),
    ("a NUL in a value", get(OK, b"X: a\x00b"), ["400"]),
    ("a bare CR in a value", get(OK, b"X: a\rb"), ["400"]),
    ("a bare LF in a value", get(OK, b"X: a\nY: b"), ["400"]),
    ("a control character in a value", get(OK, b"X: a\x01b"), ["400"]),
    ("obs-text in a value", get(OK, b"X: \xe4"), ["GET /"]),
    ("an end of head with LF alone", b"GET / HTTP/1.1\r\nHost: a.example\r\n\n", ["400"]),
    ("as many fields as allowed", get(OK, *[b"X: y"] * 7), ["GET /"]),
    ("too many fields", get(OK, *[b"X: y"] * 8), ["431"]),
    ("a head that is too large", get(OK, b"X: " + b"y" * 512), ["431"]),
    ("an endless head", get(OK, b"X: " + b"y" * 600)[:-4], ["431"]),
    ("an upgrade is ignored", get(OK, b"Connection: upgrade", b"Upgrade: websocket") + get(OK), ["GET /", "GET /"]),
    (
        "an upgrade with a body is ignored",
        post(b"Connection: upgrade", b"Upgrade: h2c", b"Content-Length: 3", body=b"abc") + get(OK),
        ["POST / abc", "GET /"],
    ),
    (
        "two content types",
        post(b"Content-Type: text/plain", b"Content-Type: text/html", b"Content-Length: 3", body=b"abc"),
        ["400"],
    ),
    ("an unknown expectation", post(b"Expect: tea", b"Content-Length: 3"), ["417"]),
]

FRAMING: list[tuple[str, bytes, list[str]]] = [
    ("a body", post(b"Content-Length: 3", body=b"abc"), ["POST / abc"]),
    ("no body", post(), ["POST /"]),
    ("a body of no bytes", post(b"Content-Length: 0"), ["POST /"]),
    ("a body for GET", post(b"Content-Length: 3", body=b"abc", line=b"GET / HTTP/1.1"), ["GET / abc"]),
    ("Content-Length with blanks around", post(b"Content-Length:  3 ", body=b"abc"), ["POST / abc"]),
    ("Content-Length twice, equal", post(b"Content-Length: 3", b"Content-Length: 3", body=b"abc"), ["400"]),
    ("Content-Length twice, different", post(b"Content-Length: 3", b"Content-Length: 4", body=b"abcd"), ["400"]),
    ("Content-Length as a list", post(b"Content-Length: 3, 3", body=b"abc"), ["400"]),
    ("Content-Length with a sign", post(b"Content-Length: +3", body=b"abc"), ["400"]),
    ("Content-Length with leading zeros", post(b"Content-Length: 010", body=b"abcdefgh"), ["400"]),
    ("Content-Length of many zeros", post(b"Content-Length: 00"), ["400"]),
    ("Content-Length below zero", post(b"Content-Length: -1"), ["400"]),
    ("Content-Length in hexadecimal", post(b"Content-Length: 0x3", body=b"abc"), ["400"]),
    ("Content-Length without value", post(b"Content-Length:"), ["400"]),
    ("Content-Length beyond all numbers", post(b"Content-Length: " + b"9" * 30), ["400"]),
    ("both framings", post(b"Content-Length: 3", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"), ["400"]),
    ("both framings, reversed", post(b"Transfer-Encoding: chunked", b"Content-Length: 3", body=b"0\r\n\r\n"), ["400"]),
    ("a coding that is not known", post(b"Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n"), ["501"]),
    ("a coding after chunked", post(b"Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n"), ["400"]),
    ("identity", post(b"Transfer-Encoding: identity"), ["400"]),
    ("chunked twice", post(b"Transfer-Encoding: chunked, chunked", body=b"0\r\n\r\n"), ["400"]),
    ("chunked in two fields", post(*[b"Transfer-Encoding: chunked"] * 2, body=b"0\r\n\r\n"), ["400"]),
    ("chunked behind a vertical tab", post(b"Transfer-Encoding: \x0bchunked", body=b"0\r\n\r\n"), ["400"]),
    ("chunked in another case", post(b"Transfer-Encoding: CHUNKED", body=b"0\r\n\r\n"), ["POST /"]),
    ("chunked in HTTP/1.0", get(b"Transfer-Encoding: chunked", line=b"POST / HTTP/1.0") + b"0\r\n\r\n", ["400"]),
    ("a body larger than allowed", post(b"Content-Length: 65", body=b"a" * 65), ["413"]),
    ("a body as large as allowed", post(b"Content-Length: 64", body=b"a" * 64), ["POST / " + "a" * 64]),
    ("100-continue", post(b"Content-Length: 3", b"Expect: 100-continue"), ["continue"]),
    ("100-continue, body at hand", post(b"Content-Length: 3", b"Expect: 100-Continue", body=b"abc"), ["POST / abc"]),
    ("100-continue without body", post(b"Expect: 100-continue"), ["POST /"]),
    ("100-continue, too large", post(b"Content-Length: 65", b"Expect: 100-continue"), ["413"]),
    (
        "100-continue in HTTP/1.0",
        get(b"Content-Length: 3", b"Expect: 100-continue", line=b"POST / HTTP/1.0"),
        [],
    ),
]

CHUNKS: list[tuple[str, bytes, list[str]]] = [
    ("two chunks", CHUNKED + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", ["POST / abcde"]),
    ("capital and small digits, leading zeros", CHUNKED + b"00a\r\n0123456789\r\n0\r\n\r\n", ["POST / 0123456789"]),
    ("an extension", CHUNKED + b'3;a="b;c"\r\nabc\r\n0;x\r\n\r\n', ["POST / abc"]),
    ("an extension with a quoted quote", CHUNKED + b'3;a="b\\"c"\r\nabc\r\n0\r\n\r\n', ["POST / abc"]),
    ("several extensions", CHUNKED + b"3;a=b; c = d ;e\r\nabc\r\n0\r\n\r\n", ["POST / abc"]),
    ("an extension without name", CHUNKED + b"3;\r\nabc\r\n0\r\n\r\n", ["400"]),
    ("an extension with a value alone", CHUNKED + b"3;=b\r\nabc\r\n0\r\n\r\n", ["400"]),
    ("an extension without value", CHUNKED + b"3;a=\r\nabc\r\n0\r\n\r\n", ["400"]),
    ("an extension whose name is no token", CHUNKED + b"3;a[=b\r\nabc\r\n0\r\n\r\n", ["400"]),
    ("an extension with two values", CHUNKED + b"3;a=b c\r\nabc\r\n0\r\n\r\n", ["400"]),
    ("an extension whose quote has no end", CHUNKED + b'3;a="b\r\nabc\r\n0\r\n\r\n', ["400"]),
    ("an extension that goes on after its quote", CHUNKED + b'3;a="b"c\r\nabc\r\n0\r\n\r\n', ["400"]),
    ("an empty extension among others", CHUNKED + b"3;a;;b\r\nabc\r\n0\r\n\r\n", ["400"]),
    ("an empty extension of the last chunk", CHUNKED + b"0;\r\n\r\n", ["400"]),
    ("a blank between size and extension", CHUNKED + b"3 ;a\r\nabc\r\n0\r\n\r\n", ["400"]),
    (
        "trailer fields are dropped",
        CHUNKED + b"1\r\na\r\n0\r\nX: y\r\nHost: evil\r\n\r\n" + get(OK),
        ["POST / a", "GET /"],
    ),
    ("a size line with LF alone", CHUNKED + b"3\nabc\r\n0\r\n\r\n", ["400"]),
    ("a chunk closed with LF alone", CHUNKED + b"3\r\nabc\n0\r\n\r\n", ["400"]),
    ("a chunk longer than its size", CHUNKED + b"3\r\nabcd\r\n0\r\n\r\n", ["400"]),
    ("a size with 0x", CHUNKED + b"0x3\r\nabc\r\n0\r\n\r\n", ["400"]),
    ("a size with a sign", CHUNKED + b"+3\r\nabc\r\n0\r\n\r\n", ["400"]),
    ("a size below zero", CHUNKED + b"-3\r\nabc\r\n", ["400"]),
    ("a size with an underscore", CHUNKED + b"1_0\r\n", ["400"]),
    ("a size with a blank", CHUNKED + b"3 \r\nabc\r\n0\r\n\r\n", ["400"]),
    ("no size", CHUNKED + b"\r\nabc\r\n", ["400"]),
    ("a size beyond all numbers", CHUNKED + b"f" * 17 + b"\r\n", ["400"]),
    ("a size larger than allowed", CHUNKED + b"41\r\n", ["413"]),
    ("chunks that add up to too much", CHUNKED + b"20\r\n" + b"a" * 32 + b"\r\n21\r\n", ["413"]),
    ("a LF in an extension", CHUNKED + b"3;a\nb\r\nabc\r\n0\r\n\r\n", ["400"]),
    ("a CR in an extension", CHUNKED + b"3;a\rb\r\nabc\r\n0\r\n\r\n", ["400"]),
    ("a long extension", CHUNKED + b"1;" + b"a" * 64 + b"\r\na\r\n", ["400"]),
    ("an endless extension", CHUNKED + b"1;" + b"a" * 64, ["400"]),
    ("many small extensions", CHUNKED + b"1;aaaaaaaaa\r\na\r\n" * 4, ["400"]),
    ("as many small chunks as allowed", CHUNKED + b"1\r\na\r\n" * 14 + b"0\r\n\r\n", ["POST / " + "a" * 14]),
    ("too many small chunks", CHUNKED + b"1\r\na\r\n" * 20, ["400"]),
    ("a trailer that is no field", CHUNKED + b"0\r\nX\r\n\r\n", ["400"]),
    ("a trailer with LF alone", CHUNKED + b"0\r\nX: y\n\r\n", ["400"]),
    ("too many trailers", CHUNKED + b"0\r\n" + b"X: y\r\n" * 9 + b"\r\n", ["431"]),
    ("an endless trailer", CHUNKED + b"0\r\nX: " + b"y" * 600, ["431"]),
]

SEQUENCES: list[tuple[str, bytes, list[str]]] = [
    (
        "pipelined",
        get(OK) + get(OK, line=b"GET /2 HTTP/1.1") + get(OK, line=b"HEAD /3 HTTP/1.1"),
        ["GET /", "GET /2", "HEAD /3"],
    ),
    ("pipelined bodies", post(b"Content-Length: 1", body=b"a") * 2 + get(OK), ["POST / a", "POST / a", "GET /"]),
    ("nothing is read after a refusal", get(OK) + b"GET  / HTTP/1.1\r\n\r\n" + get(OK), ["GET /", "400"]),
    ("a repeated head with another target", get(OK) + get(OK, line=b"GET /%2e HTTP/1.1"), ["GET /", "GET /"]),
    ("a repeated head with a bad target", get(OK) + get(OK, line=b"GET /\x7f HTTP/1.1"), ["GET /", "400"]),
    (
        "a repeated head with a long target",
        get(OK) + get(OK, line=b"GET /" + b"a" * 130 + b" HTTP/1.1"),
        ["GET /", "414"],
    ),
    ("a repeated head without target", get(OK) + get(OK, line=b"GET HTTP/1.1"), ["GET /", "400"]),
    ("the same fields in HTTP/1.0", get(OK) + get(OK, line=b"GET /2 HTTP/1.0"), ["GET /", "GET /2"]),
    ("a version inside a value", get(OK) + get(b"X: a HTTP/1.1", OK), ["GET /", "GET /"]),
]

CASES = [*REQUEST_LINES, *TARGETS, *FIELDS, *FRAMING, *CHUNKS, *SEQUENCES]


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


@pytest.mark.parametrize(("data", "expected"), [pytest.param(*case[1:], id=case[0]) for case in CASES])
def test_bytes_become_these_events(data: bytes, expected: list[str]) -> None:
    assert list(events(connect(), data)) == expected


@pytest.mark.parametrize(("data", "expected"), [pytest.param(*case[1:], id=case[0]) for case in CASES])
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
