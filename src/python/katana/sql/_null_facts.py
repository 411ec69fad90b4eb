"""What the catalog says about NULL: columns that cannot hold it, functions that do not make it.

In: a session, after the schema was loaded. Out: `NullFacts`. Never: an assumption about code of users or extensions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from katana.sql._never_null import (
    AGGREGATES,
    ALWAYS,
    FRAME_ENDS,
    GATHERING,
    INTERNAL_FUNCTIONS,
    SET_RETURNING,
    SKIPPING,
    SQL_FUNCTIONS,
    WINDOW_FUNCTIONS,
)
from katana.sql._session import Session

_FIRST_USER_OID = "16384"


@dataclass(frozen=True)
class NullFacts:
    """Sets of OIDs, and of (relation, attribute) pairs.

    columns: cannot be NULL in a row of the table, nor in one of its partitions or children.
    tables: relations whose rows PostgreSQL itself stores (system columns are never NULL there).
    functions: never NULL when no argument is; `skipping`: when the first is not; `always`: never NULL at all.
    aggregates: never NULL over at least one row without NULL arguments.
    gathering: never NULL over at least one row; `counts`: never NULL at all.
    set_returning: give rows without NULL.
    windows: window functions that are never NULL; `frame_ends`: when their argument is in no row of the frame.
    strict: functions that PostgreSQL does not call for a NULL; a result that is not NULL means that no argument was.
    """

    columns: frozenset[tuple[int, int]]
    tables: frozenset[int]
    functions: frozenset[int]
    always: frozenset[int]
    skipping: frozenset[int]
    aggregates: frozenset[int]
    gathering: frozenset[int]
    counts: frozenset[int]
    set_returning: frozenset[int]
    windows: frozenset[int]
    frame_ends: frozenset[int]
    strict: frozenset[int]


def read_null_facts(session: Session) -> NullFacts:
    """Read the catalog of the database that `session` is connected to."""
    aggregates = session.rows(
        "SELECT oid, proname FROM pg_catalog.pg_proc WHERE prokind = 'a' AND oid < $1::oid", _FIRST_USER_OID
    )
    return NullFacts(
        columns=_columns(session),
        tables=_oids(session.rows("SELECT oid FROM pg_catalog.pg_class WHERE relkind IN ('r', 'p')")),
        functions=_internal(session, INTERNAL_FUNCTIONS) | _written_in_sql(session) | _comparisons(session),
        always=_internal(session, ALWAYS),
        skipping=_internal(session, SKIPPING),
        aggregates=_oids((oid,) for oid, name in aggregates if name in AGGREGATES),
        gathering=_oids((oid,) for oid, name in aggregates if name in GATHERING),
        counts=_oids((oid,) for oid, name in aggregates if name == "count"),
        set_returning=_internal(session, SET_RETURNING),
        windows=_internal(session, WINDOW_FUNCTIONS),
        frame_ends=_internal(session, FRAME_ENDS),
        strict=_oids(session.rows("SELECT oid FROM pg_catalog.pg_proc WHERE proisstrict AND NOT proretset")),
    )


def _oids(rows: Iterable[tuple[str, ...]]) -> frozenset[int]:
    return frozenset(int(row[0]) for row in rows)


def _internal(session: Session, symbols: Iterable[str]) -> frozenset[int]:
    """Built-in functions by their symbol in C, which unlike their name tells overloads apart."""
    sql = (
        "SELECT p.oid FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang"
        " WHERE l.lanname = 'internal' AND p.oid < $2::oid AND p.prosrc = ANY ($1::text[])"
    )
    return _oids(session.rows(sql, "{" + ",".join(sorted(symbols)) + "}", _FIRST_USER_OID))


def _written_in_sql(session: Session) -> frozenset[int]:
    """Built-in functions of the language SQL, which have no symbol in C."""
    sql = (
        "SELECT p.oid FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang"
        " WHERE l.lanname = 'sql' AND p.oid < $2::oid AND p.proname = ANY ($1::text[])"
    )
    return _oids(session.rows(sql, "{" + ",".join(sorted(SQL_FUNCTIONS)) + "}", _FIRST_USER_OID))


def _comparisons(session: Session) -> frozenset[int]:
    """The functions of built-in btree operators and of their negators.

    A btree support function must not return NULL for arguments that are not (documentation, 65.1.2 and 36.16.3).
    """
    sql = """
        WITH members AS (
            SELECT o.oid, o.oprcode, o.oprnegate
            FROM pg_catalog.pg_amop m
            JOIN pg_catalog.pg_am a ON a.oid = m.amopmethod
            JOIN pg_catalog.pg_operator o ON o.oid = m.amopopr
            WHERE a.amname = 'btree' AND m.amoppurpose = 's' AND o.oid < $1::oid
        )
        SELECT oprcode::oid FROM members
        UNION
        SELECT n.oprcode::oid FROM members m JOIN pg_catalog.pg_operator n ON n.oid = m.oprnegate
    """
    return _oids(session.rows(sql, _FIRST_USER_OID))


def _columns(session: Session) -> frozenset[tuple[int, int]]:
    """NOT NULL columns that PostgreSQL enforces.

    Not virtual generated columns (computed when read), not those whose constraint is NOT VALID (18 sets attnotnull
    for them too), not those of foreign tables (a promise of the author, 5.12), and not those that a partition or child
    does not keep.
    """
    enforced = {
        (int(table), name): int(attribute)
        for table, attribute, name in session.rows("""
            SELECT a.attrelid, a.attnum, a.attname
            FROM pg_catalog.pg_attribute a
            JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
            WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull AND c.relkind IN ('r', 'p')
              AND a.attgenerated <> 'v'
              AND NOT EXISTS (
                SELECT 1 FROM pg_catalog.pg_constraint k
                WHERE k.conrelid = a.attrelid AND k.contype = 'n' AND NOT k.convalidated AND a.attnum = ANY (k.conkey))
        """)
    }
    children: dict[int, list[int]] = {}
    for parent, child in session.rows("SELECT inhparent, inhrelid FROM pg_catalog.pg_inherits"):
        children.setdefault(int(parent), []).append(int(child))
    return frozenset(
        (table, attribute)
        for (table, name), attribute in enforced.items()
        if all((descendant, name) in enforced for descendant in _descendants(table, children))
    )


def _descendants(table: int, children: dict[int, list[int]]) -> set[int]:
    found: set[int] = set()
    waiting = list(children.get(table, ()))
    while waiting:
        child = waiting.pop()
        if child not in found:
            found.add(child)
            waiting += children.get(child, ())
    return found
