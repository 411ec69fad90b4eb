"""Schemas that ask the same question of the same value for ever.

In: the canonical named schemas. Out: the names that lie on such a cycle. Never: recursion through a property or an
item, which is how trees are described. `A: {allOf: [A]}` has no answer, and a validator would run out of stack.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from katana.spec.lower._canonical import REF
from katana.spec.model.keywords import IN_PLACE_LIST, IN_PLACE_ONE

Json = Any


def endless(defs: dict[str, Json]) -> list[str]:
    """The names on cycles of in-place references, in the order of `defs`."""
    edges = {name: list(_same_value(schema)) for name, schema in defs.items()}
    state: dict[str, int] = {}  # 1: on the path, 2: done
    found: set[str] = set()
    for start in edges:
        if start not in state:
            _search(start, edges, state, found)
    return [name for name in defs if name in found]


def _search(start: str, edges: dict[str, list[str]], state: dict[str, int], found: set[str]) -> None:
    """Depth-first from `start`, without recursion: a chain may be as long as the document."""
    path = [start]
    state[start] = 1
    positions = [iter(edges[start])]
    while path:
        following = next(positions[-1], None)
        if following is None:
            state[path.pop()] = 2
            positions.pop()
        elif state.get(following) == 1:
            found.update(path[path.index(following) :])
        elif following not in state:
            state[following] = 1
            path.append(following)
            positions.append(iter(edges[following]))


def _same_value(schema: Json) -> Iterator[str]:
    """The names that `schema` applies to the value itself."""
    pending = [schema]
    while pending:
        current = pending.pop()
        if "$ref" in current:
            yield current["$ref"][len(REF) :]
        pending += [current[key] for key in IN_PLACE_ONE if key in current]
        pending += [entry for key in IN_PLACE_LIST for entry in current.get(key, ())]
        pending += current.get("dependentSchemas", {}).values()
