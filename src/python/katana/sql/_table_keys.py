"""Which columns tell the rows of a table apart, and which refer to which.

In: a session, after the schema was loaded. Out: `TableKeys`. Never: a key that PostgreSQL does not enforce on every row
that a query of the table can see.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

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
    """Unique indexes over whole rows of plain columns that cannot be NULL, which compare as `=` of the columns does.

    Not those of a table with children (5.11, Inheritance: an index sees only its own table), partitions aside.
    """
    found: dict[int, list[frozenset[int]]] = {}
    sql = """
        SELECT i.indrelid, array_to_string(i.indkey[0:i.indnkeyatts - 1], ' ')
        FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
        WHERE i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
          AND NOT EXISTS (
            SELECT 1
            FROM generate_series(0, i.indnkeyatts - 1) AS n
            JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[n]
            JOIN pg_catalog.pg_opclass o ON o.oid = i.indclass[n]
            WHERE a.attcollation <> i.indcollation[n] OR NOT o.opcdefault)
          AND (c.relkind = 'p' OR NOT EXISTS (SELECT 1 FROM pg_catalog.pg_inherits h WHERE h.inhparent = c.oid))
        ORDER BY i.indrelid, NOT i.indisprimary, i.indexrelid
    """
    for table, attributes in session.rows(sql):
        key = frozenset(map(int, attributes.split()))
        if all((int(table), attribute) in facts.columns for attribute in key):
            found.setdefault(int(table), []).append(key)
    return {table: tuple(keys) for table, keys in found.items()}


def _references(session: Session) -> frozenset[tuple[TableColumn, TableColumn]]:
    rows = session.rows("""
        SELECT conrelid, conkey[1], confrelid, confkey[1]
        FROM pg_catalog.pg_constraint WHERE contype = 'f' AND cardinality(conkey) = 1
    """)
    return frozenset(((int(a), int(b)), (int(c), int(d))) for a, b, c, d in rows)
