"""Where every node of a document stands.

In: places recorded by the YAML builder or the JSON scanner. Out: `Location` of a path of tokens. Never: values.
Places form a tree of their own, shared where a YAML alias shares a node.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Location(NamedTuple):
    """Line and column from 1, and the number of characters to underline."""

    line: int
    column: int
    width: int


class Place(NamedTuple):
    """A node: where it starts, and its children (a member's key has a location of its own)."""

    start: Location
    members: dict[str, tuple[Location, Place]] | None = None
    items: list[Place] | None = None


def find(root: Place, tokens: Sequence[str], *, key: bool) -> Location:
    """The location of the node at `tokens`, or of its nearest ancestor that exists.

    A mapping or sequence is shown by the key that introduces it, a scalar by itself.

    Args:
        root: the place of the whole document.
        tokens: the path, array indices as decimal text.
        key: prefer the key that introduces the node, also for a scalar.
    """
    place = root
    introduced: Location | None = None
    for token in tokens:
        step = _step(place, token)
        if step is None:
            break
        introduced, place = step
    container = place.members is not None or place.items is not None
    if introduced is not None and (key or container):
        return introduced
    return place.start


def _step(place: Place, token: str) -> tuple[Location | None, Place] | None:
    if place.members is not None:
        return place.members.get(token)
    if place.items is not None and token.isascii() and token.isdigit() and len(token) < 10:
        index = int(token)
        if index < len(place.items):
            return None, place.items[index]
    return None
