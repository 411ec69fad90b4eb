"""A service as a process: what it prints, its exit codes, its signals."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import textwrap
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

PROGRAM = """
import asyncio
import sys
import time
from katana.runtime import Endpoint, Head, Reply, Resource, Service, serve
from katana.runtime import sql
from katana.runtime.sql import Migration

async def get(ctx):
    return Reply(Head(200, "text/plain"), b"hello")

async def wait(ctx):
    print("waiting", flush=True)
    await asyncio.Event().wait()

class Router:
    resources = tuple(
        Resource(path, {"GET": Endpoint(operation=name, call=call, controller="HelloApi")})
        for path, name, call in (("/hello", "hello", get), ("/wait", "wait", wait))
    )
    def match(self, path):
        return next(((resource, ()) for resource in self.resources if resource.template == path), None)

MIGRATIONS = (Migration(number=1, name="x", up="SELECT 1", checksum="0"),) if "SQL" in sys.argv else ()
if "SQL" in sys.argv:
    sys.argv.remove("SQL")
if "SLOW" in sys.argv:
    sys.argv.remove("SLOW")
    def migrate(*_, **__):
        print("migrating", flush=True)
        time.sleep(120)
    sql.migrate = migrate
PACKAGE = "hello_server"
SERVICE = Service(
    name="hello", version="1.2.3", routers=lambda: (Router(),), migrations=MIGRATIONS, package=PACKAGE
)
sys.exit(serve(SERVICE))
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """The program, with a package that holds a document and build information."""
    package = tmp_path / "hello_server"
    (package / "documents").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "build.json").write_text('{"commit": "abc"}\n')
    (package / "documents" / "hello.json").write_text(
        '{"openapi": "3.1.0", "info": {"title": "<Hello>", "version": "9"}, "paths": {"/hello": {"get": {}}}}'
    )
    path = tmp_path / "hello.py"
    path.write_text(textwrap.dedent(PROGRAM))
    return path


def environment(**variables: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KATANA_")}
    return {**kept, "PYTHONPATH": os.pathsep.join(sys.path), **variables}


def run(program: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(program), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment(**variables),
    )


class Process:
    """A service that listens."""

    def __init__(self, program: Path, *arguments: str) -> None:
        self.popen = subprocess.Popen(
            [sys.executable, str(program), "--port", "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
        )
        self.url = self.line().removeprefix("listening on ")

    def end(self) -> None:
        self.popen.kill()
        self.popen.communicate()

    def line(self) -> str:
        assert self.popen.stdout is not None
        return self.popen.stdout.readline().rstrip("\n")

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self.url + path, timeout=10) as response:
            return str(response.read().decode())


@pytest.fixture
def start(program: Path) -> Iterator[Callable[..., Process]]:
    """Starts processes that end with the test."""
    with ExitStack() as stack:

        def start(*arguments: str) -> Process:
            process = Process(program, *arguments)
            stack.callback(process.end)
            return process

        yield start


def test_version_names_service_katana_python_and_build(program: Path) -> None:
    result = run(program, "--version")
    assert result.returncode == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "hello 1.2.3"
    assert re.fullmatch(r"katana \d+\.\d+\.\d+", lines[1])
    assert lines[3] == 'build {"commit": "abc"}'


def test_print_routes_is_a_table_of_operations(program: Path) -> None:
    result = run(program, "--print-routes")
    assert result.returncode == 0
    rows = [line.split() for line in result.stdout.splitlines()]
    assert rows[0] == ["METHOD", "PATH", "OPERATION", "CONTROLLER"]
    assert ["GET", "/hello", "hello", "HelloApi"] in rows
    assert ["GET", "/readyz", "readyz", "(built", "in)"] in rows
    assert not any("/docs" in row for row in rows)


def test_print_config_says_where_each_value_came_from(program: Path) -> None:
    result = run(program, "--print-config", "--port", "9000", KATANA_HOST="::1")
    rows = [line.split() for line in result.stdout.splitlines()]
    assert ["host", "::1", "KATANA_HOST"] in rows
    assert ["port", "9000", "--port"] in rows
    assert ["profile", "prod", "default"] in rows


def test_help_lists_the_options(program: Path) -> None:
    result = run(program, "--help")
    assert result.returncode == 0
    assert "--database-url URL" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "variables", "code", "message"),
    [
        (["--prot", "1"], {}, 2, "hello: error: unknown argument --prot; did you mean --port?"),
        (["--port"], {}, 2, "hello: error: argument --port: expected one argument"),
        (["--port", "x"], {}, 2, "hello: error: --port: 'x' is not a number from 0 to 65535, 0 for any free port"),
        (
            [],
            {"KATANA_PROT": "1"},
            2,
            "hello: error: unknown environment variable KATANA_PROT; did you mean KATANA_PORT?",
        ),
        (["--host", "no.such.host.invalid"], {}, 1, "hello: error: cannot listen on no.such.host.invalid: "),
        (
            ["SQL", "--port", "0"],
            {},
            2,
            "hello: error: this service needs a database: give --database-url or KATANA_DATABASE_URL",
        ),
        (["SQL", "--port", "0", "--database-url", "nonsense"], {}, 2, "hello: error: --database-url: "),
        (["--reload", "--upgrade", "--admin-port", "1"], {}, 2, "hello: error: argument --upgrade: not allowed with "),
    ],
)
def test_a_mistake_is_one_line_and_an_exit_code(
    program: Path, arguments: list[str], variables: dict[str, str], code: int, message: str
) -> None:
    result = run(program, *arguments, **variables)
    assert result.returncode == code
    assert result.stderr.startswith(message)
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_a_port_in_use_is_one_line_and_exit_code_1(program: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run(program, "--port", str(port))
    assert result.returncode == 1
    assert result.stderr == (
        f"hello: error: cannot listen on 127.0.0.1:{port}: address already in use; "
        "give --port another number, 0 for any free one\n"
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_service_with_exit_code_0(start: Callable[..., Process], number: signal.Signals) -> None:
    process = start()
    assert process.get("/hello") == "hello"
    process.popen.send_signal(number)
    out, err = process.popen.communicate(timeout=20)
    assert (process.popen.returncode, out) == (0, "")
    assert "Traceback" not in err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_start_that_migrates(program: Path, number: signal.Signals) -> None:
    command = [
        sys.executable,
        str(program),
        "SQL",
        "SLOW",
        "--port",
        "0",
        "--database-url",
        "postgresql://u@localhost/x",
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "migrating\n"
        process.send_signal(number)
        assert process.communicate(timeout=30) == ("", "")
    assert process.returncode == 128 + number


def test_the_dev_profile_serves_its_documents_and_says_where(start: Callable[..., Process]) -> None:
    process = start("--profile", "dev")
    assert process.line() == f"docs {process.url}/docs"
    page = process.get("/docs")
    assert "&lt;Hello&gt;" in page
    assert "<Hello>" not in page
    assert '"openapi": "3.1.0"' in process.get("/openapi.json")
    assert '"openapi": "3.1.0"' in process.get("/openapi/hello.json")


@pytest.mark.parametrize(("deadline", "signals", "code"), [("0.1", 1, 0), ("60", 2, 128 + signal.SIGTERM)])
def test_a_request_that_hangs_ends_by_the_deadline_or_the_second_signal(
    start: Callable[..., Process], deadline: str, signals: int, code: int
) -> None:
    process = start("--shutdown-deadline", deadline, "--reactors", "0")
    host, port = process.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(b"GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
        assert process.line() == "waiting"
        process.popen.send_signal(signal.SIGTERM)
        if signals == 2:
            # The first one has been seen when nobody can connect any more.
            while True:
                try:
                    socket.create_connection((host, int(port))).close()
                except ConnectionRefusedError:
                    break
                except ConnectionResetError:
                    continue  # It was waiting to be accepted when the listener closed.
            process.popen.send_signal(signal.SIGTERM)
        assert process.popen.wait(20) == code
