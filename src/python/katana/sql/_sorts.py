"""The orders of a query, and whether its rows can come in them page by page.

In: a draft, its `sort` annotations. Out: the orders. Never: an order for pages in which two rows may be equal, for some
would be lost between two pages.
"""

from __future__ import annotations

from collections.abc import Sequence

from katana.ir import PgType, Sort, SortKey
from katana.sql._annotations import BadNote, Word
from katana.sql._draft import Draft
from katana.sql._total_order import Loose, OrderedKey, read_order
from katana.sql._upsert_notes import column_name
from katana.sql._variant_notes import WrittenKey, WrittenSort


def add_sorts(draft: Draft, written: Sequence[WrittenSort]) -> list[Sort]:
    """The orders."""
    _check_names(draft, written)
    return [_sort(draft, sort) for sort in written]


def _check_names(draft: Draft, written: Sequence[WrittenSort]) -> None:
    for i, sort in enumerate(written):
        place = sort.note.place
        if len(written) > 1 and not sort.name:
            hint = f"one of several orders has a name: `-- sort: newest: {place.text}`"
            draft.bad(BadNote("this order has no name", place.offset, width=len(place.text), hint=hint))
        elif sort.name in [other.name for other in written[:i]]:
            message, hint = f"a second order `{sort.name}`", "give it another name"
            draft.bad(BadNote(message, place.offset, width=len(sort.name), hint=hint))


def _sort(draft: Draft, sort: WrittenSort) -> Sort:
    description = draft.ask(draft.compose([], sort, sort.note.place), draft.types)
    if description is None or not draft.is_page:
        return Sort(name=sort.name)
    order = read_order(description.tree, draft.server.keys, draft.server.equalities)
    if order.refusal:
        hint = "use `:many`, or page over a table that holds such rows"
        draft.error(draft.statement, f"these rows cannot come in pages: {order.refusal}", "page-form", hint)
        return Sort(name=sort.name)
    if len(order.keys) != len(sort.keys):
        draft.error(sort.note.place, "a key stands twice in this order", "bad-annotation", "remove one of them")
        return Sort(name=sort.name)
    keys = [_key(draft, *pair) for pair in zip(sort.keys, order.keys, strict=True)]
    if order.loose:
        _not_total(draft, sort, order.loose)
    return Sort(name=sort.name, keys=tuple(key for key in keys if key is not None))


def _key(draft: Draft, written: WrittenKey, ordered: OrderedKey) -> SortKey | None:
    place, text = written.expression, written.expression.text
    if ordered.column is None:
        hint = "select it: the cursor of a page is made of the columns that it is sorted by"
        draft.error(place, f"`{text}` is not among the columns of the result", "page-form", hint)
        return None
    is_name = "." not in text and "(" not in text and written.is_plain
    if is_name and column_name(text) != ordered.name:
        hint = "name the column of the table, with the table in front, or write the expression"
        draft.error(place, f"`{text}` is computed in the select list, and unknown in WHERE", "page-form", hint)
        return None
    column = draft.query.columns[ordered.column]
    if not _is_simple(column.type) or draft.server.refuse_type(column.type) is not None:
        hint = "sort by something else, or cast it in the select list and here"
        draft.error(place, f"values of `{text}` cannot stand in a cursor", "unsupported-type", hint)
        return None
    return SortKey(column=ordered.column, descending=written.descending, nulls_first=written.nulls_first)


def _is_simple(type_: PgType) -> bool:
    """Whether a type is one value: no array, range or composite, nor a domain over one."""
    while type_.kind == "domain" and not type_.dimensions and type_.below is not None:
        type_ = type_.below
    return type_.kind in ("base", "enum") and not type_.dimensions


def _not_total(draft: Draft, sort: WrittenSort, loose: Sequence[Loose]) -> None:
    last = sort.keys[-1]
    hints = [_hint(draft, relation) for relation in loose]
    message = "rows may be equal in this order, and a page could lose some of them"
    draft.error(Word(last.written, last.expression.offset), message, "sort-not-total", "; ".join(hints))


def _hint(draft: Draft, relation: Loose) -> str:
    """What tells the rows of a relation apart."""
    stored = next((stored for stored in draft.server.catalog.tables if stored.oid == relation.table), None)
    key = draft.server.keys.among(relation.table, stored.attributes) if stored is not None else None
    if stored is not None and key is not None:
        names = ", ".join(f"`{relation.name}.{name}`" for name in stored.names(tuple(sorted(key))))
        return f"add {names} at the end"
    if stored is not None:
        return f"`{relation.name}` has no unique key that is not null; give its table one"
    return f"no key tells the rows of `{relation.name}` apart, which is no table; page over a table"
