"""Replies that are only known when the controller has returned: binary content, media types that it chose.

In: what the controller returned. Out: `Reply`, `StreamReply`, `Head`. Never: a media type beside the declared range.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterable
from functools import lru_cache
from typing import Final

from katana.runtime import Head, Reply, StreamReply

# RFC 9110, 8.3.1 and 5.6.6; a parameter's value is a token or a quoted string.
_TOKEN: Final = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_MEDIA_TYPE: Final = re.compile(
    rf'({_TOKEN}/{_TOKEN})((?:[ \t]*;[ \t]*{_TOKEN}=(?:{_TOKEN}|"(?:[\t !#-\[\]-~]|\\[\t -~])*"))*)'
)
_CHARSET: Final = re.compile(r';[ \t]*charset="?([^";]*)', re.IGNORECASE)

Fields = tuple[tuple[str, str], ...]


def binary_reply(
    head: Head, body: bytes | AsyncIterable[bytes], length: int | None, fields: Fields = ()
) -> Reply | StreamReply:
    """Bytes in one piece, or chunk by chunk; `length`, in bytes, is what the controller knows of a stream's."""
    if isinstance(body, bytes):
        return Reply(head, body, fields)
    return StreamReply(head, body, fields, length)


@lru_cache(maxsize=256)
def ranged_head(status: int, declared: str, media_type: str, *, text: bool = False) -> Head:
    """The head of a response whose contract declares a range of media types.

    Args:
        status: of the response.
        declared: the range, such as `image/*`, `*/*` or `application/*+json`.
        media_type: what the controller chose, perhaps with parameters.
        text: the body is text, which is sent as UTF-8.

    Raises:
        TypeError: `media_type` is none, is itself a range, lies outside `declared`, or names another charset.
    """
    found = _MEDIA_TYPE.fullmatch(media_type)
    start, _, suffix = declared.partition("*")
    if suffix.startswith("/*"):
        start, suffix = "", ""  # `*/*`
    if (
        found is None
        or "*" in found[1]
        or not found[1].lower().startswith(start)
        or not found[1].lower().endswith(suffix)
    ):
        raise TypeError(f"{media_type!r} is no media type within {declared}, which the contract declares")
    charset = _CHARSET.search(found[2])
    if text and charset is None:
        return Head(status, f"{media_type}; charset=utf-8")
    if text and charset is not None and charset[1].lower() != "utf-8":
        raise TypeError(f"{media_type!r}: text is sent as UTF-8")
    return Head(status, media_type)
