"""`-- prefetch:`: a member of each row that another query of the database fills, once for all rows.

In: all described queries. Out: the same, with their `ir.Prefetch`, or what is wrong and where. Never: SQL of its own
making, a key that compares differently in Python than in PostgreSQL.

    -- prefetch: posts by user_id                        the query `posts` (or `posts_by_user_id`), whose rows have
                                                         the column `user_id`; the foreign key says what it refers to
    -- prefetch: posts by user_id = id                   the column of this query, said
    -- prefetch: author = users_by_ids by id = author_id the member has another name than the query

1. The other query is `:many`; of its parameters one is an array of keys, the others are parameters of this query too.
2. There is one row at most where the column of this query refers to that of the other, or where the latter is unique;
   else a list.
3. Queries that prefetch may be prefetched, but not in a circle.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from msgspec import structs

from katana.diagnostics import Diagnostic
from katana.ir import PgType, Prefetch, Query
from katana.sql._annotations import Note
from katana.sql._describe import DescribedQuery
from katana.sql._names import py_name
from katana.sql._null_facts import NullFacts
from katana.sql._origins import read_origins
from katana.sql._parameters import NumberedQuery
from katana.sql._table_keys import TableColumn, TableKeys

_FORM = re.compile(
    r"(?:(?P<member>\w+)\s*=\s*)?(?P<query>\w+(?:\.\w+)?)\s+by\s+(?P<by>\w+)(?:\s*=\s*(?P<column>\w+))?$"
)
_ROWS = ("one", "one!", "many", "page")
_FAMILIES: dict[str, tuple[str, int]] = {
    "int2": ("integer", 2),
    "int4": ("integer", 4),
    "int8": ("integer", 8),
    "text": ("text", 0),
    "varchar": ("text", 0),
    "uuid": ("uuid", 0),
    "date": ("date", 0),
    "bytea": ("bytea", 0),
}
"""Types whose values are equal in Python exactly when they are in PostgreSQL; integers with their widths."""


class _Unfit(Exception):
    """What is wrong with an annotation: a message, a code and a hint; `word` is the part of it to show, if not all."""

    def __init__(self, message: str, code: str, hint: str, word: str = "") -> None:
        self.message = message
        self.code = code
        self.hint = hint
        self.word = word


@dataclass(frozen=True)
class Prefetches:
    """Resolves the annotations of all queries."""

    described: Sequence[DescribedQuery]
    written: Sequence[NumberedQuery]
    facts: NullFacts
    keys: TableKeys

    def resolve(self) -> tuple[list[Query], list[Diagnostic]]:
        """The queries in order, and every error."""
        found: list[Query] = []
        errors: list[Diagnostic] = []
        for one in self.described:
            prefetches: list[Prefetch] = []
            for note in one.numbered.query.notes.get("prefetch", ()):
                try:
                    prefetch = self._prefetch(one, note, prefetches)
                except _Unfit as unfit:
                    error = _diagnostic(one, note, unfit)
                    errors += [error] if error not in errors else []  # variants have the annotations of their query
                else:
                    prefetches += [prefetch] if prefetch is not None else []
            found.append(structs.replace(one.query, prefetches=tuple(prefetches)))
        if not errors:
            errors += self._circles(found)
        return found, errors

    def _prefetch(self, parent: DescribedQuery, note: Note, others: Sequence[Prefetch]) -> Prefetch | None:
        """The prefetch; None when the query that it names has errors of its own."""
        if parent.query.command not in _ROWS or not parent.query.columns:
            message = f"`:{parent.query.command}` does not return rows that something could be loaded for"
            raise _Unfit(message, "prefetch-form", "use `:one`, `:one!`, `:many` or `:page`")
        form = _FORM.match(note.value)
        if form is None:
            hint = "write `-- prefetch: posts by user_id`, or `-- prefetch: author = users_by_ids by id = author_id`"
            raise _Unfit(f"`{note.value}` is no prefetch", "bad-annotation", hint)
        child = self._child(parent, form["query"], form["by"])
        if child is None:
            return None
        self._check_child(child, form["query"])
        by = _column(child, form["by"])
        column, many = self._parent_column(parent, child, by, form["column"])
        parameter, shared = _parameters(parent.query, child.query, column, by)
        name = form["member"] or form["query"].rpartition(".")[2]
        self._check_member(parent.query, py_name(name), others)
        return Prefetch(
            name=name,
            py_name=py_name(name),
            group=child.query.group,
            query=child.query.name,
            parameter=parameter,
            column=column,
            by=by,
            shared=shared,
            many=many,
        )

    def _child(self, parent: DescribedQuery, name: str, by: str) -> DescribedQuery | None:
        group, _, plain = name.rpartition(".")
        names = (plain, f"{plain}_by_{by}")
        groups = (group,) if group else (parent.query.group, *sorted({one.query.group for one in self.described}))
        for wanted in ((g, n) for g in groups for n in names):
            for one in self.described:
                if (one.query.group, one.query.name) == wanted:
                    return one
        if any(one.query.name.text in names for one in self.written):
            return None
        hint = (
            f"write it: `-- name: {plain} :many` above"
            f" `SELECT ... WHERE {by} = ANY (@{by}s)`; one of another file is called `file.query`"
        )
        raise _Unfit(f"there is no query `{name}`", "unknown-query", hint, name)

    def _check_child(self, child: DescribedQuery, name: str) -> None:
        query = child.query
        if query.command != "many":
            message = f"`{name}` is `:{query.command}`, and has to return rows for several keys"
            raise _Unfit(message, "prefetch-form", f"write `-- name: {query.name} :many`", name)
        if query.row:
            message = f"the rows of `{name}` are of a class of yours, and a prefetch gives those of Katana"
            raise _Unfit(message, "prefetch-form", "remove `-- row:` there, or prefetch a query without it", name)
        if len(query.columns) < 2:
            hint = "select the column it is loaded by and what the member is to hold"
            raise _Unfit(f"`{name}` returns a single column, which is no row", "prefetch-form", hint, name)
        nullable = frozenset(n for n, parameter in enumerate(query.parameters, 1) if parameter.nullable)
        if read_origins(child.description.tree, len(query.columns), self.facts, nullable).limited:
            message = f"`{name}` has a LIMIT, which counts the rows of all keys together"
            hint = "limit for each key: `FROM unnest(@ids::bigint[]) k(id) CROSS JOIN LATERAL (SELECT ... LIMIT 3) t`"
            raise _Unfit(message, "prefetch-form", hint, name)

    def _parent_column(
        self, parent: DescribedQuery, child: DescribedQuery, by: int, name: str | None
    ) -> tuple[int, bool]:
        """The position of the parent's key, and whether it may have several rows."""
        target = _stored(child, by)
        columns = _flat(parent.query)
        if name is not None:
            column = _column(parent, name)
        else:
            forth = [n for n in columns if (target, _stored(parent, n)) in self.keys.references]
            back = [n for n in columns if (_stored(parent, n), target) in self.keys.references]
            found = forth or back
            if len(found) != 1:
                by_name = child.query.columns[by].name
                some = parent.query.columns[found[0] if found else columns[0]].name if columns else "id"
                why = "several foreign keys say" if found else "no foreign key says"
                message = f"{why} which column of this query `{by_name}` belongs to"
                raise _Unfit(message, "prefetch-key", f"say it: `by {by_name} = {some}`")
            column = found[0]
        one = (_stored(parent, column), target) in self.keys.references
        one = one or (target[0] != 0 and frozenset((target[1],)) in self.keys.unique.get(target[0], ()))
        return column, not one

    def _check_member(self, query: Query, name: str, others: Sequence[Prefetch]) -> None:
        taken = {query.columns[n].py_name for n in _flat(query)}
        taken |= {nested.py_name for nested in query.nested} | {other.py_name for other in others}
        if name in taken:
            hint = "give it another name: `-- prefetch: other_name = ...`"
            raise _Unfit(f"the row has two members `{name}`", "duplicate-column", hint)

    def _circles(self, queries: Sequence[Query]) -> Iterator[Diagnostic]:
        """A query that would prefetch itself, directly or not."""
        loads = {(query.group, query.name): query.prefetches for query in queries}
        for one, query in zip(self.described, queries, strict=True):
            seen: set[tuple[str, str]] = set()
            waiting = [(prefetch.group, prefetch.query) for prefetch in query.prefetches]
            while waiting:
                name = waiting.pop()
                if name not in seen:
                    seen.add(name)
                    waiting += [(prefetch.group, prefetch.query) for prefetch in loads[name]]
            if (query.group, query.name) in seen:
                note = one.numbered.query.notes["prefetch"][0]
                hint = "load a query without `-- prefetch:` here"
                yield _diagnostic(one, note, _Unfit("this query prefetches itself, without end", "prefetch-form", hint))


def _diagnostic(one: DescribedQuery, note: Note, unfit: _Unfit) -> Diagnostic:
    found = re.search(rf"\b{re.escape(unfit.word)}\b", note.value) if unfit.word else None
    at, width = (found.start(), len(unfit.word)) if found is not None else (0, len(note.value))
    source = one.numbered.query.source
    return source.diagnostic(note.offset + at, unfit.message, unfit.code, width=width, hint=unfit.hint)


def _flat(query: Query) -> list[int]:
    """The positions of the columns of the row itself."""
    taken = {n for nested in query.nested for n in nested.positions}
    taken |= {n for nested in query.nested for inner in nested.nested for n in inner.positions}
    return [n for n in range(len(query.columns)) if n not in taken]


def _column(one: DescribedQuery, name: str) -> int:
    columns = one.query.columns
    found = next((n for n in _flat(one.query) if columns[n].name == name), None)
    if found is None:
        hint = "columns: " + (", ".join(f"`{columns[n].name}`" for n in _flat(one.query)) or "none")
        raise _Unfit(f"`{name}` is no column of the result of `{one.query.name}`", "unknown-column", hint, name)
    return found


def _stored(one: DescribedQuery, position: int) -> TableColumn:
    column = one.description.columns[position]
    return column.table, column.attribute


def _parameters(parent: Query, child: Query, column: int, by: int) -> tuple[str, tuple[str, ...]]:
    """The parameter of the keys, and those that both queries have. A filter that the parent has not is left off."""
    shared, rest = [], []
    optional = {filter_.parameter for filter_ in child.filters}
    for number, parameter in enumerate(child.parameters, 1):
        same = next((one for one in parent.parameters if one.py_name == parameter.py_name), None)
        if same is not None and same.type == parameter.type and (parameter.nullable or not same.nullable):
            shared.append(parameter.py_name)
        elif number not in optional or parameter.type.dimensions:
            rest.append(parameter)
    arrays = [parameter for parameter in rest if parameter.type.dimensions]
    if len(arrays) != 1 or len(rest) != 1:
        others = ", ".join(f"`{one.name}`" for one in rest if not one.type.dimensions)
        message = f"`{child.name}` takes no array of keys" if not arrays else f"`{child.name}` takes several arrays"
        hint = f"write `WHERE {child.columns[by].name} = ANY (@{child.columns[by].name}s)`"
        if others and arrays:
            message = f"`{child.name}` takes {others}, which this query does not take"
            hint = "what is not the array of keys has to be a parameter of both queries, of one name and type"
        raise _Unfit(message, "prefetch-form", hint)
    key, other, wanted = (
        _family(type_)
        for type_ in (
            parent.columns[column].type,
            child.columns[by].type,
            structs.replace(arrays[0].type, dimensions=0),
        )
    )
    if key is None or other is None or wanted is None or not key[0] == other[0] == wanted[0] or key[1] > wanted[1]:
        names = (parent.columns[column], child.columns[by], arrays[0])
        spelled = [f"`{one.name}` ({one.type.name}{'[]' * bool(one.type.dimensions)})" for one in names]
        hint = "keys are integers, text, uuid, date or bytea; cast in the query, and integers only to wider ones"
        raise _Unfit(f"the types of {', '.join(spelled)} do not agree as keys", "prefetch-key", hint)
    return arrays[0].py_name, tuple(shared)


def _family(type_: PgType) -> tuple[str, int] | None:
    own = type_.python is not None
    while type_.kind == "domain" and not type_.dimensions and type_.below is not None:
        type_ = type_.below
        own = own or type_.python is not None
    return None if own or type_.dimensions or type_.namespace else _FAMILIES.get(type_.name)
