"""Sequences of values as bytes, element by element: JSON lines, JSON text sequences, Server-Sent Events.

In: what a controller iterates. Out: chunks, one for each element. Never: an element that the contract does not declare,
nor text that ends a field of an event and begins another.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterable, AsyncIterator, Mapping
from types import UnionType
from typing import Any, Final

from msgspec import json

from katana.runtime import Idle, ServerSentEvent
from katana.runtime.generated._encode import encode_json

KEEP_ALIVE: Final = Idle(b":\n\n", after=15.0)
"""A comment while no event comes (WHATWG HTML, 9.2.7, advises "every 15 seconds or so")."""

Classes = type[Any] | UnionType | None
"""What `isinstance` takes; None for events without data."""

_LINE_END: Final = re.compile(r"\r\n|\r|\n").split
_MAX_RETRY: Final = 2**31 - 1


async def json_lines(elements: AsyncIterable[Any], operation: str, classes: Classes) -> AsyncIterator[bytes]:
    """Each element as JSON on a line of its own (https://jsonlines.org).

    Raises TypeError for an element that is none of `classes`.
    """
    try:
        async for element in elements:
            _check(element, classes, operation)
            yield _one_line_json(element) + b"\n"
    finally:
        await _close(elements)


async def json_sequence(elements: AsyncIterable[Any], operation: str, classes: Classes) -> AsyncIterator[bytes]:
    """Each element as a JSON text between RS and LF (RFC 7464, 2.2).

    Raises TypeError for an element that is none of `classes`.
    """
    try:
        async for element in elements:
            _check(element, classes, operation)
            yield b"\x1e" + encode_json(element) + b"\n"
    finally:
        await _close(elements)


async def event_stream(
    elements: AsyncIterable[ServerSentEvent[Any]],
    operation: str,
    kinds: Mapping[str, Classes],
    *,
    text: tuple[str, ...] = (),
) -> AsyncIterator[bytes]:
    """Server-Sent Events (WHATWG HTML, 9.2.5).

    Args:
        elements: the events.
        operation: for errors.
        kinds: classes of the data by the name of the event; `""` for every other name.
        text: the names whose data is sent as the text that it is, not as JSON.

    Raises:
        TypeError: an element is no event that the contract declares.
        ValueError: a field of an event would break the framing.
    """
    try:
        async for event in elements:
            yield _event(event, operation, kinds, text)
    finally:
        await _close(elements)


def _event(event: ServerSentEvent[Any], operation: str, kinds: Mapping[str, Classes], text: tuple[str, ...]) -> bytes:
    """The lines of one event, and the empty line that ends it."""
    if not isinstance(event, ServerSentEvent):
        raise _undeclared(operation, event)
    name = event.event or ""
    kind = name if name in kinds else ""
    if kind not in kinds:
        raise TypeError(f"{operation} sent the event {name!r}, which the contract does not declare for it")
    lines: list[str] = []
    if event.comment is not None:
        lines += [f": {line}" for line in _LINE_END(event.comment)]
    if name:
        lines.append(f"event: {_one_line('event', name)}")
    if event.id is not None:
        lines.append(f"id: {_one_line('id', event.id)}")
    if event.retry is not None:
        if not 0 <= event.retry <= _MAX_RETRY:
            raise ValueError(f"retry is milliseconds from 0 to {_MAX_RETRY}, not {event.retry}")
        lines.append(f"retry: {event.retry:d}")
    classes = kinds[kind]
    if classes is None:
        if event.data is not None:
            raise _undeclared(operation, event.data)
    else:
        _check(event.data, classes, operation)
        data = event.data if kind in text else _one_line_json(event.data).decode()
        lines += [f"data: {line}" for line in (_LINE_END(data) if kind in text else (data,))]
    return "\n".join((*lines, "", "")).encode()


def _one_line_json(value: Any) -> bytes:
    """JSON without line ends. That of msgspec has none, but a `Raw` is as its sender wrote it."""
    data = encode_json(value)
    return json.format(data, indent=-1) if b"\n" in data or b"\r" in data else data


def _one_line(field: str, value: str) -> str:
    """A field that must not break, nor hold NUL, for which a client would ignore it."""
    if "\n" in value or "\r" in value or "\0" in value:
        raise ValueError(f"the {field} of an event is one line without NUL: {value!r}")
    return value


def _check(element: Any, classes: Classes, operation: str) -> None:
    if classes is None:
        if element is not None:
            raise _undeclared(operation, element)
    elif not isinstance(element, classes):
        raise _undeclared(operation, element)


def _undeclared(operation: str, element: object) -> TypeError:
    return TypeError(
        f"{operation} sent {type(element).__module__}.{type(element).__qualname__}, "
        "which is no element that the contract declares for it"
    )


async def _close(elements: object) -> None:
    """Ends a generator of the controller, so that its `finally` runs now and not when it is collected."""
    close = getattr(elements, "aclose", None)
    if close is not None:
        await close()
