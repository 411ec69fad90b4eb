"""`-- embed:` and `-- one_per_row:`: columns of a join that become rows inside the row.

In: the annotations of a query, its described columns, where they come from. Out: `NestedRows`, or what is wrong and
where. Never: a column taken by its name; a missing row told from a column that may be NULL by itself.

    -- embed: author                 the columns that come from the relation `author` of FROM become one row
    -- embed: author = u             the same for the relation `u`
    -- one_per_row: posts = p        the rows of `p` become a list; what remains is the one row that they belong to
    -- embed: posts.author = u       one row inside each row of that list

1. Columns belong to the relation that the query tree says, however they are called.
2. A row that an outer join leaves out is recognised by a column that is never NULL in a row that is there.
3. Rows of the result belong to one parent when the parent's columns are equal; a key of a table is among them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from msgspec import structs

from katana.ir import Column, Nested, PgType
from katana.sql._annotations import Note
from katana.sql._catalog import Catalog
from katana.sql._names import py_name
from katana.sql._origins import Origins
from katana.sql._query_file import WrittenQuery
from katana.sql._session import ResultColumn
from katana.sql._table_keys import TableKeys

NESTING: Final = frozenset(("embed", "one_per_row"))
"""The annotations that this module is about."""

_ITEM = re.compile(r'(?:(?P<list>\w+)\s*\.\s*)?(?P<name>\w+)\s*(?:=\s*(?P<alias>\w+|"[^"]+"))?(?:\s*\.\s*\*)?\s*$')
_FORM = "a name, or a name, `=` and a relation of FROM: `-- {key}: author = u`"
_GROUPED = ("one", "one!", "many")

Complain = Callable[[int, int, str, str, str], None]
"""Offset in the file, width, message, code, hint."""


@dataclass(frozen=True)
class NestedRows:
    """`flat` are the positions of the columns of the row itself, `parent` those by which rows are grouped.

    `failed`: an annotation is wrong, so that nobody knows which column belongs where.
    """

    flat: tuple[int, ...]
    nested: tuple[Nested, ...] = ()
    parent: tuple[int, ...] = ()
    failed: bool = False

    def rows(self) -> list[tuple[int, ...]]:
        """The positions of the columns of each row and of each row in it."""
        inner = [positions for nested in self.nested for positions in _positions(nested)]
        return [self.flat, *inner]


def _positions(nested: Nested) -> list[tuple[int, ...]]:
    return [nested.positions, *(positions for inner in nested.nested for positions in _positions(inner))]


@dataclass(frozen=True)
class _Wish:
    """One item of an annotation: where it stands, the list that it lies in, its name, the relation."""

    key: str
    offset: int
    width: int
    inside: str
    name: str
    alias: str


@dataclass(frozen=True)
class Join:
    """What is known about the result of a query."""

    described: Sequence[ResultColumn]
    types: Sequence[PgType]
    origins: Origins
    catalog: Catalog
    keys: TableKeys


def nested_rows(query: WrittenQuery, join: Join, complain: Complain) -> NestedRows:
    """The nested rows of a query that has such annotations; what is wrong goes to `complain`."""
    return _Nesting(query, join, complain).run()


class _Nesting:
    def __init__(self, query: WrittenQuery, join: Join, complain: Complain) -> None:
        self._described = join.described
        self._types = join.types
        self._origins = join.origins
        self._catalog = join.catalog
        self._keys = join.keys
        self._complain = complain
        self._command = query.command
        self._errors = 0
        self._taken: dict[int, str] = {}
        notes = [note for key in ("one_per_row", "embed") for note in query.notes.get(key, ())]
        self._wishes = [wish for note in notes for wish in self._read(note)]

    def run(self) -> NestedRows:
        everything = NestedRows(tuple(range(len(self._described))), failed=True)
        lists = [wish for wish in self._wishes if wish.key == "one_per_row"]
        for wish in lists[1:]:
            hint = (
                "keep one and load the other by `-- prefetch:`, since two lists of one join would multiply each other"
            )
            self._error(wish, "a second list in one query", "nested-form", hint)
        for wish in lists[:1]:
            self._check_list(wish)
        made = [(wish, nested) for wish in self._wishes if (nested := self._nested(wish)) is not None]
        if self._errors != 0:
            return everything
        inner = self._put_inside(made)
        flat = tuple(n for n in everything.flat if self._origins.columns[n].relation not in self._taken)
        self._check_members(flat, made)
        parent = self._parent(lists[0], inner, flat) if lists else ()
        return everything if self._errors > 0 else NestedRows(flat, inner, parent)

    def _error(self, wish: _Wish, message: str, code: str, hint: str) -> None:
        self._errors += 1
        self._complain(wish.offset, wish.width, message, code, hint)

    def _read(self, note: Note) -> list[_Wish]:
        wishes, offset = [], note.offset
        for part in note.value.split(","):
            at = offset + len(part) - len(part.lstrip())
            text, offset = part.strip(), offset + len(part) + 1
            found = _ITEM.match(text)
            if found is None or (found["list"] and note.key != "embed"):
                self._errors += 1
                hint = f"write {_FORM.format(key=note.key)}"
                self._complain(at, max(len(text), 1), f"`{text}` names no nested row", "bad-annotation", hint)
                continue
            alias = found["alias"] or found["name"]
            wishes.append(_Wish(note.key, at, len(text), found["list"] or "", found["name"], alias))
        return wishes

    def _check_list(self, wish: _Wish) -> None:
        if self._command not in _GROUPED:
            message = f"`:{self._command}` does not hold all rows of the join, which `one_per_row` puts together"
            self._error(wish, message, "nested-form", "use `:one` or `:many`, or `-- embed:` for a row of each row")
        if self._origins.limited:
            message = "LIMIT and OFFSET count rows of the join, so the last list would be cut off"
            hint = (
                "limit the rows that have lists: `FROM (SELECT * FROM users ORDER BY id LIMIT @n) users LEFT JOIN ...`"
            )
            self._error(wish, message, "nested-form", hint)

    def _nested(self, wish: _Wish) -> Nested | None:
        index = self._relation(wish)
        if index is None:
            return None
        positions = tuple(n for n, origin in enumerate(self._origins.columns) if origin.relation == index)
        if not positions:
            self._error(
                wish,
                f"no column of the result comes from `{wish.alias}`",
                "unknown-relation",
                f"select `{wish.alias}.*`",
            )
            return None
        certain = [n for n in positions if self._origins.columns[n].certain]
        missing = self._origins.relations[index].missing
        if missing and not certain:
            hint = f"select a column of `{wish.alias}` that is NOT NULL, its primary key for example"
            message = f"nothing tells whether there is a row of `{wish.alias}`, which an outer join may leave out"
            self._error(wish, message, "nested-form", hint)
            return None
        table, columns = self._columns(positions)
        return Nested(
            name=wish.name,
            py_name=py_name(wish.name),
            columns=columns,
            positions=positions,
            presence=certain[0] if missing else -1,
            many=wish.key == "one_per_row",
            table=table,
        )

    def _relation(self, wish: _Wish) -> int | None:
        if not self._origins.columns:
            hint = (
                "put a UNION or what else combines queries into a sub-select: `SELECT a.*, b.* FROM (...) a JOIN b ...`"
            )
            self._error(wish, "the columns of this query come from no relation of its own", "unknown-relation", hint)
            return None
        name = wish.alias.strip('"') if wish.alias.startswith('"') else wish.alias.lower()
        index = next((n for n, relation in self._origins.relations.items() if relation.name == name), None)
        if index is None:
            known = [relation.name for relation in self._origins.relations.values()]
            hint = f"relations of this query: {', '.join(f'`{one}`' for one in known) or 'none'}"
            if wish.alias == wish.name and known:
                hint += f"; for another name write `-- {wish.key}: {wish.name} = {known[0]}`"
            self._error(wish, f"`{wish.alias}` is no relation in FROM", "unknown-relation", hint)
        elif index in self._taken:
            hint = f"its columns are those of `{self._taken[index]}`; join it a second time for another row"
            self._error(wish, f"the columns of `{wish.alias}` are taken", "nested-form", hint)
        else:
            self._taken[index] = wish.name
            return index
        return None

    def _columns(self, positions: Sequence[int]) -> tuple[str, tuple[Column, ...]]:
        """The table whose rows these are, if they are, and the columns."""
        described = [self._described[n] for n in positions]
        columns = tuple(
            Column(
                name=column.name,
                py_name=py_name(column.name),
                type=self._types[n],
                nullable=not self._origins.columns[n].certain,
            )
            for n, column in zip(positions, described, strict=True)
        )
        return self._catalog.as_table([(column.table, column.attribute) for column in described], columns)

    def _put_inside(self, made: Sequence[tuple[_Wish, Nested]]) -> tuple[Nested, ...]:
        """Puts `posts.author` into `posts`."""
        outer = [nested for wish, nested in made if not wish.inside]
        for wish, nested in made:
            if not wish.inside:
                continue
            home = next((n for n, each in enumerate(outer) if each.many and each.name == wish.inside), None)
            if home is None:
                hint = (
                    f"write `-- one_per_row: {wish.inside}`, or `-- embed: {wish.name}` for a member of the row itself"
                )
                self._error(wish, f"`{wish.inside}` is no list of this query", "unknown-relation", hint)
                continue
            outer[home] = structs.replace(outer[home], nested=(*outer[home].nested, nested))
        return tuple(outer)

    def _check_members(self, flat: Sequence[int], made: Sequence[tuple[_Wish, Nested]]) -> None:
        """Two members of one row have different names. Those of columns among themselves are looked at elsewhere."""
        named: dict[str, set[str]] = {"": {py_name(self._described[n].name) for n in flat}}
        for wish, nested in made:
            if nested.many:
                named[wish.name] = {column.py_name for column in nested.columns}
        for wish, nested in made:
            members = named.setdefault(wish.inside, set())
            if nested.py_name in members:
                hint = f"give it another name: `-- {wish.key}: other_name = {wish.alias}`"
                self._error(wish, f"the row has two members `{nested.py_name}`", "duplicate-column", hint)
            members.add(nested.py_name)

    def _parent(self, wish: _Wish, nested: Sequence[Nested], flat: Sequence[int]) -> tuple[int, ...]:
        """The positions that tell parents apart (rule 3)."""
        inside = {n for each in nested if each.many for positions in _positions(each) for n in positions}
        columns = self._origins.columns
        lists = {columns[n].relation for n in inside}
        for n in flat:
            if columns[n].relation == 0 and columns[n].reads & lists:
                name = self._described[n].name
                message = f"the column `{name}` is computed from `{wish.alias}`, and belongs to the row around the list"
                hint = f"compute it in a sub-select that is called `{wish.alias}`, whose columns are those of the list"
                self._error(wish, message, "nested-form", hint)
        rest = [n for n in range(len(columns)) if n not in inside]
        key: list[int] = []
        identified = False
        for relation in sorted({columns[n].relation for n in rest}):
            own = [n for n in rest if columns[n].relation == relation]
            unique = self._unique(own) if relation else None
            key += unique if unique is not None and self._origins.relations[relation].plain else own
            identified |= unique is not None and not self._origins.relations[relation].missing
        if not identified:
            hint = "select the primary key of the table that has the lists"
            message = f"nothing tells which rows of `{wish.alias}` belong to one row of the result"
            self._error(wish, message, "nested-form", hint)
        return tuple(sorted(key))

    def _unique(self, positions: Sequence[int]) -> list[int] | None:
        """Of the columns of one relation, those that are a key of a table."""
        by_table: dict[int, dict[int, int]] = {}
        for n in positions:
            stored = self._origins.columns[n].stored
            if stored is not None:
                by_table.setdefault(stored[0], {}).setdefault(stored[1], n)
        for table, attributes in by_table.items():
            key = self._keys.among(table, attributes)
            if key is not None:
                return [attributes[attribute] for attribute in sorted(key)]
        return None
