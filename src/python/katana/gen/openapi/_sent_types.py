"""What a controller puts into the body of a response, and into its headers.

In: contents and headers of responses. Out: annotations. Never: request bodies.
"""

from __future__ import annotations

from katana import ir
from katana.gen.openapi import _media
from katana.gen.openapi._annotations import Annotations, union
from katana.gen.source import Doc, Group

_ITERABLE = ("collections.abc", "AsyncIterable")


def body_of(spell_type: Annotations, content: ir.Content) -> Doc:
    """The annotation of a response's body: a DTO, `str`, `bytes` or what is iterated for a stream."""
    kind = _media.kind(content, spell_type.types)
    if kind == "stream" and content.item is not None:
        return _iterable(spell_type, element(spell_type, content.media_type, content.item))
    if kind in ("text", "xml"):
        return spell_type.builtin("str")
    if kind == "bytes":
        octets = spell_type.builtin("bytes")
        return union((octets, _iterable(spell_type, octets)))
    return spell_type.of(content.type if content.type is not None else ir.AnyType())


def element(spell_type: Annotations, media_type: str, item: ir.Item) -> Doc:
    """The annotation of one element of a sequence."""
    if not _media.of_events(media_type):
        return spell_type.of(item.type)
    event = spell_type.name("katana.runtime", "ServerSentEvent")
    each = item.events or (item,)
    payloads = [spell_type.builtin("str") if one.text else spell_type.of(one.type) for one in each]
    return union(tuple(Group(f"{event}[", (payload,), "]", comma=False) for payload in payloads))


def header_of(spell_type: Annotations, header: ir.Header) -> Doc:
    """The annotation of a header. `Set-Cookie` may be given several times, each with a line of its own."""
    if header.name.lower() == "set-cookie" and spell_type.types.kinds(header.type) == ["string"]:
        text = spell_type.builtin("str")
        lines = union((text, Group(f"{spell_type.builtin('list')}[", (text,), "]", comma=False)))
        return lines if header.required else union((lines, "None"))
    return spell_type.of(header.type) if header.required else spell_type.optional(header.type, "None")


def _iterable(spell_type: Annotations, inner: Doc) -> Doc:
    return Group(f"{spell_type.name(*_ITERABLE)}[", (inner,), "]", comma=False)
