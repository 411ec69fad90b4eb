"""Unsupported parameters, bodies and responses of one operation.

In: an operation. Out: code, pointer, name. Never: types by themselves (`_survey_types`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from katana import ir
from katana.gen.openapi import _media, _survey_parameters, _survey_responses
from katana.gen.openapi._forms import nested_members
from katana.gen.openapi._types import Types

_Finding = tuple[str, str, str]
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_MEDIA = re.compile(rf"{_TOKEN.pattern}/{_TOKEN.pattern}")
_NOT_READ = frozenset(("multipart", "stream", "xml"))


def survey(operation: ir.Operation, types: Types) -> Iterator[_Finding]:
    """Everything in the operation that cannot be generated."""
    for parameter in operation.parameters:
        yield from _survey_parameters.survey(parameter, types)
    if operation.body is not None:
        yield from _body(operation.body, types)
    yield from _survey_responses.survey(operation, types)


def _body(body: ir.Body, types: Types) -> Iterator[_Finding]:
    names = [f"`{content.media_type}`" for content in body.contents]
    if not _alike(body.contents, types):
        yield "unsupported-request-media-types", body.pointer, ", ".join(names) or "none of them declared"
    for content in body.contents:
        kind = _media.kind(content, types)
        if kind in _NOT_READ or kind == "problem" or not _MEDIA.fullmatch(content.media_type):
            yield "unsupported-request-media-type", body.pointer, f"`{content.media_type}`"
        elif kind == "form":
            for member in nested_members(content, types):
                yield "unsupported-form", body.pointer, member
        else:
            yield from _plain(content, body.pointer, types)


def _alike(contents: tuple[ir.Content, ...], types: Types) -> bool:
    """Whether one way to read the body fits all media types."""
    kinds = {_media.kind(content, types) for content in contents}
    return (len(kinds) == 1 or kinds == {"json", "form"}) and all(
        content.schema == contents[0].schema for content in contents
    )


def _plain(content: ir.Content, pointer: str, types: Types) -> Iterator[_Finding]:
    """Text and binary bodies are taken as they are, so their schema must not say more than that."""
    if content.type is None or _media.kind(content, types) == "json":
        return
    resolved = types.resolve(content.type)
    free = isinstance(resolved, ir.StringType) and (
        not resolved.min_length and resolved.max_length is None and resolved.pattern is None
    )
    if not (free or isinstance(resolved, ir.AnyType)) or content.checks:
        yield "unsupported-content-schema", pointer, f"`{content.media_type}`"
