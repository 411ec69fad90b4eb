"""Responses as what a controller returns: which form each of them has, and the names of their classes.

In: an operation. Out: `Answer`, one for each status and media type. Never: Python text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from katana import ir
from katana.gen.openapi import _media, _statuses
from katana.gen.openapi._names import Names, pascal
from katana.gen.openapi._types import Types

_SENT_ANYWAY = frozenset(("connection", "content-length", "date", "keep-alive", "transfer-encoding"))
"""Response headers that the runtime writes itself, whoever declares them."""


@dataclass(frozen=True)
class Answer:
    """A declared response, one for each of its media types.

    `bare` returns the body itself; `empty` is `NoContent`; `problem` a problem class of the runtime; `class` a class of
    `responses.py`. `name` is the class (empty for `bare`). `kind` is how the body is written, None without one.
    """

    response: ir.Response
    content: ir.Content | None
    kind: _media.Kind | None
    form: Literal["bare", "empty", "problem", "class"]
    name: str

    @property
    def headers(self) -> tuple[ir.Header, ...]:
        """The headers that the handler gives."""
        return headers_of(self.response)

    @property
    def media_type(self) -> str:
        """The media type that is sent, or the range that the handler chooses from; empty without a body."""
        if self.content is None:
            return ""
        media_type = self.content.media_type
        return _media.sent(media_type) if self.kind == "json" else media_type

    @property
    def streams(self) -> bool:
        """Whether it may be sent chunk by chunk."""
        return self.kind in ("bytes", "stream")

    @property
    def ranged(self) -> bool:
        """Whether the handler says which media type it is."""
        return "*" in self.media_type


def headers_of(response: ir.Response) -> tuple[ir.Header, ...]:
    """The headers of a response without those that the runtime writes itself."""
    return tuple(header for header in response.headers if header.name.lower() not in _SENT_ANYWAY)


def answers_of(operation: ir.Operation, classes: Names, types: Types) -> tuple[Answer, ...]:
    """The responses of an operation, in document order; `classes` gives out names."""
    bare = _bare(operation, types)
    answers: list[Answer] = []
    for response in operation.responses:
        for content in response.contents or (None,):
            kind = None if content is None else _media.kind(content, types)
            if response is bare:
                answers.append(Answer(response, content, kind, "bare", ""))
            else:
                answers.append(_answer(operation, response, content, kind, classes))
    return tuple(answers)


def _bare(operation: ir.Operation, types: Types) -> ir.Response | None:
    """The lowest 2xx, if it has one body, JSON that is not always null or a sequence, and no headers."""
    successes = sorted((r for r in operation.responses if r.status.startswith("2")), key=lambda r: r.status)
    for response in successes[:1]:
        plain = response.status.isdecimal() and not headers_of(response) and len(response.contents) == 1
        if not plain:
            continue
        content = response.contents[0]
        kind = _media.kind(content, types)
        if kind == "stream":
            return response
        if kind == "json" and "*" not in _media.sent(content.media_type):
            nothing = set(types.kinds(content.type or ir.AnyType())) == {"null"}
            return None if nothing else response
    return None


def _answer(
    operation: ir.Operation,
    response: ir.Response,
    content: ir.Content | None,
    kind: _media.Kind | None,
    classes: Names,
) -> Answer:
    # A problem with the status of a success is a document like any other: no class of the runtime can be it.
    if kind == "problem" and response.status[0] in "45d":
        return Answer(response, content, kind, "problem", _statuses.PROBLEMS.get(response.status, "Problem"))
    if content is None and response.status == "204" and not headers_of(response):
        return Answer(response, None, None, "empty", "NoContent")
    several = content is not None and len(response.contents) > 1
    media = pascal(content.media_type.replace("/", " ").replace("*", "any")) if several and content else ""
    name = pascal(operation.name) + _statuses.word(response.status) + media
    return Answer(response, content, kind, "class", classes.new(name, "Op"))
