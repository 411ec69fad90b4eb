"""Types, tables and enums of a schema, from PostgreSQL's catalog.

In: a session after the schema was loaded. Out: `Catalog`, in terms of the IR. Never: what PostgreSQL or an extension
brought along; a name of the user in the text of a query.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from katana.ir import Column, EnumDef, Table
from katana.sql._keys import read_keys
from katana.sql._names import py_name
from katana.sql._null_facts import NullFacts
from katana.sql._pg_types import PgTypes, read_types
from katana.sql._session import Session
from katana.sql._value_types import same_in_python

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
    """What the schema holds."""

    types: PgTypes
    tables: tuple[StoredTable, ...]
    enums: tuple[EnumDef, ...]

    def as_table(
        self, origins: Sequence[tuple[int, int]], columns: tuple[Column, ...]
    ) -> tuple[str, tuple[Column, ...]]:
        """The table whose rows these are, if they are (else an empty name), and the columns.

        Every query for whole rows gives the same type, also where a condition makes a column more certain. The server
        describes a column of a domain by the type below it; the table knows the domain.
        """
        stored = next((t for t in self.tables if list(origins) == [(t.oid, n) for n in t.attributes]), None)
        if stored is None or not origins:
            return "", columns
        table = stored.table
        if any(
            column.name != of_table.name
            or (column.nullable and not of_table.nullable)
            or not same_in_python(column.type, of_table.type)
            for column, of_table in zip(columns, table.columns, strict=True)
        ):
            return "", columns
        return (table.name if table.namespace == "public" else f"{table.namespace}.{table.name}"), table.columns


def read_catalog(session: Session, facts: NullFacts) -> Catalog:
    """Read the whole schema."""
    types = read_types(session)
    return Catalog(types=types, tables=_tables(session, types, facts), enums=_enums(session))


def _tables(session: Session, types: PgTypes, facts: NullFacts) -> tuple[StoredTable, ...]:
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
                name=column,
                py_name=py_name(column),
                type=types.column(int(oid), int(attribute)) or types[int(type_oid)],
                nullable=nullable,
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
