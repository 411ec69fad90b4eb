"""YAML text to values and places.

In: the text of one YAML document. Out: its JSON value and the place of every node. Never: constructors, YAML 1.1
scalars, merge keys, recursion. Works on the event stream of libyaml with a stack of open containers:

1. An anchor is known once its node is complete, so an alias inside its own node is refused (it would be a cycle).
2. Every node counts its expanded size (aliases included); the sum is bounded, so no "billion laughs" survives.
3. A key must be a scalar; it is used by its source text (`200:` is "200"), and must be unique in its mapping.
"""

from __future__ import annotations

from typing import Any

import yaml  # type: ignore[import-untyped]
from yaml.events import (  # type: ignore[import-untyped]
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from katana.spec.document._failure import Malformed, Problem
from katana.spec.document._limits import MAX_ALIAS_NODES, MAX_DEPTH, MAX_EXPANDED_NODES
from katana.spec.document._places import Location, Place
from katana.spec.document._scalars import PREFIX, ScalarError, plain, tagged

Json = Any


def parse(text: str) -> tuple[Json, Place]:
    """The value and the places of `text`.

    Raises:
        Malformed: not YAML, more than one document, or a construct that has no JSON value.
    """
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=yaml.CBaseLoader):
            builder.feed(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        location = Location(mark.line + 1, mark.column + 1, 1) if mark else Location(1, 1, 1)
        raise Malformed(Problem("yaml-syntax", f"not YAML: {error.problem or error.context}", location)) from None
    except yaml.YAMLError as error:
        reason = getattr(error, "reason", None) or str(error)
        location = _of_offset(text, getattr(error, "position", 0))
        raise Malformed(Problem("yaml-syntax", f"not YAML: {reason}", location)) from None
    return builder.finish()


class _Open:
    """A container that has not ended: its value so far, and the key that waits for its value."""

    __slots__ = ("anchor", "depth", "key", "key_at", "place", "size", "value")

    def __init__(self, value: dict[str, Json] | list[Json], place: Place, anchor: str | None) -> None:
        self.value = value
        self.place = place
        self.anchor = anchor
        self.key: str | None = None
        self.key_at = place.start
        self.size = 1
        self.depth = 1


class _Node:
    """A complete node: value, place, expanded size and height."""

    __slots__ = ("depth", "place", "size", "value")

    def __init__(self, value: Json, place: Place, size: int, depth: int) -> None:
        self.value = value
        self.place = place
        self.size = size
        self.depth = depth


class _Builder:
    """Folds events into one value."""

    def __init__(self) -> None:
        self._stack: list[_Open] = []
        self._anchors: dict[str, _Node] = {}
        self._root: _Node | None = None
        self._problems: list[Problem] = []
        self._documents = 0
        self._nodes = 0
        self._alias_nodes = 0

    def feed(self, event: yaml.Event) -> None:
        """Takes the next event of the stream."""
        if isinstance(event, ScalarEvent):
            self._scalar(event)
        elif isinstance(event, MappingStartEvent):
            self._open(event, {})
        elif isinstance(event, SequenceStartEvent):
            self._open(event, [])
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            self._close()
        elif isinstance(event, AliasEvent):
            self._alias(event)
        elif isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise Malformed(
                    Problem(
                        "yaml-documents",
                        "a second YAML document starts here",
                        _at(event),
                        hint="keep one document per file: remove the '---' or split the file",
                    )
                )

    def finish(self) -> tuple[Json, Place]:
        """The document, after the last event."""
        if self._problems:
            raise Malformed(*self._problems)
        if self._root is None:
            raise Malformed(Problem("empty-document", "the file is empty", Location(1, 1, 1)))
        return self._root.value, self._root.place

    def _scalar(self, event: ScalarEvent) -> None:
        if self._takes_key(event):
            return
        try:
            if event.tag is not None:
                value: Json = tagged(event.tag, event.value)
            else:
                value = plain(event.value) if event.implicit[0] else event.value
        except ScalarError as error:
            self._problems.append(Problem("yaml-scalar", str(error), _at(event), hint="quote it to make it a string"))
            value = None
        self._complete(_Node(value, Place(_at(event)), 1, 0), event.anchor)

    def _takes_key(self, event: ScalarEvent) -> bool:
        """Whether the scalar is a key of the innermost mapping; then it is noted."""
        if not self._stack:
            return False
        top = self._stack[-1]
        if top.place.members is None or top.key is not None:
            return False
        key = event.value
        if key == "<<" and event.implicit[0]:
            self._problems.append(
                Problem(
                    "yaml-merge-key",
                    "merge keys ('<<') are not YAML 1.2",
                    _at(event),
                    hint="write the members out, or share them with $ref",
                )
            )
        if key in top.place.members:
            first = top.place.members[key][0]
            self._problems.append(
                Problem("duplicate-key", f"the key {_shown(key)} is already given on line {first.line}", _at(event))
            )
        top.key = key
        top.key_at = _at(event)
        if event.anchor:
            self._anchors[event.anchor] = _Node(key, Place(_at(event)), 1, 0)
        return True

    def _open(self, event: MappingStartEvent | SequenceStartEvent, value: dict[str, Json] | list[Json]) -> None:
        self._refuse_as_key(event)
        tag = event.tag
        if tag is not None and tag not in ("!", PREFIX + ("map" if isinstance(value, dict) else "seq")):
            self._problems.append(Problem("yaml-tag", f"the tag {tag} has no meaning in JSON", _at(event)))
        if len(self._stack) >= MAX_DEPTH:
            raise Malformed(Problem("too-deep", f"nested more than {MAX_DEPTH} levels deep", _at(event)))
        start = _at(event)
        place = Place(start, {}, None) if isinstance(value, dict) else Place(start, None, [])
        self._anchors.pop(event.anchor, None)
        self._stack.append(_Open(value, place, event.anchor))

    def _close(self) -> None:
        top = self._stack.pop()
        self._complete(_Node(top.value, top.place, top.size, top.depth), top.anchor)

    def _alias(self, event: AliasEvent) -> None:
        self._refuse_as_key(event)
        node = self._anchors.get(event.anchor)
        if node is None:
            raise Malformed(
                Problem("yaml-alias", f"the alias *{event.anchor} names no complete node before it", _at(event))
            )
        self._alias_nodes += node.size
        if self._alias_nodes > MAX_ALIAS_NODES:
            raise Malformed(
                Problem(
                    "yaml-bomb",
                    f"aliases expand to more than {MAX_ALIAS_NODES} nodes",
                    _at(event),
                    hint="share schemas with $ref instead of YAML aliases",
                )
            )
        if len(self._stack) + node.depth > MAX_DEPTH:
            raise Malformed(Problem("too-deep", f"nested more than {MAX_DEPTH} levels deep", _at(event)))
        self._complete(node, None)

    def _refuse_as_key(self, event: yaml.NodeEvent) -> None:
        if self._stack and self._stack[-1].place.members is not None and self._stack[-1].key is None:
            raise Malformed(Problem("yaml-key", "a key must be a plain or quoted word", _at(event)))

    def _complete(self, node: _Node, anchor: str | None) -> None:
        """Puts a finished node where it belongs."""
        self._nodes += 1
        if self._nodes > MAX_EXPANDED_NODES:
            raise Malformed(Problem("too-large", f"more than {MAX_EXPANDED_NODES} nodes", node.place.start))
        if anchor:
            self._anchors[anchor] = node
        if not self._stack:
            self._root = node
            return
        top = self._stack[-1]
        top.size += node.size
        top.depth = max(top.depth, node.depth + 1)
        if isinstance(top.value, list):
            top.value.append(node.value)
            if top.place.items is not None:
                top.place.items.append(node.place)
        elif top.key is not None and top.place.members is not None:
            top.value[top.key] = node.value
            top.place.members[top.key] = (top.key_at, node.place)
            top.key = None


def _at(event: yaml.Event) -> Location:
    start, end = event.start_mark, event.end_mark
    width = end.column - start.column if end.line == start.line else 1
    return Location(start.line + 1, start.column + 1, max(width, 1))


def _of_offset(text: str, offset: int) -> Location:
    line = text.count("\n", 0, offset)
    return Location(line + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1, 1)


def _shown(key: str) -> str:
    return f"`{key}`" if len(key) <= 60 else f"`{key[:57]}...`"
