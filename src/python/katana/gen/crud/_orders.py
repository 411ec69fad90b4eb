"""The query parameter of an operation that names the order of its list.

In: a query and the inputs of an operation. Out: the input that chooses among the query's orders, and the argument that
says so. Never: an order that the query does not have: the values of the specification are names of orders.
"""

from __future__ import annotations

from katana import ir
from katana.gen.crud._inputs import Input, Inputs
from katana.gen.crud._misfit import Misfit
from katana.gen.crud._resources import key
from katana.gen.source import literal

_NAMES = ("sort", "sortby", "order", "orderby")


def order_of(query: ir.Query, inputs: Inputs) -> Input | None:
    """The input that names an order; None when there is none, or when a parameter of the query has that name."""
    taken = {key(name) for name in (*(each.name for each in query.parameters), *(each.name for each in query.filters))}
    found = (inputs.arguments[name] for name in _NAMES if name in inputs.arguments and name not in taken)
    return next((each for each in found if not each.in_path and not each.ignorable), None)


def order_argument(query: ir.Query, found: Input) -> str:
    """The expression for `sort` of the repository's method.

    Raises:
        Misfit: it may be something that is no name of an order of the query.
    """
    names = [sort.name for sort in query.sorts if sort.name]
    wanted = found.shape.values
    if not names:
        example = f"-- sort: {(wanted or ('newest',))[0]}: ..."
        raise Misfit(
            "crud-input", f"takes {found.title}, and the query has no orders with names", f"write `{example}` for each"
        )
    strange = [value for value in wanted if value not in names]
    if strange or not wanted:
        listed = ", ".join(f"`{value}`" for value in strange) or "any text"
        raise Misfit(
            "crud-enum",
            f"allows {listed} for {found.title}, which names no order of the query",
            f"the orders are `enum: [{', '.join(names)}]`",
        )
    if not found.maybe_none:
        return found.expression
    return f"{literal(names[0])} if {found.expression} is None else {found.expression}"
