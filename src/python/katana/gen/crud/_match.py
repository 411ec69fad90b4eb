"""Which query an operation runs.

In: an operation, the queries of all databases of the service. Out: the query, None, or several that are equally good.
Never: a look at types; a query that is found by name but does not fit is an error, not a reason to look further.

Rules: the query with the operation's name, however the two are spelled; else one named by the verb of the method and
the noun of the path (`list_users`, `create_user`). Of several with one name, the one in the file called like the tag.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from katana import ir
from katana.gen import sql
from katana.gen.crud._resources import candidates, key


@dataclass(frozen=True)
class Offer:
    """A query, with the plan of the package that its repository is in; `inner` are rows in its rows."""

    plan: sql.Plan
    planned: sql.PlannedQuery
    inner: sql.RowType | None = None

    @property
    def row(self) -> sql.RowType | None:
        """The class of its rows; None when it returns single values."""
        return self.inner or self.planned.row

    @property
    def columns(self) -> tuple[ir.Column, ...]:
        """The values in a row."""
        return self.row.columns if self.row is not None else self.query.columns

    @property
    def members(self) -> tuple[sql.Member, ...]:
        """The rows in a row."""
        return self.row.members if self.row is not None else ()

    def within(self, member: sql.Member) -> Offer:
        """The same query, for the rows in its rows."""
        return replace(self, inner=next(row for row in self.plan.rows if row.name == member.row))

    @property
    def query(self) -> ir.Query:
        """The query."""
        return self.planned.query

    @property
    def repository(self) -> tuple[str, str]:
        """Module and class of the repository."""
        return f"{self.plan.package}.repo", f"{sql.pascal(self.query.group)}Repo"

    def wire(self, type_: ir.PgType) -> sql.Wire:
        """How a value of the query travels."""
        return self.plan.wire(type_)


class Offers:
    """All queries, by name."""

    def __init__(self, plans: Mapping[str, sql.Plan]) -> None:
        self.plans = tuple(plans.values())
        self._by_key: dict[str, list[Offer]] = {}
        for plan in self.plans:
            for group in plan.repositories.values():
                for planned in group:
                    self._by_key.setdefault(key(planned.query.name), []).append(Offer(plan, planned))

    def matches(self, operation: ir.Operation) -> tuple[Offer, ...]:
        """The query for an operation; several when nothing tells them apart, none when there is none."""
        for name in candidates(operation):
            found = self._by_key.get(key(name), [])
            if len(found) > 1:
                found = [offer for offer in found if key(offer.query.group) == key(operation.tag)] or found
            if found:
                return tuple(found)
        return ()
