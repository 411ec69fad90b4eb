"""Responses as values.

In: a status, fields and a body. Out: `Head`, the part of a response that is known when a module is imported, `Reply`,
one response, and `StreamReply`, one that is made while it is sent. Never: sockets, nor bytes that differ from
connection to connection (`date`, `connection`).

Every field that a response carries passes through `field_line`, so no value can end a header and begin another.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterable, Callable
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from katana.runtime._trailers import Trailers

Fields = tuple[tuple[str, str], ...]

# RFC 9110, 5.6.2 (token) and 5.5 (field-value): visible characters, obs-text, and blanks that are not at an edge.
_TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE: Final = re.compile(r"(?:[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?)?")
# CPython 3.12 still has the names of older RFCs.
_RENAMED: Final = {
    413: "Content Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
}
_FRAMING: Final = frozenset({"connection", "content-length", "date", "keep-alive", "transfer-encoding", "upgrade"})


def field_line(name: str, value: str) -> bytes:
    """One header line with its CRLF.

    Raises ValueError for a name that is no token, a value with CR, LF, NUL or another control character or with
    characters beyond Latin-1, and for the fields that frame a message, which only the connection may write
    (RFC 9110, 5.5; RFC 9112, 6).
    """
    # Printable ASCII without blanks at its edges, found in C, is most of what is sent; the expression is for the rest.
    if value.isascii() and value.isprintable() and value.strip(" ") is value:
        return f"{_field_start(name)}{value}\r\n".encode()
    if _VALUE.fullmatch(value) is None:
        raise ValueError(f"not a valid value for the header {name!r}: it has {_fault(value)}")
    return f"{_field_start(name)}{value}\r\n".encode("latin-1")


def _fault(value: str) -> str:
    """What is wrong with a value. Never the value itself, which may be a secret and ends in a log."""
    for position, character in enumerate(value):
        if _VALUE.fullmatch(f"-{character}-") is None:
            return f"{character!r} at {position}"
    return "blanks at its edges"


@lru_cache(maxsize=512)
def _field_start(name: str) -> str:
    """`name: `. A service sends the same few names again and again."""
    if _TOKEN.fullmatch(name) is None:
        raise ValueError(f"not a valid header name: {name!r}")
    if name.lower() in _FRAMING:
        raise ValueError(f"the header {name!r} belongs to the connection and cannot be set by a response")
    return f"{name}: "


def phrase(status: int) -> str:
    """The reason phrase of RFC 9110 for a status, empty when the status is not registered."""
    try:
        return _RENAMED.get(status) or HTTPStatus(status).phrase
    except ValueError:
        return ""


class Head:
    """The preformatted first lines of a response: status line and the fields that are always the same.

    Make one per module, not one per request. `status` is a final status from 200 to 599 (anything else raises
    ValueError); `fields` are pairs of name and value.
    """

    __slots__ = ("bodiless", "content_type", "fields", "lines", "prefix", "status")

    def __init__(self, status: int, content_type: str | None = None, fields: Fields = ()) -> None:
        if not 200 <= status <= 599:
            raise ValueError(f"not a final HTTP status: {status}")
        self.status = status
        self.content_type = content_type
        self.fields = fields
        self.bodiless = status in (204, 304)
        lines = [f"HTTP/1.1 {status} {phrase(status)}\r\n".encode("latin-1")]
        if content_type is not None:
            lines.append(field_line("content-type", content_type))
        lines.extend(field_line(name, value) for name, value in fields)
        self.lines = b"".join(lines)
        self.prefix = self.lines if self.bodiless else self.lines + b"content-length: "

    def __repr__(self) -> str:
        return f"Head({self.status}, {self.content_type!r}, {self.fields!r})"


class Reply(Struct, frozen=True, gc=False):
    """One response: a head made in advance, the body, and the fields that only this response has."""

    head: Head
    body: bytes = b""
    fields: Fields = ()


class Idle(Struct, frozen=True):
    """What a stream sends while it has nothing to say: `chunk`, whenever `after` seconds have passed without one.

    `coded` makes it part of a stream in a content coding; the runtime sets it.
    """

    chunk: bytes
    after: float
    coded: Callable[[bytes], bytes] | None = None


class StreamReply(Struct, frozen=True):
    """One response whose content is sent chunk by chunk, as the client takes it (RFC 9112, 7.1).

    `chunks` is an async iterator, most often a generator, or something that has one. It is first asked before the head
    is sent, so whatever it raises until its first chunk is answered like an error of the operation. After that an error
    closes the connection before the content is complete. An async generator is closed whatever happens, and is not
    started for HEAD and for responses that have no content.

    `idle` keeps a connection alive whose next chunk is late; it sends the head, too, if the first one is.

    `trailers` are sent behind the last chunk to clients that asked for them; see `Ctx.send_trailers`.

    `length`, in bytes, becomes `content-length`; sending more or less than that is an error. Without it the content is
    sent in chunks, which to HTTP/1.0 means until the connection closes.
    """

    head: Head
    chunks: AsyncIterable[bytes]
    fields: Fields = ()
    length: int | None = None
    idle: Idle | None = None
    trailers: Trailers | None = None


class NoContent:
    """The response without content, 204. `return NoContent()`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "NoContent()"

    def __eq__(self, other: object) -> bool:
        return type(other) is NoContent

    def __hash__(self) -> int:
        return hash(NoContent)
