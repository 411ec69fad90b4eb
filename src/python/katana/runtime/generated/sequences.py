"""Sequences in requests, read while they arrive: JSON lines, JSON text sequences, Server-Sent Events.

In: the body of a request and what its elements have to look like. Out: the elements, one by one. Never: more than one
element in memory.

An element that is not what the contract says ends the sequence where it is asked for: 422, with the place of the
element in the pointer of each mistake. The handler may have acted on those before it.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Final

from katana.runtime import BadRequest, ContentTooLarge, Ctx, ServerSentEvent, UnprocessableContent
from katana.runtime.generated._converted import converted
from katana.runtime.generated._details import pointer
from katana.runtime.generated._inputs import plain_json
from katana.runtime.generated._recover import refuse
from katana.runtime.generated._rejected import INVALID, REJECTED
from katana.runtime.generated._schemas import Schemas
from katana.runtime.generated._shapes import Shape

_RS: Final = b"\x1e"
_LINE_END: Final = re.compile(rb"\r\n|\n|\r")
_BOM: Final = b"\xef\xbb\xbf"
_TURN: Final = 256
"""Elements or lines after which other connections have their turn, should a handler never wait between them."""
_FIELDS: Final = frozenset((b"data", b"event", b"id", b"retry"))


class Element[T]:
    """What the elements of a sequence have to look like.

    Args:
        shape: their type.
        schemas: the named schemas.
        schema: JSON text of theirs.
        accepts: what decoding cannot check.
        text: they are text, not JSON.
    """

    def __init__(
        self,
        shape: Shape[T],
        schemas: Schemas,
        schema: str,
        accepts: Callable[[T], bool] | None = None,
        *,
        text: bool = False,
    ) -> None:
        self._shape = shape
        self._schemas = schemas
        self._schema = schema
        self._accepts = accepts
        self._text = text

    def read(self, data: bytes, index: int) -> T:
        """An element. Raises UnprocessableContent when it is not valid."""
        if not self._text:
            try:
                value = self._shape.decode(data)
                if self._accepts is not None and not self._accepts(value):
                    raise REJECTED
                return value
            except INVALID:
                pass
        try:
            plain: Any = data.decode("utf-8") if self._text else plain_json(data, self._shape.float_hook)
        except UnicodeDecodeError:
            raise invalid(index, "is not UTF-8") from None
        except BadRequest as problem:
            raise invalid(index, str(problem.detail).removeprefix("The body ").rstrip(".")) from None
        found: T
        found, errors = converted(plain, self._schema, self._shape, self._schemas)
        if errors:
            raise refuse([("body", pointer([index]) + place, detail) for place, detail in errors])
        return found


def invalid(index: int, detail: str) -> UnprocessableContent:
    """The problem for one element that has no value."""
    return refuse([("body", pointer([index]), detail)])


async def read_lines[T](ctx: Ctx, element: Element[T]) -> AsyncIterator[T]:
    """JSON values, each on a line of its own (https://jsonlines.org); empty lines are skipped."""
    index = 0
    async for line in _pieces(ctx, b"\n"):
        text = line.strip(b" \t\r")
        if text:
            yield element.read(text, index)
            index += 1


async def read_sequence[T](ctx: Ctx, element: Element[T]) -> AsyncIterator[T]:
    """JSON texts, each between RS and LF (RFC 7464, 2); one without its LF has been cut short."""
    index, first = 0, True
    async for piece in _pieces(ctx, _RS):
        if piece and (first or not piece.endswith(b"\n")):
            raise invalid(index, "does not stand between RS and LF")
        first = False
        if piece.strip():
            yield element.read(piece, index)
            index += 1


async def read_events(ctx: Ctx, kinds: Mapping[str, Element[Any] | None]) -> AsyncIterator[ServerSentEvent[Any]]:
    """Server-Sent Events (WHATWG HTML, 9.2.6) by the name of the event, `""` for every other; None: without data.

    An event that is not complete when the body ends is dropped, as the standard says.
    """
    index, size = 0, 0
    fields: dict[bytes, list[bytes]] = {}
    async for line in _lines(ctx):
        if line:
            size += len(line) + 1
            _check_size(ctx, size)
            name, _, value = line.partition(b":")
            if name in _FIELDS:  # others are ignored, and take no memory
                fields.setdefault(name, []).append(value.removeprefix(b" "))
            continue
        taken, fields, size = fields, {}, 0
        event = _event(taken, kinds, index)
        if event is not None:
            yield event
            index += 1


def _event(
    fields: dict[bytes, list[bytes]], kinds: Mapping[str, Element[Any] | None], index: int
) -> ServerSentEvent[Any] | None:
    name = _text(fields, b"event", index) or ""
    known = name if name in kinds else ""
    element = kinds.get(known)
    if b"data" not in fields and (known not in kinds or element is not None):
        return None  # what a browser would not dispatch either
    if known not in kinds:
        raise invalid(index, "is an event that the contract does not know")
    data = None if element is None else element.read(b"\n".join(fields[b"data"]), index)
    retry = _text(fields, b"retry", index)
    return ServerSentEvent(
        data,
        event=name or None,
        id=_text(fields, b"id", index),
        retry=int(retry) if retry and retry.isascii() and retry.isdigit() and len(retry) < 10 else None,
    )


def _text(fields: dict[bytes, list[bytes]], name: bytes, index: int) -> str | None:
    """The last value of a field."""
    values = fields.get(name)
    try:
        return None if values is None else values[-1].decode("utf-8")
    except UnicodeDecodeError:
        raise invalid(index, "is not UTF-8") from None


async def _pieces(ctx: Ctx, separator: bytes) -> AsyncIterator[bytes]:
    """What stands between separators; the last piece may be empty."""
    pending = bytearray()
    async for chunk in ctx.stream:
        *complete, rest = chunk.split(separator)
        for index, piece in enumerate(complete, 1):
            if not index % _TURN:
                await asyncio.sleep(0)
            _check_size(ctx, len(pending) + len(piece))
            yield bytes(pending) + piece
            pending = bytearray()
        pending += rest
        _check_size(ctx, len(pending))
    yield bytes(pending)


async def _lines(ctx: Ctx) -> AsyncIterator[bytes]:
    """Lines that end with CR LF, LF or CR, without a byte order mark; what follows the last end is no line."""
    pending, first, returned = bytearray(), True, False
    async for chunk in ctx.stream:
        *complete, rest = _LINE_END.split(chunk.removeprefix(b"\n") if returned else chunk)
        returned = chunk.endswith(b"\r")  # the LF that may follow ends no further line
        for index, piece in enumerate(complete, 1):
            if not index % _TURN:
                await asyncio.sleep(0)
            _check_size(ctx, len(pending) + len(piece))
            line, pending = bytes(pending) + piece, bytearray()
            yield line.removeprefix(_BOM) if first else line
            first = False
        pending += rest
        _check_size(ctx, len(pending))


def _check_size(ctx: Ctx, size: int) -> None:
    if size > ctx.limits.element:
        raise ContentTooLarge("http.element", detail=f"an element has more than {ctx.limits.element} bytes")
