"""What all connections of one event loop share.

In: limits and a dispatcher. Out: the wheel, the date line and the set of open connections. Never: a listening socket.
"""

from __future__ import annotations

import asyncio
import enum
import math
import time
from collections import Counter
from typing import TYPE_CHECKING

from katana.runtime._refusals import Refusals, together
from katana.runtime._wheel import Wheel
from katana.runtime.http1._render import Tails

if TYPE_CHECKING:
    from katana.runtime._dispatch import Dispatcher
    from katana.runtime._limits import Limits
    from katana.runtime.http1._protocol import HttpProtocol
    from katana.runtime.sql import Database


class Waits(enum.IntEnum):
    """What a connection's one timeout is about. Those after IDLE may end sooner than what was before them."""

    HANDLER = 0
    FIRST = 1
    IDLE = 2
    HEAD = 3
    BODY = 4
    GONE = 5
    WRITE = 6
    LINGER = 7
    CLOSE = 8


class Shared:
    """Shared by the connections of `loop`. `tick()` is to be called every `limits.tick` seconds.

    `draining`: answer what is under way and close. `timeouts`: seconds, by `Waits`. `refusals`: counts by code.
    """

    def __init__(
        self, limits: Limits, dispatcher: Dispatcher, database: Database, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.limits = limits
        self.dispatcher = dispatcher
        self.database = database
        self.loop = loop
        self.draining = False
        self.tails = Tails()
        self.wheel = Wheel(limits.tick, loop.time())
        self.connections: set[HttpProtocol] = set()
        self.timeouts = (
            math.inf,
            limits.idle_timeout,
            limits.idle_timeout,
            limits.head_timeout,
            limits.body_timeout,
            limits.gone_grace,
            limits.write_timeout,
            limits.linger,
            limits.write_timeout,
        )
        self.refusals: Counter[str] = Counter()
        self._empty: asyncio.Future[None] | None = None

    def turned_away(self) -> Refusals:
        """What was refused, by code: here, and by the dispatcher."""
        return together((self.refusals, self.dispatcher.turned_away()))

    def tick(self) -> None:
        """Look at the clocks."""
        self.tails.update(time.time())
        self.wheel.turn(self.loop.time())

    def connection_closed(self, connection: HttpProtocol) -> None:
        """A connection is gone."""
        self.connections.discard(connection)
        if self._empty is not None and not self.connections and not self._empty.done():
            self._empty.set_result(None)

    async def drain(self) -> None:
        """Close idle connections, and return when the others have answered what they had."""
        self.draining = True
        # A request that has reached this machine already is read in the next turn of the loop, and is answered too.
        for _ in range(2):
            await asyncio.sleep(0)
        for connection in tuple(self.connections):
            connection.drain()
        await self.closed()

    def give_up(self) -> None:
        """Answer what is still under way with 503, and close."""
        for connection in tuple(self.connections):
            connection.give_up()

    async def closed(self) -> None:
        """Return when no connection is open."""
        if self.connections:
            self._empty = self.loop.create_future()
            await self._empty
