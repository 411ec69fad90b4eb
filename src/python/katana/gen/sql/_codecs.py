"""PostgreSQL's types and what generated code does with them: this table is the list of what is supported.

In: nothing. Out: `CODECS`, by `pg_type.typname`. Never: conditions. `pack_X` and `unpack_X` of `katana.runtime.sql` are
the codec `X`. OIDs are those of `pg_catalog/pg_type.dat`, which never change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Codec:
    """One type.

    Attributes:
        name: of the functions `pack_NAME` and `unpack_NAME`.
        oid: of the type; 0 for one of an extension, which has no fixed OID.
        python: `(module, name)`; several are a union.
        reads: there is no `pack_NAME`; a query can return the type, and not take it.
    """

    name: str
    oid: int
    python: tuple[tuple[str, str], ...]
    reads: bool = False


def _codec(name: str, oid: int, *python: tuple[str, str]) -> Codec:
    return Codec(name, oid, python)


_BOOL: Final = ("builtins", "bool")
_BYTES: Final = ("builtins", "bytes")
_FLOAT: Final = ("builtins", "float")
_INT: Final = ("builtins", "int")
_SQL: Final = "katana.runtime.sql"
_STR: Final = ("builtins", "str")
_TIME: Final = ("datetime", "time")
_DATETIME: Final = ("datetime", "datetime")
ANY: Final = ("typing", "Any")

CODECS: Final[dict[str, Codec]] = {
    "bool": _codec("bool", 16, _BOOL),
    "bytea": _codec("bytea", 17, _BYTES),
    "char": _codec("char", 18, _STR),
    "name": _codec("text", 19, _STR),
    "int8": _codec("int8", 20, _INT),
    "int2": _codec("int2", 21, _INT),
    "int4": _codec("int4", 23, _INT),
    "text": _codec("text", 25, _STR),
    "oid": _codec("oid", 26, _INT),
    "xid": _codec("oid", 28, _INT),
    "cid": _codec("oid", 29, _INT),
    "json": _codec("json", 114, ANY),
    "xml": _codec("text", 142, _STR),
    "point": _codec("point", 600, (_SQL, "Point")),
    "lseg": _codec("lseg", 601, (_SQL, "Segment")),
    "path": _codec("path", 602, (_SQL, "Path")),
    "box": _codec("box", 603, (_SQL, "Box")),
    "polygon": _codec("polygon", 604, (_SQL, "Polygon")),
    "line": _codec("line", 628, (_SQL, "Line")),
    "cidr": _codec("cidr", 650, ("ipaddress", "IPv4Network"), ("ipaddress", "IPv6Network")),
    "float4": _codec("float4", 700, _FLOAT),
    "float8": _codec("float8", 701, _FLOAT),
    "circle": _codec("circle", 718, (_SQL, "Circle")),
    "macaddr8": _codec("macaddr8", 774, _STR),
    "macaddr": _codec("macaddr", 829, _STR),
    "inet": _codec("inet", 869, ("ipaddress", "IPv4Interface"), ("ipaddress", "IPv6Interface")),
    "bpchar": _codec("text", 1042, _STR),
    "varchar": _codec("text", 1043, _STR),
    "date": _codec("date", 1082, ("datetime", "date")),
    "time": _codec("time", 1083, _TIME),
    "timestamp": _codec("timestamp", 1114, _DATETIME),
    "timestamptz": _codec("timestamptz", 1184, _DATETIME),
    "interval": _codec("interval", 1186, (_SQL, "Interval")),
    "timetz": _codec("timetz", 1266, _TIME),
    "bit": _codec("bits", 1560, _STR),
    "varbit": _codec("bits", 1562, _STR),
    "numeric": _codec("numeric", 1700, ("decimal", "Decimal")),
    "uuid": _codec("uuid", 2950, ("uuid", "UUID")),
    "pg_lsn": _codec("uint8", 3220, _INT),
    "tsvector": Codec("tsvector", 3614, (_STR,), reads=True),
    "jsonb": _codec("jsonb", 3802, ANY),
    "xid8": _codec("uint8", 5069, _INT),
}

EXTENSION_CODECS: Final[dict[str, Codec]] = {
    "citext": _codec("text", 0, _STR),
    "halfvec": _codec("halfvec", 0, (_SQL, "Vector")),
    "hstore": _codec("hstore", 0, (_SQL, "Hstore")),
    "ltree": _codec("ltree", 0, _STR),
    "sparsevec": _codec("sparsevec", 0, (_SQL, "SparseVector")),
    "vector": _codec("vector", 0, (_SQL, "Vector")),
}
"""Types of extensions, in whichever schema they are installed."""

RANGES: Final[dict[str, int]] = {
    "int4range": 3904,
    "numrange": 3906,
    "tsrange": 3908,
    "tstzrange": 3910,
    "daterange": 3912,
    "int8range": 3926,
    "int4multirange": 4451,
    "nummultirange": 4532,
    "tsmultirange": 4533,
    "tstzmultirange": 4534,
    "datemultirange": 4535,
    "int8multirange": 4536,
}
"""The OIDs of the built-in ranges and multiranges."""
