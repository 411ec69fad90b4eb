"""PostgreSQL's node trees: the analysed query as the server prints it (src/backend/nodes/outfuncs.c).

In: the text of one tree. Out: `Node` values, lists, texts and None. Never: an exception but `TreeError`; a meaning.

    {NAME :field value :field value ...}   a node
    (value value ...)                      a list; (i 1 2), (o 1 2) and (b 1 2) are integers, OIDs and a set
    <>                                     null
    anything else                          a token; a backslash escapes the next character

The server wraps the text for terminals: a newline stands for a blank, also behind a backslash. A value of several
tokens (a constant's bytes) reads as a list. A token that begins with a colon looks like a field even where it is a
value, so a field counts once, and what cannot be placed is missing: readers treat a missing field as the least certain
answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(r"[{}()]|(?:\\.|[^\s{}()\\])+", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


class TreeError(ValueError):
    """The text is no node tree."""


@dataclass
class Node:
    """A node: its type's name in capitals, and its fields."""

    name: str
    fields: dict[str, object] = field(default_factory=dict)

    def node(self, field_name: str) -> Node | None:
        """The field as a node, or None."""
        value = self.fields.get(field_name)
        return value if isinstance(value, Node) else None

    def nodes(self, field_name: str) -> list[Node]:
        """The nodes of a list field; empty when it is something else."""
        value = self.fields.get(field_name)
        return [item for item in value if isinstance(item, Node)] if isinstance(value, list) else []

    def items(self, field_name: str) -> list[object]:
        """The members of a list field; empty when it is something else."""
        value = self.fields.get(field_name)
        return value if isinstance(value, list) else []

    def integer(self, field_name: str, default: int = -1) -> int:
        """The field as an integer."""
        value = self.fields.get(field_name)
        try:
            return int(value) if isinstance(value, str) else default
        except ValueError:
            return default

    def text(self, field_name: str) -> str:
        """The field as a text; empty when it is something else."""
        value = self.fields.get(field_name)
        return value if isinstance(value, str) else ""

    def true(self, field_name: str) -> bool:
        """Whether the field is `true`."""
        return self.fields.get(field_name) == "true"

    def false(self, field_name: str) -> bool:
        """Whether the field is `false`. A missing field is neither."""
        return self.fields.get(field_name) == "false"

    def absent(self, field_name: str) -> bool:
        """Whether the server said that the field is null. A missing field is not."""
        return field_name in self.fields and self.fields[field_name] is None


def read_tree(text: str) -> object:
    """Read one value.

    Raises:
        TreeError: braces or parentheses do not match, or there is nothing.
    """
    reader = _Reader(text)
    return reader.read()


class _Reader:
    """A stack of open nodes and lists; depth is the heap's concern, not the interpreter's."""

    def __init__(self, text: str) -> None:
        self._tokens = _TOKEN.findall(text)

    def read(self) -> object:
        root: list[object] = []
        stack: list[_Open] = [_Open("", root)]
        expect_name = False
        for word in self._tokens:
            if expect_name:
                stack.append(_Open("{", [], Node(word)))
                expect_name = False
            elif word == "{":
                expect_name = True
            elif word == "(":
                stack.append(_Open("(", []))
            elif word in ")}":
                value = _closed(stack.pop(), word)
                if not stack:
                    raise TreeError("unbalanced tree")
                stack[-1].values.append(value)
            elif word.startswith(":") and stack[-1].node is not None:
                stack[-1].begin_field(word[1:])
            else:
                stack[-1].values.append(None if word == "<>" else _ESCAPE.sub(_unescape, word))
        if len(stack) != 1 or len(root) != 1:
            raise TreeError("unbalanced tree")
        return root[0]


@dataclass
class _Open:
    """A node or list whose end has not come yet; for a node, `values` are those of the current field."""

    bracket: str
    values: list[object]
    node: Node | None = None
    field_name: str = ""

    def begin_field(self, name: str) -> None:
        self.end_field()
        self.field_name = name

    def end_field(self) -> None:
        if self.node is not None and self.field_name and self.field_name not in self.node.fields and self.values:
            self.node.fields[self.field_name] = self.values[0] if len(self.values) == 1 else self.values
        self.values = []


def _closed(opened: _Open, bracket: str) -> object:
    if opened.bracket + bracket not in ("{}", "()"):
        raise TreeError("unbalanced tree")
    if opened.node is None:
        return opened.values
    opened.end_field()
    return opened.node


def _unescape(match: re.Match[str]) -> str:
    return " " if match.group(1) == "\n" else match.group(1)
