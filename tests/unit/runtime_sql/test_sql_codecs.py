"""The codecs against PostgreSQL: what Python packs it understands, what it sends Python gets back unchanged."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from psycopg import pq

from katana.runtime import sql
from katana.runtime.sql import DataError, Interval

PROPERTY = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture(scope="module")
def ask(server) -> Iterator[Callable[..., tuple[bytes | None, ...]]]:
    """`ask("SELECT $1::int8", (oid,), (data,))`: one row, in binary."""
    conn = pq.PGconn.connect(f"{server.url()}&client_encoding=UTF8&options=-c%20TimeZone%3DUTC".encode())
    assert conn.status == pq.ConnStatus.OK, conn.error_message

    def row(
        statement: str, oids: tuple[int, ...] = (), data: tuple[bytes | None, ...] = ()
    ) -> tuple[bytes | None, ...]:
        result = conn.exec_params(statement.encode(), data, oids, [1] * len(data), 1)
        assert result.status == pq.ExecStatus.TUPLES_OK, result.error_message.decode()
        return tuple(result.get_value(0, column) for column in range(result.nfields))

    yield row
    conn.finish()


def _text(value: object) -> str:
    return str(value)


def _in_utc(value: object) -> object:
    """Python never calls a time in a repeated hour equal to one in another zone (PEP 495); the instant is compared."""
    return value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo is not None else value


def _exact(value: Decimal) -> str:
    return f"{value or value.copy_abs():f}"


ints = st.integers
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
finite = st.decimals(allow_nan=False, allow_infinity=False, places=None)
dates = st.dates()
naive = st.datetimes()
aware = st.datetimes(timezones=st.timezones(), allow_imaginary=False).filter(lambda d: 1 < d.year < 9999)
offsets = st.integers(-15 * 60 + 1, 15 * 60 - 1).map(lambda minutes: timezone(timedelta(minutes=minutes)))
intervals = st.builds(
    Interval, months=ints(-(2**31), 2**31 - 1), days=ints(-(2**31), 2**31 - 1), microseconds=ints(-(2**63), 2**63 - 1)
)
interfaces4 = st.builds(lambda a, p: IPv4Interface((a, p)), st.builds(IPv4Address, ints(0, 2**32 - 1)), ints(0, 32))
interfaces6 = st.builds(lambda a, p: IPv6Interface((a, p)), st.builds(IPv6Address, ints(0, 2**128 - 1)), ints(0, 128))
jsons = st.recursive(
    st.none() | st.booleans() | ints(-(2**53), 2**53) | st.floats(-1e15, 1e15).map(lambda f: round(f, 3)) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)

# type, OID, suffix of the functions, values, and the text that PostgreSQL has for a value (None: not compared)
CASES = [
    ("bool", 16, "bool", st.booleans(), lambda v: str(v).lower()),
    ("int2", 21, "int2", ints(-(2**15), 2**15 - 1), _text),
    ("int4", 23, "int4", ints(-(2**31), 2**31 - 1), _text),
    ("int8", 20, "int8", ints(-(2**63), 2**63 - 1), _text),
    ("oid", 26, "oid", ints(0, 2**32 - 1), _text),
    ("float4", 700, "float4", st.floats(width=32, allow_nan=False), None),
    ("float8", 701, "float8", st.floats(allow_nan=False), None),
    ("numeric", 1700, "numeric", finite.filter(lambda d: -200 < int(d.as_tuple().exponent) < 200), _exact),
    ("text", 25, "text", texts, _text),
    ("varchar", 1043, "text", texts, _text),
    ("bytea", 17, "bytea", st.binary(), lambda v: "\\x" + v.hex()),
    ("uuid", 2950, "uuid", st.uuids(), _text),
    ("date", 1082, "date", dates, lambda v: v.isoformat()),
    ("time", 1083, "time", st.times(), None),
    ("timetz", 1266, "timetz", st.builds(lambda t, z: t.replace(tzinfo=z), st.times(), offsets), None),
    ("timestamp", 1114, "timestamp", naive, lambda v: v.isoformat(" ").rstrip("0") if v.microsecond else str(v)),
    ("timestamptz", 1184, "timestamptz", aware, None),
    ("interval", 1186, "interval", intervals, None),
    ("jsonb", 3802, "jsonb", jsons, None),
    ("json", 114, "json", jsons, lambda v: msgspec.json.encode(v).decode()),
    ("inet", 869, "inet", interfaces4 | interfaces6, None),
    ("cidr", 650, "cidr", (interfaces4 | interfaces6).map(lambda i: i.network), None),
]


@pytest.mark.parametrize(("name", "oid", "codec", "values", "text"), CASES, ids=[case[0] for case in CASES])
def test_values_survive_the_way_to_postgresql_and_back(ask, name, oid, codec, values, text):  # noqa: PLR0917
    pack, unpack = getattr(sql, f"pack_{codec}"), getattr(sql, f"unpack_{codec}")

    @PROPERTY
    @given(values)
    def check(value):
        echo, as_text = ask(f"SELECT $1::{name}, $1::{name}::text", (oid,), (pack(value),))
        assert unpack(echo) == _in_utc(value)
        if text is not None:
            assert as_text.decode() == text(value)

    check()


@pytest.mark.parametrize(("name", "oid", "codec", "values", "_text"), CASES, ids=[case[0] for case in CASES])
def test_arrays_survive_the_way_to_postgresql_and_back(ask, name, oid, codec, values, _text):
    pack, unpack = getattr(sql, f"pack_{codec}"), getattr(sql, f"unpack_{codec}")
    (array_oid,) = ask("SELECT typarray FROM pg_type WHERE oid = $1", (26,), (sql.pack_oid(oid),))

    @settings(PROPERTY, max_examples=15)
    @given(st.lists(st.none() | values.filter(lambda v: v is not None), max_size=4))
    @example([])
    def check(value):
        data = sql.pack_array(value, oid, pack)
        echo, length = ask(
            f"SELECT $1::{name}[], coalesce(cardinality($1::{name}[]), 0)", (sql.unpack_oid(array_oid),), (data,)
        )
        assert sql.unpack_array(echo, unpack) == [_in_utc(item) for item in value]
        assert sql.unpack_int4(length) == len(value)

    check()


NUMERICS = [
    "0", "0.00", "-0.0", "1", "-1", "10000", "9999", "1.50", "0.0001", "0.00001", "-0.00010000", "123456789.987654321",
    "1E+3", "1.0E+10", "1E-20", "100000000000000000000.000000000000000000001", "NaN", "Infinity", "-Infinity",
    "9" * 131072, "1E-16383", "9" * 100 + "." + "9" * 16383,
]  # fmt: skip


@pytest.mark.parametrize("text", NUMERICS, ids=[text[:30] for text in NUMERICS])
def test_numerics_are_exact_and_keep_their_scale(ask, text):
    value = Decimal(text)
    echo, as_text = ask("SELECT $1::numeric, $1::numeric::text", (1700,), (sql.pack_numeric(value),))
    assert Decimal(as_text.decode()).compare_total(sql.unpack_numeric(echo)) == 0
    if value.is_finite():
        assert sql.unpack_numeric(echo) == value
        assert as_text.decode() == _exact(value)
    else:
        assert str(sql.unpack_numeric(echo)) == text


def test_not_a_number_and_the_infinities_of_floats_pass(ask):
    for value in (float("inf"), float("-inf"), float("nan")):
        four, eight = ask("SELECT $1::float4, $2::float8", (700, 701), (sql.pack_float4(value), sql.pack_float8(value)))
        assert repr(sql.unpack_float4(four)) == repr(sql.unpack_float8(eight)) == repr(value)


TOO_MUCH = [
    (sql.pack_int2, 2**15), (sql.pack_int2, -(2**15) - 1), (sql.pack_int4, 2**31), (sql.pack_int8, 2**63),
    (sql.pack_int8, 10**30), (sql.pack_oid, -1), (sql.pack_oid, 2**32), (sql.pack_float4, 1e39),
    (sql.pack_float8, 10**400), (sql.pack_numeric, Decimal(10) ** 131072), (sql.pack_numeric, Decimal("1E-16384")),
    (sql.pack_numeric, Decimal("1E+1000000")), (sql.pack_text, "a\0b"), (sql.pack_text, "\ud800"),
    (sql.pack_jsonb, {"a": "b\0"}), (sql.pack_jsonb, msgspec.Raw(rb'"\\\u0000"')),
    (sql.pack_json, object()), (sql.pack_json, float), (sql.pack_jsonb, {1.5: object()}),
    (sql.pack_time, time(tzinfo=UTC)), (sql.pack_timetz, time()), (sql.pack_timestamp, datetime.now(UTC)),
    (sql.pack_timestamptz, datetime(2020, 1, 1)), (sql.pack_interval, Interval(days=2**31)),  # noqa: DTZ001
    (sql.pack_inet, IPv6Interface("fe80::1%eth0/64")), (sql.pack_array, ("text", 25, sql.pack_text)),
]  # fmt: skip


@pytest.mark.parametrize(("pack", "value"), TOO_MUCH, ids=[str(n) for n in range(len(TOO_MUCH))])
def test_what_postgresql_cannot_hold_is_refused_before_it_is_sent(pack, value):
    with pytest.raises(DataError) as caught:
        pack(*value) if isinstance(value, tuple) else pack(value)
    assert caught.value.sqlstate in {"22000", "22003", "22021", "22P02"}


NOT_IN_PYTHON = [
    ("'infinity'::date", sql.unpack_date), ("'-infinity'::date", sql.unpack_date),
    ("'0001-01-01 BC'::date", sql.unpack_date),
    ("'10000-01-01'::date", sql.unpack_date), ("'24:00'::time", sql.unpack_time),
    ("'24:00+02'::timetz", sql.unpack_timetz),
    ("'infinity'::timestamp", sql.unpack_timestamp), ("'-infinity'::timestamp", sql.unpack_timestamp),
    ("'4000-01-01 BC'::timestamp", sql.unpack_timestamp), ("'infinity'::timestamptz", sql.unpack_timestamptz),
    ("'294000-01-01'::timestamptz", sql.unpack_timestamptz),
    ("'{{1,2},{3,4}}'::int4[]", lambda data: sql.unpack_array(data, sql.unpack_int4)),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "unpack"), NOT_IN_PYTHON, ids=[case[0] for case in NOT_IN_PYTHON])
def test_what_python_cannot_hold_is_an_error_and_never_another_value(ask, expression, unpack):
    (data,) = ask(f"SELECT {expression}")
    with pytest.raises(DataError) as caught:
        unpack(data)
    assert caught.value.sqlstate == "22008"


def test_the_ends_of_the_calendar_pass(ask):
    for value in (date.min, date.max):
        assert sql.unpack_date(ask("SELECT $1", (1082,), (sql.pack_date(value),))[0]) == value
    for value in (datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999_999)):  # noqa: DTZ001
        assert sql.unpack_timestamp(ask("SELECT $1", (1114,), (sql.pack_timestamp(value),))[0]) == value
        utc = value.replace(tzinfo=UTC)
        assert sql.unpack_timestamptz(ask("SELECT $1", (1184,), (sql.pack_timestamptz(utc),))[0]) == utc


def test_an_infinite_interval_passes_as_its_fields(ask):
    (data,) = ask("SELECT 'infinity'::interval")
    value = sql.unpack_interval(data)
    assert ask("SELECT $1::text", (1186,), (sql.pack_interval(value),)) == (b"infinity",)
    with pytest.raises(ValueError, match="no fixed length"):
        value.timedelta()


def test_intervals_and_timedeltas_convert_where_that_is_exact():
    span = timedelta(days=-3, hours=5, microseconds=7)
    assert Interval.of(span).timedelta() == span
    with pytest.raises(ValueError, match="too long"):
        Interval(microseconds=2**63 - 1, days=2**31 - 1).timedelta()


def test_arrays_with_other_lower_bounds_are_read(ask):
    (data,) = ask("SELECT '[5:7]={1,NULL,3}'::int8[]")
    assert sql.unpack_array(data, sql.unpack_int8) == [1, None, 3]


def test_the_padding_of_bpchar_and_the_type_name_are_text(ask):
    assert sql.unpack_text(ask("SELECT 'ab'::char(5)")[0]) == "ab   "
    assert sql.unpack_text(ask("SELECT 'ab'::name")[0]) == "ab"


def test_raw_json_is_sent_as_it_is_and_null_in_json_is_not_sql_null(ask):
    text, is_null = ask(
        "SELECT $1::json::text, $2::jsonb IS NULL",
        (114, 3802),
        (sql.pack_json(msgspec.Raw(b'{"a":  1}')), sql.pack_jsonb(None)),
    )
    assert (text, sql.unpack_bool(is_null)) == (b'{"a":  1}', False)


def test_a_backslash_before_u0000_is_text_that_jsonb_can_hold(ask):
    values = ["\\u0000", {"\\\\u0000": 1}]
    assert sql.unpack_jsonb(ask("SELECT $1::jsonb", (3802,), (sql.pack_jsonb(values),))[0]) == values


def test_json_that_python_cannot_decode_is_a_typed_error(ask):
    (data,) = ask(r"""SELECT '"\ud800"'::json""")
    with pytest.raises(DataError):
        sql.unpack_json(data)
    with pytest.raises(DataError):
        sql.unpack_json(b"[" * 200_000)
    with pytest.raises(DataError):
        sql.unpack_jsonb(b"\x02{}")


def test_an_ipv4_network_is_no_ipv6_network(ask):
    data = ask("SELECT '10.0.0.0/8'::cidr, '10.1.2.3'::inet, '::1'::inet, '2001:db8::/32'::cidr")
    assert sql.unpack_cidr(data[0]) == IPv4Network("10.0.0.0/8")
    assert sql.unpack_inet(data[1]) == IPv4Interface("10.1.2.3/32")
    assert sql.unpack_inet(data[2]) == IPv6Interface("::1/128")
    assert sql.unpack_cidr(data[3]) == IPv6Network("2001:db8::/32")
    with pytest.raises(DataError):
        sql.unpack_inet(b"\x09\x00\x00\x00")


def test_uuids_made_without_their_constructor_are_whole():
    value = UUID("12345678-1234-5678-1234-567812345678")
    copy = sql.unpack_uuid(value.bytes)
    assert (copy, hash(copy), copy.version, copy.is_safe) == (value, hash(value), value.version, value.is_safe)
    with pytest.raises(DataError):
        sql.unpack_uuid(b"short")


def test_labels_of_enums_become_members_and_unknown_ones_an_error():
    class Mood(StrEnum):
        HAPPY = "happy"
        SAD = "trés sad"

    decode = sql.enum_decoder(Mood)
    assert decode(sql.pack_text(Mood.SAD)) is Mood.SAD
    with pytest.raises(DataError, match="label that this program does not know"):
        decode(b"furious")


def test_time_zones_with_odd_offsets_pass(ask):
    value = time(1, 2, 3, 4, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    (data,) = ask("SELECT $1", (1266,), (sql.pack_timetz(value),))
    assert sql.unpack_timetz(data).utcoffset() == timedelta(hours=5, minutes=45)
