"""The condition that finds the rows behind a given one, for keyset pagination.

In: the keys of an order. Out: pieces of SQL. Never: OFFSET: a page costs what its rows cost, and a row that comes or
goes elsewhere moves none from one page to another.

With keys a, b, c all of one direction and never NULL, `(a, b, c) > ($1, $2, $3)`, which an index answers. Otherwise
key by key: `a >= $1 AND (a > $1 OR <the same for b, c>)`, whose first part an index answers; where a may be NULL,
`(a behind $1 OR a IS NOT DISTINCT FROM $1 AND <the same for b, c>)`.
"""

from __future__ import annotations

from collections.abc import Sequence

from katana.sql._parameters import Piece
from katana.sql._variant_notes import WrittenKey


def rows_behind(keys: Sequence[tuple[WrittenKey, bool]], names: Sequence[str]) -> list[Piece]:
    """The condition, for keys that are nullable or not, and the names of the parameters that hold the given row."""
    first, _ = keys[0]
    if not any(nullable or key.descending != first.descending for key, nullable in keys):
        return _row_comparison([key for key, _ in keys], names)
    return _behind(keys, names)


def _row_comparison(keys: Sequence[WrittenKey], names: Sequence[str]) -> list[Piece]:
    comparison = "<" if keys[0].descending else ">"
    if len(keys) == 1:
        return [*_expression(keys[0]), _glue(f" {comparison} @{names[0]}", keys[0])]
    pieces = [_glue("(", keys[0])]
    for i, key in enumerate(keys):
        pieces += [_glue(", ", key)] if i else []
        pieces += [Piece(key.expression.text, key.expression.offset)]
    given = ", ".join(f"@{name}" for name in names)
    return [*pieces, _glue(f") {comparison} ({given})", keys[0])]


def _behind(keys: Sequence[tuple[WrittenKey, bool]], names: Sequence[str]) -> list[Piece]:
    (key, nullable), name = keys[0], names[0]
    comparison = "<" if key.descending else ">"
    beyond = [*_expression(key), _glue(f" {comparison} @{name}", key)]
    if nullable:
        tests = ("IS NOT NULL", "IS NULL") if key.nulls_first else ("IS NULL", "IS NOT NULL")
        beyond += [_glue(" OR ", key), *_expression(key), _glue(f" {tests[0]} AND @{name} {tests[1]}", key)]
    if len(keys) == 1:
        return [_glue("(", key), *beyond, _glue(")", key)] if nullable else beyond
    rest = _behind(keys[1:], names[1:])
    if nullable:
        same = [*_expression(key), _glue(f" IS NOT DISTINCT FROM @{name} AND ", key)]
        return [_glue("(", key), *beyond, _glue(" OR ", key), *same, *rest, _glue(")", key)]
    bound = [*_expression(key), _glue(f" {comparison}= @{name} AND (", key)]
    return [*bound, *beyond, _glue(" OR ", key), *rest, _glue(")", key)]


def _expression(key: WrittenKey) -> list[Piece]:
    expression = Piece(key.expression.text, key.expression.offset)
    return [expression] if key.is_plain else [_glue("(", key), expression, _glue(")", key)]


def _glue(text: str, key: WrittenKey) -> Piece:
    return Piece(text, key.expression.offset, verbatim=False)
