"""Whether a statement still returns what the program was generated for.

In: a statement and its first result on a connection. Out: the error, or None. Never: the cost of a check per query;
a prepared statement cannot change its columns afterwards (the server refuses, and it is prepared and checked again).
"""

from __future__ import annotations

from psycopg.pq.abc import PGresult

from katana.runtime.sql._errors import SchemaMismatch
from katana.runtime.sql._statement import Statement


def schema_mismatch(statement: Statement, result: PGresult | None) -> SchemaMismatch | None:
    """The error if a column has another type than declared, or is missing; OID 0 matches every type."""
    expected = statement.result_oids
    count = result.nfields if result is not None else 0
    found = tuple(result.ftype(i) for i in range(min(count, len(expected)))) if result is not None else ()
    if count >= len(expected) and all(e in (0, f) for e, f in zip(expected, found, strict=True)):
        return None
    return SchemaMismatch(
        f"the columns have the types {_oids(found)}, but the code was generated for {_oids(expected)}: "
        "the schema was changed; generate again, or migrate the database to the schema of this program",
        sqlstate="42804",
        statement=statement.name,
    )


def _oids(oids: tuple[int, ...]) -> str:
    return "(" + ", ".join(f"OID {oid}" if oid else "any" for oid in oids) + ")"
