"""What a page costs: its condition is one that an index with the keys answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from psycopg import pq

from katana import ir
from katana.embedded import EmbeddedPostgres

_SCHEMA = """
CREATE TABLE events (id int PRIMARY KEY, at int NOT NULL, kind text COLLATE "C" NOT NULL);
CREATE INDEX same ON events (at, id);
CREATE INDEX mixed ON events (at DESC, id);
CREATE INDEX three ON events (kind, at DESC, id);
"""


@pytest.mark.parametrize(
    ("sort", "condition"),
    [
        ("id", "Index Cond: (id > $2)"),
        ("at, id", "Index Cond: (ROW(at, id) > ROW($2, $3))"),
        ("at desc, id desc", "Index Cond: (ROW(at, id) < ROW($2, $3))"),
        ("at desc, id", "Index Cond: (at <= $2)"),
        ("kind, at desc, id", "Index Cond: (kind >= $2)"),
    ],
)
def test_a_page_begins_where_the_index_does(
    sort: str, condition: str, server: EmbeddedPostgres, compile_texts: Callable[..., ir.Database]
) -> None:
    text = f"-- name: page :page\n-- sort: {sort}\nSELECT id, at, kind FROM events;"
    (query,) = compile_texts(_SCHEMA, text).queries
    behind = query.variants[1]
    conn = pq.PGconn.connect(server.create_database("plans").encode())
    try:
        for statement in (
            _SCHEMA,
            "INSERT INTO events SELECT n, n / 7, 'k' || n % 3 FROM generate_series(1, 5000) AS n",
            "ANALYZE events",
            "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_bitmapscan = off",
            f"PREPARE page AS {behind}",
        ):
            assert conn.exec_(statement.encode()).status == pq.ExecStatus.COMMAND_OK, conn.error_message
        nulls = ", ".join(["NULL"] * (1 + len(query.sorts[0].keys)))
        result = conn.exec_(f"EXPLAIN (COSTS off) EXECUTE page({nulls})".encode())
        plan = "\n".join((result.get_value(row, 0) or b"").decode() for row in range(result.ntuples))
        assert condition in plan, plan
        assert "Sort" not in plan, plan
    finally:
        conn.finish()
        server.drop_database("plans")
