"""What cannot be generated yet, and the refusal of it.

In: a `Database`, or one type. Out: nothing, or the refusal: DiagnosticsError with every use of an unsupported type; for
one type what is wrong with it, so that a front end can say it where the type stands. Never: a fall-back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from katana import ir
from katana.diagnostics import Diagnostic, DiagnosticsError
from katana.gen.sql._wire import Scalar, Unsupported, wire_of
from katana.gen.sql._wire_parts import parts

REASONS: Final[dict[str, tuple[str, str]]] = {
    "base": ("has no codec", "cast it in the query to a supported type, to text for example"),
    "enum": ("is an enum of an extension", "cast it to text"),
    "field-names": ("has two fields of one name in Python", "select its fields: `(address).street AS street`"),
    "money": ("means what the locale of the server says", "cast it in the query: `price::numeric`"),
    "python": (
        "is given a type in Python, though it is no JSON document",
        "name the functions that read and write it: `{python} via app.read, app.write`",
    ),
    "reads": ("can be read and not written", "cast it in the query: `$1::text::{name}`"),
    "record": ("has no name, and its fields no types", "cast it to a composite type of the schema, `::address`"),
    "via-list": ("is given a list in Python and functions", "let the functions take and return the whole value"),
    "void": ("is no value", "call the function with `:exec`"),
    "system": ("is a row of PostgreSQL's own catalog", "select its columns"),
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
    name = type_.name + "[]" * type_.dimensions
    if isinstance(wire, Unsupported):
        is_, instead = REASONS[wire.reason]
        instead = instead.replace("{python}", wire.type.python.name if wire.type.python is not None else "")
        within = wire.type.name if wire.type.name != type_.name else ""
    elif is_parameter and any(isinstance(part, Scalar) and part.codec.reads for part in parts(wire)):
        (is_, instead), within = REASONS["reads"], ""
    else:
        return None
    if within:
        return f"has the type `{name}`; `{within}` in it {is_}", instead
    return f"has the type `{name}`, which {is_}", instead.replace("{name}", name)


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
