"""Requests, and the responses that they get over a socket.

Each row: section, name, bytes, the statuses that come back, patterns of fields of the last response (None: it has no
such field), and its content, None where the test does not ask.
"""

from __future__ import annotations

from conformance.http1.http1_samples import OK, get, post

Answer = tuple[str, str, bytes, list[int], dict[str, str | None], bytes | None]

_DATE = r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT"
_PROBLEM = r"application/problem\+json"

FIELDS_OF_RESPONSES: list[Answer] = [
    ("9110 6.6.1", "a response has a Date", get(OK), [200], {"date": _DATE}, b"GET /"),
    ("9110 6.6.1", "a refusal has a Date", get(), [400], {"date": _DATE}, None),
    ("9110 10.2.4", "a response has no Server", get(OK), [200], {"server": None, "x-powered-by": None}, None),
    ("9110 8.3", "a response with content has its type", get(OK), [200], {"content-type": "text/plain; .*"}, None),
    ("9110 8.6", "a response has its length", get(OK), [200], {"content-length": "5", "transfer-encoding": None}, None),
    ("9110 8.6", "204 has no length", get(OK, line=b"GET /-/none HTTP/1.1"), [204], {"content-length": None}, b""),
    ("9110 15.4.5", "304 has no content", get(OK, line=b"GET /-/same HTTP/1.1"), [304], {"etag": '"1"'}, b""),
    (
        "9112 7.1",
        "a response without a length is sent in chunks",
        get(OK, line=b"GET /-/stream HTTP/1.1"),
        [200],
        {"transfer-encoding": "chunked", "content-length": None},
        b"2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
    ),
    (
        "9112 6.1",
        "HTTP/1.0 gets no chunks",
        get(OK, b"Connection: keep-alive", line=b"GET /-/stream HTTP/1.0"),
        [200],
        {"transfer-encoding": None, "content-length": None, "connection": "close"},
        b"abc",
    ),
    ("9457 3", "a refusal is a problem", get(), [400], {"content-type": _PROBLEM, "connection": "close"}, None),
]

METHODS: list[Answer] = [
    (
        "9110 9.3.2",
        "HEAD has the fields of GET and no content",
        get(OK, line=b"HEAD / HTTP/1.1"),
        [200],
        {"content-length": "6", "content-type": "text/plain; .*"},
        b"",
    ),
    (
        "9110 9.3.2",
        "HEAD of a stream has its fields and no content",
        get(OK, line=b"HEAD /-/stream HTTP/1.1"),
        [200],
        {"content-length": None},
        b"",
    ),
    (
        "9110 9.3.2",
        "HEAD of nothing is refused without content",
        get(OK, line=b"HEAD /-/any HTTP/1.1"),
        [405],
        {"allow": "OPTIONS, POST"},
        b"",
    ),
    ("9110 9.3.2", "a malformed HEAD is refused without content", get(line=b"HEAD / HTTP/1.1"), [400], {}, b""),
    (
        "9110 9.3.2",
        "a malformed HEAD behind another request is refused without content",
        get(OK) + b"\r\n" + get(OK, OK, line=b"HEAD / HTTP/1.1"),
        [200, 400],
        {},
        b"",
    ),
    (
        "9110 9.3.2",
        "a HEAD with too large a body is refused without content",
        get(OK, b"Content-Length: 65", line=b"HEAD / HTTP/1.1"),
        [413],
        {"connection": "close"},
        b"",
    ),
    (
        "9110 9.3.7",
        "OPTIONS lists the methods",
        get(OK, line=b"OPTIONS /-/get HTTP/1.1"),
        [204],
        {"allow": "GET, HEAD, OPTIONS"},
        b"",
    ),
    ("9110 9.3.7", "OPTIONS of the server", get(OK, line=b"OPTIONS * HTTP/1.1"), [204], {"content-length": None}, b""),
    (
        "9110 9.3.8",
        "TRACE is not allowed and reflects nothing",
        get(OK, b"Authorization: secret", line=b"TRACE / HTTP/1.1"),
        [405],
        {"content-type": _PROBLEM},
        None,
    ),
    (
        "9110 9.3.8",
        "the body of TRACE is read",
        get(OK, b"Content-Length: 3", line=b"TRACE / HTTP/1.1") + b"abc" + get(OK),
        [405, 200],
        {},
        b"GET /",
    ),
    (
        "9110 9.3.6",
        "CONNECT is not implemented",
        get(OK, line=b"CONNECT a.example:443 HTTP/1.1"),
        [501],
        {"connection": "close"},
        None,
    ),
    (
        "9110 15.5.6",
        "a method that a resource does not have",
        get(OK, line=b"DELETE /-/get HTTP/1.1") + get(OK, line=b"DELETE /-/get HTTP/1.1"),
        [405, 405],
        {"allow": "GET, HEAD, OPTIONS"},
        None,
    ),
    ("9110 15.6.2", "a method that nobody knows", get(OK, line=b"HACK / HTTP/1.1") + get(OK), [501, 200], {}, b"GET /"),
    ("9110 9.1", "a known method in lower case", get(OK, line=b"post / HTTP/1.1") + get(OK), [501, 200], {}, b"GET /"),
]

CONNECTIONS: list[Answer] = [
    ("9112 9.3", "HTTP/1.1 stays open without saying so", get(OK) * 2, [200, 200], {"connection": None}, b"GET /"),
    (
        "9112 9.6",
        "a client that says close is obeyed",
        get(OK, b"Connection: close"),
        [200],
        {"connection": "close"},
        b"GET /",
    ),
    ("9112 9.6", "nothing is served behind a close", get(OK, b"Connection: close") + get(OK), [200], {}, b"GET /"),
    (
        "9112 9.6",
        "close may stand among other options",
        get(OK, b"Connection: x, Close"),
        [200],
        {"connection": "close"},
        b"GET /",
    ),
    ("9112 9.3", "HTTP/1.0 closes", get(line=b"GET / HTTP/1.0"), [200], {"connection": "close"}, b"GET /"),
    (
        "9112 9.3",
        "HTTP/1.0 stays open when it is asked to",
        get(b"Connection: keep-alive", line=b"GET / HTTP/1.0") + get(b"Connection: Keep-Alive", line=b"GET / HTTP/1.0"),
        [200, 200],
        {"connection": "keep-alive"},
        b"GET /",
    ),
    (
        "9112 9.3.2",
        "pipelined requests are answered in their order",
        b"".join(get(OK, line=b"GET /%d HTTP/1.1" % n) for n in range(50)),
        [200] * 50,
        {},
        b"GET /49",
    ),
    (
        "9110 7.8",
        "an upgrade is answered in HTTP/1.1",
        get(OK, b"Connection: Upgrade", b"Upgrade: websocket", b"Sec-WebSocket-Version: 99"),
        [200],
        {"upgrade": None},
        b"GET /",
    ),
    (
        "9112 2.3",
        "HTTP/1.0 is answered as 1.1, which is what the server speaks",
        get(line=b"GET / HTTP/1.0"),
        [200],
        {},
        b"GET /",
    ),
]

CONTENT: list[Answer] = [
    (
        "9110 10.1.1",
        "who reads a body offers 100, and the final response follows",
        post(b"Content-Length: 3", b"Expect: 100-continue", line=b"POST /-/upload HTTP/1.1"),
        [100, 400],
        {"content-type": _PROBLEM},
        None,
    ),
    (
        "9110 15.2",
        "HTTP/1.0 gets no 100",
        post(b"Content-Length: 3", b"Expect: 100-continue", body=b"abc", line=b"POST /-/upload HTTP/1.0"),
        [200],
        {},
        b"abc",
    ),
    (
        "9110 15.5.18",
        "an expectation that is not known",
        post(b"Expect: tea", b"Content-Length: 3", body=b"abc"),
        [417],
        {"connection": "close"},
        None,
    ),
    (
        "9110 14.2",
        "Range of dynamic content is ignored",
        get(OK, b"Range: bytes=0-1"),
        [200],
        {"content-range": None, "accept-ranges": None},
        b"GET /",
    ),
    (
        "9110 14.2",
        "Range of POST is ignored",
        post(b"Range: bytes=0-1", b"Content-Length: 3", body=b"abc"),
        [200],
        {"content-range": None},
        b"POST / abc",
    ),
    (
        "9110 14.2",
        "many ranges are ignored",
        get(OK, b"Range: bytes=" + b",".join(b"0-" for _ in range(100))),
        [200],
        {},
        b"GET /",
    ),
    (
        "9110 12.5.1",
        "nothing that the client accepts",
        get(OK, b"Accept: image/png", line=b"GET /-/get HTTP/1.1"),
        [406],
        {"connection": None},
        None,
    ),
    (
        "9110 15.5.16",
        "content of another type",
        post(b"Content-Type: text/html", b"Content-Length: 2", body=b"{}", line=b"POST /-/json HTTP/1.1") + get(OK),
        [415, 200],
        {},
        b"GET /",
    ),
    (
        "9110 15.5.12",
        "no content where some is needed",
        post(line=b"POST /-/json HTTP/1.1") + get(OK),
        [411, 200],
        {},
        b"GET /",
    ),
    (
        "9110 8.3",
        "content whose type is not said, where any is taken",
        post(b"Content-Length: 3", body=b"abc", line=b"POST /-/any HTTP/1.1"),
        [200],
        {},
        b"POST /-/any abc",
    ),
    (
        "9110 8.3",
        "content whose type is not said, where octets are taken",
        post(b"Content-Length: 3", body=b"abc", line=b"POST /-/octets HTTP/1.1"),
        [200],
        {},
        b"POST /-/octets abc",
    ),
    (
        "9110 8.3",
        "content whose type is not said, where JSON is taken",
        post(b"Content-Length: 2", body=b"{}", line=b"POST /-/json HTTP/1.1"),
        [415],
        {},
        None,
    ),
    (
        "9110 8.3",
        "content whose type is not said, where it decides",
        post(b"Content-Length: 2", body=b"{}", line=b"POST /-/two HTTP/1.1"),
        [415],
        {},
        None,
    ),
]

ANSWERS: list[Answer] = [*FIELDS_OF_RESPONSES, *METHODS, *CONNECTIONS, *CONTENT]
