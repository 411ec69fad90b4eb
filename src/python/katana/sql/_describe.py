"""A query, described by the server: types of parameters and columns, nullability, or what is wrong with it.

In: a session on the loaded schema, a `NumberedQuery`. Out: `ir.Query`, or diagnostics. Never: an execution.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol

from msgspec import structs

from katana.diagnostics import Diagnostic
from katana.ir import Column, EnumDef, PgType, Query, QueryParameter
from katana.sql._annotations import BadNote
from katana.sql._catalog import Catalog
from katana.sql._draft import Refused
from katana.sql._forms import read_form
from katana.sql._habits import hint_for
from katana.sql._keys import read_equalities
from katana.sql._load import token_width
from katana.sql._names import py_name
from katana.sql._nested_rows import NESTING, Join, NestedRows, nested_rows
from katana.sql._null_facts import NullFacts
from katana.sql._nullability import not_null_columns
from katana.sql._origins import read_origins
from katana.sql._parameter_names import parameter_names
from katana.sql._parameters import NumberedQuery
from katana.sql._places import target_offsets
from katana.sql._policies import read_policy
from katana.sql._row_class import row_class
from katana.sql._session import Description, ResultColumn, ServerError, Session
from katana.sql._session_statements import refuse_session_statement
from katana.sql._table_keys import TableKeys
from katana.sql._upsert import keys_hint, upserts
from katana.sql._value_types import ValueTypes
from katana.sql._variants import reserved_names, vary

_UNNAMED = "?column?"
_VOID = 2278
_INDETERMINATE = "42P18"
_RESERVED = frozenset(("self", "ctx"))
_ROWS = ("one", "one!", "many", "page", "stream")
_PERHAPS_ROWS = ("bulk", "batch")
_STAR = re.compile(r'(?:(?:\w+|"[^"\n]*")\s*\.\s*)*\*')
_PARAMETER = re.compile(r"\$([0-9]+)")


class Supported(Protocol):
    """Whether a generator has a form for values of a type."""

    def __call__(self, type_: PgType, enums: tuple[EnumDef, ...], *, is_parameter: bool) -> tuple[str, str] | None:
        """None, or what is wrong with the type and what to write instead."""


@dataclass(frozen=True)
class DescribedQuery:
    """A query for the IR, as it was written, as the server described it."""

    numbered: NumberedQuery
    query: Query
    description: Description


@dataclass(frozen=True)
class Describer:
    """Describes queries one by one on one session; `taken` has the group and name of each that is written."""

    session: Session
    catalog: Catalog
    facts: NullFacts
    keys: TableKeys
    supported: Supported | None = None
    taken: frozenset[tuple[str, str]] = frozenset()
    volatile: Mapping[int, str] = field(default_factory=dict)

    def describe(self, numbered: NumberedQuery) -> tuple[list[DescribedQuery], list[Diagnostic]]:
        """The query and what its annotations make of it, for the IR, or at least one diagnostic."""
        refusal = refuse_session_statement(numbered)
        if refusal is not None:
            return [], [refusal]
        first, diagnostics = self._describe(numbered)
        if first is None:
            return [], diagnostics
        query, diagnostics = vary(first.query, numbered, first.description, self)
        if query is None:
            return [], diagnostics
        queries, tree = [replace(first, query=query)], first.description.tree
        variants, diagnostics = upserts(numbered, tree, self.catalog)
        for variant in variants:
            if (query.group, variant.query.name.text) in self.taken:
                diagnostics.append(_taken(variant))
                continue
            made, errors = self._describe(variant)
            diagnostics += errors or self._plan(variant, keys_hint(tree, self.catalog))
            queries += [made] if made is not None else []
        return queries, diagnostics

    def _plan(self, variant: NumberedQuery, hint: str) -> list[Diagnostic]:
        """What only a plan finds: that there is no such unique key."""
        try:
            self.session.plan(variant.sql, len(variant.parameters))
        except ServerError as error:
            return [structs.replace(_server_diagnostic(variant, error), hint=hint)]
        return []

    def _describe(self, numbered: NumberedQuery) -> tuple[DescribedQuery | None, list[Diagnostic]]:
        """The query and what the server said of it, or None with at least one diagnostic."""
        try:
            description = self.ask(numbered, ())
        except Refused as error:
            return None, error.diagnostics
        query, errors = _Assembly(numbered, description, self).run()
        policy, wrong = read_policy(numbered.query, description.tree, self.volatile)
        if wrong is not None:
            source = numbered.query.source
            place, width = wrong.offset, wrong.width
            refused = source.diagnostic(place, wrong.message, wrong.code, width=width, hint=wrong.hint)
            return None, [*errors, refused]
        if query is not None and policy is not None:
            query = structs.replace(query, policy=policy)
        return (DescribedQuery(numbered, query, description) if query is not None else None), errors

    def ask(self, numbered: NumberedQuery, types: Sequence[int]) -> Description:
        """What the server says of a statement whose first parameters have these types.

        Raises:
            Refused: it cannot be prepared.
        """
        try:
            return self.session.describe(numbered.sql, types)
        except ServerError as error:
            raise Refused([_server_diagnostic(numbered, error)]) from error

    def refuse_type(self, type_: PgType) -> tuple[str, str] | None:
        """What is wrong with a type of a parameter, and what to write instead."""
        return self.supported(type_, self.catalog.enums, is_parameter=True) if self.supported is not None else None

    @cached_property
    def equalities(self) -> frozenset[int]:
        """The functions that are `=` of a btree, read when a query has pages."""
        return read_equalities(self.session)


def _taken(variant: NumberedQuery) -> Diagnostic:
    message = f"the annotation makes a query `{variant.query.name.text}`, and there is one"
    place, source = variant.place, variant.query.source
    return source.diagnostic(place.offset, message, "duplicate-query", width=len(place.text), hint="rename the other")


def _server_diagnostic(numbered: NumberedQuery, error: ServerError) -> Diagnostic:
    source = numbered.query.source
    offset, width = numbered.place.offset, len(numbered.place.text)
    if error.position:
        offset, width = numbered.offset_in_file(error.position - 1), 0
    elif found := _PARAMETER.search(error.message):
        n = int(found.group(1))
        if n <= len(numbered.parameters):
            offset, width = numbered.parameters[n - 1].offset, numbered.parameters[n - 1].width

    def with_name(match: re.Match[str]) -> str:
        n = int(match.group(1))
        name = numbered.parameters[n - 1].name if 0 < n <= len(numbered.parameters) else ""
        return f"{match.group()} (@{name})" if name else match.group()

    hint = hint_for(error.sqlstate, source.text, offset) or error.hint
    if error.sqlstate == _INDETERMINATE and not hint:
        written = source.text[offset : offset + (width or token_width(source, offset))]
        hint = f"say its type with a cast, such as `{written}::text`"
    message = _PARAMETER.sub(with_name, error.text)
    return source.diagnostic(offset, message, "query-failed", width=width or token_width(source, offset), hint=hint)


def _nullable(parameters: Sequence[QueryParameter]) -> frozenset[int]:
    """The numbers of the parameters that may be None."""
    return frozenset(n for n, parameter in enumerate(parameters, 1) if parameter.nullable)


class _Assembly:
    """One query put together from what was written and what the server said."""

    def __init__(self, numbered: NumberedQuery, description: Description, describer: Describer) -> None:
        self._numbered = numbered
        self._written = numbered.query
        self._description = description
        self._catalog = describer.catalog
        self._facts = describer.facts
        self._keys = describer.keys
        self._supported = describer.supported
        self._types = ValueTypes(description, self._catalog.types, self._written.notes.get("type", ()))
        self._diagnostics: list[Diagnostic] = []

    def run(self) -> tuple[Query | None, list[Diagnostic]]:
        form = read_form(self._written.command, self._numbered.sql, self._description.tree, self._count)
        if form.error is not None:
            offset, message, code, hint = form.error
            self._error(self._numbered.offset_in_file(offset), message, code, hint=hint)
            return None, self._diagnostics
        parameters = tuple(
            structs.replace(parameter, each=n in form.each) for n, parameter in enumerate(self._parameters(), 1)
        )
        described = self._result_columns()
        rows = self._nested_rows(described, parameters)
        columns = self._columns(described, parameters, rows)
        for wrong in self._types.wrong:
            self._error(wrong.offset, wrong.message, wrong.code, width=wrong.width, hint=wrong.hint)
        self._check_types(parameters, columns)
        if self._diagnostics:
            return None, self._diagnostics
        table = ""
        if not self._written.not_null and not rows.nested:
            table, columns = self._catalog.as_table([(one.table, one.attribute) for one in described], columns)
        query = Query(
            name=self._written.name.text,
            group=self._written.group,
            command=self._written.command,
            sql=form.sql,
            source=self._written.source.name,
            parameters=parameters,
            columns=columns,
            table=table,
            probe=form.probe,
            variant_of=self._written.variant_of,
            nested=rows.nested,
            parent=rows.parent,
        )
        try:
            return structs.replace(query, row=row_class(self._written, query)), []
        except BadNote as note:
            self._error(note.offset, str(note), "bad-annotation", width=note.width, hint=note.hint)
            return None, self._diagnostics

    @property
    def _count(self) -> int:
        return len(self._numbered.parameters)

    def _error(self, offset: int, message: str, code: str, *, width: int = 0, hint: str = "") -> None:
        source = self._written.source
        width = width or token_width(source, offset)
        self._diagnostics.append(source.diagnostic(offset, message, code, width=width, hint=hint))

    def _parameters(self) -> tuple[QueryParameter, ...]:
        written = self._numbered.parameters
        guesses = parameter_names(self._description.tree, len(written))
        names = [parameter.name or guess for parameter, guess in zip(written, guesses, strict=True)]
        nullable = {word.text for word in self._written.nullable}
        for word in self._written.nullable:
            if word.text not in names:
                known = ", ".join(f"`{name}`" for name in names) or "none"
                hint = f"parameters of this query: {known}; result columns are nullable by themselves"
                message = f"`{word.text}` is no parameter of this query"
                self._error(word.offset, message, "unknown-parameter", width=len(word.text), hint=hint)
        reserved = _RESERVED | {"rows"} if self._written.command == "bulk" else _RESERVED
        reserved |= reserved_names(self._written)
        py_names = [py_name(name, reserved=reserved) for name in names]
        for i, name in enumerate(py_names):
            if name in py_names[:i]:
                message = f"two parameters have the Python name `{name}`"
                hint = "give one of them another name"
                self._error(written[i].offset, message, "duplicate-parameter", width=written[i].width, hint=hint)
        return tuple(
            QueryParameter(name=name, py_name=py, type=type_, nullable=name in nullable)
            for name, py, type_ in zip(names, py_names, self._types.parameters(names), strict=True)
        )

    def _result_columns(self) -> tuple[ResultColumn, ...]:
        """The columns, after a look at what the command expects."""
        columns, command = self._description.columns, self._written.command
        start = self._written.start
        if command in _ROWS and not columns:
            hint = "use `:exec` or `:execrows`, or add RETURNING"
            self._error(start, f"`:{command}` on a statement that returns no rows", "no-result-columns", hint=hint)
        if command in _ROWS or all(column.type_oid == _VOID for column in columns):
            return columns if command in _ROWS else ()
        if command in _PERHAPS_ROWS:
            return columns
        hint = "use `:one` or `:many`, or do not return columns"
        self._error(start, f"`:{command}` on a statement that returns columns", "unexpected-result-columns", hint=hint)
        return ()

    @cached_property
    def _column_types(self) -> list[PgType]:
        return self._types.columns()

    def _nested_rows(self, described: Sequence[ResultColumn], parameters: Sequence[QueryParameter]) -> NestedRows:
        notes = self._written.notes
        if not notes.keys() & NESTING:
            return NestedRows(tuple(range(len(described))))
        if not described:
            note = next(note for key in sorted(NESTING) for note in notes.get(key, ()))
            hint = "remove it, or return rows"
            self._error(note.offset, "there are no rows to nest", "nested-form", width=len(note.value), hint=hint)
            return NestedRows(())
        origins = read_origins(self._description.tree, len(described), self._facts, _nullable(parameters))

        def complain(offset: int, width: int, message: str, code: str, hint: str) -> None:
            self._error(offset, message, code, width=width, hint=hint)

        return nested_rows(
            self._written, Join(described, self._column_types, origins, self._catalog, self._keys), complain
        )

    def _columns(
        self, described: Sequence[ResultColumn], parameters: Sequence[QueryParameter], rows: NestedRows
    ) -> tuple[Column, ...]:
        if not described:
            self._check_not_null(())
            return ()
        certain = not_null_columns(self._description.tree, len(described), self._facts, _nullable(parameters))
        if not rows.failed:
            self._check_names(described, rows)
        self._check_not_null([described[n].name for n in rows.flat])
        promised = {word.text for word in self._written.not_null}
        return tuple(
            Column(
                name=column.name,
                py_name=py_name(column.name),
                type=type_,
                nullable=not (is_certain or (column.name in promised and n in rows.flat)),
            )
            for n, (column, type_, is_certain) in enumerate(zip(described, self._column_types, certain, strict=True))
        )

    def _column_offsets(self, count: int) -> list[int]:
        """Where each column stands in the file; the statement's start when the server does not say."""
        found = target_offsets(self._description.tree, self._numbered.sql)
        start = self._written.start
        if len(found) != count:
            return [start] * count
        return [start if offset is None else self._numbered.offset_in_file(offset) for offset in found]

    def _check_types(self, parameters: Sequence[QueryParameter], columns: Sequence[Column]) -> None:
        """The types that the generator has no form for."""
        if self._supported is None:
            return
        enums = self._catalog.enums
        for parameter, place in zip(parameters, self._numbered.parameters, strict=True):
            refusal = self._supported(parameter.type, enums, is_parameter=True)
            if refusal is not None:
                message = f"parameter `{parameter.name}` {refusal[0]}"
                written = self._written.source.text[place.offset : place.offset + place.width]
                hint = refusal[1].replace("$1", written)
                self._error(place.offset, message, "unsupported-type", width=place.width, hint=hint)
        for column, offset in zip(columns, self._column_offsets(len(columns)), strict=True):
            refusal = self._supported(column.type, enums, is_parameter=False)
            if refusal is not None:
                self._error(offset, f"column `{column.name}` {refusal[0]}", "unsupported-type", hint=refusal[1])

    def _check_names(self, described: Sequence[ResultColumn], rows: NestedRows) -> None:
        """The columns of each row have names of their own."""
        offsets = self._column_offsets(len(described))
        for positions in rows.rows():
            self._check_names_of(described, positions, offsets)

    def _check_names_of(
        self, described: Sequence[ResultColumn], positions: Sequence[int], offsets: Sequence[int]
    ) -> None:
        seen: dict[str, str] = {}
        for i in positions:
            column, offset, name = described[i], offsets[i], py_name(described[i].name)
            if column.name == _UNNAMED and len(described) > 1:
                self._error(offset, f"column {i + 1} has no name", "unnamed-column", hint="give it a name with AS")
            elif name in seen:
                message = f"column {i + 1} has the name `{column.name}` again"
                if seen[name] != column.name:
                    message = f"columns `{seen[name]}` and `{column.name}` have the same Python name `{name}`"
                star = _STAR.match(self._written.source.text, offset)
                hint = f"name the columns instead of `{star.group()}`, and give" if star is not None else "give"
                self._error(offset, message, "duplicate-column", hint=f"{hint} it a name of its own with AS")
            seen.setdefault(name, column.name)

    def _check_not_null(self, names: Sequence[str]) -> None:
        for word in self._written.not_null:
            if word.text not in names:
                hint = "result columns: " + (", ".join(f"`{name}`" for name in names) or "none")
                message = f"`{word.text}` is no column of the result"
                self._error(word.offset, message, "unknown-column", width=len(word.text), hint=hint)
