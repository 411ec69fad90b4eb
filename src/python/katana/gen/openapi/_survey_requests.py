"""Unsupported request bodies.

In: a body. Out: code, pointer, name. Never: types by themselves (`_survey_types`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from katana import ir
from katana.gen.openapi._forms import nested_members
from katana.gen.openapi._readings import request_kind
from katana.gen.openapi._types import Types

_Finding = tuple[str, str, str]
_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_MEDIA = re.compile(rf"{_TOKEN}/{_TOKEN}")


def survey(body: ir.Body, types: Types) -> Iterator[_Finding]:
    """Everything in the body that cannot be generated."""
    if not body.contents:
        yield "unsupported-request-media-types", body.pointer, "none of them declared"
    for content in body.contents:
        kind = request_kind(content, types)
        if kind == "xml" or not _MEDIA.fullmatch(content.media_type):
            yield "unsupported-request-media-type", body.pointer, f"`{content.media_type}`"
        elif kind in ("form", "multipart"):
            for member in nested_members(content, types):
                yield "unsupported-form", body.pointer, member
        elif (kind == "text" and not _is_text(content, types)) or (kind == "bytes" and not _is_binary(content, types)):
            yield "unsupported-content-schema", body.pointer, f"`{content.media_type}`"


def _is_text(content: ir.Content, types: Types) -> bool:
    return {"any", "string"}.issuperset(types.kinds(content.type or ir.AnyType()))


def _is_binary(content: ir.Content, types: Types) -> bool:
    """Bytes have a length and nothing else that a schema could speak of."""
    if content.checks:
        return False
    resolved = types.resolve(content.type or ir.AnyType())
    return isinstance(resolved, ir.AnyType) or (isinstance(resolved, ir.StringType) and resolved.pattern is None)
