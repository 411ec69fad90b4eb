"""The asyncio side of an HTTP/1.1 connection.

In: callbacks of a transport. Out: writes to it. Never: parsing (`_connection.py`), routing (`_dispatch.py`) or a timer
of its own (`_wheel.py`).

1. Requests are answered in the order they came; while a handler waits, nothing after it is started.
2. What is answered in one turn of the loop is written with one call.
3. A client that does not read its responses stops being read (`pause_writing`), and in the end is reset.
4. After an early final response the write side is closed and input discarded for a while: closing at once would make
   the kernel send a reset that can overtake the response (RFC 9112, 9.6).
5. A client that ended its side while a handler waits may be gone or half-closed; the handler has `gone_grace` seconds.
6. When the server stops, a connection that has not carried a request yet has as long to send its first one: its client
   would not understand to be turned away. One that is idle is closed at once (RFC 9112, 9.3.1, lets clients retry).
"""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING, Final, cast

from katana.runtime._ctx import Ctx
from katana.runtime._problem import Problem, problem_reply
from katana.runtime._problem_statuses import RequestTimeout, ServiceUnavailable
from katana.runtime._reply import Reply
from katana.runtime.http1._connection import CONTINUE, Connection, Phase, Request
from katana.runtime.http1._render import CONTINUE_LINE, render
from katana.runtime.http1._shared import Shared, Waits

if TYPE_CHECKING:
    from katana.runtime._dispatch import Flight


_BY_PHASE: Final = {Phase.IDLE: Waits.IDLE, Phase.HEAD: Waits.HEAD, Phase.BODY: Waits.BODY, Phase.CLOSED: Waits.CLOSE}


class HttpProtocol(asyncio.Protocol):
    """One connection. `expires` and `filed` are for the wheel."""

    __slots__ = (
        "_core",
        "_ending",
        "_eof",
        "_flight",
        "_reading",
        "_request",
        "_shared",
        "_transport",
        "_waits",
        "_writable",
        "_yielded",
        "expires",
        "filed",
    )

    _transport: asyncio.Transport

    def __init__(self, shared: Shared) -> None:
        self.expires = math.inf
        self.filed = 0
        self._shared = shared
        self._core = Connection(shared.limits, shared.dispatcher.plan)
        self._flight: Flight | None = None
        self._request: Request | None = None
        self._waits = Waits.CLOSE
        self._eof = False
        self._ending = False
        self._reading = True
        self._writable = True
        self._yielded = False

    # --- what the transport calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        shared = self._shared
        self._transport.set_write_buffer_limits(high=shared.limits.write_buffer)
        shared.connections.add(self)
        if len(shared.connections) > shared.limits.connections:
            self._refuse(ServiceUnavailable("http.connections", detail="too many connections", retry_after=1))
            return
        self._wait(Waits.FIRST)
        if shared.draining:
            self.drain()

    def data_received(self, data: bytes) -> None:
        if self._ending:
            return
        if self._waits is Waits.IDLE:
            request = self._core.whole_request(data)
            if request is not None:
                self._answer(request)
                return
        self._core.receive(data)
        if self._flight is None and self._writable:
            self._advance([])
        elif self._core.buffered > self._shared.limits.pipeline_bytes:
            self._pause_reading()

    def eof_received(self) -> bool:
        """The client sends no more. True keeps the connection open for what is still to be answered."""
        self._eof = True
        if self._flight is not None:
            self._wait(Waits.GONE)
        return not self._ending and (self._flight is not None or self._yielded or not self._writable)

    def connection_lost(self, exc: Exception | None) -> None:
        shared = self._shared
        self._ending = True
        self.expires = math.inf
        shared.wheel.remove(self)
        shared.connection_closed(self)
        self._core.close()
        if self._flight is not None:
            self._flight.cancel()
            self._flight = None

    def pause_writing(self) -> None:
        self._writable = False
        self._pause_reading()

    def resume_writing(self) -> None:
        self._writable = True
        if self._ending:
            return
        if self._flight is None:
            self._advance([])
        else:
            self._settle(answered=False)

    # --- what the server calls

    def drain(self) -> None:
        """Serve what has been received, then close (rule 6)."""
        if self._waits is Waits.IDLE:
            self._end(linger=False)
        elif self._waits is Waits.FIRST:
            self.expires = self._shared.loop.time() + self._shared.limits.gone_grace
            self._shared.wheel.file(self)

    def give_up(self) -> None:
        """Answer what cannot be waited for any longer, and close."""
        if self._flight is not None:
            self._flight.give_up(ServiceUnavailable("http.shutdown", detail="the server is stopping", retry_after=1))
        elif self._waits is not Waits.LINGER:
            self.expired()

    def abort(self) -> None:
        """Close without further ado."""
        self._transport.abort()

    def expired(self) -> None:
        """The time for what the connection waits for is over."""
        waits = self._waits
        if waits is Waits.IDLE or waits is Waits.FIRST:
            self._end(linger=False)
        elif waits is Waits.HEAD or waits is Waits.BODY:
            self._refuse(RequestTimeout("http.timeout", detail="the request did not arrive in time"))
        else:
            self.expires = math.inf
            self._transport.abort()

    # --- serving

    def _answer(self, request: Request) -> None:
        """Serve a request that has nothing before or behind it: `_advance` without its loop."""
        shared = self._shared
        reply = shared.dispatcher.begin(request, self._finished)
        if type(reply) is Reply:
            self._transport.write(self._render(request, reply))
            if self._writable and not self._ending:
                self.expires = shared.wheel.now + shared.limits.idle_timeout
                return
        else:
            self._flight = cast("Flight", reply)
            self._request = request
        self._settle(answered=True)

    def _advance(self, out: list[bytes]) -> None:
        """Answer what is complete and write it, together with what is already in `out`."""
        core, shared = self._core, self._shared
        answered = bool(out)
        room, turns = shared.limits.write_buffer, shared.limits.pipeline_turn
        while not self._ending:
            event = core.next_event()
            if type(event) is Request:
                reply = shared.dispatcher.begin(event, self._finished)
                if type(reply) is not Reply:
                    self._flight = cast("Flight", reply)
                    self._request = event
                    break
                message = self._render(event, reply)
                out.append(message)
                answered = True
                turns -= 1
                room -= len(message)
                if turns <= 0 or room <= 0:
                    self._yield()
                    break
            elif event is None:
                break
            elif event is CONTINUE:
                out.append(CONTINUE_LINE)
            else:
                self._write(out)
                self._refuse(cast("Problem", event))
                return
        self._write(out)
        self._settle(answered=answered)

    def _yield(self) -> None:
        """Let other connections have their turn before the rest of this one's requests."""
        if not self._yielded:
            self._yielded = True
            self._shared.loop.call_soon(self._continue)

    def _continue(self) -> None:
        self._yielded = False
        if self._flight is None and self._writable and not self._ending:
            self._advance([])

    def _finished(self, reply: Reply) -> None:
        """The handler that waited has its reply."""
        request = cast("Request", self._request)
        self._flight = self._request = None
        out = [self._render(request, reply)]
        if self._writable:
            self._advance(out)
        else:
            self._write(out)
            self._settle(answered=True)

    def _render(self, request: Request, reply: Reply) -> bytes:
        fields, shared = request.fields, self._shared
        keep_alive = fields.keep_alive and not shared.draining
        self._ending = not keep_alive
        try:
            return render(
                reply,
                shared.tails,
                keep_alive=keep_alive,
                http10=fields.http10,
                without_body=request.method == "HEAD",
            )
        except (ValueError, TypeError) as error:
            ctx = Ctx(method=request.method, path=request.path, headers=fields.headers, db=shared.database)
            return self._render(request, shared.dispatcher.failure(ctx, "", error))

    def _write(self, out: list[bytes]) -> None:
        if out:
            self._transport.write(out[0] if len(out) == 1 else b"".join(out))

    def _settle(self, *, answered: bool) -> None:
        """Decide what the connection waits for now."""
        core = self._core
        if self._ending:
            self._end(linger=core.buffered > 0)
        elif not self._writable:
            self._wait(Waits.WRITE)
        elif self._flight is not None or self._yielded:
            self._wait(Waits.GONE if self._eof else Waits.HANDLER)
        elif self._eof:
            self._end(linger=False)
        elif answered and core.phase is Phase.IDLE:
            self._wait(Waits.IDLE)
        else:
            waits = _BY_PHASE[core.phase]
            if answered or waits is not self._waits:
                self._wait(waits)
        if not self._reading and self._writable and core.buffered <= self._shared.limits.pipeline_bytes:
            self._reading = True
            self._transport.resume_reading()

    def _wait(self, waits: Waits) -> None:
        """Start the timeout of `waits`. Filing is needed when it may end sooner than the one before."""
        shared = self._shared
        self._waits = waits
        self.expires = shared.wheel.now + shared.timeouts[waits]
        if not self.filed or waits > Waits.IDLE:
            shared.wheel.file(self)

    # --- ending

    def _refuse(self, problem: Problem) -> None:
        """Answer a request that cannot be read to its end, and close."""
        reply = problem_reply(None, problem)
        self._transport.write(render(reply, self._shared.tails, keep_alive=False, http10=False, without_body=False))
        self._end(linger=True)

    def _end(self, *, linger: bool) -> None:
        """Close after what has been written; `linger` for a client that may still be sending (rule 4)."""
        self._ending = True
        self._core.close()
        if linger and not self._eof and self._transport.can_write_eof():
            self._transport.write_eof()
            self._wait(Waits.LINGER)
        else:
            self._transport.close()
            self._wait(Waits.CLOSE)

    def _pause_reading(self) -> None:
        if self._reading:
            self._reading = False
            self._transport.pause_reading()
