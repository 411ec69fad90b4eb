"""An embedded PostgreSQL for the emitter's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from psycopg import pq

from katana.embedded import EmbeddedPostgres


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres.start() as started:
        yield started


@pytest.fixture
def catalog(server: EmbeddedPostgres) -> dict[str, int]:
    """The OIDs of the types of pg_catalog."""
    conn = pq.PGconn.connect(server.url().encode())
    result = conn.exec_(b"SELECT typname, oid FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace")
    found = {
        (result.get_value(row, 0) or b"").decode(): int(result.get_value(row, 1) or b"0")
        for row in range(result.ntuples)
    }
    conn.finish()
    return found
