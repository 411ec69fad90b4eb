"""What a reader has to know of a type beyond its name in Python: for the page `docs/reference/sql-types.md`.

In: nothing. Out: notes, by `pg_type.typname`. Never: behaviour.
"""

from __future__ import annotations

from typing import Final

_WRITTEN: Final = {"bpchar": "char(n)", "char": '"char"'}
_NO_INFINITY: Final = "infinity, BC and years past 9999 are errors"

NOTES: Final[dict[str, str]] = {
    "bit": "zeros and ones, `101`",
    "box": "`high` is the upper right corner",
    "bpchar": "with its padding",
    "bytea": "up to 1 GB",
    "char": "one character of ASCII, or none",
    "date": _NO_INFINITY,
    "float4": "widened exactly: 0.1 comes back as 0.10000000149011612",
    "halfvec": "a list, when it is read",
    "hstore": "`dict[str, str | None]`",
    "inet": "an address alone has the prefix /32 or /128",
    "interval": "months, days and microseconds, which do not convert into each other",
    "json": "or a type of yours",
    "jsonb": "or a type of yours; no U+0000",
    "macaddr": "`08:00:2b:01:02:03`",
    "macaddr8": "`08:00:2b:01:02:03:04:05`",
    "numeric": "exact, with its scale; NaN and infinities too",
    "path": "open or `closed`",
    "pg_lsn": "the position in bytes",
    "sparsevec": "indices from 0",
    "text": "no U+0000, which is a 422 when a client sends it",
    "time": "24:00 is an error",
    "timestamp": f"naive; {_NO_INFINITY}",
    "timestamptz": f"aware, in UTC; {_NO_INFINITY}",
    "timetz": "with a fixed offset; 24:00 is an error",
    "tsvector": "read only; write `@words::text::tsvector`",
    "varbit": "zeros and ones, `101`",
    "vector": "a list, when it is read",
    "xml": "PostgreSQL checks it",
}


def written(name: str) -> str:
    """A type as it is written in SQL."""
    return _WRITTEN.get(name, name)
