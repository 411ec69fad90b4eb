"""What cannot be generated yet, and the refusal of it.

In: a `Database`, or one type. Out: nothing, or the refusal: DiagnosticsError with every use of an unsupported type; for
one type what is wrong with it, so that a front end can say it where the type stands. Never: a fall-back.
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


def why_unsupported(type_: ir.PgType, enums: tuple[ir.EnumDef, ...], *, is_parameter: bool) -> tuple[str, str] | None:
    """What is wrong with a type (`has the type ...`) and what to write instead; None when it has a codec."""
    wire = wire_of(type_, enums)
    if isinstance(wire, Unsupported):
        reason = wire.reason
    elif is_parameter and wire.array and not wire.oid:
        reason = "enum-array-parameter"
    else:
        return None
    is_, instead = REASONS[reason]
    name = type_.name + "[]" * min(type_.dimensions, 1)
    return f"has the type `{name}`, which {is_}", instead.replace("{name}", type_.name)


def _of_query(query: ir.Query, enums: tuple[ir.EnumDef, ...]) -> Iterator[Diagnostic]:
    uses = [
        (f"parameter ${number} `{parameter.name}`", parameter.type, True)
        for number, parameter in enumerate(query.parameters, start=1)
    ]
    uses += [(f"column `{column.name}`", column.type, False) for column in query.columns]
    for what, type_, is_parameter in uses:
        refusal = why_unsupported(type_, enums, is_parameter=is_parameter)
        if refusal is not None:
            message = f"query `{query.name}`: {what} {refusal[0]}"
            yield Diagnostic(file=query.source, message=message, code="unsupported-type", hint=refusal[1])
