"""What the SQL emitter supports and what it refuses, with a reason and a way out for each."""

import pytest

from katana.diagnostics import DiagnosticsError
from katana.gen.sql import _codecs, _support, generate
from katana.gen.sql._wire import Unsupported, wire_of
from katana.ir import Column, Database, EnumDef, PgType, Query, QueryParameter
from katana.runtime import sql

MOOD = EnumDef(name="mood", labels=("happy",))

REFUSED = [
    (PgType(name="point", oid=600), "base"),
    (PgType(name="xml", oid=142), "base"),
    (PgType(name="money", oid=790), "base"),
    (PgType(name="hstore", namespace="public"), "base"),
    (PgType(name="text", namespace="public"), "base"),
    (PgType(name="point", oid=1017, dimensions=1), "base"),
    (PgType(name="address", kind="composite", namespace="public"), "composite"),
    (PgType(name="int4range", kind="range", oid=3904), "range"),
    (PgType(name="int4multirange", kind="multirange", oid=4451), "multirange"),
    (PgType(name="place", kind="domain", namespace="public", base="point"), "domain-base"),
    (PgType(name="label", kind="domain", namespace="public", base="text", dimensions=1), "domain-array"),
    (PgType(name="level", kind="enum", namespace="extension"), "enum"),
]


@pytest.mark.parametrize(("type_", "reason"), REFUSED, ids=[f"{t.name}{'[]' * t.dimensions}" for t, _ in REFUSED])
def test_a_type_without_codec_is_refused_with_a_reason(type_, reason):
    assert wire_of(type_, (MOOD,)) == Unsupported(reason)
    assert reason in _support.REASONS


def test_every_reason_is_used():
    assert {reason for _, reason in REFUSED} | {"enum-array-parameter"} == set(_support.REASONS)


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
                    QueryParameter(name="at", py_name="at", type=PgType(name="point", oid=600)),
                    QueryParameter(
                        name="moods",
                        py_name="moods",
                        type=PgType(name="mood", kind="enum", namespace="public", dimensions=1),
                    ),
                ),
                columns=(
                    Column(name="id", py_name="id", type=PgType(name="int8", oid=20)),
                    Column(name="span", py_name="span", type=PgType(name="tsrange", kind="range", oid=3908)),
                ),
            ),
        ),
    )
    with pytest.raises(DiagnosticsError) as caught:
        generate(database, "x_db")
    assert {diagnostic.code for diagnostic in caught.value.diagnostics} == {"unsupported-type"}
    assert [(diagnostic.message, diagnostic.hint) for diagnostic in caught.value.diagnostics] == [
        (
            "query `near`: column `span` has the type `tsrange`, which is a range",
            "select `lower(...)` and `upper(...)`; build it from two parameters",
        ),
        (
            "query `near`: parameter $1 `at` has the type `point`, which has no codec",
            "cast it in the query to a supported type, to text for example",
        ),
        (
            (
                "query `near`: parameter $2 `moods` has the type `mood[]`, which is an array of a type "
                "whose OID differs between databases, which a parameter has to state"
            ),
            "cast it from text: `$1::text[]::mood[]`",
        ),
    ]


def test_each_codec_has_its_two_functions():
    for codec in (*_codecs.CODECS.values(), *_codecs.EXTENSION_CODECS.values()):
        assert f"pack_{codec.name}" in sql.__all__
        assert f"unpack_{codec.name}" in sql.__all__


def test_domains_are_the_type_below_them():
    def domain(base):
        return wire_of(PgType(name="d", kind="domain", namespace="public", base=base), (MOOD,))

    assert domain("int4") == wire_of(PgType(name="int4", oid=23), ())
    assert domain("text[]") == wire_of(PgType(name="text", oid=1009, dimensions=1), ())
    assert domain("public.mood") == wire_of(PgType(name="mood", kind="enum", namespace="public"), (MOOD,))
    assert domain("public.mood[]") == wire_of(
        PgType(name="mood", kind="enum", namespace="public", dimensions=1), (MOOD,)
    )
    assert domain("extensions.citext") == wire_of(PgType(name="citext", namespace="public"), ())


def test_a_domain_over_a_type_of_a_user_is_never_taken_for_another_of_that_name():
    for base in ("audit.mood", "mood", "public.text", "public.point"):
        type_ = PgType(name="d", kind="domain", namespace="public", base=base)
        assert wire_of(type_, (MOOD,)) == Unsupported("domain-base"), base


def test_citext_is_text_wherever_it_is_installed():
    wire = wire_of(PgType(name="citext", namespace="extensions"), ())
    assert not isinstance(wire, Unsupported)
    assert (wire.codec.name, wire.oid) == ("text", 0)


def test_the_table_of_codecs_agrees_with_the_catalog_of_postgresql(catalog):
    expected = {name: (codec.oid, codec.array_oid) for name, codec in _codecs.CODECS.items()}
    assert {name: catalog[name] for name in expected} == expected
