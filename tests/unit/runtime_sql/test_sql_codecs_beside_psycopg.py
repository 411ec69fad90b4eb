"""The codecs beside those of psycopg, on the same bytes of PostgreSQL: extremes of each type."""

from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface
from typing import Any

import pytest
from psycopg import pq
from psycopg.adapt import Transformer
from psycopg.types.multirange import Multirange
from psycopg.types.range import Range as PsycopgRange

from katana.embedded import EmbeddedPostgres
from katana.runtime import sql
from katana.runtime.sql import Range

SCALARS = {
    "bool": ["true", "false"],
    "int2": ["-32768", "32767", "0"],
    "int4": ["-2147483648", "2147483647"],
    "int8": ["-9223372036854775808", "9223372036854775807"],
    "oid": ["0", "4294967295"],
    "float4": ["3.4028235e38", "1.4e-45", "-0", "Infinity", "0.1"],
    "float8": ["1.7976931348623157e308", "5e-324", "-Infinity", "0.1"],
    "numeric": ["0", "-0.00", "1e-16383", "1e131071", "Infinity", "-Infinity",
                "10000.0001", "9999", "0.00010", "12345.6700"],
    "text": ["", "a", "\U0001f600", "x" * 100_000],
    "bytea": ["", "\\x00ff"],
    "uuid": ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"],
    "date": ["0001-01-01", "9999-12-31", "2000-02-29"],
    "time": ["00:00", "23:59:59.999999"],
    "timetz": ["00:00+15:59", "23:59:59.999999-15:59", "12:00+00"],
    "timestamp": ["0001-01-01", "9999-12-31 23:59:59.999999", "1999-12-31 23:59:59.999999"],
    "timestamptz": ["0001-01-01 00:00+00", "9999-12-31 23:59:59.999999+00", "2026-03-29 02:30+02"],
    "json": ["null", "[]", '{"a": [1, 2.5, "x"]}'],
    "jsonb": ["null", '"\\u00e9"', '{"a": null}'],
    "inet": ["0.0.0.0/0", "255.255.255.255", "::1", "2001:db8::1/64"],
    "cidr": ["10.0.0.0/8", "::/0"],
}  # fmt: skip
CASES = [(name, value) for name, values in SCALARS.items() for value in values]
BOUNDS = {
    "int4range": "int4", "int8range": "int8", "numrange": "numeric", "daterange": "date", "tsrange": "timestamp",
    "tstzrange": "timestamptz",
}  # fmt: skip
RANGES = [
    ("int4range", "empty"), ("int4range", "(,)"), ("int4range", "[1,5]"), ("int8range", "(,9223372036854775806]"),
    ("numrange", "[1.50,1.50]"), ("numrange", "(-Infinity,NaN)"), ("daterange", "[0001-01-01,)"),
    ("tsrange", "(2026-01-01,2026-01-02]"), ("tstzrange", "[2026-01-01 00:00+00,)"),
]  # fmt: skip


@pytest.fixture(scope="module")
def ask(server: EmbeddedPostgres) -> Iterator[Callable[[str, str], tuple[bytes, Any]]]:
    """`ask("int4", "7")`: its bytes, and what psycopg makes of them."""
    conn = pq.PGconn.connect(f"{server.url()}&client_encoding=UTF8&options=-c%20TimeZone%3DUTC".encode())
    assert conn.status == pq.ConnStatus.OK, conn.error_message

    def value(name: str, text: str) -> tuple[bytes, Any]:
        result = conn.exec_params(f"SELECT $1::text::{name}".encode(), [text.encode()], result_format=1)
        assert result.status == pq.ExecStatus.TUPLES_OK, result.error_message.decode()
        data = result.get_value(0, 0)
        assert data is not None
        return data, Transformer().get_loader(result.ftype(0), pq.Format.BINARY).load(data)

    yield value
    conn.finish()


def as_interface(value: Any) -> Any:
    """psycopg has an address where the prefix is the longest."""
    if isinstance(value, IPv4Address) and not isinstance(value, IPv4Interface):
        return IPv4Interface(value)
    return IPv6Interface(value) if isinstance(value, IPv6Address) and not isinstance(value, IPv6Interface) else value


def as_range(value: PsycopgRange[Any]) -> Range[Any]:
    if value.isempty:
        return Range(empty=True)
    return Range(value.lower, value.upper, value.lower_inf or value.lower_inc, value.upper_inc)


@pytest.mark.parametrize(("name", "text"), CASES, ids=[f"{name} {text[:30]}" for name, text in CASES])
def test_scalars_are_what_psycopg_makes_of_them(ask, name, text):
    data, expected = ask(name, text)
    found = getattr(sql, f"unpack_{name}")(data)
    assert repr(found) == repr(as_interface(expected)) or found == as_interface(expected)
    assert type(found) is type(as_interface(expected))
    if name not in {"json", "jsonb"} and "Infinity" not in text:  # the scale of an infinity is as PostgreSQL likes
        assert getattr(sql, f"pack_{name}")(found) == data


@pytest.mark.parametrize(("name", "text"), RANGES)
def test_ranges_are_what_psycopg_makes_of_them(ask, name, text):
    pack, unpack = (getattr(sql, f"{way}_{BOUNDS[name]}") for way in ("pack", "unpack"))
    data, expected = ask(name, text)
    found = sql.unpack_range(data, unpack)
    assert repr(found) == repr(as_range(expected))
    assert sql.pack_range(found, pack) == data or "Infinity" in text
    data, several = ask(name.replace("range", "multirange"), f"{{{text}}}")
    assert isinstance(several, Multirange)
    assert repr(sql.unpack_multirange(data, unpack)) == repr([as_range(one) for one in several])


@pytest.mark.parametrize("text", ["{}", "{1,NULL}", "{{1,2},{3,4}}", "{{{1}},{{NULL}}}", "[5:6]={7,8}"])
def test_arrays_are_what_psycopg_makes_of_them(ask, text):
    data, expected = ask("int4[]", text)
    dimensions: Any = int.from_bytes(data[:4])
    if dimensions > 1:
        assert sql.unpack_nested(data, sql.unpack_int4, dimensions) == expected
        assert sql.pack_nested(expected, 23, sql.pack_int4, dimensions) == data
    else:
        assert sql.unpack_array(data, sql.unpack_int4) == expected
