"""One HTTP/1.1 connection without I/O: bytes in, requests out, in order (RFC 9112).

In: `receive(data)`. Out: `next_event()`: a `Request`, `CONTINUE`, a piece of a body, `END`, a `Problem` that ends the
connection, or None when more bytes are needed. Never: sockets, timers or responses.

1. Requests are pulled one by one. What follows a request stays unparsed in the buffer until the caller asks again, so a
   client that pipelines thousands of requests costs no more than its bytes.
2. A head that repeats the previous one byte for byte after its target has the same meaning: its `Fields` are used
   again. Clients repeat themselves nearly always, and comparing a kilobyte is cheaper than parsing it.
3. A body is only read after `plan(request)` has said how large it may be. When `plan` refuses, a body of bearable size
   is read and dropped and the refusal travels with the request, so that the connection stays usable.
4. After a `Problem` nothing is read any more.
5. When `plan` sets `streams`, the request comes without its body, unless that is at hand; the pieces of it follow as
   they arrive, then `END`. Whoever serves the request offers `100 Continue` when somebody wants to read them.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, cast

from msgspec import Struct

from katana.runtime._problem import Problem
from katana.runtime._problem_statuses import BadRequest, ContentTooLarge, RequestHeaderFieldsTooLarge
from katana.runtime.http1._chunked import ChunkedDecoder
from katana.runtime.http1._head import METHODS, Fields, for_host, line_too_long, parse_fields, parse_request_line
from katana.runtime.http1._target import PLAIN_CHARACTERS, TARGET_CHARACTERS, authority_of, split_target

if TYPE_CHECKING:
    from katana.runtime._byte_stream import ByteStream
    from katana.runtime._limits import Limits

_VERSION: Final = b" HTTP/1.1\r\n"
_TOKEN_STARTS: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&'*+-.^_`|~0123456789")
_TLS_HANDSHAKE: Final = 0x16
_SLASH: Final = 0x2F
_NEVER: Final = 1 << 62


class Request(Struct, eq=False):
    """One request. `route`, `refusal` and `streams` belong to whoever planned its body, `stream` to who serves it.

    `trailers` follow the content of a body in chunks; of one in pieces they are there after `END`.
    """

    method: str
    path: str
    query: str
    fields: Fields
    body: bytes = b""
    route: Any = None
    refusal: Problem | None = None
    streams: bool = False
    stream: ByteStream | None = None
    trailers: tuple[tuple[str, str], ...] = ()


class Mark(enum.Enum):
    """CONTINUE: the client waits for `100 Continue` before it sends the body. END: a body in pieces is complete."""

    CONTINUE = enum.auto()
    END = enum.auto()


CONTINUE: Final = Mark.CONTINUE
END: Final = Mark.END


class Phase(enum.Enum):
    """What the connection is in the middle of."""

    IDLE = enum.auto()
    HEAD = enum.auto()
    BODY = enum.auto()
    CLOSED = enum.auto()


Plan = Callable[[Request], int]
Event = Request | bytes | Problem | Mark | None
_ParsedHead = tuple[str, str, Fields]


class Connection:
    """The state of one connection. `plan` returns the bytes a body may have or raises a Problem.

    `asks_head`: what was being read at the end was a HEAD, whose refusal has no content (RFC 9110, 9.3.2).
    """

    __slots__ = ("_block", "_chunked", "_data", "_fields", "_left", "_limits", "_plan", "_position", "_request",
                 "_room", "_sized", "_start", "_usual_line", "_usual_rest", "_waits", "asks_head", "phase")  # fmt: skip

    def __init__(self, limits: Limits, plan: Plan) -> None:
        self.phase = Phase.IDLE
        self.asks_head = False
        self._limits = limits
        self._plan = plan
        self._usual_line = limits.request_line // 2
        self._usual_rest = _NEVER  # bytes behind the target of a request that repeats the head
        self._data = b""
        self._position = 0
        self._start = 0
        self._block = b"\0"  # begins like no head
        self._fields: Fields | None = None
        self._request: Request | None = None
        self._room = 0
        self._left = 0
        self._waits = False
        self._sized = bytearray()
        self._chunked: ChunkedDecoder | None = None

    @property
    def buffered(self) -> int:
        """Bytes received and not yet used."""
        return len(self._data) - self._position

    @property
    def left(self) -> int:
        """Bytes of a body in pieces that were announced and not yet given out; of one in chunks, those of a chunk."""
        return self._left if self._chunked is None else self._chunked.left

    def receive(self, data: bytes) -> None:
        """Add bytes from the client; after the end of the connection they are dropped."""
        if self._position == len(self._data):
            self._data = data
        else:
            self._data = self._data[self._position :] + data
        self._position = 0 if self.phase is not Phase.CLOSED else len(self._data)

    def whole_request(self, data: bytes) -> Request | None:
        """Rule 2 for the commonest case of all: `data` is one request, body included, that repeats the previous head.

        To be asked only between requests, when nothing is buffered. None means: not that case, use `receive`.
        """
        block = self._block
        # Whether another request precedes this block does not matter: its target would hold blanks and line ends.
        end = len(data) - self._usual_rest
        if not 0 < end <= self._usual_line or not data.startswith(block, end):
            return None
        name, _, target = data[:end].partition(b" ")
        method = METHODS.get(name)
        # What strips to nothing consists of these characters alone.
        if method is None or not target or target[0] != _SLASH or target.strip(PLAIN_CHARACTERS):
            return None
        path, _, query = target.decode().partition("?")
        fields = cast("Fields", self._fields)
        request = Request(method, path, query, fields)
        if not fields.has_body:
            return request
        # Rule 3 for a body that is at hand; what is to be refused is for `receive`, which knows how to do it.
        request.body = data[end + len(block) :]
        try:
            return request if fields.length <= self._plan(request) else None
        except Problem:
            return None

    def next_event(self) -> Event:
        """The next thing that happened, None when more bytes are needed."""
        try:
            if self._request is not None:
                return self._piece(self._request) if self._request.streams else self._body(self._request)
            if self._position == len(self._data):
                self._data, self._position = b"", 0  # an idle connection holds no memory of what it received
                return None
            self._start = self._position
            # Not "or": a request that begins here and whose body is still to come is no event yet, and no head follows.
            head = self._repeated_head()
            if head is None:
                head = self._head()
            return None if head is None else self._begin(*head)
        except Problem as problem:
            self.close()
            return problem

    def close(self) -> None:
        """Forget what is buffered and read no more requests."""
        if self.phase is not Phase.CLOSED:
            request = self._request
            self.asks_head = request.method == "HEAD" if request else self._data.startswith(b"HEAD ", self._start)
        self.phase = Phase.CLOSED
        self._request = None
        self._chunked = None
        self._sized = bytearray()
        self._data = b""
        self._position = 0

    def _repeated_head(self) -> _ParsedHead | None:
        """Rule 2: everything from the version on equals the previous head."""
        data, position, block = self._data, self._position, self._block
        end = data.find(_VERSION, position)
        if not data.startswith(block, end) or end + len(_VERSION) - 2 - position > self._limits.request_line:
            return None
        name, _, target = data[position:end].partition(b" ")
        method, fields = METHODS.get(name), self._fields
        if method is None or fields is None or not target or target.translate(None, TARGET_CHARACTERS):
            return None
        self._position = end + len(block)
        return method, target.decode("ascii"), fields

    def _head(self) -> _ParsedHead | None:
        data = self._data
        while data.startswith(b"\r\n", self._position):  # RFC 9112, 2.2: empty lines before a request are ignored
            self._position += 2
        self._start = position = self._position
        if position == len(data):
            self.phase = Phase.IDLE
            return None
        stop = data.find(b"\r\n\r\n", position) + 4
        if stop < 4:
            self.phase = Phase.HEAD
            self._check_beginning(data[position:])
            return None
        end = data.find(b"\r\n", position)
        method, target, http10 = parse_request_line(data[position:end], self._limits)
        if stop - position > self._limits.head:
            raise _head_too_large(self._limits)
        fields = parse_fields(data[end:stop], http10=http10, limits=self._limits)
        self._remember(data[end - len(_VERSION) + 2 : stop], fields)
        self._position = stop
        return method, target, fields

    def _remember(self, block: bytes, fields: Fields) -> None:
        if not (fields.http10 or fields.chunked or fields.expects_continue):
            self._block = block
            self._fields = fields
            self._usual_rest = len(block) + fields.length

    def _check_beginning(self, data: bytes) -> None:
        """Refuse early what can no longer become a head."""
        if data == b"\r":
            return
        if data[0] not in _TOKEN_STARTS:
            what = "a TLS handshake" if data[0] == _TLS_HANDSHAKE else "something else"
            raise BadRequest("http.request_line", detail=f"this port speaks HTTP and received {what}")
        end = data.find(b"\r\n")
        if end >= 0:
            parse_request_line(data[:end], self._limits)
        elif len(data.removesuffix(b"\r")) > self._limits.request_line:
            raise line_too_long(data, self._limits)
        if len(data) > self._limits.head:
            raise _head_too_large(self._limits)
        if not data.count(b"\n") == data.count(b"\r\n") == data.removesuffix(b"\r").count(b"\r"):
            raise BadRequest("http.head", detail="a line ends with CR or LF alone")

    def _begin(self, method: str, target: str, fields: Fields) -> Event:
        try:
            path, query = split_target(target)
        except ValueError as error:
            raise BadRequest("http.target", detail=str(error)) from None
        if path == "*" and method != "OPTIONS":
            raise BadRequest("http.target", detail="the target * belongs to OPTIONS alone")
        if (authority := authority_of(target)) is not None:
            fields = for_host(fields, authority)
        request = Request(method, path, query, fields)
        if not fields.has_body:
            self.phase = Phase.IDLE
            return request
        self._announce(request)
        return request if request.streams else self._body(request)

    def _announce(self, request: Request) -> None:
        """Rule 3: settle what happens to the body before it is read."""
        fields = request.fields
        self._room = self._limits.body
        try:
            self._room = self._plan(request)
        except Problem as problem:
            if fields.expects_continue:
                raise
            request.refusal = problem
            request.streams = False
        request.streams = request.streams and (fields.chunked or self.buffered < fields.length)  # rule 5
        if fields.length > self._room:
            raise ContentTooLarge("http.body", detail=f"the body is larger than {self._room} bytes")
        self._chunked = ChunkedDecoder(self._limits, self._room) if fields.chunked else None
        self._waits = fields.expects_continue
        self._left = fields.length
        self._request = request
        self.phase = Phase.BODY

    def _body(self, request: Request) -> Event:
        if self._waits:
            self._waits = False
            if not self.buffered:
                return CONTINUE
        body = self._sized_body(request.fields.length) if self._chunked is None else self._chunked_body(self._chunked)
        if body is None:
            return None
        request.body = b"" if request.refusal else body
        if self._chunked is not None and self._chunked.trailers:
            request.trailers = tuple(self._chunked.trailers)
        self._request = None
        self._chunked = None
        self.phase = Phase.IDLE
        return request

    def _piece(self, request: Request) -> Event:
        """Rule 5."""
        decoder = self._chunked
        if decoder is None:
            start = self._position
            piece = self._data[start : start + self._left] if start or self._left < len(self._data) else self._data
            self._left -= len(piece)
            self._position += len(piece)
            done = not self._left
        else:
            self._position = decoder.decode(self._data, self._position)
            piece, done = decoder.take(), decoder.done
        if piece:
            return piece
        if not done:
            return None
        if decoder is not None:
            request.trailers = tuple(decoder.trailers)
        self._request = None
        self._chunked = None
        self.phase = Phase.IDLE
        return END

    def _sized_body(self, length: int) -> bytes | None:
        start = self._position
        end = start + length - len(self._sized)
        if end > len(self._data):
            self._sized += self._data[start:] if start else self._data
            self._data = b""
            self._position = 0
            return None
        self._position = end
        if not self._sized:
            return self._data[start:end]
        self._sized += self._data[start:end]
        body = bytes(self._sized)
        self._sized = bytearray()
        return body

    def _chunked_body(self, decoder: ChunkedDecoder) -> bytes | None:
        self._position = decoder.decode(self._data, self._position)
        return bytes(decoder.body) if decoder.done else None


def _head_too_large(limits: Limits) -> RequestHeaderFieldsTooLarge:
    return RequestHeaderFieldsTooLarge("http.fields", detail=f"the head is larger than {limits.head} bytes")
