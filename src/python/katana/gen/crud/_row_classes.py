"""Rows that are to be of a class of a contract (`-- row: users_api.dto.User`).

In: the APIs and databases of a service. Out: what keeps a query from giving such rows. Never: a conversion: the value
of a column is that of the member, or the two do not fit.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from katana import ir
from katana.gen import openapi, sql
from katana.gen.crud._match import Offer
from katana.gen.crud._misfit import Misfit
from katana.gen.crud._row_functions import column_value
from katana.gen.crud._shapes import shape_of
from katana.gen.crud._spelling import Spelling
from katana.gen.source import Module, identifier

_CODE = "row-class"


def unfit_rows(
    apis: Mapping[str, ir.Api], databases: Mapping[str, ir.Database]
) -> Iterator[tuple[str, ir.Query, Misfit]]:
    """The package and the query, for each reason why its rows cannot be of the class of a contract that it names.

    Args:
        apis: by package.
        databases: by package.
    """
    for package, database in databases.items():
        used = {query.row.rpartition(".")[0] for query in database.queries}
        contracts = {f"{name}.dto": openapi.make_plan(api, name) for name, api in apis.items() if f"{name}.dto" in used}
        if not contracts:
            continue
        plan = sql.make_plan(database, package)
        for planned in (each for group in plan.repositories.values() for each in group):
            module, _, name = planned.query.row.rpartition(".")
            if module in contracts:
                for misfit in _unfit(name, Offer(plan, planned), contracts[module]):
                    yield package, planned.query, misfit


def _unfit(name: str, offer: Offer, contract: openapi.Plan) -> Iterator[Misfit]:
    definition = contract.types.named.get(name)
    if definition is None:
        near = difflib.get_close_matches(name, contract.types.named, n=1)
        hint = f"did you mean `{contract.package}.dto.{near[0]}`?" if near else "name a schema of the specification"
        yield Misfit(_CODE, f"`{contract.package}.dto` has no class `{name}`", hint)
        return
    if not isinstance(definition.type, ir.ObjectType):
        yield Misfit(_CODE, f"`{name}` is no object", "name a schema with properties")
        return
    columns = {column.py_name: column for column in offer.columns}
    for field in definition.type.fields:
        column = columns.pop(field.py_name, None)
        if column is not None:
            yield from _unlike(name, field, column, offer, contract)
        elif field.required:
            hint = f"select it, AS {field.py_name} if its column has another name"
            yield Misfit(_CODE, f"`{name}` needs `{field.py_name}`, which is not selected", hint)
    for column in columns.values():
        hint = "select what the members are made of, and nothing else"
        yield Misfit(_CODE, f"`{name}` has no member for the column `{column.name}`", hint)


def _unlike(name: str, field: ir.Field, column: ir.Column, offer: Offer, contract: openapi.Plan) -> Iterator[Misfit]:
    """Why the value of the column is not that of the member as it is."""
    spell = Spelling(Module("", source="", digest=""), contract, frozenset(("row",)))
    none = "None" if shape_of(field.type, contract).nullable else None
    try:
        value = column_value(field.type, column, offer, "row", spell, none=none)
    except Misfit as misfit:
        yield Misfit(_CODE, f"`{name}.{field.py_name}` {misfit.message}", misfit.hint)
        return
    if value != f"row.{identifier(column.py_name)}":
        message = f"`{name}.{field.py_name}` has another type in Python than the column has"
        yield Misfit(_CODE, message, "cast the column in the query, or make the row's members by hand")
