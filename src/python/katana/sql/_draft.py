"""A query while its variants are being made.

In: a query that the server has described, and the server. Out: the text of a variant, its description, diagnostics.
Never: text that depends on a value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from katana.diagnostics import Diagnostic
from katana.ir import PgType, Query, QueryParameter
from katana.sql._annotations import BadNote, Word
from katana.sql._catalog import Catalog
from katana.sql._clauses import Clauses
from katana.sql._keyset import rows_behind
from katana.sql._parameters import NumberedQuery, Parameter, Piece, number_variant, with_insertions
from katana.sql._session import Description
from katana.sql._table_keys import TableKeys
from katana.sql._variant_notes import WrittenFilter, WrittenSort

OWN = "katana_"
AFTER = f"{OWN}after_"
ROWS = f"{OWN}rows"
"""How the parameters begin that no author wrote: the row that a page begins behind, and how many rows it has."""


class Refused(Exception):
    """What is wrong with the variants of a query."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__()
        self.diagnostics = list(diagnostics)


class Server(Protocol):
    """What variants ask."""

    @property
    def catalog(self) -> Catalog:
        """The schema."""

    @property
    def keys(self) -> TableKeys:
        """What tells the rows of tables apart."""

    @property
    def equalities(self) -> frozenset[int]:
        """The functions that are `=` of a btree."""

    def ask(self, numbered: NumberedQuery, types: Sequence[int]) -> Description:
        """The description of a variant whose first parameters have these types; raises Refused."""

    def refuse_type(self, type_: PgType) -> tuple[str, str] | None:
        """What is wrong with a type of a parameter, and what to write instead."""


@dataclass
class Draft:
    """`known` and `types` are the parameters that all variants have so far, `parameters` those of the method."""

    query: Query
    numbered: NumberedQuery
    description: Description
    server: Server
    clauses: Clauses
    known: list[Parameter] = field(init=False)
    types: list[int] = field(init=False)
    parameters: list[QueryParameter] = field(init=False)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.known = list(self.numbered.parameters)
        self.types = list(self.description.parameters)
        self.parameters = list(self.query.parameters)

    @property
    def is_page(self) -> bool:
        """Whether the rows come in pages."""
        return self.query.command == "page"

    @property
    def statement(self) -> Word:
        """Where the statement begins."""
        return Word("", self.numbered.query.start)

    def error(self, place: Word, message: str, code: str, hint: str = "") -> None:
        """Something is wrong with what stands at `place`."""
        source = self.numbered.query.source
        width = max(1, len(place.text))
        self.diagnostics.append(source.diagnostic(place.offset, message, code, width=width, hint=hint))

    def bad(self, note: BadNote) -> None:
        """An annotation is not written as it has to be, or does not fit."""
        self.error(Word(" " * note.width, note.offset), note.message, "bad-annotation", note.hint)

    def stop_if_wrong(self) -> None:
        """Raises Refused if there is an error."""
        if self.diagnostics:
            raise Refused(self.diagnostics)

    def ask(self, numbered: NumberedQuery, types: Sequence[int]) -> Description | None:
        """The description of a variant; None, and an error, if the server refuses it."""
        try:
            return self.server.ask(numbered, types)
        except Refused as refused:
            self.diagnostics += refused.diagnostics
            return None

    def compose(
        self,
        filters: Sequence[WrittenFilter],
        sort: WrittenSort | None,
        place: Word,
        *,
        limited: bool = False,
        behind: Sequence[bool] = (),
    ) -> NumberedQuery:
        """A variant: these conditions, this order, a number of rows, and only those behind a row.

        Args:
            filters: the conditions.
            sort: None: as the statement has it.
            place: where errors without position stand.
            limited: whether there is a parameter for the number of rows.
            behind: for each key whether it is nullable, if a row is given.

        Raises:
            Refused: the parameters of a filter do not fit to those of the statement.
        """
        conditions = [_condition(filter_) for filter_ in filters]
        if sort is not None and behind:
            names = [f"{AFTER}{n}" for n in range(1, len(behind) + 1)]
            conditions.append(rows_behind(list(zip(sort.keys, behind, strict=True)), names))
        order: list[Piece] = []
        for i, key in enumerate(sort.keys if sort is not None else ()):
            order.append(Piece(", " if i else f"{self._blank}ORDER BY ", key.expression.offset, verbatim=False))
            order.append(Piece(key.written, key.expression.offset))
        limit = [Piece(f"{self._blank}LIMIT @{ROWS}", place.offset, verbatim=False)] if limited else []
        clauses = self.clauses
        insertions = [(clauses.order_end, order), (clauses.end, limit)]
        if conditions:
            insertions = [*self._where(conditions, place), *insertions]
        pieces = with_insertions(self.numbered.query, insertions)
        numbered, errors = number_variant(self.numbered.query, pieces, place, self.known)
        self.diagnostics += errors
        if errors:
            raise Refused(self.diagnostics)
        return numbered

    @property
    def _blank(self) -> str:
        return "\n" if self.clauses.several_lines else " "

    def _where(self, conditions: Sequence[list[Piece]], place: Word) -> list[tuple[int, list[Piece]]]:
        """What is inserted to add conditions to those that there are."""
        clauses = self.clauses
        opening, added = [], []
        if clauses.where is not None and clauses.where_has_or:
            opening = [(clauses.where, [Piece("(", place.offset, verbatim=False)])]
            added = [Piece(")", place.offset, verbatim=False)]
        indent = "\n  " if clauses.several_lines else " "
        for i, condition in enumerate(conditions):
            word = f"{indent}AND " if i or clauses.where is not None else f"{self._blank}WHERE "
            added += [Piece(word, condition[0].offset, verbatim=False), *condition]
        return [*opening, (clauses.conditions_end, added)]


def _condition(filter_: WrittenFilter) -> list[Piece]:
    place = filter_.condition
    condition = Piece(place.text, place.offset)
    if not filter_.has_or:
        return [condition]
    return [Piece("(", place.offset, verbatim=False), condition, Piece(")", place.offset, verbatim=False)]
