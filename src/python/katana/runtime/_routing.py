"""What a route table is made of.

In: the static facts of each operation, written by generated code. Out: `Endpoint`, `Resource` and the `Router` protocol
that the server asks. Never: matching, which is the router's own, generated code.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from katana.runtime._reply import Head, Reply, StreamReply

if TYPE_CHECKING:
    from katana.runtime._ctx import Ctx

Call = Callable[["Ctx"], Coroutine[Any, Any, Reply | StreamReply]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One operation.

    Args:
        operation: the `operationId`.
        call: decodes, calls the controller, encodes.
        controller: the controller interface, shown by `--print-routes`.
        consumes: media types of the request body, lower-case, without parameters, ranges such as `text/*` allowed.
            Empty: the operation has no body, and one that is sent is read and ignored.
        produces: media types of the successful responses. Empty: no content, or not known; never 406.
        body_required: a request that announces no body is answered 411 if it could have announced one.
        body_limit: bytes; None: the server's limit.
        header_limit: bytes of the header fields, names and line ends included; more are answered 431.
        concurrency: requests of the operation at a time in one process. Those beyond wait in a short queue, or are
            answered 503.
        deadline: seconds from the call until the handler is cancelled and 504 answered. It ends with the head of a
            `StreamReply`.
        streams: called when the head of the request is there; `ctx.stream` is the body, and `ctx.body` is empty.
        client_certificate: the operation asks for the certificate of its client.
        alloc: memory policy: in `arena` and `pmr` the cyclic collector does not run while a handler does; `heap`, plain
            CPython. DTOs of the first two are not tracked by it, either.
        codings: content codings by the status of responses (`200`, `2XX`, `default`) that may be sent in them; the
            client chooses by `accept-encoding`. `gzip` and `deflate` are implemented, `br`
            and `zstd` once `katana.runtime.generated.brotli` and `katana.runtime.generated.zstd` are imported.
        request_codings: content codings of the body, decoded before `call`; another one is answered 415. `identity`
            stands for none, `*` for any, which the handler decodes.
        vital: answered however busy the server is: whoever looks after it has to know that it lives.
        coded: whether there are any codings to encode or decode; made of the two.
        guarded: whether there is more to do than to call; made of codings and limits.
    """

    operation: str
    call: Call
    controller: str = ""
    consumes: tuple[str, ...] = ()
    produces: tuple[str, ...] = ()
    body_required: bool = False
    body_limit: int | None = None
    header_limit: int | None = None
    concurrency: int | None = None
    deadline: float | None = None
    streams: bool = False
    client_certificate: bool = False
    alloc: Literal["arena", "pmr", "heap"] = "arena"
    codings: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    request_codings: tuple[str, ...] = ()
    vital: bool = False
    coded: bool = field(init=False, default=False)
    guarded: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        limited = self.header_limit is not None or self.concurrency is not None
        object.__setattr__(self, "coded", bool(self.codings or self.request_codings))
        object.__setattr__(self, "guarded", self.coded or limited)


class Resource:
    """All that can be done at one path template.

    `methods` maps methods, those of HTTP or one's own (any token, as it is written), to endpoints. GET answers HEAD too
    unless HEAD is declared, and OPTIONS is answered with `allow` unless declared (RFC 9110, 9.3.2, 9.3.7). `allow` is
    the value of the `allow` field (RFC 9110, 10.2.1).
    """

    __slots__ = ("allow", "declared", "methods", "template")

    def __init__(self, template: str, methods: Mapping[str, Endpoint]) -> None:
        self.template = template
        self.declared: tuple[str, ...] = tuple(methods)
        self.methods: dict[str, Endpoint] = dict(methods)
        if "GET" in self.methods:
            self.methods.setdefault("HEAD", self.methods["GET"])
        self.allow = ", ".join(sorted({*self.methods, "OPTIONS"}))
        self.methods.setdefault("OPTIONS", Endpoint(operation="options", call=self._options))

    async def _options(self, _: Ctx) -> Reply:
        return Reply(Head(204, fields=(("allow", self.allow),)))

    def __repr__(self) -> str:
        return f"Resource({self.template!r}, {self.allow!r})"


class Router(Protocol):
    """A static route table."""

    @property
    def resources(self) -> Iterable[Resource]:
        """Every resource, for `--print-routes` and the check that two routers do not claim one path."""

    def match(self, path: str) -> tuple[Resource, tuple[str, ...]] | None:
        """The resource of a path and the path's arguments.

        `path` begins with `/`, is ASCII, has no query, no dot segments and no percent-encoded unreserved characters;
        the arguments are the segments as they stand, still percent-encoded: the server decodes them.
        """
