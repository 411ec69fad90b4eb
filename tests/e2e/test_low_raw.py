"""The example of the low layer: raw sockets under the supervisor."""

import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.server_process import ServerProcess
from katana.embedded import EmbeddedPostgres


@pytest.fixture(scope="module")
def low_raw(postgres: EmbeddedPostgres) -> Iterator[ServerProcess]:
    url = postgres.create_database("low_raw")
    command = [sys.executable, "-m", "low_raw.server"]
    with ServerProcess(command, "--reactors", "2", "--database-url", url) as server:
        yield server


def test_buffers_are_written_in_one_piece(low_raw: ServerProcess) -> None:
    assert low_raw.raw(b"Ada\r\n") == b"hello, Ada\n"


def test_a_file_is_sent(low_raw: ServerProcess) -> None:
    found = importlib.util.find_spec("low_raw.server")
    assert found is not None
    assert found.origin is not None
    assert low_raw.raw(b"file\n") == Path(found.origin).read_bytes()


def test_what_follows_comes_back_through_the_kernel(low_raw: ServerProcess) -> None:
    data = os.urandom(1_000_000)
    assert low_raw.raw(b"echo\n" + data, end=True) == data


def test_the_database_is_asked_through_a_lane(low_raw: ServerProcess) -> None:
    answer = low_raw.raw(b"time\n").decode()
    assert answer[:2] == "20"


def test_it_stops_like_any_service() -> None:
    with ServerProcess([sys.executable, "-m", "low_raw.server"], "--reactors", "1") as server:
        assert b"give --database-url" in server.raw(b"time\n")
        assert server.stop() == 0
        assert "listening on tcp://127.0.0.1:" in server.output
