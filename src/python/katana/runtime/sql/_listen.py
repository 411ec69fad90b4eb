"""What other sessions announce: LISTEN on a connection of its own (manual, NOTIFY).

In: names of channels. Out: an async iterator of notifications. Never: a lane, which has no place for what nobody asked;
a guess that nothing was missed.

1. A process has one connection for all its listeners (`_listeners`), opened for the first, closed after the last.
2. PostgreSQL keeps no notifications for those who are not connected. When the connection was lost, and when a listener
   is so slow that its queue is full, the next item says `missed`: read the state anew, then go on.
3. A pooler hands the connection to others between two transactions, so listening through one is refused.
"""

from __future__ import annotations

import asyncio
from collections import deque
from types import TracebackType
from typing import Final, Self

from msgspec import Struct

from katana.runtime.sql._borrowed import outside
from katana.runtime.sql._codec_text import pack_text
from katana.runtime.sql._database import Database
from katana.runtime.sql._listeners import Listeners
from katana.runtime.sql._statement import Statement

_MOST: Final = 1024
"""Notifications that wait for one listener."""
_LONGEST: Final = 63
"""Bytes of a name (manual, 4.1.1); PostgreSQL cuts a longer one, and its notifications would find nobody."""
_NOTIFY: Final = Statement("katana.notify", "SELECT pg_catalog.pg_notify($1, $2)", (25, 25))


class Notification(Struct, frozen=True):
    """One NOTIFY.

    Attributes:
        channel: where it was sent to.
        payload: up to 8000 bytes of text.
        missed: others may have been lost before this one. If nothing but that is to be said, the payload is empty.
    """

    channel: str
    payload: str = ""
    missed: bool = False


class Listener:
    """The notifications of one channel from now on: `async with listen(ctx.db, "orders") as events:`.

    Entering waits until PostgreSQL listens: what is announced from then on arrives.

    Raises (when entered):
        DatabaseUnavailable: there is no connection.
        RuntimeError: a pooler stands before the server.
    """

    def __init__(self, listeners: Listeners, channel: str) -> None:
        self.channel = channel
        self._listeners = listeners
        self._queue: deque[Notification] = deque()
        self._missed = False
        self._arrived = asyncio.Event()

    async def __aenter__(self) -> Self:
        await self._listeners.join(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._listeners.leave(self)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Notification:
        while not self._queue:
            if self._listeners.closed:
                raise StopAsyncIteration
            self._arrived.clear()
            await self._arrived.wait()
        return self._queue.popleft()

    def put(self, payload: str) -> None:
        """A notification arrived."""
        if len(self._queue) >= _MOST:
            self._missed = True
            return
        self._queue.append(Notification(self.channel, payload, self._missed))
        self._missed = False
        self._arrived.set()

    def gap(self) -> None:
        """Some may have been lost."""
        if len(self._queue) < _MOST:
            self._queue.append(Notification(self.channel, "", missed=True))
        else:
            self._missed = True
        self._arrived.set()

    def wake(self) -> None:
        """Looks whether everything is over."""
        self._arrived.set()


def listen(db: Database, channel: str) -> Listener:
    """What is announced on a channel while the block runs.

    async with listen(ctx.db, "orders") as events:
        async for event in events: ...

    Raises:
        ValueError: the channel is no name: empty, longer than 63 bytes of UTF-8, or text that PostgreSQL cannot hold.
    """
    if not 0 < len(channel.encode("utf-8", "replace")) <= _LONGEST or not _storable(channel):
        raise ValueError(f"a channel has a name of 1 to {_LONGEST} bytes of text, without U+0000")
    return Listener(outside(db).listeners, channel)


def _storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


async def notify(db: Database, channel: str, payload: str = "", deadline: float | None = None) -> None:
    """Announces something, at the commit of the transaction that the caller is inside of, if there is one.

    Args:
        db: `ctx.db`.
        channel: who listens there is told, in every process.
        payload: less than 8000 bytes; more is a DataError.
        deadline: `loop.time()`.

    Raises what `Database.execute` raises.
    """
    await db.execute(_NOTIFY, (pack_text(channel), pack_text(payload)), deadline)
