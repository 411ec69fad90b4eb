"""The unique keys of tables.

In: a session after the schema was loaded. Out: for each table its keys, by attribute number. Never: a key that lets two
equal rows through: partial, deferrable or invalid indexes, those over expressions, and those that compare otherwise
than `=` and ORDER BY of their columns do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from katana.sql._session import Session

Keys = Mapping[int, Sequence[tuple[int, ...]]]
"""By OID of the table: attribute numbers of each key, the primary key first."""


def read_keys(session: Session) -> Keys:
    """Read the keys of every table. Columns of a key that is not primary may be NULL, and NULLs are not equal."""
    keys: dict[int, list[tuple[int, ...]]] = {}
    sql = """
        SELECT i.indrelid, array_to_string((i.indkey::int2[])[0:i.indnkeyatts - 1], ' ')
        FROM pg_catalog.pg_index i
        WHERE i.indisunique AND i.indisvalid AND i.indisready AND i.indimmediate
          AND i.indpred IS NULL AND i.indexprs IS NULL
          AND NOT EXISTS (
            SELECT 1
            FROM generate_series(0, i.indnkeyatts - 1) AS n
            JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[n]
            JOIN pg_catalog.pg_opclass o ON o.oid = i.indclass[n]
            WHERE a.attcollation <> i.indcollation[n] OR NOT o.opcdefault)
        ORDER BY i.indrelid, NOT i.indisprimary, i.indkey::int2[]
    """
    for table, attributes in session.rows(sql):
        keys.setdefault(int(table), []).append(tuple(int(attribute) for attribute in attributes.split()))
    return keys


def read_equalities(session: Session) -> frozenset[int]:
    """The functions of btree's `=`: two columns that it finds equal are one key."""
    rows = session.rows("""
        SELECT o.oprcode::oid
        FROM pg_catalog.pg_amop m
        JOIN pg_catalog.pg_am a ON a.oid = m.amopmethod
        JOIN pg_catalog.pg_operator o ON o.oid = m.amopopr
        WHERE a.amname = 'btree' AND m.amopstrategy = 3
    """)
    return frozenset(int(row[0]) for row in rows)
