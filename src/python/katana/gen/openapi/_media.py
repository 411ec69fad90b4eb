"""Media types by what the emitter does with them.

In: a media type, lower-case, without parameters. Out: a kind. Never: parameters, negotiation.
"""

from typing import Literal

Kind = Literal["json", "problem", "text", "bytes", "form", "multipart", "stream", "xml"]

_STREAMS = frozenset(
    ("application/json-seq", "application/jsonl", "application/x-ndjson", "multipart/mixed", "text/event-stream")
)


def kind(media_type: str) -> Kind:
    """How a body of this type is read and written."""
    if media_type == "application/problem+json":
        return "problem"
    if media_type in _STREAMS:
        return "stream"
    if media_type == "application/json" or media_type.endswith("+json"):
        return "json"
    if media_type == "application/x-www-form-urlencoded":
        return "form"
    if media_type.startswith("multipart/"):
        return "multipart"
    if media_type in ("application/xml", "text/xml") or media_type.endswith("+xml"):
        return "xml"
    return "text" if media_type.startswith("text/") else "bytes"


def content_type(media_type: str) -> str:
    """The value of the `content-type` field of a response."""
    return f"{media_type}; charset=utf-8" if kind(media_type) == "text" else media_type
