"""What docstrings say of responses.

In: answers. Out: phrases, to be made one line. Never: types of bodies; the annotation says those.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from katana import ir
from katana.gen.openapi import _statuses
from katana.gen.openapi._answers import Answer
from katana.gen.openapi._types import Types
from katana.gen.openapi._words import type_words

_MEMBERS = frozenset(("type", "title", "status", "detail", "instance", "request_id", "errors"))
"""Members of a problem that its class knows (RFC 9457, 3.1), or that the runtime writes itself."""


def media_words(answer: Answer) -> str:
    """The media type, unless it is plain JSON."""
    return f", `{answer.media_type}`" if answer.media_type not in ("", "application/json") else ""


def link_words(answer: Answer) -> str:
    """The operations that a client may call next."""
    links = []
    for link in answer.response.links:
        arguments = ", ".join(f"{name}={_shown(value)}" for name, value in link.parameters.items())
        links.append(f"`{link.name}` is `{link.operation}({arguments})`")
    return f" Links: {', '.join(links)}." if links else ""


def header_words(answer: Answer) -> str:
    """The headers by name."""
    names = ", ".join(f"`{header.name}`" for header in answer.headers)
    return f" Headers: {names}." if names else ""


def problem_words(answer: Answer, types: Types) -> str:
    """How a problem is made, the members that the contract gives it beyond RFC 9457, and its headers."""
    status = answer.response.status
    code = _statuses.PROBLEMS.get(status)
    given = status if status.isdecimal() else "..."
    made = f"`ctx.problem.{_snake(code)}(...)`" if code else f"`ctx.problem.of(..., status={given})`"
    members = ", ".join(_member(field, types) for field in _further(answer, types))
    headers = f"{header_words(answer).removesuffix('.')}, by `fields`." if answer.headers else ""
    return f"{made}.{f' Members: {members}.' if members else ''}{headers}"


def _further(answer: Answer, types: Types) -> Iterator[ir.Field]:
    type_ = answer.content.type if answer.content is not None else None
    if isinstance(type_, ir.RefType):
        type_ = types.named[type_.name].type
    if isinstance(type_, ir.ObjectType):
        yield from (field for field in type_.fields if field.name not in _MEMBERS)


def _member(field: ir.Field, types: Types) -> str:
    return f"`{field.name}` ({type_words(field.type, types)}{', required' if field.required else ''})"


def _shown(value: ir.Json) -> str:
    """A runtime expression as it is, a constant as JSON."""
    return value if isinstance(value, str) and value.startswith("$") else json.dumps(value)


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))
