"""A place in a document together with its value.

In: a `Source` and its value, or a parent node and a key. Out: `Node`. Never: resolving references. A node knows its
way to the root, so every stage can name and locate what it talks about without carrying pointers around. One place may
be seen in several dynamic scopes (`_scopes`); then there is a node for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from katana.spec.document import Source, join

Json = Any


class Scope(NamedTuple):
    """What `$dynamicRef` finds from here: schemas by the name of their `$dynamicAnchor`. Equal texts, equal scopes."""

    text: str
    bound: Mapping[str, Node]


class Node:
    """One JSON value at its place. Members are reached by `get`, `members` and `items`, which never raise."""

    __slots__ = ("_key", "_parent", "scope", "source", "value")

    def __init__(self, source: Source, value: Json, parent: Node | None = None, key: str = "") -> None:
        self.source = source
        self.value = value
        self._parent = parent
        self._key = key
        self.scope: Scope | None = parent.scope if parent is not None else None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)

    def within(self, scope: Scope | None) -> Node:
        """The same place in a dynamic scope; what stands below it inherits that."""
        node = Node(self.source, self.value, self._parent, self._key)
        node.scope = scope
        return node

    @property
    def key(self) -> str:
        """The last token of the pointer (empty for the root)."""
        return self._key

    @property
    def parent(self) -> Node | None:
        """The node that holds this one."""
        return self._parent

    @property
    def tokens(self) -> tuple[str, ...]:
        """The path from the root of the file."""
        out = []
        node = self
        while node._parent is not None:
            out.append(node._key)
            node = node._parent
        return tuple(reversed(out))

    @property
    def pointer(self) -> str:
        """The JSON pointer from the root of the file."""
        return join(self.tokens)

    @property
    def identity(self) -> tuple[str, str]:
        """File and pointer: equal for two nodes of the same place in the same dynamic scope."""
        if self.scope is None:
            return self.source.file, self.pointer
        return self.source.file, f"{self.pointer} where {self.scope.text}"

    def get(self, key: str) -> Node | None:
        """The member `key`, or None when there is none (or this is no object)."""
        if isinstance(self.value, dict) and key in self.value:
            return Node(self.source, self.value[key], self, key)
        return None

    def members(self) -> Iterator[tuple[str, Node]]:
        """The members of an object in document order; nothing for other values."""
        if isinstance(self.value, dict):
            for key, value in self.value.items():
                yield key, Node(self.source, value, self, key)

    def items(self) -> Iterator[Node]:
        """The items of an array; nothing for other values."""
        if isinstance(self.value, list):
            for index, value in enumerate(self.value):
                yield Node(self.source, value, self, str(index))

    def text(self, key: str, default: str = "") -> str:
        """The member `key` if it is a string, else `default`."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return value if isinstance(value, str) else default

    def flag(self, key: str) -> bool:
        """Whether the member `key` is `true`."""
        return isinstance(self.value, dict) and self.value.get(key) is True

    def follow(self, tokens: tuple[str, ...]) -> Node | None:
        """The node at `tokens` below this one."""
        node = self
        for token in tokens:
            below = node._step(token)
            if below is None:
                return None
            node = below
        return node

    def _step(self, token: str) -> Node | None:
        if isinstance(self.value, dict):
            return self.get(token)
        # RFC 6901, section 4: an index is 0 or has no leading zero.
        if isinstance(self.value, list) and token.isascii() and token.isdigit() and str(int(token[:9])) == token:
            index = int(token)
            if index < len(self.value):
                return Node(self.source, self.value[index], self, token)
        return None
