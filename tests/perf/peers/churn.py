"""A service whose handlers make and drop large graphs of objects, and which has a cache that changes.

`GET /fill` fills the cache. `GET /tree` makes a tree whose nodes know their parents, which is a cycle, and asks
something else (for two milliseconds) while it has it; `GET /rows` makes a list of dictionaries, as a query does, and
is freed by itself. Both change a few entries of the cache. Neither is an unusual thing to do.
"""

import asyncio
import sys
from collections.abc import Iterator

from katana.runtime import Ctx, Endpoint, Head, Reply, Resource, Service, serve

_HEAD = Head(200, "application/json")
_ENTRIES = 100_000
_CHANGES = 4
_NODES = 200
_ROWS = 1000


class _Node:
    __slots__ = ("children", "parent")

    def __init__(self, parent: "_Node | None") -> None:
        self.parent = parent
        self.children: list[_Node] = []


class _Router:
    """Two kinds of churn."""

    def __init__(self) -> None:
        calls = {"/fill": self._fill, "/tree": self._tree, "/rows": self._rows}
        self.resources = tuple(
            Resource(path, {"GET": Endpoint(operation=path[1:], call=call)}) for path, call in calls.items()
        )
        self._exact = {resource.template: resource for resource in self.resources}
        self._cache: dict[int, dict[str, object]] = {}
        self._next = 0

    def match(self, path: str) -> tuple[Resource, tuple[str, ...]] | None:
        """See `Router`."""
        resource = self._exact.get(path)
        return None if resource is None else (resource, ())

    async def _fill(self, _: Ctx) -> Reply:
        for key in range(_ENTRIES):
            self._cache[key] = _entry(key)
        return Reply(_HEAD, b"%d" % len(self._cache))

    async def _tree(self, _: Ctx) -> Reply:
        self._change()
        tree = list(_tree(_NODES))
        await asyncio.sleep(0.002)
        return Reply(_HEAD, b"%d" % len(tree))

    async def _rows(self, _: Ctx) -> Reply:
        self._change()
        rows = [{"id": number, "tags": [number, number + 1]} for number in range(_ROWS)]
        return Reply(_HEAD, b"%d" % len(rows))

    def _change(self) -> None:
        for _ in range(_CHANGES):
            self._next = (self._next + 7919) % _ENTRIES
            self._cache[self._next] = _entry(self._next)


def _entry(key: int) -> dict[str, object]:
    return {"key": key, "names": [str(key)], "at": (key, [key])}


def _tree(nodes: int) -> Iterator[_Node]:
    """Nodes with two children each, the root first."""
    made = [_Node(None)]
    for number in range(1, nodes):
        parent = made[(number - 1) // 2]
        node = _Node(parent)
        parent.children.append(node)
        made.append(node)
    yield from made


SERVICE = Service(name="churn", version="1", routers=lambda: (_Router(),))

if __name__ == "__main__":
    raise SystemExit(serve(SERVICE, ["--port", sys.argv[1], *sys.argv[2:]]))
