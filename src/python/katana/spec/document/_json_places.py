"""Where the nodes of a JSON text stand.

In: text that is known to be JSON. Out: its `Place` tree, or the location of one token. Never: values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from katana.spec.document._failure import Problem
from katana.spec.document._places import Location, Place
from katana.spec.document._pointer import join

# RFC 8259, section 2: strings, the six structural characters, and words (numbers and literals). Newlines are tokens
# of their own here, so that lines can be counted in one pass.
_TOKEN = re.compile(r'\n|"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def scan(text: str) -> Place:
    """The places of all nodes of `text`."""
    return _Scanner().run(text)


def duplicates(text: str) -> list[Problem]:
    """One problem for each member of `text` whose key its object already has."""
    scanner = _Scanner()
    scanner.run(text)
    return scanner.problems


def find_token(text: str, wanted: str) -> Location:
    """The first token that is spelled `wanted`."""
    for word, location in words(text):
        if word == wanted:
            return location
    return Location(1, 1, 1)


def words(text: str) -> Iterator[tuple[str, Location]]:
    """The strings, numbers and literals of `text`."""
    for word, line, column in _tokens(text):
        if word[0] not in "{}[],:":
            yield word, Location(line, column, len(word))


def _tokens(text: str) -> Iterator[tuple[str, int, int]]:
    line, line_start = 1, 0
    for match in _TOKEN.finditer(text):
        word = match.group()
        if word == "\n":
            line += 1
            line_start = match.end()
        else:
            yield word, line, match.start() - line_start + 1


class _Scanner:
    """A stack of open containers; `_key` is the key that waits for its value."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._stack: list[Place] = []
        self._keys: list[str] = []
        self._key: tuple[str, Location] | None = None
        self._root = Place(Location(1, 1, 1))

    def run(self, text: str) -> Place:
        """Scans all of `text`."""
        for word, line, column in _tokens(text):
            first = word[0]
            if first in ",:":
                continue
            if first in "}]":
                self._stack.pop()
                if self._stack:
                    self._keys.pop()
                continue
            self._node(word, Location(line, column, len(word)))
        return self._root

    def _node(self, word: str, location: Location) -> None:
        parent = self._stack[-1] if self._stack else None
        if parent is not None and parent.members is not None and self._key is None:
            self._key = (json.loads(word) if "\\" in word else word[1:-1], location)
            if self._key[0] in parent.members:
                self._duplicate(parent.members[self._key[0]][0])
            return
        place = Place(location, {} if word == "{" else None, [] if word == "[" else None)
        name = ""
        if parent is None:
            self._root = place
        elif parent.members is not None and self._key is not None:
            name = self._key[0]
            parent.members[name] = (self._key[1], place)
            self._key = None
        elif parent.items is not None:
            name = str(len(parent.items))
            parent.items.append(place)
        if word in "{[":
            if self._stack:
                self._keys.append(name)
            self._stack.append(place)

    def _duplicate(self, first: Location) -> None:
        if self._key is None:
            return
        name, location = self._key
        shown = name if len(name) <= 60 else name[:57] + "..."
        self.problems.append(
            Problem(
                "duplicate-key",
                f"the key `{shown}` is already given on line {first.line}",
                location,
                pointer=join((*self._keys, name)),
            )
        )
