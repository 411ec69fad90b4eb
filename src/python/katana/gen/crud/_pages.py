"""Objects that hold one page of a list: `{items: [...], next_cursor: ...}`.

In: the type of a response, a query. Out: which member is which, and the column that a cursor counts by. Never: a total,
which would take a second query.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from katana import ir
from katana.gen import openapi
from katana.gen.crud._match import Offer
from katana.gen.crud._misfit import Misfit
from katana.gen.crud._resources import key

_NEXT = frozenset(("next", "nextcursor", "nextafter", "cursor", "nextpage", "nextpagetoken", "nextpagecursor"))
_MORE = frozenset(("hasmore", "hasnext", "more"))
_ORDER = re.compile(
    r"\border\s+by\s+(?:\w+\.)?(\w+)(?:\s+(?:asc|desc))?\s*(,|\blimit\b|\boffset\b|\bfetch\b|$)", re.IGNORECASE
)


@dataclass(frozen=True)
class Page:
    """The members of a page: the list, the cursor of the next one, whether there is a next one."""

    dto: str
    items: ir.Field
    next: ir.Field | None
    more: ir.Field | None

    @property
    def look_ahead(self) -> bool:
        """Whether the next page has to be known."""
        return self.next is not None or self.more is not None


def page_of(type_: ir.Type, plan: openapi.Plan) -> Page | None:
    """The page that a type is; None when it is none.

    Raises:
        Misfit: it has a list, and something else that nothing fills.
    """
    resolved = plan.types.resolve(type_)
    definition = plan.types.named[resolved.name].type if isinstance(resolved, ir.RefType) else None
    if not isinstance(resolved, ir.RefType) or not isinstance(definition, ir.ObjectType):
        return None
    lists = [f for f in definition.fields if isinstance(plan.types.resolve(f.type), ir.ArrayType)]
    if len(lists) != 1:
        return None
    others = [field for field in definition.fields if field is not lists[0]]
    known = [field for field in others if key(field.name) in _NEXT | _MORE]
    unknown = [field for field in others if field not in known and field.required]
    if unknown:
        listed = ", ".join(f"`{resolved.name}.{field.name}`" for field in unknown)
        raise Misfit("crud-page", f"answers with {listed}, which nothing fills", "write the method in a controller")
    following = next((field for field in known if key(field.name) in _NEXT), None)
    more = next((field for field in known if key(field.name) in _MORE), None)
    return Page(resolved.name, lists[0], following, more)


def cursor_column(offer: Offer) -> ir.Column:
    """The column that the rows are ordered by.

    Raises:
        Misfit: there is not exactly one, or it is not among the columns of the result.
    """
    orders = _ORDER.findall(offer.query.sql.strip())
    columns = {column.name: column for column in offer.columns}
    if not orders or orders[-1][1] == "," or orders[-1][0] not in columns:
        raise Misfit(
            "crud-cursor",
            "answers with a cursor, and the query is not ordered by one column that it selects",
            "end the query in `ORDER BY id LIMIT @limit` and start it behind `WHERE id > @cursor`",
        )
    return columns[orders[-1][0]]
