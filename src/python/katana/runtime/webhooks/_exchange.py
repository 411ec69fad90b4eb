"""One attempt: a request and its answer, as values.

In: nothing. Out: types. Never: sockets.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from msgspec import Struct

from katana.runtime._headers import Headers

Fields = tuple[tuple[str, str], ...]


class Exchange(Struct, frozen=True, kw_only=True):
    """A request. `timeout` is in seconds, for everything from name resolution to the last byte of the answer."""

    method: str
    url: str
    fields: Fields
    body: bytes
    timeout: float


class Received(Struct, frozen=True, kw_only=True):
    """An answer: status, header fields, body; and of the delivery its id and how often it was tried."""

    status: int
    headers: Headers
    body: bytes
    message_id: str = ""
    attempts: int = 0


class TargetError(Exception):
    """The request would go where it may not. The text says why."""


class AttemptError(Exception):
    """No answer came: no connection, a reset, a timeout, an answer that is none. The text says why."""


Transport = Callable[[Exchange], Awaitable[Received]]
"""Makes one attempt. Raises TargetError or AttemptError."""
