"""Types of a schema, from PostgreSQL's catalog, each with all that is below it.

In: a session after the schema was loaded. Out: `PgTypes`: the type of an OID, and of a column. Never: fields of what
PostgreSQL itself brings along; a type that holds itself, which PostgreSQL does not allow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from msgspec import structs

from katana.ir import Column, PgType, PyType
from katana.sql._names import py_name
from katana.sql._py_types import NotAType, read_comment
from katana.sql._session import Session

_Kind = Literal["base", "enum", "domain", "composite", "range", "multirange"]
_KINDS: Final[dict[str, _Kind]] = {kind[0]: kind for kind in get_args(_Kind)}
_KINDS["p"] = "base"  # a pseudo-type (record, void): a name that no generator supports says enough


@dataclass(frozen=True)
class _Row:
    oid: int
    name: str
    namespace: str
    kind: str
    element: int
    below: int
    relation: int
    dimensions: int
    comment: str


@dataclass(frozen=True)
class _Attribute:
    name: str
    type_oid: int
    dimensions: int
    comment: str


MAX_PARTS = 10_000
"""Values within one value. A type holds all that is below it, and composites of composites double with each level."""

MAX_DEPTH = 32
"""Types within types."""


class PgTypes:
    """The types of a schema; each is put together when it is first asked for.

    A composite of more parts or levels than there may be has the kind `base`, and so no codec.
    """

    def __init__(self, rows: Mapping[int, _Row], attributes: Mapping[int, Mapping[int, _Attribute]]) -> None:
        self._rows = rows
        self._attributes = attributes
        self._made: dict[int, PgType] = {}
        self._wrong: dict[str, str] = {}
        self._sizes: dict[int, tuple[int, int]] = {}

    def __getitem__(self, oid: int) -> PgType:
        """The type with this OID. Raises KeyError for one that the catalog does not have."""
        if oid not in self._made:
            self._made[oid] = self._type(self._rows[oid])
        return self._made[oid]

    def column(self, relation: int, attribute: int) -> PgType | None:
        """The type of a column of a table, view or composite type, with the dimensions that were declared."""
        found = self._attributes.get(relation, {}).get(attribute)
        return self._of(found) if found is not None else None

    def wrong_comments(self) -> dict[str, str]:
        """What is wrong with comments that are meant for Katana, and the line that is."""
        for row in self._rows.values():
            self._chosen(row.comment, f"the type `{row.name}`")
        for attributes in self._attributes.values():
            for attribute in attributes.values():
                self._of(attribute)
        return dict(self._wrong)

    def _of(self, attribute: _Attribute) -> PgType:
        type_ = self._deeper(self[attribute.type_oid], attribute.dimensions)
        chosen = self._chosen(attribute.comment, f"the column `{attribute.name}`")
        return structs.replace(type_, python=chosen) if chosen is not None else type_

    def _deeper(self, type_: PgType, dimensions: int) -> PgType:
        """An array with the dimensions that were declared."""
        return structs.replace(type_, dimensions=dimensions) if type_.dimensions and dimensions > 1 else type_

    def _chosen(self, comment: str, what: str) -> PyType | None:
        """The Python type that a comment gives."""
        try:
            return read_comment(comment)
        except NotAType as error:
            self._wrong[f"the comment of {what} gives no type"] = str(error)
            return None

    def _type(self, row: _Row) -> PgType:
        if row.element:
            return structs.replace(self[row.element], oid=0 if row.namespace else row.oid, dimensions=1)
        parts, depth = self._size(row.oid)
        if parts > MAX_PARTS or depth > MAX_DEPTH:
            return PgType(name=row.name, kind="base", namespace=row.namespace, oid=0 if row.namespace else row.oid)
        return PgType(
            name=row.name,
            kind=_KINDS.get(row.kind, "base"),
            namespace=row.namespace,
            oid=0 if row.namespace else row.oid,
            below=self._deeper(self[row.below], row.dimensions) if row.below in self._rows else None,
            fields=tuple(
                Column(name=field.name, py_name=py_name(field.name), type=self._of(field))
                for field in self._attributes.get(row.relation, {}).values()
            ),
            python=self._chosen(row.comment, f"the type `{row.name}`"),
        )

    def _size(self, oid: int) -> tuple[int, int]:
        """How many parts a type has, and how many levels."""
        if oid not in self._sizes and oid in self._rows:
            row = self._rows[oid]
            fields = self._attributes.get(row.relation, {}).values()
            below = [self._size(found) for found in (row.element, row.below, *(field.type_oid for field in fields))]
            parts, depth = 1 + sum(parts for parts, _ in below), 1 + max(depth for _, depth in below)
            self._sizes[oid] = (parts, depth)
        return self._sizes.get(oid, (0, 0))


def read_types(session: Session) -> PgTypes:
    """Every type. A true array is the `typarray` of its element; `int2vector` and such are not."""
    rows = {
        int(oid): _Row(
            int(oid),
            name,
            "" if namespace == "pg_catalog" else namespace,
            kind,
            int(element),
            int(below),
            int(relation) if kind == "c" else 0,
            int(dimensions),
            comment,
        )
        for oid, name, namespace, kind, element, below, relation, dimensions, comment in session.rows("""
            SELECT t.oid, t.typname, n.nspname, t.typtype, coalesce(e.oid, 0),
                   coalesce(nullif(t.typbasetype, 0), r.rngsubtype, m.rngtypid, 0), t.typrelid,
                   t.typndims, coalesce(pg_catalog.obj_description(t.oid, 'pg_type'), '')
            FROM pg_catalog.pg_type t
            JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
            LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND e.typarray = t.oid
            LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid
            LEFT JOIN pg_catalog.pg_range m ON m.rngmultitypid = t.oid
        """)
    }
    attributes: dict[int, dict[int, _Attribute]] = {}
    for relation, number, name, type_oid, dimensions, comment in session.rows("""
        SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.attndims,
               coalesce(pg_catalog.col_description(a.attrelid, a.attnum), '')
        FROM pg_catalog.pg_attribute a
        JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c')
          AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'
        ORDER BY a.attrelid, a.attnum
    """):
        of_relation = attributes.setdefault(int(relation), {})
        of_relation[int(number)] = _Attribute(name, int(type_oid), int(dimensions), comment)
    return PgTypes(rows, attributes)
