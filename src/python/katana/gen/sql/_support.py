"""What cannot be generated yet, and the refusal of it.

In: a `Database`. Out: nothing, or DiagnosticsError with every query that uses an unsupported type. Never: a fall-back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from katana import ir
from katana.diagnostics import Diagnostic, DiagnosticsError
from katana.gen.sql._wire import Unsupported, wire_of

REASONS: Final[dict[str, tuple[str, str]]] = {
    "base": ("has no codec", "cast it in the query to a supported type, to text for example"),
    "composite": ("is a composite type", "select its fields: `(address).street AS street`"),
    "domain-array": ("is an array of a domain", "cast it to an array of the type below the domain"),
    "domain-base": ("is a domain over a type without codec", "cast it in the query to a supported type"),
    "enum": ("is an enum of an extension", "cast it to text"),
    "enum-array-parameter": (
        "is an array of a type whose OID differs between databases, which a parameter has to state",
        "cast it from text: `$1::text[]::{name}[]`",
    ),
    "multirange": ("is a multirange", "cast it to text"),
    "range": ("is a range", "select `lower(...)` and `upper(...)`; build it from two parameters"),
}
"""By `Unsupported.reason`: what is said about the type, and what to write instead."""


def refuse_unsupported(database: ir.Database) -> None:
    """Raises DiagnosticsError if a column or a parameter of a query has a type without codec."""
    found = [diagnostic for query in database.queries for diagnostic in _of_query(query, database.enums)]
    if found:
        raise DiagnosticsError(found)


def _of_query(query: ir.Query, enums: tuple[ir.EnumDef, ...]) -> Iterator[Diagnostic]:
    for number, parameter in enumerate(query.parameters, start=1):
        wire = wire_of(parameter.type, enums)
        if isinstance(wire, Unsupported):
            yield _diagnostic(query, f"parameter ${number} `{parameter.name}`", parameter.type, wire.reason)
        elif wire.array and not wire.oid:
            yield _diagnostic(query, f"parameter ${number} `{parameter.name}`", parameter.type, "enum-array-parameter")
    for column in query.columns:
        wire = wire_of(column.type, enums)
        if isinstance(wire, Unsupported):
            yield _diagnostic(query, f"column `{column.name}`", column.type, wire.reason)


def _diagnostic(query: ir.Query, what: str, type_: ir.PgType, reason: str) -> Diagnostic:
    is_, instead = REASONS[reason]
    name = type_.name + "[]" * min(type_.dimensions, 1)
    return Diagnostic(
        file=query.source,
        message=f"query `{query.name}`: {what} has the type `{name}`, which {is_}",
        code="unsupported-type",
        hint=instead.replace("{name}", type_.name),
    )
