"""What the SQL emitter supports and what it refuses, with a reason and a way out for each."""

import pytest

from katana.diagnostics import DiagnosticsError
from katana.gen.sql import _codecs, _support, generate
from katana.gen.sql._wire import Scalar, Unsupported, wire_of
from katana.ir import Column, Database, EnumDef, PgType, PyType, Query, QueryParameter
from katana.runtime import sql

MOOD = EnumDef(name="mood", labels=("happy",))

TEXT = PgType(name="text", oid=25)
QUERY = PgType(name="tsquery", oid=3615)


def domain(below: PgType) -> PgType:
    return PgType(name="d", kind="domain", namespace="public", below=below)


def composite(*fields: tuple[str, PgType], name: str = "address", namespace: str = "public") -> PgType:
    columns = tuple(Column(name=field, py_name=field.replace(" ", "_"), type=type_) for field, type_ in fields)
    return PgType(name=name, kind="composite", namespace=namespace, fields=columns)


REFUSED = [
    (QUERY, "base"),
    (PgType(name="money", oid=790), "money"),
    (PgType(name="geometry", namespace="public"), "base"),
    (PgType(name="text", namespace="public"), "base"),
    (PgType(name="tsquery", oid=3645, dimensions=1), "base"),
    (PgType(name="record", oid=2249), "record"),
    (PgType(name="record", oid=2287, dimensions=1), "record"),
    (composite(("street", TEXT), ("at", QUERY)), "base"),
    (composite(("a b", TEXT), ("a_b", TEXT)), "field-names"),
    (composite(name="pg_class", namespace=""), "system"),
    (PgType(name="r", kind="range", namespace="public", below=QUERY), "base"),
    (domain(QUERY), "base"),
    (domain(PgType(name="tsquery", oid=3645, dimensions=1)), "base"),
    (PgType(name="text", oid=25, python=PyType(name="a.B")), "python"),
    (PgType(name="jsonb", oid=3802, python=PyType(name="a.B", within="list", read="a.r", write="a.w")), "via-list"),
    (PgType(name="level", kind="enum", namespace="extension"), "enum"),
    (PgType(name="void", oid=2278), "void"),
]


@pytest.mark.parametrize(("type_", "reason"), REFUSED, ids=[f"{t.name}{'[]' * t.dimensions}" for t, _ in REFUSED])
def test_a_type_without_codec_is_refused_with_a_reason(type_, reason):
    found = wire_of(type_, (MOOD,))
    assert isinstance(found, Unsupported)
    assert found.reason == reason
    assert reason in _support.REASONS


def test_every_reason_is_used():
    assert {reason for _, reason in REFUSED} | {"reads"} == set(_support.REASONS)


def test_all_unsupported_types_are_reported_at_once_each_with_a_way_out():
    database = Database(
        source="sql",
        enums=(MOOD,),
        queries=(
            Query(
                name="near",
                group="places",
                command="many",
                sql="SELECT 1",
                source="places.sql",
                parameters=(
                    QueryParameter(name="at", py_name="at", type=QUERY),
                    QueryParameter(name="home", py_name="home", type=composite(("at", QUERY))),
                ),
                columns=(
                    Column(name="id", py_name="id", type=PgType(name="int8", oid=20)),
                    Column(name="span", py_name="span", type=PgType(name="jsonpath", oid=4072)),
                ),
            ),
        ),
    )
    with pytest.raises(DiagnosticsError) as caught:
        generate(database, "x_db")
    assert {diagnostic.code for diagnostic in caught.value.diagnostics} == {"unsupported-type"}
    assert [(diagnostic.message, diagnostic.hint) for diagnostic in caught.value.diagnostics] == [
        (
            "query `near`: column `span` has the type `jsonpath`, which has no codec",
            "cast it in the query to a supported type, to text for example",
        ),
        (
            "query `near`: parameter $1 `at` has the type `tsquery`, which has no codec",
            "cast it in the query to a supported type, to text for example",
        ),
        (
            "query `near`: parameter $2 `home` has the type `address`; `tsquery` in it has no codec",
            "cast it in the query to a supported type, to text for example",
        ),
    ]


def test_each_codec_has_its_two_functions():
    for codec in (*_codecs.CODECS.values(), *_codecs.EXTENSION_CODECS.values()):
        assert (f"pack_{codec.name}" in sql.__all__) is not codec.reads
        assert f"unpack_{codec.name}" in sql.__all__


def test_domains_are_the_type_below_them():
    mood = PgType(name="mood", kind="enum", namespace="public")
    texts = PgType(name="text", oid=1009, dimensions=1)
    moods = PgType(name="mood", kind="enum", namespace="public", dimensions=1)
    citext = PgType(name="citext", namespace="extensions")
    for below in (PgType(name="int4", oid=23), texts, mood, moods, citext, domain(texts), composite(("a", mood))):
        assert wire_of(domain(below), (MOOD,)) == wire_of(below, (MOOD,))


def test_a_type_of_a_user_is_never_taken_for_another_of_that_name():
    for below in (PgType(name="mood", kind="enum", namespace="audit"), PgType(name="point", namespace="public")):
        found = wire_of(domain(below), (MOOD,))
        assert isinstance(found, Unsupported)


def test_citext_is_text_wherever_it_is_installed():
    wire = wire_of(PgType(name="citext", namespace="extensions"), ())
    assert isinstance(wire, Scalar)
    assert (wire.codec.name, wire.oid) == ("text", 0)


def test_the_table_of_codecs_agrees_with_the_catalog_of_postgresql(catalog):
    expected = {name: codec.oid for name, codec in _codecs.CODECS.items()} | _codecs.RANGES
    assert {name: catalog[name] for name in expected} == expected
