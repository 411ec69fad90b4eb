"""Where an API has values that are received, and where it has values that are sent.

In: an `Api` and what to do with each value. Out: the `Api` with what came of it. Never: a look into the values.
The service receives requests and sends responses; with what it sends by itself it is the other way round.
"""

from __future__ import annotations

from typing import Protocol

from msgspec.structs import replace

from katana.ir import Api, Body, Content, Encoding, Event, Header, Item, Operation, Parameter, Response, Type


class Visit(Protocol):
    """What to do with one value; `received` says in which direction it travels."""

    def __call__[T: (Content, Event, Header, Item, Parameter)](self, value: T, /, *, received: bool) -> T: ...


def visited(api: Api, visit: Visit) -> Api:
    """The API with every value replaced by what `visit` makes of it."""
    return replace(
        api,
        operations=tuple(_operation(each, visit, received=True) for each in api.operations),
        outgoing=tuple(
            replace(each, operation=_operation(each.operation, visit, received=False)) for each in api.outgoing
        ),
    )


def roots(api: Api) -> list[Type]:
    """The types of all values, in document order."""
    found: list[Type] = []

    def collect[T: (Content, Event, Header, Item, Parameter)](value: T, /, *, received: bool) -> T:  # noqa: ARG001
        if value.type is not None:
            found.append(value.type)
        return value

    visited(api, collect)
    return found


def _operation(operation: Operation, visit: Visit, *, received: bool) -> Operation:
    return replace(
        operation,
        parameters=tuple(visit(each, received=received) for each in operation.parameters),
        body=None if operation.body is None else _body(operation.body, visit, received=received),
        responses=tuple(_response(each, visit, received=not received) for each in operation.responses),
    )


def _body(body: Body, visit: Visit, *, received: bool) -> Body:
    return replace(body, contents=tuple(_content(each, visit, received=received) for each in body.contents))


def _response(response: Response, visit: Visit, *, received: bool) -> Response:
    return replace(
        response,
        headers=tuple(visit(each, received=received) for each in response.headers),
        contents=tuple(_content(each, visit, received=received) for each in response.contents),
    )


def _content(content: Content, visit: Visit, *, received: bool) -> Content:
    return replace(
        content if content.type is None else visit(content, received=received),
        item=None if content.item is None else _item(content.item, visit, received=received),
        encodings=tuple(_encoding(each, visit, received=received) for each in content.encodings),
    )


def _item(item: Item, visit: Visit, *, received: bool) -> Item:
    item = visit(item, received=received)
    return replace(item, events=tuple(visit(each, received=received) for each in item.events))


def _encoding(encoding: Encoding, visit: Visit, *, received: bool) -> Encoding:
    return replace(encoding, headers=tuple(visit(each, received=received) for each in encoding.headers))
