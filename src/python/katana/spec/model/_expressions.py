"""Runtime expressions (OAS 3.1, section 4.8.20.4): values of a message that is not there yet.

In: text. Out: whether it is an expression. Never: values.
"""

from __future__ import annotations

import re

_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_POINTER = r"(?:/(?:[^~/]|~[01])*)*"
_SOURCE = rf"(?:header\.{_TOKEN}|query\.[^{{}}]+|path\.[^{{}}]+|body(?:#{_POINTER})?)"
_EXPRESSION = re.compile(rf"\$(?:url|method|statusCode|(?:request|response)\.{_SOURCE})")
_EMBEDDED = re.compile(r"\{(\$[^{}]*)\}")


def is_expression(text: str) -> bool:
    """Whether `text` is a runtime expression as a whole."""
    return _EXPRESSION.fullmatch(text) is not None


def expressions(text: str) -> list[str]:
    """What `text` uses as runtime expressions: itself if it starts with `$`, else what it embeds in braces."""
    return [text] if text.startswith("$") else _EMBEDDED.findall(text)
