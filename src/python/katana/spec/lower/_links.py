"""Links of responses.

In: a Response Object, and the names of all operations. Out: `ir.Link`. Never: links to other documents; validation has
warned of them.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import UNSET

from katana.ir import Link
from katana.spec.model import Links, Node, Place, Workspace


class Targets:
    """The operations of the document by the names that they have in the IR."""

    def __init__(self, workspace: Workspace, named: Iterable[tuple[Place, str]]) -> None:
        self._links = Links(workspace)
        self._names = {place.node.identity: name for place, name in named}

    def links(self, response: Node) -> tuple[Link, ...]:
        """The links of a response, in document order."""
        found = []
        for name, node in self._links.of(response):
            target = self._links.target(node)
            parameters, body = node.get("parameters"), node.get("requestBody")
            if target is not None:
                found.append(
                    Link(
                        name=name,
                        operation=self._names[target.node.identity],
                        parameters=dict(parameters.value) if parameters is not None else {},
                        request_body=UNSET if body is None else body.value,
                    )
                )
        return tuple(found)
