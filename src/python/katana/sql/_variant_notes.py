"""`-- filter:` and `-- sort:` as their author wrote them.

In: notes. Out: `WrittenFilter` and `WrittenSort`, or a `BadNote` with its place. Never: a look at the schema.

    -- filter: created_at >= @since            a condition with one parameter, which applies when it is given
    -- filter: with_bio: bio IS NOT NULL       a condition without one, and the name of its switch
    -- sort: created_at desc, id               the order
    -- sort: newest: created_at desc, id       one of several orders, by name
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from katana.sql._annotations import BadNote, Note, Word
from katana.sql._lexer import Token, tokens

_NAMED = re.compile(r"(?P<name>[A-Za-z_]\w*)[ \t]*:(?![:=])[ \t]*")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SORT_HINT = "write `-- sort: created_at desc, id`; several have names: `-- sort: newest: created_at desc, id`"


@dataclass(frozen=True)
class WrittenFilter:
    """A condition.

    `name` is empty where there is none in front; `parameters` are the names behind its `@`, `highest` is the greatest n
    of its `$n`.
    """

    note: Note
    name: str
    condition: Word
    parameters: tuple[str, ...]
    highest: int
    has_or: bool


@dataclass(frozen=True)
class WrittenKey:
    """An expression to sort by. `nulls_first` follows the direction unless the author says otherwise, as in SQL."""

    expression: Word
    descending: bool
    nulls_first: bool
    written: str

    @property
    def is_plain(self) -> bool:
        """Whether it needs no parentheses beside an operator: a name, or a call."""
        return re.fullmatch(r'(?:[\w.]|"[^"]*")+(?:\([^()]*\))?', self.expression.text) is not None


@dataclass(frozen=True)
class WrittenSort:
    """An order; `name` is empty for the only one."""

    note: Note
    name: str
    keys: tuple[WrittenKey, ...]


def read_filter(note: Note) -> WrittenFilter:
    """Read a filter.

    Raises:
        BadNote: it is no condition.
    """
    name, body = _split_name(note)
    found = _read(body)
    return WrittenFilter(
        note=note,
        name=name,
        condition=body,
        parameters=tuple(dict.fromkeys(token.text[1:] for token in found if token.kind == "named")),
        highest=max((int(token.text[1:]) for token in found if token.kind == "parameter"), default=0),
        has_or=has_or(found),
    )


def read_sort(note: Note) -> WrittenSort:
    """Read an order.

    Raises:
        BadNote: it is none.
    """
    name, body = _split_name(note)
    return WrittenSort(note, name, tuple(_key(body, words) for words in _between_commas(body, _read(body))))


def has_or(found: Iterable[Token]) -> bool:
    """Whether a condition needs parentheses before another joins it by AND."""
    depth = 0
    for token in found:
        depth += (token.text in "([") - (token.text in ")]")
        if depth == 0 and token.kind == "identifier" and token.text.upper() == "OR":
            return True
    return False


def _split_name(note: Note) -> tuple[str, Word]:
    match = _NAMED.match(note.value)
    if match is None:
        return "", note.place
    name = match.group("name")
    if not _NAME.fullmatch(name):
        hint = "begin with a letter, and use lower-case letters, digits and underscores"
        raise BadNote(f"`{name}` cannot be a name here", note.offset, width=len(name), hint=hint)
    body = Word(note.value[match.end() :], note.offset + match.end())
    if not body.text:
        raise BadNote(f"`{name}` names nothing", note.offset, width=len(name), hint=f"write `{name}: bio IS NOT NULL`")
    return name, body


def _read(body: Word) -> list[Token]:
    """The tokens, after a look at whether they can stand inside a statement."""
    found = [token for token in tokens(body.text) if token.kind != "space"]
    opened: list[Token] = []
    for token in found:
        if token.kind in ("error", "comment", "command") or token.text == ";":
            raise BadNote("only an expression may stand here", body.offset + token.start, width=len(token.text))
        if token.text in ("(", "["):
            opened.append(token)
        elif token.text in (")", "]") and (not opened or opened.pop().text + token.text not in ("()", "[]")):
            raise BadNote("this parenthesis closes nothing", body.offset + token.start)
    if opened:
        raise BadNote("this parenthesis has no end", body.offset + opened[-1].start)
    return found


def _between_commas(body: Word, found: Sequence[Token]) -> list[list[Token]]:
    items: list[list[Token]] = [[]]
    depth = 0
    for token in found:
        depth += (token.text in "([") - (token.text in ")]")
        if depth == 0 and token.text == ",":
            items.append([])
        else:
            items[-1].append(token)
    if not all(items):
        raise BadNote("something is missing beside a comma", body.offset, width=len(body.text), hint=_SORT_HINT)
    return items


def _key(body: Word, words: list[Token]) -> WrittenKey:
    written = body.text[words[0].start : words[-1].end]
    rest = list(words)
    nulls_first = None
    if [token.text.upper() for token in rest[-2:-1]] == ["NULLS"] and rest[-1].text.upper() in ("FIRST", "LAST"):
        nulls_first = rest[-1].text.upper() == "FIRST"
        rest = rest[:-2]
    direction = rest[-1].text.upper() if rest else ""
    if direction in ("ASC", "DESC"):
        rest = rest[:-1]
    place, width = body.offset + words[0].start, len(written)
    if not rest:
        raise BadNote("there is no expression to sort by", place, width=width, hint=_SORT_HINT)
    if any(token.kind in ("named", "parameter") for token in rest):
        raise BadNote("an order has no parameters", place, width=width, hint="name one order for each value")
    if len(rest) == 1 and rest[0].kind in ("number", "string"):
        raise BadNote("a constant gives no order", place, width=width, hint="name the column")
    descending = direction == "DESC"
    return WrittenKey(
        expression=Word(body.text[rest[0].start : rest[-1].end], place),
        descending=descending,
        nulls_first=descending if nulls_first is None else nulls_first,
        written=written,
    )
