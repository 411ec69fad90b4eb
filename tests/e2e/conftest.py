"""One PostgreSQL and one server for the whole run; an empty database for every test."""

import sys
from collections.abc import Callable, Iterator

import psycopg
import pytest

from e2e.server_process import ServerProcess
from katana.embedded import EmbeddedPostgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """A server shared by all tests that do not hurt it."""
    with EmbeddedPostgres.start() as server:
        yield server


@pytest.fixture
def own_postgres() -> Iterator[EmbeddedPostgres]:
    """A server that the test may kill."""
    with EmbeddedPostgres.start() as server:
        yield server


@pytest.fixture(scope="session")
def database_url(postgres: EmbeddedPostgres) -> str:
    """The database of the shared server process."""
    return postgres.create_database("e2e")


@pytest.fixture(scope="session")
def server_command() -> list[str]:
    """How to start the reference service; `--port 0` and more follow."""
    return [sys.executable, "-m", "svc_server.main"]


@pytest.fixture(scope="session")
def shared_server(server_command: list[str], database_url: str) -> Iterator[ServerProcess]:
    """The running reference service."""
    with ServerProcess(server_command, "--database-url", database_url) as server:
        yield server


@pytest.fixture
def server(shared_server: ServerProcess, database_url: str) -> ServerProcess:
    """The running reference service with nothing stored."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("TRUNCATE users, posts")
    return shared_server


@pytest.fixture
def add_posts(database_url: str) -> Callable[[int, int], None]:
    """Store a number of posts of a user; the contract has no operation for it."""

    def add(user_id: int, count: int) -> None:
        with psycopg.connect(database_url, autocommit=True) as connection:
            for number in range(count):
                connection.execute(
                    "INSERT INTO posts (user_id, title, body) VALUES (%s, %s, 'Text.')", (user_id, f"Post {number}")
                )

    return add
