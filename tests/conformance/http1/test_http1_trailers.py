"""What the HTTP/1.1 core makes of trailer sections (RFC 9112, 7.1.2), whole and in pieces.

Each row: section of the RFC, name, trailer section, and the fields that are left of it or the status of the refusal.
"""

from __future__ import annotations

import pytest

from conformance.http1.http1_samples import CHUNKED, LIMITS
from katana.runtime import Problem
from katana.runtime.http1 import Connection, Request

Pairs = list[tuple[str, str]]

ROWS: list[tuple[str, str, bytes, Pairs | int]] = [
    ("9112 7.1.2", "none", b"", []),
    ("9110 6.5", "one", b"X-Sum: 1\r\n", [("x-sum", "1")]),
    ("9110 5.1", "names have no case", b"X-SUM: 1\r\n", [("x-sum", "1")]),
    ("9110 5.5", "blanks around a value are none of it", b"X: \t 1 2 \t\r\n", [("x", "1 2")]),
    ("9110 5.5", "a value without bytes", b"X:\r\n", [("x", "")]),
    ("9110 5.5", "obs-text", b"X: \xe4\r\n", [("x", "\xe4")]),
    ("9110 5.3", "several lines keep their order", b"X: 1\r\nY: 2\r\nX: 3\r\n", [("x", "1"), ("y", "2"), ("x", "3")]),
    ("9110 6.5.1", "framing", b"Content-Length: 9\r\nTransfer-Encoding: x\r\nA: b\r\n", [("a", "b")]),
    ("9110 6.5.1", "routing", b"Host: evil\r\nForwarded: for=x\r\nX-Forwarded-For: x\r\nVia: x\r\n", []),
    ("9110 6.5.1", "request modifiers", b"If-Match: *\r\nRange: x\r\nExpect: x\r\nCache-Control: x\r\n", []),
    ("9110 6.5.1", "authentication", b"Authorization: x\r\nCookie: a=b\r\nProxy-Authorization: x\r\n", []),
    ("9110 6.5.1", "what the content is", b"Content-Type: x\r\nContent-Encoding: gzip\r\nContent-Range: x\r\n", []),
    ("9110 6.6.2", "an announcement that comes too late", b"Trailer: x\r\n", []),
    ("9110 7.6.1", "the connection", b"Connection: close\r\nTE: x\r\nUpgrade: x\r\nKeep-Alive: x\r\n", []),
    ("9110 8.8.3", "validators may be computed at the end", b'ETag: "1"\r\n', [("etag", '"1"')]),
    ("9112 5.1", "a blank before the colon", b"X : 1\r\n", 400),
    ("9112 5.2", "a folded line", b"X: 1\r\n 2\r\n", 400),
    ("9112 2.2", "a bare CR", b"X: 1\r2\r\n", 400),
    ("9112 2.2", "a bare LF", b"X: 1\nY: 2\r\n", 400),
    ("9110 5.5", "NUL", b"X: \x00\r\n", 400),
    ("9110 5.1", "no name", b": 1\r\n", 400),
    ("6585 5", "more than allowed", b"X: 1\r\n" * 9, 431),
    ("6585 5", "larger than allowed", b"X: " + b"y" * 600 + b"\r\n", 431),
]  # fmt: skip


@pytest.mark.parametrize(("section", "fields"), [row[2:] for row in ROWS], ids=[f"{row[0]}: {row[1]}" for row in ROWS])
@pytest.mark.parametrize("streams", [False, True])
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_trailer_section(section: bytes, fields: Pairs | int, size: int, *, streams: bool) -> None:
    def plan(request: Request) -> int:
        request.streams = streams
        return LIMITS.body

    connection = Connection(LIMITS, plan)
    data = CHUNKED + b"3\r\nabc\r\n0\r\n" + section + b"\r\n"
    seen: list[Request] = []
    for at in range(0, len(data), size):
        connection.receive(data[at : at + size])
        while (event := connection.next_event()) is not None:
            if isinstance(event, Request):
                seen.append(event)
            elif isinstance(event, Problem):
                assert event.status == fields
                return
    (request,) = seen
    assert list(request.trailers) == fields
    assert not {name for name, _ in request.trailers} & {name for name, _ in request.fields.headers}
