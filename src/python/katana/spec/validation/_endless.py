"""Schemas that ask the same question of the same value for ever, or practically for ever.

In: every schema node of a document. Out: findings. Never: recursion through a property or an item, which is how trees
are described. `A: {allOf: [A]}` has no answer, and a validator would run out of stack. `A: {allOf: [B, B]}`,
`B: {allOf: [C, C]}`, ... has one, after more steps than there is time for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from katana.spec.model import Node, Workspace
from katana.spec.model.keywords import IN_PLACE_LIST, IN_PLACE_MAP, IN_PLACE_ONE

Identity = tuple[str, str]


MAX_STEPS = 100_000
"""Schemas that may be applied to one value; the largest known public description needs a few hundred."""

MAX_HEIGHT = 200
"""References and combinators in a row; validators use native stack for each."""


class EndlessSchemas:
    """Collects which schema applies which to the same value; `report` looks for the way back."""

    def __init__(self, workspace: Workspace, version: str) -> None:
        self._workspace = workspace
        self._ignores_siblings = version == "3.0"
        self._nodes: dict[Identity, Node] = {}
        self._edges: dict[Identity, list[Identity]] = {}
        self._cost: dict[Identity, tuple[int, int]] = {}  # steps and height

    def add(self, node: Node) -> None:
        """Takes a schema; its subschemas are added by themselves."""
        applied = [applied.identity for applied in self._same_value(node)]
        if applied:
            self._nodes[node.identity] = node
            self._edges[node.identity] = applied

    def report(self) -> None:
        """Adds a finding for each cycle."""
        done: set[Identity] = set()
        for start in self._edges:
            if start not in done:
                self._search(start, done)

    def _search(self, start: Identity, done: set[Identity]) -> None:
        """Depth-first, without recursion: a chain may be as long as the document."""
        path: dict[Identity, Iterator[Identity]] = {start: iter(self._edges[start])}
        while path:
            current = next(reversed(path))
            following = next(path[current], None)
            if following is None:
                path.popitem()
                done.add(current)
                self._weigh(current)
            elif following in path:
                self._report(self._nodes[current])
            elif following in self._edges and following not in done:
                path[following] = iter(self._edges[following])

    def _weigh(self, identity: Identity) -> None:
        """Adds up what is below `identity`, which is all done; says so once where it gets too much."""
        below = [self._cost.get(applied, (1, 1)) for applied in self._edges[identity]]
        steps, height = 1 + sum(cost[0] for cost in below), 1 + max(cost[1] for cost in below)
        if steps > MAX_STEPS or height > MAX_HEIGHT:
            what = f"{MAX_STEPS} schemas" if steps > MAX_STEPS else f"{MAX_HEIGHT} schemas in a row"
            self._workspace.findings.error(
                self._nodes[identity],
                "too-complex",
                f"more than {what} are applied to one value here",
                hint="refer to each schema once, and directly",
                key=True,
            )
            steps, height = 1, 1
        self._cost[identity] = (steps, height)

    def _report(self, node: Node) -> None:
        self._workspace.findings.error(
            self._workspace.reference(node) or node,
            "endless-schema",
            "this leads back to a schema that is being applied to the same value: it can never be decided",
            hint="let the schema refer to itself through a property or an item",
            key=True,
        )

    def _same_value(self, node: Node) -> Iterable[Node]:
        reference = self._workspace.reference(node)
        if reference is not None:
            target = self._workspace.target(reference)
            if target is not None:
                yield target
            if self._ignores_siblings:
                return
        for key in (*IN_PLACE_ONE, *IN_PLACE_LIST, *IN_PLACE_MAP):
            member = node.get(key)
            if member is None:
                continue
            if key in IN_PLACE_ONE:
                yield member
            elif key in IN_PLACE_LIST:
                yield from member.items()
            else:
                yield from (child for _, child in member.members())
