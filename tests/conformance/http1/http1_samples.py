"""What the tables of HTTP/1.1 are made of: bytes of a client, and what is to become of them.

In: parts of requests. Out: `Row`s of section, name, bytes and events. Never: a connection.

An event is `METHOD path[?query] [body]` for a request, a status for a refusal, after which the connection reads no
more, or `continue` for an interim response. A section is RFC and number, such as `9112 6.3`.
"""

from __future__ import annotations

import dataclasses

from katana.runtime import Limits

Row = tuple[str, str, bytes, list[str]]

LIMITS = dataclasses.replace(
    Limits(), body=64, head=512, request_line=128, fields=8, chunk_extensions=32, chunk_overhead=64
)
HOST = b"Host: a.example\r\n"
CHUNKED = b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
OK = b"Host: a.example"


def get(*fields: bytes, line: bytes = b"GET / HTTP/1.1") -> bytes:
    """A head."""
    return b"".join((line, b"\r\n", *(field + b"\r\n" for field in fields), b"\r\n"))


def post(*fields: bytes, body: bytes = b"", line: bytes = b"POST / HTTP/1.1") -> bytes:
    """A request with a Host and whatever frames its body."""
    return get(OK, *fields, line=line) + body
