"""A request whose reply is not there yet: its handler waits, or its content is being made.

In: the task of a handler, and the client that waits for it. Out: a reply, or the content of a `StreamReply` chunk by
chunk. Never: bytes on a socket; how a chunk is framed is the client's matter.

1. The deadline of an operation ends with the head of its response.
2. Content is made by one task from its first chunk to its end, in the context of the handler, so that `asyncio.timeout`
   and context variables work across chunks.
3. A chunk is asked for when the client has room for it, never before.
4. What fails before the head is open is answered; after that the client is told by the missing end.
5. An iterator of chunks that can be closed is closed, whatever happens to the request.
6. What an iterator gives although it has been cancelled goes nowhere: its request has been answered or its client is
   gone, and the connection may serve another one by then.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable
from functools import partial
from typing import TYPE_CHECKING, Protocol

from msgspec import structs

from katana.runtime._problem import Problem, problem_reply
from katana.runtime._problem_statuses import GatewayTimeout
from katana.runtime._pulse import Pulse
from katana.runtime._reply import Reply, StreamReply

if TYPE_CHECKING:
    from katana.runtime._ctx import Ctx
    from katana.runtime._dispatch import Dispatcher
    from katana.runtime._gate import Admission


class Outlet(Protocol):
    """Where the content of one `StreamReply` goes. `bare`: the response has none, the client wants its head alone."""

    @property
    def bare(self) -> bool: ...

    async def room(self) -> None:
        """Return when the client takes more."""

    def open(self) -> None:
        """Send the head. Raises ValueError for a field that would break the message."""

    def send(self, chunk: bytes) -> None:
        """Send a chunk that is not empty. Raises TypeError and ValueError for one that does not belong there."""

    def end(self) -> None:
        """The content is complete. Raises ValueError when that cannot be."""

    def fail(self) -> None:
        """The content stays incomplete."""


class Client(Protocol):
    """Who waits for a request: one of these is called, once, unless the request is cancelled."""

    def finished(self, reply: Reply) -> None:
        """The reply is there."""

    def outlet(self, reply: StreamReply) -> Outlet:
        """The reply is there, and its content follows. Nothing is sent before `open`, and `finished` may still come."""


class Flight:
    """A request that waits. `task` is what runs for it at the moment."""

    __slots__ = ("_admission", "_client", "_ctx", "_dispatcher", "_open", "_operation", "_timer", "task")

    def __init__(
        self,
        dispatcher: Dispatcher,
        ctx: Ctx,
        operation: str,
        task: asyncio.Task[Reply | StreamReply],
        client: Client,
        *,
        admission: Admission | None = None,
    ) -> None:
        self._dispatcher = dispatcher
        self._admission = admission
        self._ctx = ctx
        self._operation = operation
        self._client: Client | None = client
        self._open: Outlet | None = None
        self._timer = None if ctx.deadline is None else task.get_loop().call_at(ctx.deadline, self._late)
        self.task: asyncio.Task[Reply | StreamReply] | asyncio.Task[None] = task
        task.add_done_callback(self._handled)

    def cancel(self) -> None:
        """Nobody waits any more: cancel the handler, or the making of content."""
        self._client = None
        self.task.cancel()

    def give_up(self, problem: Problem) -> None:
        """There is no time left: reply with `problem`, or leave the content incomplete; cancel what runs."""
        client, self._client = self._client, None
        self.task.cancel()
        if self._open is not None:
            self._open.fail()
        elif client is not None:
            client.finished(problem_reply(self._ctx, problem))

    def _late(self) -> None:
        self.give_up(GatewayTimeout("http.deadline", detail="the deadline has passed"))

    def _handled(self, task: asyncio.Task[Reply | StreamReply]) -> None:
        if not task.cancelled() and task.exception() is None and isinstance(reply := task.result(), StreamReply):
            self.task = asyncio.Task(
                self._content(reply), loop=task.get_loop(), eager_start=True, context=task.get_context()
            )
            self.task.add_done_callback(self._land)
            return
        self._land()
        client, self._client = self._client, None
        if client is not None:
            client.finished(self._dispatcher.outcome(self._ctx, self._operation, task))
        elif not task.cancelled() and (error := task.exception()) is not None:
            self._report(error)

    def _land(self, _: object = None) -> None:
        self._dispatcher.landed(self)
        if self._admission is not None and self._admission.lease is not None:
            self._admission.lease.release()
        if self._timer is not None:
            self._timer.cancel()

    async def _content(self, reply: StreamReply) -> None:
        chunks = reply.chunks
        try:
            if self._client is not None:
                if self._ctx.reply_trailers is not None:
                    reply = structs.replace(reply, trailers=self._ctx.reply_trailers)
                outlet = self._client.outlet(reply)
                chunks = chunks if outlet.bare else aiter(chunks)
                await self._send(outlet, chunks, Pulse(reply.idle, partial(self._fill, outlet)))
        except BaseException as error:  # noqa: BLE001 - whatever an iterator raises
            self._broken(error)
        finally:
            await self._close(chunks)

    async def _send(self, outlet: Outlet, chunks: AsyncIterable[bytes], pulse: Pulse) -> None:
        if not outlet.bare:
            with pulse:
                await outlet.room()
                pulse.start()
                async for chunk in chunks:
                    self._check_wanted()
                    pulse.stop()
                    if chunk:
                        if self._open is None:
                            self._begin(outlet)
                        outlet.send(chunk)
                    await outlet.room()
                    pulse.start()
        self._check_wanted()
        if self._open is None:
            self._begin(outlet)
        outlet.end()
        self._client = self._open = None

    def _check_wanted(self) -> None:
        """Rule 6. Raises CancelledError when the iterator has swallowed it."""
        if self._client is None:
            raise asyncio.CancelledError

    def _fill(self, outlet: Outlet, chunk: bytes) -> None:
        """Send what belongs between two chunks of the handler."""
        if self._client is None:
            return
        try:
            if self._open is None:
                self._begin(outlet)
            outlet.send(chunk)
        except Exception as error:  # noqa: BLE001 - a field that would break the message
            self._broken(error)
            self.task.cancel()

    def _begin(self, outlet: Outlet) -> None:
        outlet.open()
        self._open = outlet
        if self._timer is not None:
            self._timer.cancel()

    def _broken(self, error: BaseException) -> None:
        client, self._client = self._client, None
        outlet, self._open = self._open, None
        if client is None:
            self._report(error)
        elif outlet is not None:
            self._dispatcher.cut_short(self._ctx, self._operation, error)
            outlet.fail()
        else:
            client.finished(self._dispatcher.refusal(self._ctx, self._operation, error))

    async def _close(self, chunks: AsyncIterable[bytes]) -> None:
        aclose = getattr(chunks, "aclose", None)
        if aclose is not None:
            try:
                await aclose()
            except Exception as error:  # noqa: BLE001 - a fault in a `finally` of the handler's
                self._report(error)

    def _report(self, error: BaseException) -> None:
        """Log what nobody will be told of, unless it was meant for a client that is gone."""
        if not isinstance(error, Problem | asyncio.CancelledError):
            self._dispatcher.report(self._ctx, self._operation, error)
