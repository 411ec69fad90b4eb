"""The head of a request: request line and header fields.

In: bytes. Out: `parse_request_line` and `parse_fields`. Never: state between two heads: each is parsed by itself, so
nothing that one request says can change how the next is read.

The request line is read here, the field lines by llhttp in its strict mode, which refuses bare CR and LF, control
characters, blanks around names, line folding, and Content-Length and Transfer-Encoding in any doubtful form. What
llhttp lets pass and is refused here:

1. Versions other than 1.x, of which those above 1.1 are read as 1.1 (RFC 9110, 6.2); more than one blank between the
   parts of a request line (RFC 9112, 3).
2. `Host` missing from HTTP/1.1, twice, or not a host with an optional port (RFC 9112, 3.2).
3. `Transfer-Encoding` other than `chunked` (501), or in HTTP/1.0 (6.1).
4. Expectations other than `100-continue` (RFC 9110, 10.1.1).
5. `Content-Type` twice (RFC 9110, 5.3), and `Content-Length` with leading zeros.
"""

from __future__ import annotations

import re
from typing import Final

import httptools
from msgspec import Struct, structs

from katana.runtime._codings import canonical
from katana.runtime._headers import Headers
from katana.runtime._limits import Limits
from katana.runtime._media import essence
from katana.runtime._problem import Problem
from katana.runtime._problem_statuses import (
    BadRequest,
    ExpectationFailed,
    HttpVersionNotSupported,
    MethodNotImplemented,
    RequestHeaderFieldsTooLarge,
    UriTooLong,
)
from katana.runtime.http1._target import TARGET_CHARACTERS, is_authority

METHODS: Final = {
    name.encode(): name for name in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY", "TRACE")
}
_TOKEN: Final = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_MAX_METHOD: Final = 32
_VERSION: Final = re.compile(rb"HTTP/[0-9]\.[0-9]")
# No leading zeros: some parsers take such a number for octal.
_LENGTH: Final = re.compile(r"0|[1-9][0-9]{0,17}")


class Fields(Struct, frozen=True, kw_only=True):
    """The header fields of one request and what they say about framing.

    `length` is the announced size of the body in bytes, 0 without one; `chunked` is set for a body in chunks;
    `announced` says that there is a Content-Length or Transfer-Encoding at all, `has_body` that bytes follow the head.
    `size` is that of all field lines in bytes.
    `coding` is the content coding of the body, None without one, and `media_type` what it is a coding of, None when
    the request does not say. `accept` is None when anything goes.
    """

    headers: Headers
    accept: str | None
    coding: str | None
    media_type: str | None
    length: int
    chunked: bool
    announced: bool
    has_body: bool
    keep_alive: bool
    http10: bool
    expects_continue: bool
    size: int


def parse_request_line(line: bytes, limits: Limits) -> tuple[str, str, bool]:
    """Method, target and whether the version is 1.0, from a line without its CRLF. Raises a Problem."""
    if len(line) > limits.request_line:
        raise line_too_long(line, limits)
    parts = line.split(b" ")
    if len(parts) != 3 or not _TOKEN.fullmatch(parts[0]) or not _VERSION.fullmatch(parts[2]):
        raise BadRequest("http.request_line", detail="the request line is not `METHOD TARGET HTTP/1.1`")
    if not parts[2].startswith(b"HTTP/1."):
        raise HttpVersionNotSupported("http.version", detail="this server speaks HTTP/1.1 and HTTP/1.0")
    if parts[0] == b"CONNECT" or len(parts[0]) > _MAX_METHOD:
        raise MethodNotImplemented("http.method", detail="this server does not implement the method")
    return parse_method(parts[0]), parse_target(parts[1]), parts[2] == b"HTTP/1.0"


def line_too_long(line: bytes, limits: Limits) -> Problem:
    """The refusal of a request line, or of its beginning, that is longer than allowed."""
    if b" " not in line[: limits.request_line]:
        return BadRequest("http.request_line", detail="the method has no end")
    return UriTooLong("http.request_line", detail=f"the request line is longer than {limits.request_line} bytes")


def parse_method(method: bytes) -> str:
    """A method as text; methods are case-sensitive (RFC 9110, 9.1)."""
    return METHODS.get(method) or method.decode("ascii")


def parse_target(target: bytes) -> str:
    """A request target as text. Raises BadRequest for characters that do not belong there."""
    if not target or target.translate(None, TARGET_CHARACTERS):
        raise BadRequest("http.target", detail="the request target has characters that must be percent-encoded")
    return target.decode("ascii")


def parse_fields(block: bytes, *, http10: bool, limits: Limits) -> Fields:
    """Header fields, from the CRLF of the request line up to and including the empty line. Raises a Problem."""
    if block.count(b"\r\n") - 2 > limits.fields:
        raise RequestHeaderFieldsTooLarge("http.fields", detail=f"more than {limits.fields} header fields")
    headers = Headers(tuple(_field_lines(block)))
    coding, length = headers.get("transfer-encoding"), headers.get("content-length")
    content_type = headers.get("content-type")
    connection = _tokens(headers.get("connection"))
    if not http10 or "host" in headers:
        _check_host(headers)
    if length is not None and (coding is not None or not _LENGTH.fullmatch(length)):
        raise BadRequest("http.framing", detail="Content-Length is not one number of bytes")
    if coding is not None:
        _check_coding(coding, http10=http10)
    if content_type is not None and len(headers.all("content-type")) > 1:
        raise BadRequest("http.content_type", detail="a request has one Content-Type field at most")
    return Fields(
        headers=headers,
        coding=canonical(headers.get("content-encoding") or "identity"),
        accept=None if headers.get("accept") == "*/*" else headers.get("accept"),
        media_type=None if content_type is None else essence(content_type),
        length=int(length or 0),
        chunked=coding is not None,
        announced=coding is not None or length is not None,
        has_body=coding is not None or int(length or 0) > 0,
        keep_alive="close" not in connection and (not http10 or "keep-alive" in connection),
        http10=http10,
        expects_continue=not http10 and _expects_continue(headers),
        size=len(block) - 4,
    )


def for_host(fields: Fields, authority: str) -> Fields:
    """`fields` with the host of a target in absolute-form, which replaces what was received (RFC 9112, 3.2.2)."""
    if fields.headers.get("host") == authority:
        return fields
    others = (pair for pair in fields.headers if pair[0] != "host")
    return structs.replace(fields, headers=Headers((("host", authority), *others)))


class _Recorder:
    """Receives llhttp's callbacks for one head."""

    __slots__ = ("pairs",)

    def __init__(self) -> None:
        self.pairs: list[tuple[str, str]] = []

    def on_header(self, name: bytes, value: bytes) -> None:
        self.pairs.append((name.decode("ascii").lower(), value.strip(b" \t").decode("latin-1")))


def _field_lines(block: bytes) -> list[tuple[str, str]]:
    recorder = _Recorder()
    try:
        # The method and target given here do not matter: llhttp's framing rules for requests depend on fields alone.
        httptools.HttpRequestParser(recorder).feed_data(b"POST / HTTP/1.1" + block)
    except httptools.HttpParserUpgrade:
        # An upgrade is an offer that a server may ignore (RFC 9110, 7.8).
        pass
    except httptools.HttpParserError as error:
        raise BadRequest("http.fields", detail=f"the header fields are malformed: {error}") from None
    return recorder.pairs


def _check_host(headers: Headers) -> None:
    hosts = headers.all("host")
    if len(hosts) != 1 or not is_authority(hosts[0]):
        raise BadRequest("http.host", detail="a request has exactly one Host field, a host with an optional port")


def _check_coding(coding: str, *, http10: bool) -> None:
    if http10:
        raise BadRequest("http.framing", detail="HTTP/1.0 has no Transfer-Encoding")
    if coding.lower() != "chunked":
        raise MethodNotImplemented("http.transfer_coding", detail="the only transfer coding here is chunked")


def _expects_continue(headers: Headers) -> bool:
    expectation = headers.get("expect")
    if expectation is None:
        return False
    if expectation.lower() != "100-continue":
        raise ExpectationFailed("http.expect", detail="the only expectation here is 100-continue")
    return True


def _tokens(value: str | None) -> frozenset[str]:
    return frozenset(token.strip(" \t").lower() for token in value.split(",")) if value else frozenset()
