"""What a service sends, as classes with a method for each request.

In: an `Api`. Out: `Sends`: names, arguments, answers. Never: Python text.

A sender may choose, where a controller may not: of several media types of a body it takes the first that is JSON, else
the first that is text; of a response the same. Headers that the runtime writes (`webhook-id` and its like) are no
arguments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from katana import ir
from katana.gen.openapi import _media
from katana.gen.openapi._names import Names, pascal
from katana.gen.openapi._types import Types

Finding = tuple[str, str, str]

_WRITTEN = frozenset(
    (
        "accept-encoding",
        "connection",
        "content-length",
        "host",
        "transfer-encoding",
        "user-agent",
        "webhook-id",
        "webhook-signature",
        "webhook-timestamp",
    )
)
_READS = ("json", "problem", "text", "bytes")
_WRITES = frozenset(("json", "problem", "text"))
_STRUCTURED = frozenset(("any", "array", "object"))
_LATER = re.compile(r"\$(?:response\b|statusCode\b|url\b)")


@dataclass(frozen=True)
class Send:
    """A request. `expression` is where it goes when the request that is handled says so; empty: the service knows."""

    outgoing: ir.Outgoing
    operation: ir.Operation
    expression: str
    path_names: tuple[str, ...]


@dataclass(frozen=True)
class Sends:
    """A class of `senders.py`. `of` is the operation whose callbacks these are, None for the webhooks."""

    name: str
    of: ir.Operation | None
    requests: tuple[Send, ...]


def sends_of(api: ir.Api, stem: str, types: Types) -> tuple[Sends, ...]:
    """The classes: one for the webhooks, one for the callbacks of each operation; `stem` is the name of the API."""
    names = Names(("Sender", "Delivery", "Outgoing", "Expression"))
    operations = {operation.name: operation for operation in api.operations}
    classes = []
    for owner in dict.fromkeys(each.of for each in api.outgoing):
        of = operations.get(owner)
        name = f"{pascal(owner.replace('_', ' '))}Callbacks" if of is not None else f"{stem}Webhooks"
        requests = tuple(_send(each, of, types) for each in api.outgoing if each.of == owner)
        classes.append(Sends(names.new(name, "Op"), of, requests))
    return tuple(classes)


def survey(api: ir.Api, types: Types) -> Iterator[Finding]:
    """Requests that cannot be generated."""
    for each in api.outgoing:
        operation = _simplified(each.operation, types)
        for parameter in operation.parameters:
            if not _is_sent(parameter, types):
                yield "unsupported-outgoing-parameter", parameter.pointer, f"`{parameter.name}`"
        if operation.body is not None:
            for content in operation.body.contents:
                if _kind(content, types) not in _WRITES:
                    yield "unsupported-outgoing-body", operation.body.pointer, f"`{content.media_type}`"
        for response in operation.responses:
            yield from _response(response, types)


def _response(response: ir.Response, types: Types) -> Iterator[Finding]:
    for content in response.contents:
        if _kind(content, types) not in _READS:
            yield "unsupported-outgoing-response", response.pointer, f"`{content.media_type}`"
    for header in response.headers:
        if header.media_type or not _STRUCTURED.isdisjoint(types.kinds(header.type)):
            yield "unsupported-outgoing-response", response.pointer, f"with the header `{header.name}`"


def _kind(content: ir.Content, types: Types) -> str:
    """How a body is written, empty for a range of media types."""
    return "" if "*" in _media.sent(content.media_type) else _media.kind(content, types)


def _send(outgoing: ir.Outgoing, of: ir.Operation | None, types: Types) -> Send:
    expression = outgoing.expression
    known = expression.startswith(("$", "{", "http://", "https://")) and not _LATER.search(expression)
    asks = known and of is not None and "$request.path." in expression
    names = tuple(p.name for p in of.parameters if p.location == "path") if asks and of is not None else ()
    return Send(outgoing, _simplified(outgoing.operation, types), expression if known else "", names)


def _simplified(operation: ir.Operation, types: Types) -> ir.Operation:
    """The operation with one media type for each body."""
    body = operation.body
    return replace(
        operation,
        parameters=tuple(p for p in operation.parameters if p.name.lower() not in _WRITTEN or p.location != "header"),
        body=None if body is None else replace(body, contents=_chosen(body.contents, types), required=True),
        responses=tuple(replace(each, contents=_chosen(each.contents, types)) for each in operation.responses),
    )


def _chosen(contents: tuple[ir.Content, ...], types: Types) -> tuple[ir.Content, ...]:
    kinds = [_media.kind(content, types) for content in contents]
    for kind in _READS:
        if kind in kinds:
            return (contents[kinds.index(kind)],)
    return contents[:1]


def _is_sent(parameter: ir.Parameter, types: Types) -> bool:
    """Whether a parameter can be written: a scalar or an array of scalars, in the query or a header."""
    type_ = types.resolve(parameter.type)
    inner = type_.items if isinstance(type_, ir.ArrayType) else type_
    plain = parameter.style in ("form", "simple") and not parameter.media_type
    return plain and parameter.location in ("query", "header") and _STRUCTURED.isdisjoint(types.kinds(inner))
