"""A body that is read while it arrives, as its connection sees it.

In: the pieces that a `Connection` has parsed. Out: the `ByteStream` of the request, and what the connection has to
know: whether to read on, what to wait for, whether it can be used again. Never: a socket or a timer.

1. Before the response is complete, pieces go to the reader; after that they are thrown away, up to `limits.unread`.
2. A body that cannot come to its end (malformed, too large, too late, cut off) fails its reader. Nothing more is read
   from its connection, which closes after the response.
3. `100 Continue` is offered when the reader first waits, never after the head of the response (RFC 9110, 10.1.1).
   A client that was not offered it may send the body or not, so the connection closes after the response.
4. The time that a reader waits is counted against `body_timeout` and what arrives at `body_rate`: who sends a byte now
   and then does not hold a handler for ever.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from katana.runtime._byte_stream import ByteStream
from katana.runtime._headers import Headers
from katana.runtime._problem import Problem
from katana.runtime.http1._connection import END, Connection
from katana.runtime.http1._intake import Intake

if TYPE_CHECKING:
    from katana.runtime.http1._connection import Request
    from katana.runtime.http1._shared import Shared


class Rest(enum.Enum):
    """What is left of a body: nothing, more to come, or more than is waited for."""

    NOTHING = enum.auto()
    MORE = enum.auto()
    TOO_MUCH = enum.auto()


class Upload:
    """The body of one request.

    Args:
        core: has given out the request, and gives out its body.
        shared: limits and clock.
        request: whose body it is.
        offer: sends `100 Continue`.
        wanted: called when the reader begins to wait, and when there is room again.

    `stream` is for the handler. `open`: not all has arrived. `broken`: not all ever will (rule 2).
    """

    __slots__ = ("_clock", "_core", "_intake", "_limits", "_offer", "_offers", "_patience", "_request", "_since",
                 "_unread", "_wanted", "broken", "open", "stream")  # fmt: skip

    def __init__(
        self,
        core: Connection,
        shared: Shared,
        request: Request,
        *,
        offer: Callable[[], None],
        wanted: Callable[[], None],
    ) -> None:
        self.open = True
        self.broken = False
        self._core = core
        self._limits = limits = shared.limits
        self._request = request
        self._offers = request.fields.expects_continue
        self._unread = limits.unread
        self._offer = offer
        self._wanted = wanted
        self._clock = shared.loop.time
        self._since = 0.0
        self._patience = limits.body_timeout
        self._intake = Intake(limits.stream_buffer, self._reader_wants)
        length = None if request.fields.chunked else request.fields.length
        self.stream = ByteStream(self._intake, length, self._trailers)
        self.take()

    @property
    def full(self) -> bool:
        """Whether the reader is to take something before more is received."""
        return self.open and self._intake.full

    @property
    def held(self) -> int:
        """Bytes received and not read."""
        return self._intake.held

    @property
    def waiting(self) -> bool:
        """Whether the reader waits for the client."""
        return self.open and self._intake.waiting

    @property
    def patience(self) -> float:
        """Seconds that are left for the reader to wait (rule 4)."""
        return max(0.0, min(self._patience, self._limits.body_timeout))

    def take(self) -> None:
        """Give the reader what has arrived."""
        if self.waiting:
            self._patience -= self._clock() - self._since
            self._since = self._clock()
        while (event := self._core.next_event()) is not None:
            if type(event) is bytes:
                self._offers = False
                self._patience += len(event) / self._limits.body_rate if self._limits.body_rate else math.inf
                self._intake.feed(event)
            elif event is END:
                self.open = False
                self._offers = False
                self._intake.end()
                return
            elif isinstance(event, Problem):
                self.fail(event)
                return

    def fail(self, error: Exception) -> None:
        """Rule 2."""
        if self.open:
            self.open = False
            self.broken = True
            self._core.close()
            self._intake.fail(error)

    def reusable(self, *, complete: bool) -> bool:
        """Whether the connection can be used after the response; asked when its head is to be sent.

        `complete`: the content of the response is there as well, so that nobody reads any more.
        """
        if self._offers:
            self._offers = False
            self.broken = True
        if complete and self.open and self._too_much_left():
            self.broken = True
        return not self.broken

    def _too_much_left(self) -> bool:
        """Whether it is known already that the rest will not be thrown away up to its end (rule 1).

        How much is left of a body in chunks is not known beyond the present one. But a sender that is ahead by as much
        as is held for it has been stopped in the middle of much: it is told now (RFC 9112, 9.6), not cut off later.
        """
        return self._core.left > self._limits.unread or (self.stream.length is None and self._intake.full)

    def drop(self) -> None:
        """Nobody is to read any more."""
        self._intake.drop()

    def rest(self) -> Rest:
        """Throw away what has arrived since (rule 1)."""
        while self.open and (event := self._core.next_event()) is not None:
            if event is END:
                self.open = False
            elif type(event) is bytes and len(event) <= self._unread:
                self._unread -= len(event)
            else:
                return Rest.TOO_MUCH
        return Rest.MORE if self.open else Rest.NOTHING

    def _trailers(self) -> Headers:
        """Those of the request, for a reader that has come to the end of its body."""
        if not self._intake.finished:
            raise RuntimeError("the trailer fields of a body are there when it has been read to its end")
        return Headers(self._request.trailers)

    def _reader_wants(self) -> None:
        if self._offers:
            self._offers = False
            self._offer()
        if self.open:
            self._since = self._clock()
            self._wanted()
