"""The ways in which the body of an operation is read.

In: the contents of a request body. Out: one `Reading` for each that differs, the most specific media types first.
Never: Python text.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from katana import ir
from katana.gen.openapi import _media
from katana.gen.openapi._types import Types


@dataclass(frozen=True)
class Reading:
    """One way to read a body.

    `media_types` are those that are read like this, next to each other in the order in which they are asked for;
    `content` is that of the first. `kind` is never `problem`, which in a request is JSON.
    """

    kind: _media.Kind
    content: ir.Content
    media_types: tuple[str, ...]

    @property
    def streams(self) -> bool:
        """Whether it is read while it arrives."""
        return self.kind in ("bytes", "multipart", "stream")


def readings(body: ir.Body | None, types: Types) -> tuple[Reading, ...]:
    """The readings of a body, in the order in which their media types have to be asked for."""
    found: list[Reading] = []
    for content in sorted(body.contents if body is not None else (), key=_breadth):
        kind = request_kind(content, types)
        last = found[-1] if found else None
        if last is not None and last.kind == kind and _alike(last.content, content, kind, types):
            found[-1] = replace(last, media_types=(*last.media_types, content.media_type))
        else:
            found.append(Reading(kind, content, (content.media_type,)))
    return tuple(found)


def request_kind(content: ir.Content, types: Types) -> _media.Kind:
    """How the body of a request is read."""
    kind = _media.kind(content, types)
    return "json" if kind == "problem" else kind


def any_text(content: ir.Content, types: Types) -> bool:
    """Whether the schema of a text accepts every text."""
    if content.type is None:
        return True
    resolved = types.resolve(content.type)
    plain = isinstance(resolved, ir.AnyType) or resolved == ir.StringType()
    return plain and not content.checks and not _checked(content.type, types)


def _checked(type_: ir.Type, types: Types) -> bool:
    return any(types.named[name].checks for name in types.reachable(type_))


def _breadth(content: ir.Content) -> tuple[int, int]:
    """How much a media range covers: one type, those with a suffix, those of a family, all (RFC 9110, 12.5.1)."""
    _, star, suffix = content.media_type.rpartition("*")
    return content.media_type.count("*"), -len(suffix) if star else 0


def _alike(one: ir.Content, other: ir.Content, kind: _media.Kind, types: Types) -> bool:
    """Whether contents of one kind are read in the same way, and their types asked for by the same kind of test."""
    plain = kind == "text" and any_text(one, types) and any_text(other, types)
    return _breadth(one) == _breadth(other) and (plain or _meaning(one) == _meaning(other))


def _meaning(content: ir.Content) -> tuple[object, ...]:
    framing = (_media.of_lines(content.media_type), _media.of_events(content.media_type)) if content.item else ()
    return content.type, content.schema, content.checks, content.item, content.encodings, framing
