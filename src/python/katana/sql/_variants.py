"""Variants of a query: what `-- filter:`, `-- sort:` and `:page` make of a SELECT.

In: a query that the server has described. Out: the query with its filters, orders and the text of every variant, each
of which the server has described too. Never: a variant that was not described; text that depends on a value: what the
caller gives chooses a variant and goes into its parameters.

All variants number their parameters alike: those of the query, one for each filter that has one, of `:page` the number
of rows, then the values of the row behind which the page begins. What a variant does not use is sent as NULL.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import structs

from katana.diagnostics import Diagnostic
from katana.ir import Query, Sort
from katana.sql._annotations import BadNote, Word
from katana.sql._clauses import NoPlainSelect, read_clauses
from katana.sql._draft import OWN, ROWS, Draft, Refused, Server
from katana.sql._filters import add_filters
from katana.sql._parameters import NumberedQuery, Parameter
from katana.sql._query_file import WrittenQuery
from katana.sql._session import Description
from katana.sql._sorts import add_sorts
from katana.sql._variant_notes import WrittenFilter, WrittenSort, read_filter, read_sort

MAX_VARIANTS = 256
"""Each is a statement that every connection may come to prepare."""

_COMMANDS = ("one", "one!", "many", "stream", "page")
_INT8 = 20


def reserved_names(query: WrittenQuery) -> frozenset[str]:
    """Names that parameters of the method have beside those of the statement."""
    of_page = frozenset(("after", "limit")) if query.command == "page" else frozenset()
    return of_page | (frozenset(("sort",)) if "sort" in query.notes else frozenset())


def vary(
    query: Query, numbered: NumberedQuery, description: Description, server: Server
) -> tuple[Query | None, list[Diagnostic]]:
    """The query with all its variants, or what is wrong, as much of it as can be found at once."""
    written = numbered.query
    if not ("filter" in written.notes or "sort" in written.notes or query.command == "page"):
        return query, []
    try:
        return _vary(query, numbered, description, server), []
    except Refused as refused:
        return None, refused.diagnostics


def _vary(query: Query, numbered: NumberedQuery, description: Description, server: Server) -> Query:
    filters, sorts = _read_notes(numbered.query)
    draft = _draft(query, numbered, description, server)
    _check_clauses(draft, sorts)
    reserved = frozenset(("self", "ctx")) | reserved_names(numbered.query)
    made = add_filters(draft, filters, reserved)
    ordered = add_sorts(draft, sorts)
    draft.stop_if_wrong()
    if draft.is_page:
        draft.known.append(Parameter(draft.statement.offset, 0, ROWS))
        draft.types.append(_INT8)
    variants = tuple(_variants(draft, filters, sorts, ordered))
    if len(variants) == 1:
        return structs.replace(query, sql=variants[0])
    return structs.replace(
        query, parameters=tuple(draft.parameters), filters=tuple(made), sorts=tuple(ordered), variants=variants
    )


def _read_notes(query: WrittenQuery) -> tuple[list[WrittenFilter], list[WrittenSort]]:
    filters: list[WrittenFilter] = []
    sorts: list[WrittenSort] = []
    diagnostics: list[Diagnostic] = []
    for note in (*query.notes.get("filter", ()), *query.notes.get("sort", ())):
        try:
            if note.key == "filter":
                filters.append(read_filter(note))
            else:
                sorts.append(read_sort(note))
        except BadNote as bad:
            code = "bad-annotation"
            diagnostics.append(query.source.diagnostic(bad.offset, bad.message, code, width=bad.width, hint=bad.hint))
    if diagnostics:
        raise Refused(diagnostics)
    return filters, sorts


def _draft(query: Query, numbered: NumberedQuery, description: Description, server: Server) -> Draft:
    written = numbered.query
    place = next((note.place for key in ("filter", "sort") for note in written.notes.get(key, ())), None)
    place = place or Word("SELECT", written.start)
    message, hint = "", ""
    if query.command not in _COMMANDS:
        message, hint = f"`:{query.command}` has no filters and no order", "use `:many`, `:page`, `:stream` or `:one`"
    else:
        try:
            return Draft(query, numbered, description, server, read_clauses(written))
        except NoPlainSelect as error:
            message, hint = str(error), "filters and orders are for one SELECT; put the statement into its FROM"
    width = len(place.text)
    raise Refused([written.source.diagnostic(place.offset, message, "bad-annotation", width=width, hint=hint)])


def _check_clauses(draft: Draft, sorts: Sequence[WrittenSort]) -> None:
    words = draft.clauses.words
    if draft.is_page and not sorts:
        draft.error(draft.statement, "`:page` without an order", "page-form", "write `-- sort: id` above it")
    if sorts and "ORDER" in words:
        place = sorts[0].note.place
        message, hint = "the statement has an ORDER BY of its own", "remove one of the two"
        draft.bad(BadNote(message, place.offset, width=len(place.text), hint=hint))
    for parameter in draft.known:
        if draft.is_page and parameter.name.startswith(OWN):
            place = Word("@" + parameter.name, parameter.offset)
            draft.error(place, f"@{parameter.name} is a name of Katana", "bad-parameter", "give it another name")
    limits = sorted(words & {"LIMIT", "OFFSET", "FETCH"})
    if draft.is_page and limits:
        hint = "remove it; a page has a parameter `limit`, and begins after a cursor"
        draft.error(draft.statement, f"`:page` on a statement with {limits[0]}", "page-form", hint)
    draft.stop_if_wrong()


def _variants(
    draft: Draft, filters: Sequence[WrittenFilter], sorts: Sequence[WrittenSort], ordered: Sequence[Sort]
) -> Iterator[str]:
    """The text of each: by order; from the first row, then behind one; by filters, the first being the lowest bit."""
    count = max(1, len(sorts)) * (2 if draft.is_page else 1) * 2 ** len(filters)
    place = (filters[-1].note if filters else sorts[-1].note).place
    if count > MAX_VARIANTS:
        message = f"{len(filters)} filters and {len(sorts)} orders make {count} variants; {MAX_VARIANTS} are allowed"
        draft.error(place, message, "too-many-variants", "let rarer conditions be parameters: `@x IS NULL OR y = @x`")
        draft.stop_if_wrong()
    for i in range(max(1, len(sorts))):
        sort, keys = (sorts[i], ordered[i].keys) if sorts else (None, ())
        columns = [(draft.query.columns[key.column].nullable, draft.description.columns[key.column]) for key in keys]
        for behind in (False, True) if draft.is_page else (False,):
            nullable = [nullable for nullable, _ in columns] if behind else []
            types = [*draft.types, *(column.type_oid for _, column in columns if behind)]
            for chosen in range(2 ** len(filters)):
                of_variant = [filter_ for bit, filter_ in enumerate(filters) if chosen >> bit & 1]
                variant = draft.compose(of_variant, sort, place, limited=draft.is_page, behind=nullable)
                draft.ask(variant, types)
                draft.stop_if_wrong()
                yield variant.sql
