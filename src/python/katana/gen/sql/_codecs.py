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
        array_oid: of the type of its arrays.
        python: `(module, name)`; several are a union.
    """

    name: str
    oid: int
    array_oid: int
    python: tuple[tuple[str, str], ...]


def _codec(name: str, oid: int, array_oid: int, *python: tuple[str, str]) -> Codec:
    return Codec(name, oid, array_oid, python)


_BOOL: Final = ("builtins", "bool")
_BYTES: Final = ("builtins", "bytes")
_FLOAT: Final = ("builtins", "float")
_INT: Final = ("builtins", "int")
_STR: Final = ("builtins", "str")
_TIME: Final = ("datetime", "time")
_DATETIME: Final = ("datetime", "datetime")
ANY: Final = ("typing", "Any")

CODECS: Final[dict[str, Codec]] = {
    "bool": _codec("bool", 16, 1000, _BOOL),
    "bytea": _codec("bytea", 17, 1001, _BYTES),
    "name": _codec("text", 19, 1003, _STR),
    "int8": _codec("int8", 20, 1016, _INT),
    "int2": _codec("int2", 21, 1005, _INT),
    "int4": _codec("int4", 23, 1007, _INT),
    "text": _codec("text", 25, 1009, _STR),
    "oid": _codec("oid", 26, 1028, _INT),
    "json": _codec("json", 114, 199, ANY),
    "cidr": _codec("cidr", 650, 651, ("ipaddress", "IPv4Network"), ("ipaddress", "IPv6Network")),
    "float4": _codec("float4", 700, 1021, _FLOAT),
    "float8": _codec("float8", 701, 1022, _FLOAT),
    "inet": _codec("inet", 869, 1041, ("ipaddress", "IPv4Interface"), ("ipaddress", "IPv6Interface")),
    "bpchar": _codec("text", 1042, 1014, _STR),
    "varchar": _codec("text", 1043, 1015, _STR),
    "date": _codec("date", 1082, 1182, ("datetime", "date")),
    "time": _codec("time", 1083, 1183, _TIME),
    "timestamp": _codec("timestamp", 1114, 1115, _DATETIME),
    "timestamptz": _codec("timestamptz", 1184, 1185, _DATETIME),
    "interval": _codec("interval", 1186, 1187, ("katana.runtime.sql", "Interval")),
    "timetz": _codec("timetz", 1266, 1270, _TIME),
    "numeric": _codec("numeric", 1700, 1231, ("decimal", "Decimal")),
    "uuid": _codec("uuid", 2950, 2951, ("uuid", "UUID")),
    "jsonb": _codec("jsonb", 3802, 3807, ANY),
}

EXTENSION_CODECS: Final[dict[str, Codec]] = {
    "citext": _codec("text", 0, 0, _STR),
}
"""Types of extensions, in whichever schema they are installed."""
