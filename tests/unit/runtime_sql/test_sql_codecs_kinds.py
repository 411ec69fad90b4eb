"""The codecs of bits, addresses, geometry, ranges and extensions against PostgreSQL, at their extremes."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import pq

from katana.embedded import EmbeddedPostgres
from katana.runtime import sql
from katana.runtime.sql import (
    Box,
    Circle,
    DataError,
    Line,
    Path,
    Point,
    Polygon,
    Range,
    Segment,
    SparseVector,
    UnstorableText,
)

PROPERTY = settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture(scope="module")
def ask(server: EmbeddedPostgres) -> Iterator[Callable[..., tuple[bytes | None, ...]]]:
    """`ask("SELECT $1::hstore", data)`: one row, in binary."""
    conn = pq.PGconn.connect(server.url().encode())
    assert conn.status == pq.ConnStatus.OK, conn.error_message
    conn.exec_(b"CREATE EXTENSION hstore; CREATE EXTENSION ltree; CREATE EXTENSION vector")
    conn.exec_(b"CREATE TYPE pair AS (number int4, word text)")

    def row(statement: str, *data: bytes | None) -> tuple[bytes | None, ...]:
        result = conn.exec_params(statement.encode(), data, None, [1] * len(data), 1)
        assert result.status == pq.ExecStatus.TUPLES_OK, result.error_message.decode()
        return tuple(result.get_value(0, column) for column in range(result.nfields))

    yield row
    conn.exec_(b"DROP EXTENSION hstore; DROP EXTENSION ltree; DROP EXTENSION vector; DROP TYPE pair")
    conn.finish()


floats = st.floats(allow_nan=False)
points = st.builds(Point, floats, floats)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
macs = st.binary(min_size=6, max_size=6).map(lambda data: data.hex(":"))
single = st.floats(width=32, allow_nan=False, allow_infinity=False)
half = st.floats(width=16, allow_nan=False, allow_infinity=False)
sparse = st.dictionaries(st.integers(0, 99), single.filter(bool), max_size=5).map(
    lambda values: SparseVector(100, dict(sorted(values.items())))
)
finite = st.floats(-1e100, 1e100)
corners = st.lists(st.builds(Point, finite, finite), min_size=1, max_size=4).map(tuple)
paths = st.builds(Path, st.lists(points, min_size=1, max_size=4).map(tuple), st.booleans())

CASES = [
    ("varbit", "bits", st.text("01", max_size=70)),
    ('"char"', "char", st.sampled_from(["", *map(chr, range(1, 128))])),
    ("macaddr", "macaddr", macs),
    ("macaddr8", "macaddr8", st.binary(min_size=8, max_size=8).map(lambda data: data.hex(":"))),
    ("xid8", "uint8", st.integers(0, 2**64 - 1)),
    ("pg_lsn", "uint8", st.integers(0, 2**64 - 1)),
    ("xid", "oid", st.integers(0, 2**32 - 1)),
    ("point", "point", points),
    ("line", "line", st.builds(Line, finite.filter(lambda a: abs(a) > 1), finite, finite)),
    ("lseg", "lseg", st.builds(Segment, points, points)),
    ("path", "path", paths),
    ("polygon", "polygon", st.builds(Polygon, corners)),
    ("circle", "circle", st.builds(Circle, points, st.floats(0, 1e300))),
    ("hstore", "hstore", st.dictionaries(texts, st.none() | texts, max_size=4)),
    ("ltree", "ltree", st.lists(st.text("abc_1", min_size=1, max_size=4), max_size=4).map(".".join)),
    ("vector", "vector", st.lists(single, min_size=1, max_size=20)),
    ("halfvec", "halfvec", st.lists(half, min_size=1, max_size=20)),
    ("sparsevec", "sparsevec", sparse),
]  # fmt: skip


@pytest.mark.parametrize(("name", "codec", "values"), CASES, ids=[case[0] for case in CASES])
def test_values_survive_the_way_to_postgresql_and_back(ask, name, codec, values):
    pack, unpack = getattr(sql, f"pack_{codec}"), getattr(sql, f"unpack_{codec}")

    @PROPERTY
    @given(values)
    def check(value):
        assert unpack(ask(f"SELECT $1::{name}", pack(value))[0]) == value

    check()


SAME_TEXT = [
    ("bit", "B'100000001'::bit(9)", sql.unpack_bits, "100000001"),
    ("empty bits", "''::varbit", sql.unpack_bits, ""),
    ("macaddr", "'08-00-2b-01-02-03'::macaddr", sql.unpack_macaddr, "08:00:2b:01:02:03"),
    ("lsn", "'16/B374D848'::pg_lsn", sql.unpack_uint8, 0x16_B374D848),
    ("box", "'((0,0),(1,2))'::box", sql.unpack_box, Box(Point(1.0, 2.0), Point(0.0, 0.0))),
    ("open path", "'[(0,0),(1,1)]'::path", sql.unpack_path, Path((Point(0.0, 0.0), Point(1.0, 1.0)))),
    ("infinite point", "'(Infinity,-Infinity)'::point", sql.unpack_point, Point(float("inf"), float("-inf"))),
    ("tsvector", "to_tsvector('simple', 'fat cat sat')", sql.unpack_tsvector, "'cat':2 'fat':1 'sat':3"),
    ("weights", "'a:1A b:2B,3C c'::tsvector", sql.unpack_tsvector, "'a':1A 'b':2B,3C 'c'"),
    ("quotes", r"$$'it''s' '\\x'$$::tsvector", sql.unpack_tsvector, r"'\\x' 'it''s'"),
    ("no words", "''::tsvector", sql.unpack_tsvector, ""),
]  # fmt: skip


@pytest.mark.parametrize(("_", "expression", "unpack", "expected"), SAME_TEXT, ids=[case[0] for case in SAME_TEXT])
def test_what_postgresql_has_is_what_python_gets(ask, _, expression, unpack, expected):
    assert unpack(ask(f"SELECT {expression}")[0]) == expected


def test_a_tsvector_is_spelled_as_postgresql_spells_it(ask):
    data, text = ask(r"SELECT v, v::text FROM (SELECT $$'it''s':3A,9 '\\':16383D 'ü':2$$::tsvector) AS t (v)")
    assert sql.unpack_tsvector(data) == text.decode()


FIRST, LAST = datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999_999)  # noqa: DTZ001
RANGES = [
    ("int4range", sql.pack_int4, sql.unpack_int4, Range(-(2**31), 2**31 - 1)),
    ("int8range", sql.pack_int8, sql.unpack_int8, Range(-(2**63), 2**63 - 1)),
    ("int4range", sql.pack_int4, sql.unpack_int4, Range(None, 7)),
    ("int4range", sql.pack_int4, sql.unpack_int4, Range()),
    ("int4range", sql.pack_int4, sql.unpack_int4, Range(empty=True)),
    ("numrange", sql.pack_numeric, sql.unpack_numeric, Range(Decimal("-Infinity"), Decimal("NaN"), upper_inc=True)),
    ("numrange", sql.pack_numeric, sql.unpack_numeric, Range(Decimal("1.50"), Decimal("1.50"), upper_inc=True)),
    ("daterange", sql.pack_date, sql.unpack_date, Range(date.min, date.max)),
    ("tsrange", sql.pack_timestamp, sql.unpack_timestamp, Range(FIRST, LAST, lower_inc=False)),
    ("tstzrange", sql.pack_timestamptz, sql.unpack_timestamptz, Range(FIRST.replace(tzinfo=UTC), None)),
]


@pytest.mark.parametrize(("name", "pack", "unpack", "value"), RANGES, ids=[str(n) for n in range(len(RANGES))])
def test_ranges_survive_the_way_to_postgresql_and_back(ask, name, pack, unpack, value):
    multirange = name.replace("range", "multirange")
    data, several = ask(
        f"SELECT $1::{name}, $2::{multirange}", sql.pack_range(value, pack), sql.pack_multirange([value], pack)
    )
    assert repr(sql.unpack_range(data, unpack)) == repr(value)
    assert repr(sql.unpack_multirange(several, unpack)) == repr([] if value.empty else [value])


def _number(bound):
    return "" if bound is None else str(bound)


bounds = st.none() | st.integers(-(2**31) + 1, 2**31 - 2)
ranges = st.builds(Range, bounds, bounds, st.booleans(), st.booleans()).filter(
    lambda r: r.lower is None or r.upper is None or r.lower <= r.upper
)


@given(ranges, st.integers(-(2**31) + 1, 2**31 - 2))
@PROPERTY
def test_python_and_postgresql_agree_on_what_is_in_a_range(ask, value, item):
    packed = sql.pack_range(value, sql.pack_int4)
    for number in {item, value.lower or 0, value.upper or 0}:
        data, found = ask("SELECT $1::int4range, $2::int4 <@ $1::int4range", packed, sql.pack_int4(number))
        assert (number in value) == (number in sql.unpack_range(data, sql.unpack_int4)) == sql.unpack_bool(found)


@given(st.lists(ranges, max_size=4))
@PROPERTY
def test_multiranges_are_what_postgresql_makes_of_them(ask, values):
    data, text = ask("SELECT $1::int4multirange, $1::int4multirange::text", sql.pack_multirange(values, sql.pack_int4))
    found = sql.unpack_multirange(data, sql.unpack_int4)
    spelled = [f"{'(' if r.lower is None else '['}{_number(r.lower)},{_number(r.upper)})" for r in found]
    assert text.decode() == "{" + ",".join(spelled) + "}"


@given(st.integers(2, 6), st.data())
@PROPERTY
def test_arrays_of_several_dimensions_keep_their_shape(ask, dimensions, data):
    values: st.SearchStrategy[Any] = st.none() | st.integers(-(2**31), 2**31 - 1)
    for _ in range(dimensions):
        size = data.draw(st.integers(1, 3))
        values = st.lists(values, min_size=size, max_size=size)
    value = data.draw(values)
    packed = sql.pack_nested(value, 23, sql.pack_int4, dimensions)
    found, text = ask("SELECT $1::int4[], $1::int4[]::text", packed)
    assert sql.unpack_nested(found, sql.unpack_int4, dimensions) == value
    assert text.decode() == str(value).replace("[", "{").replace("]", "}").replace(" ", "").replace("None", "NULL")
    with pytest.raises(DataError, match=f"it has {dimensions} dimensions, .* generated for 1"):
        sql.unpack_array(found, sql.unpack_int4)


def test_an_array_without_elements_has_no_dimensions(ask):
    assert sql.unpack_nested(ask("SELECT '{}'::int4[]")[0], sql.unpack_int4, 3) == []
    assert (
        sql.unpack_nested(ask("SELECT $1::int4[]", sql.pack_nested([], 23, sql.pack_int4, 3))[0], sql.unpack_int4, 2)
        == []
    )


@given(st.none() | st.integers(-(2**31), 2**31 - 1), st.none() | texts)
@PROPERTY
def test_composites_survive_the_way_to_postgresql_and_back(ask, number, word):
    fields = (None if number is None else sql.pack_int4(number), None if word is None else sql.pack_text(word))
    data, text = ask("SELECT $1::pair, ($1::pair).word", sql.pack_record((23, 25), fields))
    assert sql.unpack_record(data, (23, 25)) == list(fields)
    assert sql.unpack_record(data, (0, 0)) == list(fields)
    assert text == fields[1]


def test_a_composite_of_another_shape_is_never_misread(ask):
    data = ask("SELECT ROW(1, 'a')::pair")[0]
    for oids in ((23,), (23, 25, 25), (20, 25), (23, 1043), ()):
        with pytest.raises(DataError, match="generate again"):
            sql.unpack_record(data, oids)


TOO_MUCH = [
    (sql.pack_bits, "012"), (sql.pack_char, "ab"), (sql.pack_char, "é"), (sql.pack_char, "\0"),
    (sql.pack_macaddr, "08:00:2b:01:02"), (sql.pack_macaddr, "08-00-2b-01-02-03"),
    (sql.pack_macaddr8, "08:00:2b:01:02:03"),
    (sql.pack_macaddr, "08:00:2b:01:02:0\u0663"), (sql.pack_uint8, -1), (sql.pack_uint8, 2**64),
    (sql.pack_vector, []), (sql.pack_vector, [1e39]), (sql.pack_vector, [0.0] * 16_001), (sql.pack_halfvec, [70_000.0]),
    (sql.pack_sparsevec, SparseVector(3, {3: 1.0})), (sql.pack_sparsevec, SparseVector(3, {-1: 1.0})),
    (sql.pack_sparsevec, SparseVector(3, {1: 0.0})), (sql.pack_sparsevec, SparseVector(0, {})),
    (sql.pack_sparsevec, SparseVector(3, {1: 1e39})),
    (sql.pack_bytea, bytes(2**30)),
    (lambda value: sql.pack_range(value, sql.pack_int4), Range(1, 2, empty=True)),
    (lambda value: sql.pack_range(value, sql.pack_int4), Range(2**31, None)),
    (lambda value: sql.pack_nested(value, 23, sql.pack_int4, 2), [[1], [2, 3]]),
    (lambda value: sql.pack_nested(value, 23, sql.pack_int4, 2), [[], []]),
    (lambda value: sql.pack_nested(value, 23, sql.pack_int4, 2), [1, 2]),
    (lambda value: sql.pack_nested(value, 25, sql.pack_text, 2), ["ab", "cd"]),
]  # fmt: skip


@pytest.mark.parametrize(("pack", "value"), TOO_MUCH, ids=[str(n) for n in range(len(TOO_MUCH))])
def test_what_postgresql_cannot_hold_is_refused_before_it_is_sent(pack, value):
    with pytest.raises(DataError) as caught:
        pack(value)
    assert caught.value.sqlstate in {"22003", "22P02", "54000"}


@pytest.mark.parametrize("value", [{"a": "\0"}, {"\0": None}])
def test_text_that_cannot_be_stored_is_refused_in_an_hstore(value):
    with pytest.raises(UnstorableText):
        sql.pack_hstore(value)


def test_text_that_cannot_be_stored_is_refused_in_an_ltree():
    with pytest.raises(UnstorableText):
        sql.pack_ltree("\0")


def test_what_python_cannot_hold_is_an_error_and_never_another_value(ask):
    for expression, unpack in ((r"""'\351'::"char" """, sql.unpack_char), ("'[infinity,)'::daterange", None)):
        data = ask(f"SELECT {expression}")[0]
        with pytest.raises(DataError):
            unpack(data) if unpack is not None else sql.unpack_range(data, sql.unpack_date)
    with pytest.raises(DataError, match="newer"):
        sql.unpack_ltree(b"\x02a")


def test_a_range_goes_through_json_as_its_bounds():
    assert msgspec.json.decode(msgspec.json.encode(Range(1, None)), type=Range[int]) == Range(1, None)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"lower": "a"}', type=Range[int])
