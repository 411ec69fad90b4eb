"""Request header fields, immutable and case-insensitive.

In: the pairs a parser saw. Out: look-ups. Never: validation, which the connection has done before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final


class Headers:
    """Fields of one request, in the order of arrival. Values are Latin-1 text without blanks at the edges.

    One object may serve several requests of a connection that repeat a header block byte for byte, so it can be shared
    and must not be changed.
    """

    __slots__ = ("_index", "pairs")

    def __init__(self, pairs: tuple[tuple[str, str], ...]) -> None:
        """`pairs`: lower-case names and values."""
        self.pairs = pairs
        index: dict[str, str] = {}
        for name, value in pairs:
            index[name] = f"{index[name]}, {value}" if name in index else value
        self._index = index

    def get(self, name: str) -> str | None:
        """The value of a field; several lines are joined with `, ` (RFC 9110, 5.3). None when absent."""
        return self._index.get(name.lower())

    def all(self, name: str) -> tuple[str, ...]:
        """The values line by line, empty when absent."""
        name = name.lower()
        return tuple(value for key, value in self.pairs if key == name)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._index

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.pairs)

    def __len__(self) -> int:
        return len(self.pairs)

    def __repr__(self) -> str:
        return f"Headers({[name for name, _ in self.pairs]})"


NO_HEADERS: Final = Headers(())
"""None at all."""
