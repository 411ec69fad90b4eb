"""Upserts: what `-- on_conflict:` makes of an INSERT.

In: a query that the server has described, the schema. Out: the variants to describe, `create_user_or_update` and
`create_user_or_nothing`, or what is wrong. Never: a conflict that the author did not mean: where several unique keys
could be it, the author says which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from katana.diagnostics import Diagnostic
from katana.ir import Command
from katana.sql._annotations import BadNote, Note, Word
from katana.sql._catalog import Catalog, StoredTable
from katana.sql._lexer import Token, tokens
from katana.sql._node_tree import Node, TreeError, read_tree
from katana.sql._parameters import NumberedQuery, Piece, number_variant, with_insertions
from katana.sql._query_file import WrittenQuery
from katana.sql._upsert_notes import FORM, Change, OnConflict, column_name, read_on_conflict

_INSERT = 3
_SOURCES = ("VALUES", "SELECT", "WITH", "DEFAULT", "TABLE", "OVERRIDING")
_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_OF_ROWS = ("embed", "one_per_row", "prefetch", "row", "type")


def upserts(numbered: NumberedQuery, tree: str, catalog: Catalog) -> tuple[list[NumberedQuery], list[Diagnostic]]:
    """The variants that the query's `on_conflict` asks for; none without one."""
    query = numbered.query
    note = next(iter(query.notes.get("on_conflict", ())), None)
    if note is None:
        return [], []
    try:
        return list(_Upserts(query, note, tree, catalog).variants()), []
    except BadNote as bad:
        return [], [query.source.diagnostic(bad.offset, bad.message, "bad-annotation", width=bad.width, hint=bad.hint)]


def keys_hint(tree: str, catalog: Catalog) -> str:
    """The unique keys of the table that an INSERT fills, as a target names them."""
    table = _table(tree, catalog)
    keys = [f"`({', '.join(table.names(key))})`" for key in table.keys] if table is not None else []
    return f"unique keys of `{table.table.name}`: {', '.join(keys) or 'none'}" if table is not None else ""


class _Upserts:
    def __init__(self, query: WrittenQuery, note: Note, tree: str, catalog: Catalog) -> None:
        self._query = query
        self._note = note
        self._table = _table(tree, catalog)
        self._keys_hint = keys_hint(tree, catalog)
        found = tokens(query.source.text[query.start : query.end])
        moved = (replace(token, start=query.start + token.start) for token in found)
        self._tokens = [token for token in moved if token.significant]

    def variants(self) -> Iterator[NumberedQuery]:
        """One variant for each change.

        Raises:
            BadNote: the note is not written as it has to be, or does not fit the statement.
        """
        end = self._check_statement()
        conflict = read_on_conflict(self._note)
        inserted = self._inserted()
        target = conflict.target_names
        if not conflict.target.text:
            target = self._only_key(inserted)
        for change in conflict.changes:
            pieces = [Piece("ON CONFLICT ", self._note.offset, verbatim=False)]
            pieces += self._target(conflict, target or (), inserted)
            pieces += self._change(change, target, inserted)
            yield self._variant(change, end, pieces)

    def _check_statement(self) -> int:
        """Where the clause goes: before RETURNING, or behind everything."""
        if self._query.command == "copyfrom":
            raise self._bad("COPY has no ON CONFLICT", "use `:bulk`, or COPY into a table of its own first")
        depth, insert = 0, False
        for i, token in enumerate(self._tokens):
            depth += (token.text in "([") - (token.text in ")]")
            word = token.text.upper() if depth == 0 and token.kind == "identifier" else ""
            insert = insert or word == "INSERT"
            before = self._tokens[i - 1].text.upper()
            if (before, word) == ("ON", "CONFLICT"):
                raise self._bad("the statement has an ON CONFLICT of its own", "remove one of the two")
            if word == "RETURNING" and insert and before not in (".", "AS"):
                return token.start
        if not insert:
            raise self._bad("`on_conflict` on a statement that is no INSERT", "remove it")
        return self._query.end

    def _inserted(self) -> dict[str, str]:
        """The columns that the statement fills, by name, as they are written."""
        depth, words = 0, iter(self._tokens)
        for token in words:
            depth += (token.text in "([") - (token.text in ")]")
            if depth == 0 and token.text.upper() == "INTO":
                break
        for token in words:
            listed = self._column_list(words) if token.text == "(" else {}
            if listed:
                return listed
            if token.text == "(" or token.text.upper() in _SOURCES:
                break
        columns = self._table.table.columns if self._table is not None else ()
        return {column.name: _written(column.name) for column in columns}

    def _column_list(self, words: Iterator[Token]) -> dict[str, str]:
        found: dict[str, str] = {}
        for token in words:
            if token.text == ")":
                break
            if not found and token.text.upper() in _SOURCES:
                return {}  # a query in parentheses
            if token.kind == "identifier":
                found[column_name(token.text)] = token.text
        return found

    def _only_key(self, inserted: dict[str, str]) -> tuple[str, ...]:
        """The unique key whose columns are all inserted."""
        if self._table is None:
            raise self._bad("what is a conflict here cannot be told", "name the columns: " + FORM)
        keys = [names for key in self._table.keys if set(names := self._table.names(key)) <= set(inserted)]
        if len(keys) == 1:
            return keys[0]
        listed = " or ".join(f"`({', '.join(names)})`" for names in keys)
        if not keys:
            raise self._bad("no unique key is among the columns that are inserted", self._keys_hint)
        rest = self._note.value
        raise self._bad(f"a conflict could be in {listed}", f"write `-- on_conflict: ({', '.join(keys[0])}) {rest}`")

    def _target(self, conflict: OnConflict, names: Sequence[str], inserted: dict[str, str]) -> list[Piece]:
        if conflict.target.text:
            return [Piece(conflict.target.text, conflict.target.offset)]
        columns = ", ".join(inserted[name] for name in names)
        return [Piece(f"({columns})", self._note.offset, verbatim=False)]

    def _change(self, change: Change, target: Sequence[str] | None, inserted: dict[str, str]) -> Iterator[Piece]:
        if change.action == "nothing":
            yield Piece(" DO NOTHING", change.offset, verbatim=False)
            return
        columns = change.columns
        if columns is None:
            if target is None:
                raise self._bad("what to update cannot be told", "name the columns: `update(name)`")
            columns = tuple(Word(text, change.offset) for name, text in inserted.items() if name not in target)
        if not columns:
            raise self._bad(
                "nothing but the key is inserted, so there is nothing to update",
                "write `nothing`, or what to change: `update(name)`",
            )
        yield Piece(" DO UPDATE SET ", change.offset, verbatim=False)
        for i, column in enumerate(columns):
            yield Piece(", " if i else "", column.offset, verbatim=False)
            yield Piece(column.text, column.offset, verbatim=change.columns is not None)
            yield Piece(f" = excluded.{column.text}", column.offset, verbatim=False)

    def _variant(self, change: Change, end: int, pieces: Sequence[Piece]) -> NumberedQuery:
        query = self._query
        command: Command = query.command
        if change.action == "nothing" and command == "one!":
            command = "one"
        name = replace(query.name, text=f"{query.name.text}_or_{change.action}")
        text = query.source.text
        several_lines = "\n" in text[query.start : query.end]
        blank = Piece("\n" if several_lines else " ", self._note.offset, verbatim=False)
        pieces = [blank, *pieces] if end == query.end else [*pieces, blank]
        # What its rows hold does not depend on how they came into the table.
        notes = {key: notes for key, notes in query.notes.items() if key in _OF_ROWS}
        variant = replace(query, name=name, command=command, notes=notes, variant_of=query.name.text)
        numbered, errors = number_variant(variant, with_insertions(query, [(end, pieces)]), self._note.place)
        assert not errors  # noqa: S101 - the query itself has passed, and nothing was added that has parameters
        return numbered

    def _bad(self, message: str, hint: str) -> BadNote:
        return BadNote(message, self._note.offset, width=len(self._note.value), hint=hint)


def _table(tree: str, catalog: Catalog) -> StoredTable | None:
    """The table that an INSERT fills."""
    try:
        queries = read_tree(tree)
    except TreeError:
        return None
    query = queries[0] if isinstance(queries, list) and len(queries) == 1 else None
    if not isinstance(query, Node) or query.integer("commandType") != _INSERT:
        return None
    relations, index = query.nodes("rtable"), query.integer("resultRelation")
    oid = relations[index - 1].integer("relid") if 1 <= index <= len(relations) else -1
    return next((stored for stored in catalog.tables if stored.oid == oid), None)


def _written(name: str) -> str:
    escaped = name.replace('"', '""')
    return name if _PLAIN_NAME.fullmatch(name) else f'"{escaped}"'
