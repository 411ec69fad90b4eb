"""Several requests on one connection, and what becomes of them. Columns: see `http1_samples`."""

from __future__ import annotations

from conformance.http1.http1_samples import OK, Row, get, post

SEQUENCES: list[Row] = [
    (
        "9112 9.3.2",
        "pipelined",
        get(OK) + get(OK, line=b"GET /2 HTTP/1.1") + get(OK, line=b"HEAD /3 HTTP/1.1"),
        ["GET /", "GET /2", "HEAD /3"],
    ),
    (
        "9112 9.3.2",
        "pipelined bodies",
        post(b"Content-Length: 1", body=b"a") * 2 + get(OK),
        ["POST / a", "POST / a", "GET /"],
    ),
    ("9112 9.3.2", "nothing is read after a refusal", get(OK) + b"GET  / HTTP/1.1\r\n\r\n" + get(OK), ["GET /", "400"]),
    (
        "9112 9.3.2",
        "a repeated head with another target",
        get(OK) + get(OK, line=b"GET /%2e HTTP/1.1"),
        ["GET /", "GET /"],
    ),
    (
        "9112 9.3.2",
        "a repeated head with a bad target",
        get(OK) + get(OK, line=b"GET /\x7f HTTP/1.1"),
        ["GET /", "400"],
    ),
    (
        "9112 9.3.2",
        "a repeated head with a long target",
        get(OK) + get(OK, line=b"GET /" + b"a" * 130 + b" HTTP/1.1"),
        ["GET /", "414"],
    ),
    ("9112 9.3.2", "a repeated head without target", get(OK) + get(OK, line=b"GET HTTP/1.1"), ["GET /", "400"]),
    ("9112 9.3.2", "the same fields in HTTP/1.0", get(OK) + get(OK, line=b"GET /2 HTTP/1.0"), ["GET /", "GET /2"]),
    ("9112 9.3.2", "a version inside a value", get(OK) + get(b"X: a HTTP/1.1", OK), ["GET /", "GET /"]),
    (
        "9112 11.2",
        "a request inside a body with both framings",
        post(b"Content-Length: %d" % (5 + len(get(OK))), b"Transfer-Encoding: chunked", body=b"0\r\n\r\n" + get(OK)),
        ["400"],
    ),
    (
        "9112 11.2",
        "a request inside a chunk with both framings",
        post(b"Transfer-Encoding: chunked", b"Content-Length: 4", body=b"23\r\n" + get(OK) + b"\r\n0\r\n\r\n"),
        ["400"],
    ),
    (
        "9112 11.2",
        "a request behind a body of two lengths",
        post(b"Content-Length: 0", b"Content-Length: 35", body=get(OK)),
        ["400"],
    ),
    (
        "9112 11.2",
        "a request as the body of GET",
        get(OK, b"Content-Length: %d" % len(get(OK))) + get(OK) + get(OK, line=b"GET /2 HTTP/1.1"),
        ["GET / " + get(OK).decode().rstrip(), "GET /2"],
    ),
    (
        "9112 11.2",
        "the body of HEAD is read",
        get(OK, b"Content-Length: 3", line=b"HEAD / HTTP/1.1") + b"abc" + get(OK),
        ["HEAD / abc", "GET /"],
    ),
    (
        "9112 11.2",
        "the body of OPTIONS is read",
        get(OK, b"Content-Length: 3", line=b"OPTIONS / HTTP/1.1") + b"abc" + get(OK),
        ["OPTIONS / abc", "GET /"],
    ),
    (
        "9112 11.2",
        "a body that was not waited for",
        post(b"Content-Length: 3", b"Expect: 100-continue", body=b"abc") + get(OK),
        ["POST / abc", "GET /"],
    ),
    ("9112 9.3.2", "empty lines between requests", get(OK) + b"\r\n\r\n" + get(OK), ["GET /", "GET /"]),
    (
        "9112 9.3.2",
        "a repeated head in another minor version",
        get(OK) + get(OK, line=b"GET / HTTP/1.2") + get(OK),
        ["GET /"] * 3,
    ),
]
