"""The asyncio side of an HTTP/1.1 connection.

In: callbacks of a transport. Out: writes to it. Never: parsing (`_connection.py`), routing (`_dispatch.py`) or a timer
of its own (`_wheel.py`).

1. Requests are answered in the order they came; while a handler waits, nothing after it is started.
2. What is answered in one turn of the loop is written with one call.
3. A client that does not read its responses stops being read (`pause_writing`), and in the end is reset.
4. After an early final response input is discarded for a while before the connection ends (`_lifetime.py`).
5. A client that ended its side while a handler waits may be gone or half-closed; the handler has `gone_grace` seconds.
6. A body that is read while it arrives (`_upload.py`) stops the connection from being read while its reader is behind.
   What is left of it after the response is thrown away if it is little, else the connection is closed as in rule 4.
7. A streaming response (`_outflow.py`) that cannot be completed ends the connection without its last chunk. Where its
   end is that of the connection, which is then reset (RFC 9112, 8).
8. When the server stops, a connection that is idle, or has not carried a request yet, has as long to send one more: it
   may be on its way, and its client would have to guess whether it was served (RFC 9112, 9.3.1).

Longer than other modules, because its methods are the transitions of one state, which lies in its slots; what could be
told apart (`_upload.py`, `_outflow.py`, `_lifetime.py`) has been.
"""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING, Final, cast

from msgspec import structs

from katana.runtime._ctx import Ctx
from katana.runtime._problem import Problem, problem_reply
from katana.runtime._problem_statuses import BadRequest, RequestTimeout, ServiceUnavailable
from katana.runtime._reply import Reply, StreamReply
from katana.runtime.http1._connection import CONTINUE, Connection, Phase, Request
from katana.runtime.http1._lifetime import Lifetime
from katana.runtime.http1._outflow import Outflow
from katana.runtime.http1._render import CONTINUE_LINE, render, render_usual
from katana.runtime.http1._shared import Shared, Waits
from katana.runtime.http1._upload import Rest, Upload

if TYPE_CHECKING:
    from katana.runtime._flight import Flight


_BY_PHASE: Final = {Phase.IDLE: Waits.IDLE, Phase.HEAD: Waits.HEAD, Phase.BODY: Waits.BODY, Phase.CLOSED: Waits.CLOSE}


class HttpProtocol(Lifetime):
    """One connection."""

    __slots__ = ("_core", "_flight", "_outflow", "_request", "_upload", "_yielded")

    def __init__(self, shared: Shared) -> None:
        super().__init__(shared)
        self._core = Connection(shared.limits, shared.dispatcher.plan)
        self._flight: Flight | None = None
        self._request: Request | None = None
        self._upload: Upload | None = None
        self._outflow: Outflow | None = None
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
        upload = self._upload
        if upload is not None and upload.open and self._flight is not None:
            upload.take()
            self._settle(answered=False)
        elif self._flight is None and self.writable:
            self._advance([])
        elif self._core.buffered > self._shared.limits.pipeline_bytes:
            self._pause_reading()

    def eof_received(self) -> bool:
        """The client sends no more. True keeps the connection open for what is still to be answered."""
        self._eof = True
        if self._flight is not None:
            if self._upload is not None:
                self._upload.fail(BadRequest("http.body", detail="the client stopped in the middle of the body"))
            self._wait(Waits.GONE)
        return not self._ending and (self._flight is not None or self._yielded or not self.writable)

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
        if self._upload is not None:
            self._upload.fail(ConnectionResetError("the client is gone"))

    def pause_writing(self) -> None:
        self.writable = False
        if self._upload is None or not self._upload.open:  # its reader may need more to come to an end
            self._pause_reading()
        if self._outflow is not None:
            self._wait(Waits.WRITE)

    def resume_writing(self) -> None:
        self.writable = True
        if self._ending:
            return
        if self._flight is None:
            self._advance([])
        else:
            self._settle(answered=False)
            if self._outflow is not None:
                self._outflow.wake()

    # --- what the server calls

    @property
    def held(self) -> int:
        """Bytes that are kept for this client, received and not used or not yet sent."""
        sides = (self._upload, self._outflow)
        return self._core.buffered + self._transport.get_write_buffer_size() + sum(x.held for x in sides if x)

    def drain(self) -> None:
        """Serve what has been received, then close (rule 8)."""
        if self._upload is not None and self._flight is None:
            self._end(linger=True)
        elif self._waits is Waits.IDLE or self._waits is Waits.FIRST:
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
        self._reset() if self._outflow is not None else self._transport.abort()

    def expired(self) -> None:
        """The time for what the connection waits for is over."""
        waits = self._waits
        if waits is Waits.IDLE or waits is Waits.FIRST:
            self._end(linger=False)
        elif waits is Waits.BODY and self._upload is not None:
            self._upload_late(self._upload)
        elif waits is Waits.HEAD or waits is Waits.BODY:
            self._refuse(RequestTimeout("http.timeout", detail="the request did not arrive in time"))
        else:
            self.expires = math.inf
            self.abort()

    # --- serving

    def _answer(self, request: Request) -> None:
        """Serve a request that has nothing before or behind it: `_advance` without its loop."""
        shared = self._shared
        reply = shared.dispatcher.begin(request, self)
        if type(reply) is Reply:
            self._transport.write(self._render(request, reply))
            if self.writable and not self._ending:
                self.expires = shared.wheel.now + shared.limits.idle_timeout
                return
        else:
            self._flight = cast("Flight", reply)
            self._request = request
        self._settle(answered=True)

    def _advance(self, out: list[bytes]) -> None:
        """Answer what is complete and write it, together with what is already in `out`."""
        core, shared = self._core, self._shared
        if self._upload is not None and not self._ending and not self._past(self._upload, out):
            return
        answered = bool(out)
        room, turns = shared.limits.write_buffer, shared.limits.pipeline_turn
        while not self._ending:
            event = core.next_event()
            if type(event) is Request:
                if event.streams:
                    self._write(out)
                    self._start(event)
                    return
                reply = shared.dispatcher.begin(event, self)
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
        if self._flight is None and self.writable and not self._ending:
            self._advance([])

    # --- what a flight calls (`Client`), and its outflow (`Line`)

    def finished(self, reply: Reply) -> None:
        """The handler that waited has its reply."""
        self._go_on([self._last_words(cast("Request", self._request), reply)])

    def outlet(self, reply: StreamReply) -> Outflow:
        """The handler has a reply whose content follows."""
        self._outflow = Outflow(self, self._shared, cast("Request", self._request), reply)
        return self._outflow

    def reusable(self) -> bool:
        """See `Line`."""
        return not self._shared.draining and (self._upload is None or self._upload.reusable(complete=False))

    def write(self, data: bytes) -> None:
        """See `Line`."""
        if self._transport.is_closing():
            return
        self._transport.write(data)
        if self._eof and self.writable:
            self._wait(Waits.GONE)  # a client that has ended its side and still reads is there

    def streamed(self, out: list[bytes]) -> None:
        """See `Line`."""
        broken = self._upload is not None and self._upload.broken
        self._ending = broken or self._shared.draining or cast("Outflow", self._outflow).last
        self._go_on(out)

    def cut(self, *, reset: bool) -> None:
        """See `Line` (rule 7)."""
        self._flight = self._request = None
        if reset:
            self._reset()
        else:
            self._finish()

    def _go_on(self, out: list[bytes]) -> None:
        """The response is complete with `out`."""
        self._flight = self._request = self._outflow = None
        if self.writable:
            self._advance(out)
        else:
            self._write(out)
            self._settle(answered=True)

    def _render(self, request: Request, reply: Reply) -> bytes:
        fields, shared = request.fields, self._shared
        keep_alive = fields.keep_alive and not shared.draining
        self._ending = not keep_alive
        try:
            if keep_alive and not fields.http10 and request.method != "HEAD":
                return render_usual(reply, shared.tails)
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
        core, upload = self._core, self._upload
        if self._ending:
            self._finish()
        elif not self.writable:
            if self._waits is not Waits.WRITE:
                self._wait(Waits.WRITE)
        elif self._flight is not None or self._yielded:
            self._wait_for_reply()
        elif self._eof:
            self._end(linger=False)
        elif answered and core.phase is Phase.IDLE:
            self._wait(Waits.IDLE)
        else:
            waits = _BY_PHASE[core.phase]
            if answered or waits is not self._waits:
                self._wait(waits)
        arriving = upload is not None and upload.open
        begun = self._flight is None and not self._yielded  # what is buffered waits for its rest, not for its turn
        if upload is not None and upload.full:
            self._pause_reading()
        elif arriving or (self.writable and (begun or core.buffered <= self._shared.limits.pipeline_bytes)):
            self._resume_reading()

    def _wait_for_reply(self) -> None:
        upload = self._upload
        if upload is not None and upload.waiting and not self._eof:
            self._wait(Waits.BODY, upload.patience)
        else:
            self._wait(Waits.GONE if self._eof else Waits.HANDLER)

    # --- bodies that are read while they arrive (rule 6)

    def _start(self, request: Request) -> None:
        """Begin a request whose body follows. `_advance` goes on behind it in a later turn of the loop."""
        shared = self._shared
        self._request = request
        self._upload = upload = Upload(self._core, shared, request, offer=self._offer, wanted=self._body_wanted)
        request.stream = upload.stream
        reply = shared.dispatcher.begin(request, self)
        if type(reply) is Reply:
            self._transport.write(self._last_words(request, reply))
            self._request = None
            self._yield()
        else:
            self._flight = cast("Flight", reply)
        self._settle(answered=True)

    def _last_words(self, request: Request, reply: Reply) -> bytes:
        """A whole response, after which nobody reads the body of the request."""
        if self._upload is not None and not self._upload.reusable(complete=True):
            request.fields = structs.replace(request.fields, keep_alive=False)
        return self._render(request, reply)

    def _past(self, upload: Upload, out: list[bytes]) -> bool:
        """Whether the body is behind us, with the response `out`; if not, it has been written, and the rest decided."""
        upload.drop()
        rest = upload.rest()
        if rest is Rest.NOTHING:
            self._upload = None
            return True
        self._write(out)
        if rest is Rest.MORE:
            self._settle(answered=bool(out))
        else:
            self._end(linger=True)
        return False

    def _offer(self) -> None:
        self._transport.write(CONTINUE_LINE)

    def _body_wanted(self) -> None:
        if self._flight is not None:
            self._settle(answered=False)

    def _upload_late(self, upload: Upload) -> None:
        if self._flight is None:
            self._end(linger=False)
        else:
            upload.fail(RequestTimeout("http.timeout", detail="the body did not arrive in time"))
            self._settle(answered=False)

    # --- ending

    def _refuse(self, problem: Problem) -> None:
        """Answer a request that cannot be read to its end, and close."""
        self._core.close()
        self._shared.refusals[problem.code] += 1
        reply, bare = problem_reply(None, problem), self._core.asks_head
        self._transport.write(render(reply, self._shared.tails, keep_alive=False, http10=False, without_body=bare))
        self._end(linger=True)

    def _finish(self) -> None:
        """Close after a response."""
        upload = self._upload
        self._end(linger=self._core.buffered > 0 or (upload is not None and (upload.open or upload.broken)))

    def _end(self, *, linger: bool) -> None:
        """Close after what has been written; `linger` as in `_close`."""
        self._core.close()
        if self._upload is not None:
            self._upload.drop()
        self._close(linger=linger)
