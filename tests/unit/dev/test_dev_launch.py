"""The launcher as its users see it: a process that serves, with a database of its own, and leaves nothing behind."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from psycopg import pq

import katana.dev.__main__
from katana.dev._launch import needs_embedded
from katana.runtime import Service
from katana.runtime.sql import Migration

AS_A_MODULE = katana.dev.__main__
"""Imported so that build tools put it beside these tests, which run it with `-m`."""

MAIN = """\
from hashlib import sha256

from katana.runtime import Service
from katana.runtime.sql import Migration

UP = "CREATE TABLE visits (at timestamptz)"
SERVICE = Service(
    name="server",
    version="1",
    routers=lambda: (),
    migrations=(Migration(number=1, name="visits", up=UP, checksum=sha256(UP.encode()).hexdigest()),),
    package="svc_server",
)
"""
MIGRATIONS = (Migration(number=1, name="x", up="", checksum=""),)
START_SECONDS = 60.0
STOP_SECONDS = 30.0


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A build root with a generated service, open to whichever user PostgreSQL runs as."""
    (tmp_path / "pants.toml").touch()
    (tmp_path / "svc_server").mkdir()
    (tmp_path / "svc_server" / "__init__.py").touch()
    (tmp_path / "svc_server" / "main.py").write_text(MAIN)
    return tmp_path


class Launched:
    """A running launcher. `lines` is what it has printed up to the line that was waited for."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []

    def wait_for(self, pattern: str) -> re.Match[str]:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            if match := re.search(pattern, line):
                return match
        raise AssertionError(f"{pattern!r} was not printed:\n{''.join(self.lines)}")

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(STOP_SECONDS)


@contextmanager
def launched(tree: Path, *arguments: str) -> Iterator[Launched]:
    process = subprocess.Popen(
        [sys.executable, "-m", "katana.dev", *arguments],
        cwd=tree,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment(tree),
    )
    with process:
        try:
            yield Launched(process)
        finally:
            process.kill()


def environment(tree: Path) -> dict[str, str]:
    path = os.pathsep.join([str(tree), *(entry for entry in sys.path if entry)])
    return {**{k: v for k, v in os.environ.items() if not k.startswith("KATANA_")}, "PYTHONPATH": path}


def run(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "katana.dev", *arguments],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
        env=environment(tree),
        timeout=START_SECONDS,
    )


def query(url: str, sql: str) -> list[bytes | None]:
    connection = pq.PGconn.connect(url.encode())
    try:
        assert connection.status == pq.ConnStatus.OK, connection.get_error_message()
        result = connection.exec_(sql.encode())
        assert result.status in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK), result.get_error_message()
        return [result.get_value(row, 0) for row in range(result.ntuples)]
    finally:
        connection.finish()


def unreachable(url: str) -> bool:
    """Whether the database has gone; waits for it, since a supervisor may still be at work."""
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline:
        connection = pq.PGconn.connect(url.encode())
        status = connection.status
        connection.finish()
        if status != pq.ConnStatus.OK:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_service_is_served_with_a_database_whose_data_survives(tree: Path, number: signal.Signals) -> None:
    with launched(tree, "svc_server.main", "--port", "0") as first:
        url = first.wait_for(r"^psql '(.+)'$")[1]
        first.wait_for(r"http://127\.0\.0\.1:\d+")
        assert query(url, "INSERT INTO visits VALUES (now())") == []
        assert first.end(number) == 0
    assert "kept in .katana/svc_server/postgres" in "".join(first.lines)
    assert unreachable(url)
    with launched(tree, "svc_server.main", "--port", "0") as second:
        url = second.wait_for(r"^psql '(.+)'$")[1]
        second.wait_for(r"http://127\.0\.0\.1:\d+")
        assert query(url, "SELECT count(*) FROM visits") == [b"1"]
        assert second.end(number) == 0


def test_a_killed_launcher_takes_its_database_with_it(tree: Path) -> None:
    with launched(tree, "svc_server.main", "--port", "0") as process:
        url = process.wait_for(r"^psql '(.+)'$")[1]
        process.wait_for(r"http://127\.0\.0\.1:\d+")
        process.end(signal.SIGKILL)
    assert unreachable(url)


def test_a_second_run_in_the_same_tree_is_told_what_to_do(tree: Path) -> None:
    with launched(tree, "svc_server.main", "--port", "0") as first:
        url = first.wait_for(r"^psql '(.+)'$")[1]
        first.wait_for(r"http://127\.0\.0\.1:\d+")
        second = run(tree, "svc_server.main", "--port", "0")
        assert second.returncode == 1
        assert second.stderr == (
            f"svc_server.main: error: is already running from this tree, as process {first.process.pid}\n"
            f"  help: stop it, or share its database: --port 0 --database-url '{url}'\n"
        )
        with launched(tree, "svc_server.main", "--port", "0", "--database-url", url) as sharing:
            sharing.wait_for(r"http://127\.0\.0\.1:\d+")
            assert sharing.end(signal.SIGTERM) == 0
        assert first.end(signal.SIGTERM) == 0


def test_a_tree_that_cannot_be_written_gets_a_database_for_the_run(tree: Path) -> None:
    (tree / ".katana").write_text("in the way")
    with launched(tree, "svc_server.main", "--port", "0") as process:
        process.wait_for(r"its data is thrown away at the end \(.*\.katana.*\)")
        process.wait_for(r"http://127\.0\.0\.1:\d+")
        assert process.end(signal.SIGTERM) == 0


@pytest.mark.parametrize("option", ["--version", "--help", "--print-routes", "--print-config"])
def test_a_question_starts_no_database(tree: Path, option: str) -> None:
    assert run(tree, "svc_server.main", option).returncode == 0
    assert not (tree / ".katana").exists()


@pytest.mark.parametrize(
    ("migrations", "options", "environment_", "needs"),
    [
        (MIGRATIONS, [], {}, True),
        ((), [], {}, False),
        (MIGRATIONS, ["--port", "1"], {"HOME": "/"}, True),
        (MIGRATIONS, ["--database-url", "postgresql://x"], {}, False),
        (MIGRATIONS, ["--database-url=postgresql://x"], {}, False),
        (MIGRATIONS, [], {"KATANA_DATABASE_URL": "postgresql://x"}, False),
        (MIGRATIONS, ["--print-config"], {}, False),
    ],
)
def test_a_database_is_started_only_when_sql_has_nowhere_to_go(
    migrations: tuple[Migration, ...], options: list[str], environment_: dict[str, str], needs: bool
) -> None:
    service = Service(name="s", version="1", routers=lambda: (), migrations=migrations)
    assert needs_embedded(service, options, environment_) is needs


NAMED = 'database_url = "postgresql://x"'


@pytest.mark.parametrize(
    ("text", "options", "variables", "needs"),
    [
        (NAMED, [], {}, False),
        (NAMED, ["--config", "other.toml"], {}, True),
        (NAMED, ["--config=katana.toml"], {}, False),
        (NAMED, ["--port", "1"], {"KATANA_CONFIG": "other.toml"}, True),
        ("port = 9000", [], {}, True),
        ("this is no TOML", [], {}, True),
    ],
)
def test_a_file_of_options_may_say_where_the_database_is(
    folder: Path, text: str, options: list[str], variables: dict[str, str], needs: bool
) -> None:
    (folder / "katana.toml").write_text(text)
    (folder / "other.toml").write_text("port = 1")
    service = Service(name="s", version="1", routers=lambda: (), migrations=MIGRATIONS)
    assert needs_embedded(service, options, variables) is needs


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_no_module_is_a_usage_error(tree: Path) -> None:
    done = run(tree)
    assert done.returncode == 2
    assert "example: python -m katana.dev svc_server.main" in done.stderr


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (None, "there is no such module; `katana gen service` generates it"),
        ("", "has no SERVICE"),
        ("import not_installed_here\n", "No module named 'not_installed_here'"),
        ("1 / 0\n", "ZeroDivisionError: division by zero"),
        ("def (\n", "SyntaxError"),
    ],
)
def test_a_module_that_is_no_service_is_explained(tree: Path, source: str | None, message: str) -> None:
    module = tree / "svc_server" / "main.py"
    if source is None:
        module.unlink()
    else:
        module.write_text(source)
    done = run(tree, "svc_server.main")
    assert done.returncode == 1
    assert done.stderr.startswith("svc_server.main: error: ")
    assert message in done.stderr
    assert "katana/dev" not in done.stderr
