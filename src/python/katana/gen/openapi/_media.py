"""Media types by what the emitter does with them.

In: a media type, lower-case, without parameters, and the schema beside it. Out: a kind. Never: parameters, negotiation.
"""

from typing import Literal

from katana import ir
from katana.gen.openapi._files import MULTIPART
from katana.gen.openapi._types import Types

Kind = Literal["json", "problem", "text", "bytes", "form", "multipart", "stream", "xml"]

_WITH_JSON = frozenset(("*/*", "application/*"))
_STRUCTURED = frozenset(("array", "object"))


def kind(content: ir.Content, types: Types) -> Kind:
    """How a body is read and written.

    XML whose schema is a string, or which has none, is text: the handler reads and writes it. A vendor's media type
    without suffix (RFC 6838, 3.2) says nothing about its syntax; it is JSON when its schema describes objects or
    arrays, as the ones of public APIs are. So is a range that includes JSON.
    """
    if content.item is not None:
        return "stream"
    named = _named(content.media_type)
    if named == "xml" and (content.type is None or {"any", "string"}.issuperset(types.kinds(content.type))):
        return "text"
    open_ = content.media_type in _WITH_JSON or content.media_type.startswith("application/vnd.")
    if named == "bytes" and open_ and content.type is not None and _STRUCTURED.issuperset(types.kinds(content.type)):
        return "json"
    return named


def _named(media_type: str) -> Kind:
    if media_type == "application/problem+json":
        return "problem"
    if media_type in ("application/json", "text/json") or media_type.endswith("+json"):
        return "json"
    if media_type == "application/x-www-form-urlencoded":
        return "form"
    if media_type == MULTIPART:
        return "multipart"
    if media_type in ("application/xml", "text/xml") or media_type.endswith("+xml"):
        return "xml"
    return "text" if media_type.startswith("text/") else "bytes"


def sent(media_type: str) -> str:
    """The media type of a response; JSON for a range that includes it (no other range can be sent)."""
    return "application/json" if media_type in _WITH_JSON else media_type


def content_type(media_type: str) -> str:
    """The value of the `content-type` field of a response."""
    media_type = sent(media_type)
    if of_events(media_type):
        return media_type  # always UTF-8
    return f"{media_type}; charset=utf-8" if _named(media_type) in ("text", "xml") else media_type


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON by its name."""
    return _named(media_type) in ("json", "problem")


def of_events(media_type: str) -> bool:
    """Whether a sequential media type is that of Server-Sent Events (WHATWG HTML, 9.2)."""
    return media_type == "text/event-stream"


def of_lines(media_type: str) -> bool:
    """Whether a sequential media type has one JSON value on each line; if not, it is as RFC 7464 has it."""
    return not (of_events(media_type) or media_type.endswith("json-seq"))
