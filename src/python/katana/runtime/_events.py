"""Server-Sent Events as values (WHATWG HTML, 9.2).

In: what a contract's events hold. Out: `ServerSentEvent`. Never: their text, which generated code writes and reads.
"""

from __future__ import annotations

from msgspec import Struct


class ServerSentEvent[T](Struct, frozen=True):
    """One event of a stream: `ServerSentEvent(user, event="created", id="7")`.

    Attributes:
        data: what the event says.
        event: its type; None: `message`.
        id: what a client that reconnects sends as `last-event-id`; None: as before.
        retry: milliseconds that a client waits before it reconnects; None: as before.
        comment: text that clients ignore; it keeps an idle connection alive. None: none.
    """

    data: T
    event: str | None = None
    id: str | None = None
    retry: int | None = None
    comment: str | None = None
