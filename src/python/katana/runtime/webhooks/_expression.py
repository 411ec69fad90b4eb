"""Runtime expressions: where a callback goes, as the request says it that asked for it.

In: an expression of the contract (OAS 3.1, 4.8.20.4), and a request. Out: a URL. Never: trust in it; `_targets` looks
at every URL before it is asked.

A value at the front of the URL is taken as it is. Behind other text it is percent-encoded, so that it cannot change
which host is asked.
"""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import quote

import msgspec

from katana.runtime._ctx import Ctx
from katana.runtime._problem import Problem
from katana.runtime.webhooks._errors import TargetRefused

_BRACES: Final = re.compile(r"\{([^{}]*)\}")


class Expression:
    """A URL with expressions in braces, or one expression.

    Args:
        text: as the contract spells it; nothing of the response and not `$url`.
        path: names of the path parameters, in template order.
    """

    __slots__ = ("_parts", "_path", "_text")

    def __init__(self, text: str, *, path: tuple[str, ...] = ()) -> None:
        self._text = text
        self._path = path
        self._parts = ["", text, ""] if text.startswith("$") else _BRACES.split(text)

    def of(self, ctx: Ctx) -> str:
        """The URL.

        Raises:
            TargetRefused: the request does not have what it takes.
        """
        out = ""
        for index, part in enumerate(self._parts):
            if index % 2 == 0:
                out += part
                continue
            value = self._value(part, ctx)
            if value is None or value == "":
                raise TargetRefused(f"the request has no {part}", message_id="none")
            out += quote(value, safe="") if out else value
        return out

    def _value(self, expression: str, ctx: Ctx) -> str | None:
        if expression == "$method":
            return ctx.method
        place, _, name = expression.removeprefix("$request.").partition(".")
        if place == "header":
            return ctx.header(name)
        if place == "path":
            return ctx.args[self._path.index(name)]
        try:
            return ctx.query().get(name) if place == "query" else _pointed(ctx.body, place.partition("#")[2], name)
        except Problem:
            return None


def _pointed(body: bytes, pointer: str, rest: str) -> str | None:
    """The text or number at a JSON pointer (RFC 6901) into a body; `rest` is what stood behind a full stop."""
    pointer = f"{pointer}.{rest}" if rest else pointer
    try:
        value: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isascii() and key.isdigit() and int(key[:9]) < len(value):
            value = value[int(key[:9])]
        else:
            return None
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
