"""A connection string with several hosts: one that says nothing does not keep others from being reached."""

import asyncio
import socket
import time

import pytest
from psycopg import pq

from katana.runtime.sql import Database
from katana.runtime.sql._connect import ConnectTimedOut, connect
from katana.runtime.sql._dsn import parse_dsn, parse_replica_dsn
from katana.runtime.sql._places import places
from katana.runtime.sql._session import Session


@pytest.fixture
def silent():
    """The port of a server that takes connections and says nothing, like a machine that is gone."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        yield sock.getsockname()[1]


def _behind(silent, tcp_dsn, port):
    return tcp_dsn.replace(f"127.0.0.1:{port}/", f"127.0.0.1:{silent},127.0.0.1:{port}/")


def test_a_host_behind_one_that_says_nothing_is_reached(run, tcp_server, tcp_dsn, silent):
    async def scenario():
        db = Database(_behind(silent, tcp_dsn, tcp_server.port), lanes=1, connect_timeout=2)
        db.start()
        assert await db.wait_ready(30)
        await db.close()

    run(scenario())


def test_migrations_reach_a_host_behind_one_that_says_nothing(tcp_server, tcp_dsn, silent):
    dsn = _behind(silent, tcp_dsn, tcp_server.port) + "?connect_timeout=2"
    with Session(parse_dsn(dsn), time.monotonic() + 30) as session:
        assert session.query("SELECT 1") == [("1",)]


def test_silence_is_told_from_refusals(run, silent):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    async def scenario():
        dsn = parse_dsn(f"postgresql://ada@127.0.0.1:{silent},127.0.0.1:{port}/x")
        with pytest.raises(ConnectTimedOut, match=r"no connection within 0\.2 s; .*refused"):
            await asyncio.wait_for(connect(dsn, 0.2), 30)

    run(scenario())


def _tried(conninfo):
    found = [{o.keyword.decode(): o.val.decode() for o in pq.Conninfo.parse(each) if o.val} for each in conninfo]
    return [(each.get("host"), each.get("port"), each.get("target_session_attrs")) for each in found]


def test_hosts_are_tried_in_their_order():
    assert _tried(places(parse_dsn("postgresql://a:1,b:2/x").conninfo())) == [
        ("a", "1", "read-write"),
        ("b", "2", "read-write"),
    ]
    assert _tried(places(parse_dsn("postgresql:///x?host=a,b&port=7").conninfo())) == [
        ("a", "7", "read-write"),
        ("b", "7", "read-write"),
    ]
    for alone in ("postgresql://a/x", "postgresql:///x", "host=a,b port=1,2,3"):
        conninfo = parse_dsn(alone).conninfo()
        assert places(conninfo) == [conninfo]


def test_replicas_are_tried_at_random_and_standbys_before_anything_else():
    tried = [tuple(_tried(places(parse_replica_dsn("postgresql://a,b/x").conninfo()))) for _ in range(100)]
    assert {tuple(wanted for _, _, wanted in each) for each in tried} == {("standby", "standby", "any", "any")}
    assert {each[0][0] for each in tried} == {"a", "b"}


def test_what_a_string_holds_stays_as_it_is_in_the_string_of_each_host():
    (first, _) = places(parse_dsn(r"host=a,b password='it\'s \\ secret'").conninfo())
    found = {o.keyword: o.val for o in pq.Conninfo.parse(first)}
    assert found[b"password"] == rb"it's \ secret"
