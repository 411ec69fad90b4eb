"""Connection strings: whatever libpq reads, shown without secrets."""

import asyncio

import pytest
from psycopg import pq

from katana.runtime.sql import Database, DsnError, masked_dsn
from katana.runtime.sql._dsn import parse_dsn


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://ada:s3cret@db.example:5433/shop", "postgresql://ada:***@db.example:5433/shop"),
        ("postgres://db.example/shop", "postgresql://db.example/shop"),
        ("postgresql://ada:s3cret@a:1,b:2/shop?sslmode=require", "postgresql://ada:***@a:1,b:2/shop"),
        ("postgresql://a,b/shop", "postgresql://a,b/shop"),
        ("postgresql://ada@/shop?host=/run/pg&port=5433", "postgresql://ada@/shop?host=/run/pg&port=5433"),
        ("host=localhost dbname='my shop' password=s3cret", "postgresql://:***@localhost/my%20shop"),
        ("postgresql://a%40b:s3cret@h/x", "postgresql://a%40b:***@h/x"),
    ],
)
def test_a_connection_string_is_shown_without_its_password(text, shown):
    assert masked_dsn(text) == shown
    assert Database(text).dsn == shown
    assert "s3cret" not in repr(parse_dsn(text))


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://ada:s3cret@[::1/shop",
        "postgresql://ada:s3cret@host:5432:1/shop?x",
        "host=a s3cret",
        "mysql://ada:s3cret@host/shop",
        "postgresql://host/shop?s3cret=1",
        "password='s3cret",
        'host="s3cret" x',
        "postgresql://ada:s3cret@host/%zz",
        "postgresql://ho\0st",
    ],
)
def test_a_bad_connection_string_is_refused_without_repeating_it(text):
    with pytest.raises(DsnError) as caught:
        parse_dsn(text)
    assert str(caught.value).startswith("not a PostgreSQL connection string: ")
    assert "s3cret" not in str(caught.value)
    assert "s3cret" not in masked_dsn(text)


def test_values_reach_libpq_as_they_were_given():
    dsn = parse_dsn("postgresql://o'x:a%5Cb'c%20d@h/")
    again = {o.keyword.decode(): o.val.decode() for o in pq.Conninfo.parse(dsn.conninfo()) if o.val is not None}
    assert (again["user"], again["password"], again["host"]) == ("o'x", r"a\b'c d", "h")
    assert again["client_encoding"] == "UTF8"
    assert again["fallback_application_name"] == "katana"


def test_what_the_string_says_wins_over_the_defaults_except_for_the_encoding():
    dsn = parse_dsn("host=h keepalives_idle=7 client_encoding=LATIN1 connect_timeout=3")
    assert b"keepalives_idle='7'" in dsn.conninfo()
    assert b"client_encoding='UTF8'" in dsn.conninfo()
    assert dsn.connect_timeout == 3
    assert parse_dsn("host=h").connect_timeout is None


def test_every_address_of_a_name_is_tried_and_what_is_no_name_is_left_alone(monkeypatch):
    async def look_up(_loop, host, _port, **_):
        if host == "gone":
            raise OSError
        return [(0, 0, 0, "", (f"10.0.0.{number}", 0)) for number in (1, 2)]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", look_up)

    def resolved(text):
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            found = pq.Conninfo.parse(runner.run(parse_dsn(text).resolve()))
        options = {o.keyword.decode(): o.val.decode() for o in found if o.val is not None}
        return options["host"], options.get("hostaddr"), options.get("port")

    assert resolved("host=db port=5433") == ("db,db", "10.0.0.1,10.0.0.2", "5433,5433")
    assert resolved("host=db,10.9.9.9,gone,/run port=1,2,3,4") == (
        "db,db,10.9.9.9,gone,/run",
        "10.0.0.1,10.0.0.2,10.9.9.9,,",
        "1,1,2,3,4",
    )
    assert resolved("host=10.9.9.9") == ("10.9.9.9", None, None)
    assert resolved("host=/run") == ("/run", None, None)
    assert resolved("host=db hostaddr=10.1.1.1") == ("db", "10.1.1.1", None)


def test_nonsense_limits_are_refused():
    with pytest.raises(ValueError, match="at least 1"):
        Database("host=h", lanes=0)
