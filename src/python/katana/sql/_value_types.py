"""The types of a query's parameters and columns: what the server says, and what authors say beyond it.

In: a description, the types of the schema, the query's annotations `type`. Out: a `PgType` for each value, or what is
wrong with an annotation. Never: a type that does not have the form that the server sends and takes.

1. `-- type: settings = users_api.dto.Settings` decides, for the parameter and the column of that name.
2. Else a value that is a column's, or goes into one or is compared with one, has what the column's comment says, and
   its declared dimensions.
3. Else the comment of its domain or type counts, which the type brings along.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import structs

from katana.ir import PgType, PyType
from katana.sql._annotations import Note
from katana.sql._parameter_names import parameter_columns
from katana.sql._pg_types import PgTypes
from katana.sql._py_types import HINT, NotAType, read_spec
from katana.sql._session import Description


@dataclass(frozen=True)
class WrongNote:
    """What is wrong with an annotation, and where."""

    offset: int
    width: int
    message: str
    code: str
    hint: str


class ValueTypes:
    """Types one query. `wrong` is complete after `parameters` and `columns`."""

    def __init__(self, description: Description, types: PgTypes, notes: Sequence[Note]) -> None:
        self._description = description
        self._types = types
        self._specs: dict[str, tuple[Note, PyType | int]] = {}
        self._known: set[str] = set()
        self._wrong: list[WrongNote] = []
        for note in notes:
            self._read(note)

    def parameters(self, names: Sequence[str]) -> list[PgType]:
        """The types of the parameters with these names."""
        origins = parameter_columns(self._description.tree, len(names))
        return [
            self._typed(name, self._types[oid], origin)
            for name, oid, origin in zip(names, self._description.parameters, origins, strict=True)
        ]

    def columns(self) -> list[PgType]:
        """The types of the result's columns."""
        return [
            self._typed(column.name, self._types[column.type_oid], (column.table, column.attribute))
            for column in self._description.columns
        ]

    @property
    def wrong(self) -> list[WrongNote]:
        """What is wrong with the annotations."""
        known = ", ".join(f"`{name}`" for name in sorted(self._known)) or "none"
        hint = f"parameters and columns of this query: {known}"
        unknown = [
            _wrong(note, f"`{name}` is no parameter and no column of this query", "unknown-column", hint)
            for name, (note, _) in self._specs.items()
            if name not in self._known
        ]
        return [*dict.fromkeys(self._wrong), *unknown]

    def _read(self, note: Note) -> None:
        name, _, text = (part.strip() for part in note.value.partition("="))
        try:
            spec = read_spec(text)
        except NotAType:
            self._wrong.append(_wrong(note, f"`{note.value}` gives no type", "bad-type", HINT))
            return
        if self._specs.setdefault(name, (note, spec))[0] is not note:
            self._wrong.append(_wrong(note, f"`{name}` has two types", "bad-type", "remove one of them"))

    def _typed(self, name: str, type_: PgType, origin: tuple[int, int] | None) -> PgType:
        self._known.add(name)
        if origin is not None:
            column = self._types.column(*origin)
            type_ = _as_column(type_, column) if column is not None else type_
        if name not in self._specs:
            return type_
        note, spec = self._specs[name]
        if isinstance(spec, PyType):
            return structs.replace(type_, python=spec)
        if not type_.dimensions:
            self._wrong.append(_wrong(note, f"`{name}` is no array", "bad-type", "remove the annotation"))
        return structs.replace(type_, dimensions=spec if type_.dimensions else 0)


def same_in_python(type_: PgType, column: PgType) -> bool:
    """Whether a value has what is declared for its column, so that nobody has said anything else."""
    (mine, own), (plain, python) = _plain(type_), _plain(column)
    return own == python and mine.dimensions == plain.dimensions


def _wrong(note: Note, message: str, code: str, hint: str) -> WrongNote:
    return WrongNote(note.offset, len(note.value), message, code, hint)


def _as_column(type_: PgType, column: PgType) -> PgType:
    """`type_` with what is declared for the column, if both have the same form."""
    plain, python = _plain(column)
    mine, own = _plain(type_)
    if structs.replace(mine, dimensions=plain.dimensions) != plain or bool(mine.dimensions) != bool(plain.dimensions):
        return type_
    dimensions = max(type_.dimensions, plain.dimensions) if type_.dimensions else 0
    return structs.replace(type_, python=python or own, dimensions=dimensions)


def _plain(type_: PgType) -> tuple[PgType, PyType | None]:
    """What stands below domains, and the first Python type on the way there."""
    python = type_.python
    while type_.kind == "domain" and not type_.dimensions and type_.below is not None:
        type_ = type_.below
        python = python or type_.python
    return structs.replace(type_, python=None), python
