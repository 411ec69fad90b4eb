"""Responses as bytes.

In: a `Reply`. Out: a whole HTTP/1.1 message; of a `StreamReply` the head. Never: a field that was not
checked by `field_line`.
"""

from __future__ import annotations

import enum
import time
from email.utils import formatdate
from typing import Final

from katana.runtime._reply import Reply, StreamReply, field_line

CONTINUE_LINE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"

_LENGTHS: Final = tuple(b"%d" % length for length in range(4096))
_NUMBERS: Final = len(_LENGTHS)


class Framing(enum.Enum):
    """How the end of a streaming response is known (RFC 9112, 6.3): it has no content, chunks, a length, or a close."""

    NONE = enum.auto()
    CHUNKED = enum.auto()
    SIZED = enum.auto()
    CLOSE = enum.auto()


class Tails:
    """The end of a response head, made once a second: `date` and what happens to the connection (RFC 9110, 6.6.1).

    `after_length` follows the digits of Content-Length, `bare` a head without one. `update(now)` takes seconds since
    the epoch.
    """

    __slots__ = ("_second", "after_length", "bare", "closing", "http10")

    def __init__(self) -> None:
        self._second = -1
        self.update(time.time())

    def update(self, now: float) -> None:
        if int(now) == self._second:
            return
        self._second = int(now)
        date = b"date: %b\r\n" % formatdate(self._second, usegmt=True).encode("ascii")
        self.bare = date + b"\r\n"
        self.after_length = b"\r\n" + self.bare
        self.closing = date + b"connection: close\r\n\r\n"
        self.http10 = date + b"connection: keep-alive\r\n\r\n"


def render(reply: Reply, tails: Tails, *, keep_alive: bool, http10: bool, without_body: bool) -> bytes:
    """A response message.

    Args:
        reply: what to send.
        tails: of the current second.
        keep_alive: whether the connection stays open.
        http10: whether the client speaks HTTP/1.0, which wants to be told that.
        without_body: for HEAD: Content-Length without content (RFC 9110, 9.3.2).

    Raises:
        ValueError: a field of the reply has a name or value that would break the message.
    """
    head, body = reply.head, reply.body
    parts = [head.prefix]
    if not head.bodiless:
        parts.append(b"%d\r\n" % len(body))
    parts.extend(field_line(name, value) for name, value in reply.fields)
    parts.append(tails.closing if not keep_alive else tails.http10 if http10 else tails.bare)
    if not (without_body or head.bodiless):
        parts.append(body)
    return b"".join(parts)


def render_usual(reply: Reply, tails: Tails) -> bytes:
    """What `render` makes for HTTP/1.1, a method other than HEAD and a connection that stays open: nearly all."""
    head, body, fields = reply.head, reply.body, reply.fields
    if head.bodiless:
        return render(reply, tails, keep_alive=True, http10=False, without_body=False)
    size = len(body)
    length = _LENGTHS[size] if size < _NUMBERS else b"%d" % size
    if not fields:
        return b"".join((head.prefix, length, tails.after_length, body))
    lines = field_line(*fields[0]) if len(fields) == 1 else b"".join([field_line(*field) for field in fields])
    return b"".join((head.prefix, length, b"\r\n", lines, tails.bare, body))


def framing_of(reply: StreamReply, *, http10: bool, without_body: bool) -> Framing:
    """How a response is to be framed for a client that speaks HTTP/1.0, or that asked with HEAD (`without_body`)."""
    if without_body or reply.head.bodiless:
        return Framing.NONE
    if reply.length is not None:
        return Framing.SIZED
    return Framing.CLOSE if http10 else Framing.CHUNKED


def render_head(
    reply: StreamReply,
    tails: Tails,
    framing: Framing,
    *,
    keep_alive: bool,
    http10: bool,
    announced: tuple[str, ...] = (),
) -> bytes:
    """The head of a streaming response. Arguments and errors are those of `render`.

    `announced`: names of trailer fields that may follow (RFC 9110, 6.6.2).
    """
    parts = [reply.head.lines]
    if announced:
        parts.append(b"trailer: %b\r\n" % ", ".join(announced).encode("ascii"))
    if framing is Framing.CHUNKED:
        parts.append(b"transfer-encoding: chunked\r\n")
    elif reply.length is not None and not reply.head.bodiless:
        parts.append(b"content-length: %d\r\n" % reply.length)
    parts.extend(field_line(name, value) for name, value in reply.fields)
    parts.append(tails.closing if not keep_alive else tails.http10 if http10 else tails.bare)
    return b"".join(parts)
