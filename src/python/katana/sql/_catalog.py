"""Types, tables and enums of a schema, from PostgreSQL's catalog.

In: a session after the schema was loaded. Out: `Catalog`, in terms of the IR. Never: what PostgreSQL or an extension
brought along; a name of the user in the text of a query.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from katana.ir import Column, EnumDef, PgType, Table
from katana.sql._keys import read_keys
from katana.sql._names import py_name
from katana.sql._null_facts import NullFacts
from katana.sql._session import Session

_Kind = Literal["base", "enum", "domain", "composite", "range", "multirange"]
_KINDS: dict[str, _Kind] = {kind[0]: kind for kind in get_args(_Kind)}
_KINDS["p"] = "base"  # a pseudo-type (record, void): a name that no generator supports says enough
_OWN = "n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'"


@dataclass(frozen=True)
class StoredTable:
    """A table with its OID, the attribute numbers of its columns, and its unique keys in those numbers."""

    oid: int
    table: Table
    attributes: tuple[int, ...]
    keys: tuple[tuple[int, ...], ...] = ()

    def names(self, attributes: tuple[int, ...]) -> tuple[str, ...]:
        """The columns with these numbers."""
        return tuple(self.table.columns[self.attributes.index(attribute)].name for attribute in attributes)


@dataclass(frozen=True)
class Catalog:
    """What the schema holds. `types` maps OIDs."""

    types: dict[int, PgType]
    tables: tuple[StoredTable, ...]
    enums: tuple[EnumDef, ...]


def read_catalog(session: Session, facts: NullFacts) -> Catalog:
    """Read the whole schema."""
    types = _types(session)
    return Catalog(types=types, tables=_tables(session, types, facts), enums=_enums(session))


@dataclass(frozen=True)
class _Row:
    oid: int
    name: str
    namespace: str
    kind: str
    element: int
    base: int


def _types(session: Session) -> dict[int, PgType]:
    """Every type. A true array is the `typarray` of its element; `int2vector` and such are not."""
    rows = {
        int(oid): _Row(int(oid), name, "" if namespace == "pg_catalog" else namespace, kind, int(element), int(base))
        for oid, name, namespace, kind, element, base in session.rows("""
            SELECT t.oid, t.typname, n.nspname, t.typtype, coalesce(e.oid, 0), t.typbasetype
            FROM pg_catalog.pg_type t
            JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
            LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND e.typarray = t.oid
        """)
    }
    return {oid: _type(row, rows) for oid, row in rows.items()}


def _type(row: _Row, rows: dict[int, _Row]) -> PgType:
    element = rows.get(row.element, row)
    below = element
    while below.kind == "d" and below.base in rows:
        below = rows[below.base]
    in_array = rows.get(below.element)
    return PgType(
        name=element.name,
        kind=_KINDS.get(element.kind, "base"),
        namespace=element.namespace,
        oid=0 if element.namespace else row.oid,
        dimensions=1 if row.element else 0,
        base="" if below is element else (f"{_qualified(in_array)}[]" if in_array is not None else _qualified(below)),
    )


def _qualified(row: _Row) -> str:
    """Types of different schemas may share a name, so those of users have their schema in front."""
    return f"{row.namespace}.{row.name}" if row.namespace else row.name


def _tables(session: Session, types: dict[int, PgType], facts: NullFacts) -> tuple[StoredTable, ...]:
    columns: dict[tuple[str, str, int], dict[int, Column]] = {}
    keys = read_keys(session)
    sql = f"""
        SELECT c.oid, c.relname, n.nspname, coalesce(a.attnum, 0), coalesce(a.attname, ''), coalesce(a.atttypid, 0)
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't' AND {_OWN}
          AND {_without_extensions("c", "pg_class")}
        ORDER BY c.relname, n.nspname, a.attnum
    """  # noqa: S608 - constants
    for oid, name, namespace, attribute, column, type_oid in session.rows(sql):
        of_table = columns.setdefault((name, namespace, int(oid)), {})
        if column:
            nullable = (int(oid), int(attribute)) not in facts.columns
            of_table[int(attribute)] = Column(
                name=column, py_name=py_name(column), type=types[int(type_oid)], nullable=nullable
            )
    return tuple(
        StoredTable(
            oid,
            Table(name=name, columns=tuple(found.values()), namespace=namespace),
            tuple(found),
            tuple(keys.get(oid, ())),
        )
        for (name, namespace, oid), found in _by_name(columns.items())
    )


def _enums(session: Session) -> tuple[EnumDef, ...]:
    labels: dict[tuple[str, str], list[str]] = {}
    sql = f"""
        SELECT t.typname, n.nspname, e.enumlabel
        FROM pg_catalog.pg_enum e
        JOIN pg_catalog.pg_type t ON t.oid = e.enumtypid
        JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
        WHERE {_OWN} AND {_without_extensions("t", "pg_type")}
        ORDER BY t.typname, n.nspname, e.enumsortorder
    """  # noqa: S608 - constants
    for name, namespace, label in session.rows(sql):
        labels.setdefault((name, namespace), []).append(label)
    return tuple(
        EnumDef(name=name, labels=tuple(found), namespace=namespace)
        for (name, namespace), found in _by_name(labels.items())
    )


def _by_name[K, V](items: Iterable[tuple[K, V]]) -> list[tuple[K, V]]:
    """Sorted here, since the order of PostgreSQL depends on the collation of the database."""
    return sorted(items, key=lambda item: item[0])  # type: ignore[arg-type, return-value]  # keys are tuples


def _without_extensions(alias: str, catalog: str) -> str:
    return f"""NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.{catalog}'::pg_catalog.regclass AND d.objid = {alias}.oid AND d.deptype = 'e')"""  # noqa: S608 - constants
