"""`-- row: users_api.dto.User`: the class that the rows of a query are made of.

In: the annotation and the described query. Out: the name of a module and a class. Never: an import: that the class has
these members, of these types, is what mypy says of the generated code.
"""

from __future__ import annotations

from typing import Final

from katana.ir import PyType, Query
from katana.sql._annotations import BadNote, Note
from katana.sql._nested_rows import NESTING
from katana.sql._py_types import NotAType, read_spec
from katana.sql._query_file import WrittenQuery

_HINT: Final = "write a module and a class, `users_api.dto.User`"
_ROWS_IN_ROWS: Final = (*sorted(NESTING), "prefetch")


def row_class(written: WrittenQuery, query: Query) -> str:
    """The class that `written` names for the rows of `query`; empty if it names none.

    Raises:
        BadNote: it is no name, or there are no rows that could be of it.
    """
    note = next(iter(written.notes.get("row", ())), None)
    if note is None:
        return ""
    if not query.columns:
        message = f"`:{query.command}` returns no rows that could be a `{note.value}`"
        raise _bad(note, message, "remove it, or return rows")
    if other := next((key for key in _ROWS_IN_ROWS if key in written.notes), None):
        message = f"a row with rows in it has a class of its own, and there is `-- {other}:`"
        raise _bad(note, message, "remove one of the two")
    return _name(note)


def _name(note: Note) -> str:
    try:
        spec = read_spec(note.value)
    except NotAType:
        spec = 0
    if not isinstance(spec, PyType) or spec.within or spec.read:
        raise _bad(note, f"`{note.value}` names no class", _HINT)
    return spec.name


def _bad(note: Note, message: str, hint: str) -> BadNote:
    return BadNote(message, note.offset, width=len(note.value), hint=hint)
