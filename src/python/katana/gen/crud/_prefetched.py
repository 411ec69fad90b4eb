"""Whether the members that `x-katana-prefetch` names come with the rows of the query.

In: an operation, its query, what the rows of it fill. Out: Misfits. Never: how the rows are loaded; a join (`embed`,
`one_per_row`) keeps the promise as well as `prefetch` does.
"""

from __future__ import annotations

from katana import ir
from katana.gen.crud._match import Offer
from katana.gen.crud._misfit import Misfit, Misfits
from katana.gen.crud._resources import key
from katana.gen.crud._row_functions import RowFunctions


def refuse_unfilled(operation: ir.Operation, offer: Offer, rows: RowFunctions) -> None:
    """Raises Misfits for each name that no row of the query fills."""
    names = operation.extensions.get("x-katana-prefetch")
    wrong = [_misfit(str(name), offer) for name in names or () if not _is_filled(str(name), rows)]
    if wrong:
        raise Misfits(wrong)


def _is_filled(name: str, rows: RowFunctions) -> bool:
    first, *members = name.split(".")
    owner = key(first)
    for member in members:
        if (owner, key(member)) not in rows.filled:
            return False
        owner = rows.filled[owner, key(member)]
    return True


def _misfit(name: str, offer: Offer) -> Misfit:
    member = name.rpartition(".")[2]
    return Misfit(
        "crud-prefetch",
        f"says that `{name}` is loaded for all rows at once, and the rows of the query have no `{member}`",
        f"write `-- prefetch: {member} by ...` below `-- name: {offer.query.name}`, and the query `{member}`",
    )
