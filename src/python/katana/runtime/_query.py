"""Query strings as `application/x-www-form-urlencoded` pairs (WHATWG URL, 5.1, with strict decoding).

In: the text after `?`. Out: `Query`. Never: types other than text; generated code converts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from katana.runtime._percent import percent_decode

MAX_QUERY_PAIRS: Final = 256


class Query:
    """The parameters of a query, in order. A name without `=` has the value `""`; `+` is a blank.

    `values` has every value by name, never none of them; not to be changed.

    Raises ValueError when made from text with broken percent-encoding, bytes that are not UTF-8, or more than
    `MAX_QUERY_PAIRS` pairs.
    """

    __slots__ = ("raw", "values")

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.values: dict[str, tuple[str, ...]] = {}
        if not raw:
            return
        if raw.count("&") >= MAX_QUERY_PAIRS:
            raise ValueError(f"the query has more than {MAX_QUERY_PAIRS} parameters")
        encoded = "%" in raw or "+" in raw
        values = self.values
        for pair in raw.split("&"):
            if not pair:
                continue
            name, _, value = pair.partition("=")
            if encoded:
                name, value = _decode(name), _decode(value)
            values[name] = (*values[name], value) if name in values else (value,)

    def get(self, name: str) -> str | None:
        """The first value, None when absent."""
        values = self.values.get(name)
        return values[0] if values else None

    def all(self, name: str) -> tuple[str, ...]:
        """Every value, empty when absent."""
        return self.values.get(name, ())

    def __contains__(self, name: object) -> bool:
        return name in self.values

    def __iter__(self) -> Iterator[str]:
        """The names, each once, in order of first appearance."""
        return iter(self.values)

    def __len__(self) -> int:
        return len(self.values)


def _decode(text: str) -> str:
    return percent_decode(text.replace("+", " "))


EMPTY_QUERY: Final = Query("")
