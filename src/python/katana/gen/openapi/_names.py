"""Names that the emitter makes itself: classes of tags and responses, constants, resources.

In: words of the contract (tags may hold anything). Out: ASCII identifiers, unique where asked. Never: names that the IR
has already decided.
"""

import re
from collections.abc import Iterable

_WORD = re.compile(r"[A-Za-z0-9]+")
_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def pascal(text: str) -> str:
    """`museum tickets` -> `MuseumTickets`; empty when there is no ASCII letter or digit."""
    return "".join(word[0].upper() + word[1:] for word in _WORD.findall(text))


def snake(text: str) -> str:
    """`MuseumTickets`, `museum-tickets` -> `museum_tickets`."""
    return "_".join(_BOUNDARY.sub("_", word).lower() for word in _WORD.findall(text))


def constant(text: str) -> str:
    """`NewUser` -> `NEW_USER`."""
    return snake(text).upper()


class Names:
    """Gives out names, each once."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)
        self._next: dict[str, int] = {}

    def new(self, wanted: str, otherwise: str = "x") -> str:
        """`wanted`, or `otherwise` when it is no start of a name, with a number if it is taken."""
        stem = wanted if wanted[:1].isalpha() or wanted[:1] == "_" else f"{otherwise}{wanted}"
        name, number = stem, self._next.get(stem, 2)
        while name in self._taken:
            name, number = f"{stem}{number}", number + 1
        self._next[stem] = number
        self._taken.add(name)
        return name
