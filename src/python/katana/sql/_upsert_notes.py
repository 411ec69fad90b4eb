"""`-- on_conflict:` as its author wrote it.

In: the note. Out: `OnConflict`, or a `BadNote` with its place. Never: a look at the schema.

    -- on_conflict: update                          all that is inserted, but the only unique key
    -- on_conflict: nothing
    -- on_conflict: (email) update(name, age)       what a conflict is, and what it changes
    -- on_conflict: update(name) | nothing          both
    -- on_conflict: (lower(email)) where active nothing     any target that PostgreSQL knows
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from katana.sql._annotations import BadNote, Note, Word
from katana.sql._lexer import Token, tokens

Action = Literal["update", "nothing"]
FORM = "write `-- on_conflict: (email) update(name)`, `-- on_conflict: nothing`, or both with `|` between them"


@dataclass(frozen=True)
class Change:
    """`columns` is None for `update` without a list."""

    action: Action
    offset: int
    columns: tuple[Word, ...] | None = None


@dataclass(frozen=True)
class OnConflict:
    """`target` is what stands before the first action, empty if the author left it out; `changes` are different."""

    note: Note
    target: Word
    changes: tuple[Change, ...]

    @property
    def target_names(self) -> tuple[str, ...] | None:
        """The columns of the target; None where there are other things in it."""
        words = [token.text for token in tokens(self.target.text) if token.significant]
        inner = words[1:-1]
        if words[:1] != ["("] or words[-1:] != [")"] or inner[1::2] != [","] * (len(inner) // 2):
            return None
        return tuple(column_name(name) for name in inner[::2])


def column_name(written: str) -> str:
    """The name of a column, which quotes keep as it is."""
    return written[1:-1].replace('""', '"') if written.startswith('"') else written.lower()


def read_on_conflict(note: Note) -> OnConflict:
    """Read the note.

    Raises:
        BadNote: it has another form.
    """
    return _Reader(note).read()


class _Reader:
    def __init__(self, note: Note) -> None:
        self._note = note
        self._tokens = [token for token in tokens(note.value) if token.kind != "space"]
        wrong = next((token for token in self._tokens if token.kind in ("error", "comment", "command")), None)
        if wrong is not None:
            raise self._unfit(wrong, "nothing but the conflict and what to do may stand here")

    def read(self) -> OnConflict:
        first = self._first_action()
        if first and self._tokens[0].text != "(":
            raise self._unfit(self._tokens[0], "`update`, `nothing` or columns in parentheses are expected here")
        if first == len(self._tokens):
            end = self._note.offset + len(self._note.value)
            raise BadNote("`update` or `nothing` is missing", end - 1, hint=FORM)
        target = self._note.value[: self._tokens[first].start].rstrip()
        changes: list[Change] = []
        words = iter(self._tokens[first:])
        for token in words:
            change, behind = self._change(token, words)
            if any(change.action == other.action for other in changes):
                raise self._unfit(token, f"`{change.action}` is said twice")
            changes.append(change)
            if behind is None:
                return OnConflict(self._note, Word(target, self._note.offset), tuple(changes))
            if behind.text != "|":
                raise self._unfit(behind, f"`{behind.text}` cannot follow here")
        raise self._unfit(self._tokens[-1], "`update` or `nothing` is missing behind it")

    def _first_action(self) -> int:
        depth = 0
        for i, token in enumerate(self._tokens):
            depth += (token.text == "(") - (token.text == ")")
            if depth < 0:
                raise self._unfit(token, "this parenthesis closes nothing")
            if depth == 0 and token.text.lower() in ("update", "nothing"):
                return i
        return len(self._tokens)

    def _change(self, token: Token, words: Iterator[Token]) -> tuple[Change, Token | None]:
        """A change and the token behind it."""
        offset = self._note.offset + token.start
        if token.text.lower() == "nothing":
            return Change("nothing", offset), next(words, None)
        if token.text.lower() != "update":
            raise self._unfit(token, "`update` or `nothing` is expected here")
        behind = next(words, None)
        if behind is None or behind.text != "(":
            return Change("update", offset), behind
        return Change("update", offset, tuple(self._columns(behind, words))), next(words, None)

    def _columns(self, opening: Token, words: Iterator[Token]) -> Iterator[Word]:
        for token in words:
            if token.kind != "identifier":
                raise self._unfit(token, "names of columns are expected here")
            yield Word(token.text, self._note.offset + token.start)
            behind = next(words, None)
            if behind is not None and behind.text == ")":
                return
            if behind is not None and behind.text != ",":
                raise self._unfit(behind, "names of columns have commas between them")
        raise self._unfit(opening, "this list has no end")

    def _unfit(self, token: Token, message: str) -> BadNote:
        return BadNote(message, self._note.offset + token.start, width=len(token.text), hint=FORM)
