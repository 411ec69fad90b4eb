"""What stands before the handler of an operation with limits of its own.

In: an endpoint with `concurrency` or `header_limit`. Out: its reply, or a Problem. Never: an endpoint without them,
which is called directly and pays nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Final

from katana.runtime._problem import problem_reply
from katana.runtime._problem_statuses import RequestHeaderFieldsTooLarge, ServiceUnavailable
from katana.runtime._reply import Reply, StreamReply
from katana.runtime._slots import Slots

if TYPE_CHECKING:
    from katana.runtime._limits import Limits
    from katana.runtime._routing import Endpoint


def check_headers(endpoint: Endpoint, size: int) -> None:
    """Raises RequestHeaderFieldsTooLarge for more bytes of header fields than the operation takes."""
    limit = endpoint.header_limit
    if limit is not None and size > limit:
        raise RequestHeaderFieldsTooLarge(
            "http.fields", detail=f"the header fields are larger than the {limit} bytes that this operation takes"
        )


def overload() -> ServiceUnavailable:
    """What a request is told that cannot be begun soon."""
    return ServiceUnavailable("http.overload", detail="too many requests are waiting", retry_after=1)


OVERLOAD: Final = problem_reply(None, overload())
"""The reply, made once: nobody who is turned away is to cost more than need be, and no log line needs a request id."""


class Lease:
    """The slot of one request; given back once, however often it is released."""

    __slots__ = ("_gate", "_since")

    def __init__(self, gate: Gate) -> None:
        self._gate: Gate | None = gate
        self._since = time.monotonic()

    def release(self) -> None:
        """Give the slot back."""
        gate, self._gate = self._gate, None
        if gate is not None:
            gate.release(self._since)


class Gate:
    """The slots of one operation. A request that waits for one is an ordinary flight: it can be cancelled.

    `refused`: how many were turned away.
    """

    __slots__ = ("_slots", "refused")

    def __init__(self, most: int, limits: Limits) -> None:
        self.refused = 0
        self._slots: Slots[asyncio.Future[None]] = Slots(
            most, target=limits.queue_target, interval=limits.queue_interval
        )

    async def enter(self) -> Lease:
        """Wait for a slot, not for long. Raises ServiceUnavailable."""
        if not self._slots.take(time.monotonic()):
            try:
                await self._queue()
            except ServiceUnavailable:
                self.refused += 1
                raise
        return Lease(self)

    def release(self, since: float | None) -> None:
        """A slot that was used from `since` on, None: not at all, is free. The next in the queue gets it."""
        now = time.monotonic()
        held = None if since is None else now - since
        while True:
            following, late = self._slots.release(now, held)
            for who in late:
                _turn_away(who)
            if following is None:
                return
            if not following.done():
                following.set_result(None)
                return
            held = None  # who was next has been cancelled in this very turn of the loop

    async def _queue(self) -> None:
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()
        if not self._slots.join(turn, time.monotonic()):
            raise overload()
        timer = loop.call_later(self._slots.patience, self._expire, turn)
        try:
            await turn
        except asyncio.CancelledError:
            # Cancelled between the hand-over of the slot and this turn of the loop, it goes to the next.
            if not self._slots.quit(turn) and turn.done() and not turn.cancelled() and turn.exception() is None:
                self.release(None)
            raise
        finally:
            timer.cancel()

    def _expire(self, turn: asyncio.Future[None]) -> None:
        if self._slots.expire(turn):
            _turn_away(turn)


def _turn_away(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_exception(overload())


class Admission:
    """The way of one request through a gate. `lease` is what its flight has to give back, None when nothing."""

    __slots__ = ("_gate", "lease")

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self.lease: Lease | None = None

    async def __call__(self, call: Coroutine[Any, Any, Reply | StreamReply]) -> Reply | StreamReply:
        """Run a handler in its slot. That of a stream is kept until its flight ends."""
        try:
            self.lease = lease = await self._gate.enter()
        except BaseException:
            call.close()
            raise
        streams = False
        try:
            reply = await call
            streams = type(reply) is StreamReply
            return reply
        finally:
            if not streams:
                lease.release()
