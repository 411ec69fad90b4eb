"""From a request to its reply: route, check, run the handler.

In: requests of any transport. Out: a `Reply`, or a `Flight` for what has to wait. Never: bytes or
sockets.

A handler is started eagerly: one that does not wait is done when `begin` returns, without a turn of the loop. It still
runs as the current task, so `asyncio.timeout` and task groups work from its first line.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, Final

from katana.runtime._byte_stream import ByteStream
from katana.runtime._coded import check_coding, coded_call
from katana.runtime._ctx import Ctx
from katana.runtime._flight import Client, Flight
from katana.runtime._gate import OVERLOAD, Admission, Gate, check_headers
from katana.runtime._headers import Headers
from katana.runtime._media import acceptable, consumable
from katana.runtime._percent import percent_decode
from katana.runtime._problem import Problem, problem_reply, undeclared_response
from katana.runtime._problem_statuses import (
    BadRequest,
    InternalServerError,
    LengthRequired,
    MethodNotAllowed,
    MethodNotImplemented,
    NotAcceptable,
    NotFound,
    UnsupportedMediaType,
)
from katana.runtime._refusals import Refusals
from katana.runtime._reply import Reply, StreamReply
from katana.runtime._routing import Endpoint, Resource, Router
from katana.runtime.http1._head import METHODS

if TYPE_CHECKING:
    from katana.runtime._limits import Limits
    from katana.runtime.http1._connection import Request
    from katana.runtime.sql import Database

_log = logging.getLogger("katana.server")

# RFC 9110, 9.3: what a body of these would mean is not defined, so nobody can be asked for one.
_WITHOUT_BODY: Final = frozenset({"GET", "HEAD", "DELETE", "OPTIONS", "TRACE"})

Route = tuple[Endpoint, tuple[str, ...], tuple[str, ...]]
"""An endpoint, the arguments of the path, and the same as they stand in it."""


class Dispatcher:
    """Asks the routers, at least one, in order. `flights` are the requests that wait, at most `limits.in_flight`.

    `requests`: that have begun. `most_flights`: requests that waited at the same time.

    `watched` makes the database of one request out of the service's; None: they are the same.

    Raises ValueError when two routers have the same path template.
    """

    def __init__(
        self,
        routers: Sequence[Router],
        limits: Limits,
        database: Database,
        loop: asyncio.AbstractEventLoop,
        watched: Callable[[Database], Database] | None = None,
    ) -> None:
        _check_templates(routers)
        self.flights: set[Flight] = set()
        self.requests = 0
        self.most_flights = 0
        self._overloads = 0
        self._match, *self._matchers = [router.match for router in routers]
        self._methods = _methods(routers)
        self._limits = limits
        self._bound = limits.in_flight
        self._full = self._bound < 1
        self._admits: Callable[[], bool] | None = None
        self._database = database
        self._watched = watched
        self._loop = loop
        self._gates = _gates(routers, limits)
        self._context: Callable[..., Ctx] = Ctx

    def plan(self, request: Request) -> int:
        """Bytes that the body of a request may have. Raises a Problem when the request is refused anyway."""
        try:
            endpoint, args, raw_args = self._route(request)
        except Problem:
            raise
        except Exception as error:  # noqa: BLE001 - a fault in a router must not take the connection with it
            ctx = Ctx(method=request.method, path=request.path, headers=request.fields.headers, db=self._database)
            self.report(ctx, "", error)
            raise _internal() from None
        if endpoint.guarded:
            check_headers(endpoint, request.fields.size)
        if endpoint.consumes:
            fields = request.fields
            if fields.media_type not in endpoint.consumes:
                _check_content_type(fields.media_type, endpoint)
            if fields.coding is not None or endpoint.request_codings:
                check_coding(fields.coding, endpoint)
        request.route = endpoint, args, raw_args
        request.streams = endpoint.streams
        return self._limits.body if endpoint.body_limit is None else endpoint.body_limit

    def _guarded(
        self, endpoint: Endpoint, ctx: Ctx, request: Request
    ) -> tuple[Coroutine[Any, Any, Reply | StreamReply], Admission | None]:
        """The call of an endpoint that has codings or limits, and what its flight has to give back."""
        fields = request.fields
        check_headers(endpoint, fields.size)
        call = (
            coded_call(endpoint, ctx, fields.coding, self._body_limit(endpoint))
            if endpoint.coded
            else endpoint.call(ctx)
        )
        gate = self._gates.get(id(endpoint))
        if gate is None:
            return call, None
        admission = Admission(gate)
        return admission(call), admission

    def _body_limit(self, endpoint: Endpoint) -> int:
        return self._limits.body if endpoint.body_limit is None else endpoint.body_limit

    def begin(self, request: Request, client: Client) -> Reply | Flight:
        """Run a request. Returns the reply, or a Flight that will give it to `client`. Raises nothing."""
        self.requests += 1
        ctx = self._context(
            method=request.method,
            path=request.path,
            query_string=request.query,
            headers=request.fields.headers,
            body=request.body,
            db=self._database if self._watched is None else self._watched(self._database),
        )
        operation = ""
        try:
            endpoint, ctx.args, ctx.raw_args = request.route or self._route(request)
            operation = endpoint.operation
            if endpoint.body_required and not request.fields.announced:
                _check_length(request)
            if self._full and self._refuses(endpoint):
                self._overloads += 1
                return OVERLOAD
            if endpoint.streams or request.trailers:
                self._lend_stream(ctx, endpoint, request)
            if endpoint.deadline is not None:
                ctx.deadline = self._loop.time() + endpoint.deadline
            admission = None
            if endpoint.guarded:
                call, admission = self._guarded(endpoint, ctx, request)
            else:
                call = endpoint.call(ctx)
            task: asyncio.Task[Reply | StreamReply] = asyncio.Task(call, loop=self._loop, eager_start=True)
            if task.done():
                reply = task.result()
                if type(reply) is Reply:
                    return reply
                if type(reply) is not StreamReply:
                    return self.outcome(ctx, operation, task)
        except BaseException as error:  # noqa: BLE001 - whatever a handler raises
            return self.refusal(ctx, operation, error)
        flight = Flight(self, ctx, operation, task, client, admission=admission)
        self.flights.add(flight)
        waiting = len(self.flights)
        self.most_flights = max(self.most_flights, waiting)
        self._full = waiting >= self._bound
        return flight

    def _lend_stream(self, ctx: Ctx, endpoint: Endpoint, request: Request) -> None:
        """The body of an operation that streams it; of one that reads it, what followed it."""
        if endpoint.streams:
            ctx.body, ctx.limits = b"", self._limits
            ctx.stream = request.stream or ByteStream.of(request.body)
        elif endpoint.consumes:
            ctx.stream = ByteStream.of(trailers=Headers(request.trailers))

    def landed(self, flight: Flight) -> None:
        """A flight is over."""
        self.flights.discard(flight)
        self._full = len(self.flights) >= self._bound

    @property
    def in_flight(self) -> int:
        """The number of requests that wait for something."""
        return len(self.flights)

    def turned_away(self) -> Refusals:
        """What was refused, by code."""
        queues = sum(gate.refused for gate in {*self._gates.values()})
        return {"http.overload": self._overloads, "http.overload.operation": queues}

    def ask(self, admits: Callable[[], bool] | None) -> None:
        """Ask `admits` before a request is begun, from now on; None: nobody. Without it the question costs nothing."""
        self._admits = admits
        self._bound = self._limits.in_flight if admits is None else 0
        self._full = len(self.flights) >= self._bound

    def _refuses(self, endpoint: Endpoint) -> bool:
        if endpoint.vital:
            return False
        return len(self.flights) >= self._limits.in_flight or (self._admits is not None and not self._admits())

    def outcome(self, ctx: Ctx, operation: str, task: asyncio.Task[Reply | StreamReply]) -> Reply:
        """The reply of a task that is done, whatever it ended with but a `StreamReply`."""
        try:
            reply = task.result()
        except BaseException as error:  # noqa: BLE001 - whatever a handler raises
            return self.refusal(ctx, operation, error)
        if type(reply) is Reply:
            return reply
        return self.failure(ctx, operation, undeclared_response(operation, reply))

    async def settle(self, within: float) -> None:
        """Wait for the handlers that are still running or being cancelled, at most `within` seconds."""
        tasks = [flight.task for flight in self.flights]
        if tasks:
            await asyncio.wait(tasks, timeout=within)

    def refusal(self, ctx: Ctx, operation: str, error: BaseException) -> Reply:
        """The reply for whatever a handler raised: a Problem speaks for itself."""
        return (
            self._answer(ctx, operation, error) if isinstance(error, Problem) else self.failure(ctx, operation, error)
        )

    def _answer(self, ctx: Ctx, operation: str, problem: Problem) -> Reply:
        try:
            return problem_reply(ctx, problem)
        except TypeError as error:  # a member of it is no JSON
            return self.failure(ctx, operation, error)

    def failure(self, ctx: Ctx, operation: str, error: BaseException) -> Reply:
        """The reply for an unexpected error; the error itself goes to the log."""
        self.report(ctx, operation, error)
        return problem_reply(ctx, _internal())

    def cut_short(self, ctx: Ctx, operation: str, error: BaseException) -> None:
        """Log why a response ended in its middle; a fault of the client, such as a broken body, without a traceback."""
        if isinstance(error, Problem) and error.status < 500:
            _log.warning(
                "%s %s (%s) was cut short: request_id=%s %s", ctx.method, ctx.path, operation, ctx.request_id, error
            )
        else:
            self.report(ctx, operation, error)

    def report(self, ctx: Ctx, operation: str, error: BaseException) -> None:
        """Log an unexpected error with its traceback and the request id that the client sees."""
        _log.error(
            "%s %s (%s) failed: request_id=%s", ctx.method, ctx.path, operation or "?", ctx.request_id, exc_info=error
        )

    def _search(self, path: str) -> tuple[Resource, tuple[str, ...]]:
        for match in self._matchers:
            found = match(path)
            if found is not None:
                return found
        raise NotFound("http.path", detail="there is nothing at this path")

    def _route(self, request: Request) -> Route:
        if request.refusal is not None:
            raise request.refusal
        resource, args = self._match(request.path) or self._search(request.path)
        endpoint = resource.methods.get(request.method)
        if endpoint is None:
            if request.method not in self._methods:
                raise MethodNotImplemented("http.method", detail="this server does not know the method")
            raise MethodNotAllowed(
                "http.method",
                detail=f"the methods of this path are {resource.allow}",
                fields=(("allow", resource.allow),),
            )
        if endpoint.produces:
            accept = request.fields.accept
            if accept is not None and not acceptable(accept, endpoint.produces):
                raise NotAcceptable("http.accept", detail=f"this operation answers with {', '.join(endpoint.produces)}")
        return endpoint, _decode_args(args) if "%" in request.path else args, args


def _check_length(request: Request) -> None:
    if request.method not in _WITHOUT_BODY:
        raise LengthRequired("http.length", detail="the request announces no body, and the operation needs one")


def _internal() -> Problem:
    return InternalServerError("http.internal", detail="the server failed; see its log")


def _methods(routers: Sequence[Router]) -> frozenset[str]:
    """What the server knows: where a resource lacks one of these, 405; what is none of them, 501 (RFC 9110, 9.1)."""
    declared = (resource.methods for router in routers for resource in router.resources)
    return frozenset(METHODS.values()).union(*declared)


def _gates(routers: Sequence[Router], limits: Limits) -> dict[int, Gate]:
    """The gate of each endpoint that needs one, by its identity; GET and HEAD of an operation share theirs."""
    found: dict[int, Gate] = {}
    for router in routers:
        gates: dict[str, Gate] = {}
        for endpoint in (each for resource in router.resources for each in resource.methods.values()):
            if endpoint.concurrency is not None:
                gate = gates.setdefault(endpoint.operation, Gate(endpoint.concurrency, limits))
                found[id(endpoint)] = gate
    return found


def _check_templates(routers: Sequence[Router]) -> None:
    seen: set[str] = set()
    for router in routers:
        templates = {resource.template for resource in router.resources}
        if clash := seen & templates:
            raise ValueError(f"two APIs of the service declare the path {min(clash)}")
        seen |= templates


def _check_content_type(media_type: str | None, endpoint: Endpoint) -> None:
    # RFC 9110, 8.3: content whose type is not said may be taken for octets. Where the type decides how it is read, no.
    if media_type is None and len(endpoint.consumes) == 1:
        media_type = "application/octet-stream"
    if media_type is None or not consumable(media_type, endpoint.consumes):
        raise UnsupportedMediaType("http.content_type", detail=f"the body is to be {' or '.join(endpoint.consumes)}")


def _decode_args(args: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return tuple(percent_decode(arg) for arg in args)
    except ValueError as error:
        raise BadRequest("http.path", detail=str(error)) from None
