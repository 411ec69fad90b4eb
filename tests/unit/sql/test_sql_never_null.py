"""Every function that is listed as never NULL is called with many arguments, the odd ones among them."""

import itertools
import random

import pytest

from katana.sql._null_facts import read_null_facts
from katana.sql._session import ServerError, Session

MAX_CALLS = 12

VALUES = {
    "bool": ("true", "false"),
    "int2": ("0", "-1", "32767"),
    "int4": ("0", "1", "-1", "2147483647"),
    "int8": ("0", "1", "-1", "9223372036854775807"),
    "float4": ("0", "-1.5", "NaN", "Infinity"),
    "float8": ("0", "-1.5", "NaN", "Infinity", "1e300"),
    "numeric": ("0", "-1.5", "NaN", "Infinity", "1e100"),
    "money": ("0", "-1.5"),
    "text": ("", "a", "%", "(", "é", "base64"),
    "varchar": ("", "abc"),
    "bpchar": ("", "abc"),
    "name": ("", "abc"),
    "char": ("", "a"),
    "bytea": ("", r"\x00ff"),
    "uuid": ("00000000-0000-0000-0000-000000000000",),
    "date": ("2026-01-01", "infinity", "-infinity", "0001-01-01 BC"),
    "time": ("00:00", "24:00"),
    "timetz": ("00:00+00", "24:00-15"),
    "timestamp": ("2026-01-01", "infinity", "-infinity"),
    "timestamptz": ("2026-01-01 00:00+00", "infinity", "-infinity"),
    "interval": ("0", "1 month", "-1 day", "infinity"),
    "json": ("null", "{}", "[]", "1", '"a"'),
    "jsonb": ("null", "{}", "[]", "1", '"a"'),
    "bit": ("", "1"),
    "varbit": ("", "101"),
    "oid": ("0", "23"),
    "regclass": ("pg_class",),
    "regconfig": ("simple",),
    "tsvector": ("", "a:1 b:2"),
    "tsquery": ("", "a & b"),
    "inet": ("::", "10.0.0.1/8"),
    "cidr": ("10.0.0.0/8",),
    "int4range": ("empty", "[1,2)", "(,)"),
    "anyrange": ("empty", "[1,2)", "(,)"),
    "int4multirange": ("{}", "{[1,2)}"),
    "anymultirange": ("{}", "{[1,2)}"),
    "anyarray": ("{}", "{1,NULL}", "{NULL}", "{{1},{2}}"),
    "anycompatiblearray": ("{}", "{1,NULL}", "{NULL}"),
    "_text": ("{}", "{a,NULL}"),
    "_float4": ("{0.1,0.2,0.4,1}",),
    "anyelement": ("0", "1"),
    "anycompatible": ("0", "1"),
    "any": ("0", "x"),
}
CONCRETE = {
    "anyrange": "int4range",
    "anymultirange": "int4multirange",
    "anyarray": "int4[]",
    "anycompatiblearray": "int4[]",
    "anyelement": "int4",
    "anycompatible": "int4",
    "any": "text",
    "char": '"char"',
    "_text": "text[]",
    "_float4": "float4[]",
    "bit": "bit varying",
}


@pytest.fixture(scope="module")
def session(server):
    with Session(server.create_database("never_null")) as session:
        session.run("CREATE SEQUENCE pg_temp.numbers; SET search_path = pg_catalog")
        yield session


def test_functions_listed_as_never_null_never_are(session):
    facts = read_null_facts(session)
    oids = "{" + ",".join(str(oid) for oid in sorted(facts.functions | facts.skipping | facts.always)) + "}"
    rows = session.rows(
        """
        SELECT p.proname, array_to_string(ARRAY(
            SELECT t.typname FROM unnest(p.proargtypes) WITH ORDINALITY AS a(oid, n)
            JOIN pg_type t ON t.oid = a.oid ORDER BY a.n), ',')
        FROM pg_proc p WHERE p.oid = ANY ($1::oid[]) AND p.prosrc <> 'nextval_oid' ORDER BY p.oid
        """,
        oids,
    )
    called = sum(_call(session, name, types.split(",") if types else []) for name, types in rows)
    assert called > 0.75 * len(rows)


def _call(session, name, types) -> bool:
    """Call one function in every way; whether any call went through."""
    choices = list(itertools.product(*(VALUES.get(type_name, ()) for type_name in types)))
    random.Random(name).shuffle(choices)
    went_through = False
    for values in choices[:MAX_CALLS]:
        arguments = ", ".join(
            f"'{value}'::{CONCRETE.get(type_name, type_name)}" for value, type_name in zip(values, types, strict=True)
        )
        call = f'SELECT "{name}"({arguments}) IS NOT DISTINCT FROM NULL'
        try:
            rows = session.rows(call)
        except ServerError:
            continue
        went_through = True
        assert rows == [("f",)], call
    return went_through
