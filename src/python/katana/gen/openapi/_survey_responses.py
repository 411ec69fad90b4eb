"""Unsupported responses of one operation.

In: an operation. Out: code, pointer, name. Never: requests (`_survey_bodies`), types by themselves (`_survey_types`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from katana import ir
from katana.gen.openapi import _media
from katana.gen.openapi._types import Types

_Finding = tuple[str, str, str]
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_MEDIA = re.compile(rf"{_TOKEN.pattern}/{_TOKEN.pattern}")
_RANGE = re.compile(rf"\*/\*|{_TOKEN.pattern}/\*(?:\+{_TOKEN.pattern})?")
_NOT_SENT = frozenset(("form", "multipart"))
_FRAMING = frozenset(("upgrade",))
_STRUCTURED = frozenset(("array", "object"))


def survey(operation: ir.Operation, types: Types) -> Iterator[_Finding]:
    """Everything in the responses that cannot be generated."""
    if not operation.responses:
        yield "unsupported-status", operation.pointer, "of an operation that declares none"
    for response in operation.responses:
        status = response.status
        if status.startswith("1") or (status in ("204", "205", "304") and response.contents):
            yield "unsupported-status", response.pointer, f"`{status}`{' with content' if response.contents else ''}"
        for header in response.headers:
            if not _is_sent(header, types):
                yield "unsupported-response-header", response.pointer, f"`{header.name}`"
        for content in response.contents:
            yield from _content(content, response.pointer, types)


def _content(content: ir.Content, pointer: str, types: Types) -> Iterator[_Finding]:
    """Text and octets are sent as they are, whatever a schema says of them; but text and octets they are.

    XML is text that the controller writes, also where a schema describes it as if it were JSON.
    """
    kind = _media.kind(content, types)
    media_type = content.media_type
    known = _RANGE.fullmatch(media_type) if "*" in media_type else _MEDIA.fullmatch(media_type)
    # Nothing says where one part ends: the boundary is a parameter of the media type, which the contract gives.
    if kind in _NOT_SENT or media_type.startswith("multipart/") or not known:
        yield "unsupported-response-media-type", pointer, f"`{media_type}`"
    elif kind in ("text", "bytes") and not set(types.kinds(content.type or ir.AnyType())) <= {"any", "string"}:
        yield "unsupported-content-schema", pointer, f"`{media_type}`"


def _is_sent(header: ir.Header, types: Types) -> bool:
    """Whether a header has a spelling: a name that is free, and no structure within structure unless it is JSON."""
    if not _TOKEN.fullmatch(header.name) or header.name.lower() in _FRAMING:
        return False
    return _media.is_json(header.media_type) or all(
        _STRUCTURED.isdisjoint(types.kinds(inner)) for inner in _inside(header.type, types)
    )


def _inside(type_: ir.Type, types: Types) -> Iterator[ir.Type]:
    """The types of the items and members of a type."""
    resolved = types.resolve(type_)
    if isinstance(resolved, ir.RefType):
        resolved = types.named[resolved.name].type
    match resolved:
        case ir.ArrayType():
            yield resolved.items
        case ir.MapType():
            yield resolved.values
        case ir.ObjectType():
            yield from (field.type for field in resolved.fields)
        case ir.UnionType():
            for variant in resolved.variants:
                yield from _inside(variant, types)
