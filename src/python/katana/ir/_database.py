"""The IR of a database: schema, migrations and described queries.

In: nothing. Out: frozen structs that the SQL front end fills and every generator reads. Never: parse trees, line
numbers, comments: an edit that changes no meaning yields the same bytes of IR.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Command = Literal["one", "one!", "many", "page", "stream", "exec", "execrows", "copyfrom", "bulk", "batch"]


class PyType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The Python type that an author gave to values of a PostgreSQL type.

    `name` is dotted, module and class; with `within` it is the type of the elements of a list, or of the values of a
    dict whose keys are texts. `read` and `write` are dotted names of functions from and to the type that the codec
    has; both are empty for a JSON document, which msgspec decodes and encodes.
    """

    name: str
    within: Literal["", "list", "dict"] = ""
    read: str = ""
    write: str = ""


class PgType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A PostgreSQL type as the server describes it, with all that is below it.

    `name` is `pg_type.typname` (`int8`, `text`, `timestamptz`; for an array the element's name); `kind` is
    pg_type.typtype spelled out; `dimensions` is 0 for what is no array, else what was declared, or 1. `below` is the
    type that a domain constrains, that the bounds of a range have, and the range of a multirange; `fields` are those
    of a composite. No type can hold itself, so both end somewhere.
    User-defined types have their schema in `namespace`; for those in `pg_catalog` it is empty and `oid` is fixed.
    `python` is set where an author has chosen the type in Python.
    """

    name: str
    kind: Literal["base", "enum", "domain", "composite", "range", "multirange"] = "base"
    namespace: str = ""
    oid: int = 0
    dimensions: int = 0
    below: PgType | None = None
    fields: tuple[Column, ...] = ()
    python: PyType | None = None


class Column(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A column of a table or of a query's result. `nullable` is sound: false only when NULL cannot occur."""

    name: str
    py_name: str
    type: PgType
    nullable: bool = True


class Table(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A table of the schema after all migrations, columns in attribute order."""

    name: str
    columns: tuple[Column, ...]
    namespace: str = "public"


class EnumDef(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A PostgreSQL enum, labels in their sort order."""

    name: str
    labels: tuple[str, ...]
    namespace: str = "public"


class QueryParameter(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Parameter `$n` of a query (n is its position, from 1).

    `each`: every row that the caller gives has a value of its own for it. All parameters of `copyfrom` and `batch` are
    of that kind, of `bulk` those that `unnest` takes; their type is then the array, `nullable` concerns its elements.
    """

    name: str
    py_name: str
    type: PgType
    nullable: bool = False
    each: bool = False


class Policy(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a query may be run. Times are milliseconds, 0: none of its own.

    `read_only`: the compiler has found nothing in it that writes, locks or may do so. Of queries without a policy that
    is not known. `replica_ok` and `cache_ms` imply it.
    """

    timeout_ms: int = 0
    cache_ms: int = 0
    read_only: bool = False
    replica_ok: bool = False


class Nested(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A member of a row that is a row itself (`embed`), or a list of rows (`one_per_row`, then `many`).

    `positions` are those of its columns in the result, from 0; `columns` describe them in a row that is there. When
    `presence` is not -1 the row may be missing: it is when the column at that position of the result is NULL.
    `table` is as in `Query`.
    """

    name: str
    py_name: str
    columns: tuple[Column, ...]
    positions: tuple[int, ...]
    presence: int = -1
    many: bool = False
    table: str = ""
    nested: tuple[Nested, ...] = ()


class Prefetch(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A member of each row that another query fills, once for all rows.

    The query `query` of the repository `group` is called with the values of the column at position `column` of this
    result in its parameter `parameter`; the one at `by` of its own result says which row a row belongs to. `shared`
    are parameters of both queries. Of each row there are `many`, or one at most.
    """

    name: str
    py_name: str
    group: str
    query: str
    parameter: str
    column: int
    by: int
    shared: tuple[str, ...] = ()
    many: bool = False


class QueryError(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The problem (RFC 9457) that answers one error of a query.

    `error` is the name of a constraint, or a SQLSTATE; `detail` is for the client's user.
    """

    error: str
    status: int
    code: str
    detail: str = ""


class Filter(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A condition of a query that applies when parameter `$parameter` is given, or a flag when that is 0.

    `name` is that of the parameter or flag in Python.
    """

    name: str
    parameter: int = 0


class SortKey(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A key of an order: the column of the result, from 0."""

    column: int
    descending: bool = False
    nulls_first: bool = False


class Sort(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An order of a query's rows; `name` is empty for the only one. Only `page` has `keys`: the order is total then."""

    name: str = ""
    keys: tuple[SortKey, ...] = ()


class Query(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One annotated statement.

    `group` is the stem of its file and names the repository; `sql` has `$n` parameters and no annotation comments
    (of `copyfrom` it is `COPY ... FROM STDIN`, whose columns are the parameters, in order, and `probe` selects the same
    columns and no row: their types tell whether the values still fit, which COPY does not ask);
    `table` is set when the result has exactly that table's columns, in order. `variant_of` is the name of the query
    that an annotation made this one of. `errors` are those that its author has an answer for. `row` is the class, with
    its module in front, that the author has chosen for the rows.
    `columns` are all of the result; those that `nested` takes are no members of the row itself. When one of `nested` is
    `many`, rows of the result that are equal at the positions `parent` make one row.

    A query with more than one form has `variants` in place of `sql`, texts in this order: by sort; of `page` from the
    first row, then behind a given one; by the filters that apply, the first being the lowest bit. All of them have the
    same `parameters`, those of filters that do not apply unused. In a `page` the number of rows follows, and where a
    row is given its values, one for each key.
    """

    name: str
    group: str
    command: Command
    sql: str
    source: str
    parameters: tuple[QueryParameter, ...] = ()
    columns: tuple[Column, ...] = ()
    table: str = ""
    probe: str = ""
    variant_of: str = ""
    policy: Policy | None = None
    nested: tuple[Nested, ...] = ()
    parent: tuple[int, ...] = ()
    prefetches: tuple[Prefetch, ...] = ()
    errors: tuple[QueryError, ...] = ()
    filters: tuple[Filter, ...] = ()
    sorts: tuple[Sort, ...] = ()
    variants: tuple[str, ...] = ()
    row: str = ""


class Migration(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A numbered step of the schema. `checksum` is the SHA-256 of `up` as hexadecimal."""

    number: int
    name: str
    up: str
    checksum: str
    down: str = ""


class Database(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="ir", tag="katana.database/1"):
    """A database: migrations in order, tables and enums sorted by name, queries in file and statement order."""

    source: str
    migrations: tuple[Migration, ...] = ()
    tables: tuple[Table, ...] = ()
    enums: tuple[EnumDef, ...] = ()
    queries: tuple[Query, ...] = ()
