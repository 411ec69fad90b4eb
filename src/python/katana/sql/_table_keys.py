"""Which columns tell the rows of a table apart, and which refer to which.

In: a session, after the schema was loaded. Out: `TableKeys`. Never: a key that PostgreSQL does not enforce on every row
that a query of the table can see.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from katana.sql._keys import read_keys
from katana.sql._null_facts import NullFacts
from katana.sql._session import Session

TableColumn = tuple[int, int]
"""OID of a table, number of an attribute."""


@dataclass(frozen=True)
class TableKeys:
    """`unique` has the sets of attributes, by table; `references` the foreign keys of one column."""

    unique: dict[int, tuple[frozenset[int], ...]]
    references: frozenset[tuple[TableColumn, TableColumn]]

    def among(self, table: int, attributes: Collection[int]) -> frozenset[int] | None:
        """A key of the table that consists of some of `attributes`, the smallest."""
        found = [key for key in self.unique.get(table, ()) if key <= set(attributes)]
        return min(found, key=lambda key: (len(key), sorted(key)), default=None)


def read_table_keys(session: Session, facts: NullFacts) -> TableKeys:
    """Read the catalog of the database that `session` is connected to."""
    return TableKeys(_unique(session, facts), _references(session))


def _unique(session: Session, facts: NullFacts) -> dict[int, tuple[frozenset[int], ...]]:
    """The keys whose columns cannot be NULL.

    Not those of a table with children (5.11, Inheritance: an index sees only its own table), partitions aside.
    """
    parents = session.rows("""
        SELECT DISTINCT h.inhparent
        FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class c ON c.oid = h.inhparent
        WHERE c.relkind <> 'p'
    """)
    without = {int(row[0]) for row in parents}
    found = {
        table: tuple(frozenset(key) for key in keys if all((table, attribute) in facts.columns for attribute in key))
        for table, keys in read_keys(session).items()
        if table not in without
    }
    return {table: keys for table, keys in found.items() if keys}


def _references(session: Session) -> frozenset[tuple[TableColumn, TableColumn]]:
    rows = session.rows("""
        SELECT conrelid, conkey[1], confrelid, confkey[1]
        FROM pg_catalog.pg_constraint WHERE contype = 'f' AND cardinality(conkey) = 1
    """)
    return frozenset(((int(a), int(b)), (int(c), int(d))) for a, b, c, d in rows)
