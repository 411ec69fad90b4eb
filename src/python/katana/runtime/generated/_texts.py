"""Parameters as the texts that were sent (RFC 6570; OpenAPI 3.2, 4.12.3 and 4.12.6).

In: a request and how a parameter is written. Out: its texts as a scalar, an array or an object, decoded; None when it
is absent. Never: types.

Rules.

1. Delimiters are split before anything is percent-decoded, so an encoded delimiter belongs to its value. The
   exceptions are the blank and the bar of `spaceDelimited` and `pipeDelimited`, which a URL cannot hold unencoded.
2. Each text is decoded once: a blank is `+` or `%20` in a query; headers, and cookies of the style `cookie`, are not
   encoded at all.
3. Nothing between two delimiters is an empty text; nothing at all is no item.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Final
from urllib.parse import quote

from katana.runtime import Ctx
from katana.runtime._cookies import cookie_pairs
from katana.runtime._percent import percent_decode
from katana.runtime.generated._rejected import Misspelt

Pairs = list[tuple[str, str]]

_SEPARATORS: Final = {"spaceDelimited": " ", "pipeDelimited": "|"}
_MAX_DIGITS: Final = 4
_ONCE: Final = "must be given once"


class Texts:
    """The texts of one parameter in one request.

    Args:
        ctx: the request.
        location: `path`, `query`, `querystring`, `header` or `cookie`.
        name: the parameter.
        style: of the standard; empty: the default of the location.
        explode: whether each item or member is written on its own.
        position: the index of a path parameter in `Ctx.raw_args`.

    Every method raises Misspelt for what no value is written like.
    """

    __slots__ = ("_ctx", "_explode", "_location", "_name", "_position", "_style")

    def __init__(
        self, ctx: Ctx, location: str, name: str, style: str = "", *, explode: bool = False, position: int = 0
    ) -> None:
        self._ctx = ctx
        self._location = location
        self._name = name
        self._style = style
        self._explode = explode
        self._position = position

    def scalar(self) -> str | None:
        """The text of a value that is neither array nor object."""
        found = self._values()
        if not found:
            return None
        if len(found) > 1 and self._location != "cookie":
            raise Misspelt(_ONCE)
        return self._decoded(found[0])

    def array(self) -> list[str] | None:
        """The texts of the items."""
        if self._style == "deepObject":
            return self._numbered()
        found = self._values()
        if not found:
            return None
        if self._explode and self._location in ("query", "cookie"):
            return [self._decoded(text) for text in found]
        if self._style == "matrix" and self._explode and found != [""]:
            return [self._decoded(text) for text in found]
        if len(found) > 1 and self._location != "cookie":
            raise Misspelt(_ONCE)
        return self._split(found[0], "." if self._style == "label" and self._explode else ",")

    def object(self, declared: Collection[str], *, free: bool, others: Collection[str]) -> Pairs | None:
        """Names and texts of the members.

        Args:
            declared: names that the schema has.
            free: where names stand beside those of other parameters: whether undeclared ones are members, too.
            others: names of other parameters at this place.
        """
        if self._location == "querystring":
            pairs = self._query_pairs()
        elif self._style == "deepObject":
            pairs = self._bracketed()
        elif not self._explode:
            return self._alternating()
        elif self._location in ("query", "cookie"):
            found = self._query_pairs() if self._location == "query" else self._cookie_pairs()
            pairs = [(n, text) for n, text in found if n in declared or (free and n not in others)]
        else:
            return self._assignments()
        return [(name, self._decoded(text)) for name, text in pairs] or None

    def _values(self) -> list[str]:
        """What is written under the parameter's name, still encoded: several when it is repeated."""
        match self._location:
            case "path":
                return self._argument()
            case "query":
                return [text for name, text in self._query_pairs() if name == self._name]
            case "header":
                text = self._ctx.header(self._name)
                return [] if text is None else [text]
            case "cookie":
                return [text for name, text in self._cookie_pairs() if name == self._name]
        return [self._ctx.query_string] if self._ctx.query_string else []

    def _argument(self) -> list[str]:
        raw = self._ctx.raw_args[self._position]
        if self._style == "label":
            return [_behind(".", raw)]
        if self._style != "matrix":
            return [raw]
        name = quote(self._name, safe="")
        start = f";{self._name}" if raw.startswith(f";{self._name}") else f";{name}"
        texts = _behind(start, raw).split(start) if self._explode else [_behind(start, raw)]
        return [_behind("=", text) if text else "" for text in texts]

    def _query_pairs(self) -> Pairs:
        """Decoded names and encoded texts. Raises BadRequest for broken encoding and for too many parameters."""
        self._ctx.query()
        pairs = (pair.partition("=") for pair in self._ctx.query_string.split("&") if pair)
        return [(percent_decode(name.replace("+", " ")), text) for name, _, text in pairs]

    def _cookie_pairs(self) -> Pairs:
        """Names and texts. The style `form` puts `&` between what it explodes, the style `cookie` what cookies have."""
        pairs = cookie_pairs(self._ctx.header("cookie"))
        if not self._explode or self._style == "cookie":
            return pairs
        joined = (part.partition("=") for name, text in pairs for part in f"{name}={text}".split("&"))
        return [(_decode(name), text) for name, _, text in joined]

    def _bracketed(self) -> Pairs:
        """`name[member]=text`."""
        start = f"{self._name}["
        return [
            (name[len(start) : -1], text)
            for name, text in self._query_pairs()
            if name.startswith(start) and name.endswith("]")
        ]

    def _numbered(self) -> list[str] | None:
        """`name[]=text` or `name[0]=text`: not of the standard, but what the clients of `deepObject` send."""
        pairs = [(name, self._decoded(text)) for name, text in self._bracketed()]
        indices = {int(name) for name, _ in pairs if name.isdecimal() and name.isascii() and len(name) <= _MAX_DIGITS}
        if len(indices) == len(pairs):
            return [text for _, text in sorted(pairs, key=lambda pair: int(pair[0]))] or None
        if any(name for name, _ in pairs):
            raise Misspelt("must be written as items: name[]=value, or name[0]=value")
        return [text for _, text in pairs]

    def _alternating(self) -> Pairs | None:
        """`name,text,name,text`."""
        found = self._values()
        if not found:
            return None
        if len(found) > 1 and self._location != "cookie":
            raise Misspelt(_ONCE)
        texts = self._split(found[0], ",")
        if len(texts) % 2:
            raise Misspelt("must have a value for each name")
        return list(zip(texts[::2], texts[1::2], strict=True))

    def _assignments(self) -> Pairs | None:
        """`name=text,name=text`, or what stands for the comma."""
        if self._location == "header":
            text = self._ctx.header(self._name)
            if text is None:
                return None
            return self._assigned([part.strip(" \t") for part in text.split(",")] if text else [])
        raw = self._ctx.raw_args[self._position]
        if self._style == "matrix":
            return self._assigned(_behind(";", raw).split(";"))
        if self._style == "label":
            text = _behind(".", raw)
            return self._assigned(_rejoined(text.split(".")) if text else [])
        return self._assigned(raw.split(","))

    def _assigned(self, parts: Iterable[str]) -> Pairs:
        pairs: Pairs = []
        for part in parts:
            name, mark, text = part.partition("=")
            if not mark:
                raise Misspelt("must be written as names with values: name=value")
            pairs.append((self._decoded(name), self._decoded(text)))
        return pairs

    def _split(self, text: str, separator: str) -> list[str]:
        if not text:
            return []
        if self._style in _SEPARATORS:
            return self._decoded(text).split(_SEPARATORS[self._style])
        parts = text.split(separator)
        return (
            [part.strip(" \t") for part in parts] if self._location == "header" else [self._decoded(p) for p in parts]
        )

    def _decoded(self, text: str) -> str:
        return self._decoder()(text)

    def _decoder(self) -> Callable[[str], str]:
        match self._location:
            case "query":
                return _decode_query
            case "querystring":
                return _decode_query if self._explode else _decode
            case "header":
                return str
            case "cookie" if self._style == "cookie":
                return str
        return _decode


def _decode(text: str) -> str:
    try:
        return percent_decode(text)
    except ValueError as error:
        raise Misspelt(f"is not encoded as it should be: {error}") from None


def _decode_query(text: str) -> str:
    return _decode(text.replace("+", " "))


def _behind(start: str, text: str) -> str:
    """What follows the beginning that a style demands."""
    if not text.startswith(start):
        raise Misspelt(f"must begin with `{start}`")
    return text[len(start) :]


def _rejoined(parts: list[str]) -> list[str]:
    """Parts between dots, where RFC 6570 leaves a dot inside a value unencoded: what assigns nothing goes on."""
    out: list[str] = []
    for part in parts:
        if "=" in part or not out:
            out.append(part)
        else:
            out[-1] += f".{part}"
    return out
