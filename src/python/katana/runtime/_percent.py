"""Strict percent-decoding (RFC 3986, 2.1).

In: ASCII text from a request. Out: Unicode text. Never: replacement characters: what is not UTF-8 is refused.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote_to_bytes

_BROKEN: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")


def percent_decode(text: str) -> str:
    """Decode `%XX`; `+` stays. Raises ValueError for a broken escape and for bytes that are not UTF-8."""
    if "%" not in text:
        return text
    if _BROKEN.search(text):
        raise ValueError("a percent sign is not followed by two hexadecimal digits")
    try:
        return unquote_to_bytes(text).decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("percent-encoded bytes are not UTF-8") from None
