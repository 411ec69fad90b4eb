"""The annotations that a query may have: which there are, how each is written, and what one says.

In: nothing. Out: `ANNOTATIONS`, the table that the reader of files, its errors and the reference are made from; `Note`
and `Word`, text with its place. Never: what an annotation means, which is said where it is carried out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Form = Literal["words", "text", "flag"]
_WORD: Final = re.compile(r"[^\s,]+")


@dataclass(frozen=True)
class Annotation:
    """`-- key: value`, or `-- key` for a flag.

    `words`: names with commas or spaces between them, each once, in one line. `text`: whatever its owner reads; it may
    stand several times if `repeats`. `example` is what a hint shows. `supported` is false for what is known and not
    carried out.
    """

    form: Form
    example: str
    repeats: bool = False
    supported: bool = True


ANNOTATIONS: Final[Mapping[str, Annotation]] = {
    "params": Annotation("words", "-- params: id, name"),
    "nullable": Annotation("words", "-- nullable: name"),
    "not_null": Annotation("words", "-- not_null: name"),
    "error": Annotation(
        "text", "-- error: users_email_key = 409 user.email_taken Another user has this address.", repeats=True
    ),
    "row": Annotation("text", "-- row: users_api.dto.User"),
    "type": Annotation("text", "-- type: settings = users_api.dto.Settings", repeats=True),
    "on_conflict": Annotation("text", "-- on_conflict: (email) update(name)"),
    "filter": Annotation("text", "-- filter: name = @name", repeats=True),
    "sort": Annotation("text", "-- sort: created_at desc, id", repeats=True),
    "prefetch": Annotation("text", "-- prefetch: posts by user_id", repeats=True),
    "embed": Annotation("text", "-- embed: author", repeats=True),
    "one_per_row": Annotation("text", "-- one_per_row: posts", repeats=True),
    "timeout": Annotation("text", "-- timeout: 2s"),
    "cache": Annotation("text", "-- cache: 30s"),
    "read_only": Annotation("flag", "-- read_only"),
    "replica_ok": Annotation("flag", "-- replica_ok"),
}
FLAGS: Final = tuple(key for key, annotation in ANNOTATIONS.items() if annotation.form == "flag")


@dataclass(frozen=True)
class Word:
    """A name in an annotation, and where it stands in the file."""

    text: str
    offset: int


@dataclass(frozen=True)
class Note:
    """One annotation as written: its value without the spaces around it (empty for a flag), and where that stands."""

    key: str
    value: str
    offset: int

    @property
    def place(self) -> Word:
        """The whole value."""
        return Word(self.value, self.offset)

    def words(self) -> tuple[Word, ...]:
        """The names in the value, which commas or spaces separate."""
        return tuple(Word(match.group(), self.offset + match.start()) for match in _WORD.finditer(self.value))


class BadNote(Exception):
    """An annotation that is not written as it has to be, or does not fit its query; `offset` is of the file."""

    def __init__(self, message: str, offset: int, *, width: int = 1, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.width = width
        self.hint = hint
