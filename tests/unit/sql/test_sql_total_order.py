"""Which orders are taken for pages: those that are total, and never another."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest
from psycopg import pq

from katana import ir
from katana.diagnostics import DiagnosticsError
from katana.embedded import EmbeddedPostgres

_SCHEMA = """
CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL UNIQUE, name text NOT NULL, nick text UNIQUE);
CREATE TABLE posts (
    id int PRIMARY KEY, user_id int NOT NULL REFERENCES users, editor int REFERENCES users, title text NOT NULL
);
CREATE TABLE likes (user_id int NOT NULL, post_id int NOT NULL, at int NOT NULL, PRIMARY KEY (user_id, post_id));
CREATE TABLE partial (id int NOT NULL, active bool NOT NULL);
CREATE UNIQUE INDEX ON partial (id) WHERE active;
CREATE TABLE late (id int NOT NULL UNIQUE DEFERRABLE);
CREATE TABLE folded (name text NOT NULL);
CREATE UNIQUE INDEX ON folded (lower(name));
CREATE TABLE cased (name text NOT NULL COLLATE "POSIX");
CREATE UNIQUE INDEX ON cased (name COLLATE "C");
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE child () INHERITS (parent);
CREATE TABLE parts (id int, region int, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1);
CREATE VIEW names AS SELECT id, name FROM users;
"""

_TOTAL = [
    ("id", "SELECT id FROM users"),
    ("email desc", "SELECT email FROM users"),
    ("name, nick nulls first, id", "SELECT name, nick, id FROM users"),
    ("user_id, post_id", "SELECT * FROM likes"),
    ("at, post_id, user_id", "SELECT * FROM likes"),
    ("post_id", "SELECT post_id FROM likes WHERE user_id = @user_id"),
    ("post_id", "SELECT post_id FROM likes WHERE user_id = 7 AND at > 3"),
    ("id, region", "SELECT * FROM parts"),
    ("p.id", "SELECT p.id FROM posts p JOIN users u ON u.id = p.user_id"),
    ("p.id", "SELECT p.id FROM posts p, users u WHERE u.id = p.user_id"),
    ("p.id", "SELECT p.id FROM posts p LEFT JOIN users u ON u.id = p.editor"),
    ("p.id", "SELECT p.id FROM users u RIGHT JOIN posts p ON u.id = p.editor AND u.name = 'x'"),
    ("u.id, p.id", "SELECT u.id, p.id AS post FROM users u LEFT JOIN posts p ON p.user_id = u.id"),
    ("u.id, p.id", "SELECT u.id, p.id AS post FROM users u CROSS JOIN posts p"),
    ("u.id, p.id", "SELECT u.id, p.id AS post FROM users u FULL JOIN posts p ON p.user_id = u.id"),
    (
        "l.user_id, l.post_id",
        "SELECT l.user_id, l.post_id FROM likes l JOIN posts p ON p.id = l.post_id JOIN users u ON u.id = p.user_id",
    ),
    ("p.id", "SELECT p.id FROM posts p LEFT JOIN (users u JOIN users w ON w.id = u.id) ON u.id = p.user_id"),
]
_NOT_TOTAL = [
    ("name", "SELECT name FROM users"),
    ("nick", "SELECT nick FROM users"),
    ("post_id", "SELECT post_id FROM likes"),
    ("post_id", "SELECT post_id FROM likes WHERE user_id > @user_id"),
    ("post_id", "SELECT post_id FROM likes WHERE user_id = 1 OR at = 2"),
    ("id", "SELECT id FROM parts"),
    ("id", "SELECT id FROM partial"),
    ("id", "SELECT id FROM late"),
    ("name", "SELECT name FROM folded"),
    ("name", "SELECT name FROM cased"),
    ("id", "SELECT id FROM parent"),
    ("id", "SELECT id FROM names"),
    ("id", "SELECT id FROM (SELECT id FROM users) AS u"),
    ("n", "SELECT n FROM generate_series(1, 3) AS n"),
    ("id", "WITH u AS (SELECT id FROM users) SELECT id FROM u"),
    ("id + 1", "SELECT id + 1 AS next FROM users"),
    ('email COLLATE "POSIX"', 'SELECT email COLLATE "POSIX" AS email FROM users'),
    ("u.id", "SELECT u.id FROM users u JOIN posts p ON p.user_id = u.id"),
    ("u.id", "SELECT u.id FROM users u LEFT JOIN posts p ON p.user_id = u.id"),
    ("p.id", "SELECT p.id FROM posts p CROSS JOIN users u"),
    ("p.id", "SELECT p.id FROM posts p JOIN users u ON u.id > p.user_id"),
    ("p.id", "SELECT p.id FROM posts p JOIN users u ON u.id = p.user_id OR u.id = p.editor"),
    ("p.id", "SELECT p.id FROM posts p FULL JOIN users u ON u.id = p.user_id"),
    ("p.id", "SELECT p.id FROM posts p RIGHT JOIN users u ON u.id = p.user_id"),
    ("p.id", "SELECT p.id FROM posts p LEFT JOIN users u ON u.name = p.title"),
    ("p.id", "SELECT p.id FROM posts p, LATERAL (SELECT 1 FROM users) AS u"),
]


type Verdicts = Callable[[Sequence[tuple[str, str]]], list[str]]


@pytest.fixture
def verdicts(compile_texts: Callable[..., ir.Database]) -> Verdicts:
    """The code of the error of each order and query; empty for a page that is taken."""

    def judge(pages: Sequence[tuple[str, str]]) -> list[str]:
        codes = [""] * len(pages)
        text = "".join(f"-- name: q{n} :page\n-- sort: {sort}\n{query};\n" for n, (sort, query) in enumerate(pages))
        try:
            compile_texts(_SCHEMA, text)
        except DiagnosticsError as error:
            for diagnostic in error.diagnostics:
                codes[(diagnostic.line - 1) // 3] = diagnostic.code
        return codes

    return judge


def test_takes_orders_that_are_total(verdicts: Verdicts) -> None:
    assert dict(zip(_TOTAL, verdicts(_TOTAL), strict=True)) == dict.fromkeys(_TOTAL, "")


def test_refuses_orders_with_equal_rows(verdicts: Verdicts) -> None:
    assert dict(zip(_NOT_TOTAL, verdicts(_NOT_TOTAL), strict=True)) == dict.fromkeys(_NOT_TOTAL, "sort-not-total")


def test_total_orders_have_no_equal_rows_over_any_data(server: EmbeddedPostgres, verdicts: Verdicts) -> None:
    """Random joins and orders: where the build takes one, the keys of no two rows are equal."""
    conn = pq.PGconn.connect(server.create_database("total").encode())
    try:
        for statement in (_SCHEMA, *_DATA):
            assert conn.exec_(statement.encode()).status == pq.ExecStatus.COMMAND_OK
        chance = random.Random(5)
        candidates = [_candidate(chance) for _ in range(200)]
        pages = []
        for sort, source in candidates:
            columns = ", ".join(f"{key} AS c{i}" for i, key in enumerate(sort))
            pages.append((", ".join(sort), f"SELECT {columns} FROM {source}"))
        found = verdicts(pages)
        assert set(found) <= {"", "sort-not-total"}
        taken = [candidate for candidate, code in zip(candidates, found, strict=True) if not code]
        assert len(taken) > 30
        for sort, source in taken:
            grouped = f"SELECT 1 FROM {source} GROUP BY {', '.join(sort)} HAVING count(*) > 1"
            result = conn.exec_(grouped.encode())
            assert result.status == pq.ExecStatus.TUPLES_OK, result.error_message
            assert result.ntuples == 0, (sort, source)
    finally:
        conn.finish()
        server.drop_database("total")


_DATA = (
    "SET session_replication_role = replica",
    "INSERT INTO users SELECT n, 'e' || n, 'n' || n % 2, nullif('k' || n, 'k2') FROM generate_series(1, 4) n",
    "INSERT INTO posts SELECT n, n % 5, nullif(n % 3, 0), 't' || n % 2 FROM generate_series(1, 6) n",
    "INSERT INTO likes SELECT a, b, a + b FROM generate_series(1, 3) a, generate_series(2, 7, 2) b",
)
_TABLES = {"p": "posts p", "u": "users u", "l": "likes l"}
_KEYS = {
    "p": ("p.id", "p.title", "p.user_id"),
    "u": ("u.id", "u.email", "u.name"),
    "l": ("l.user_id", "l.post_id"),
}
_EQUATIONS = (
    "u.id = p.user_id",
    "u.id = p.editor",
    "l.post_id = p.id",
    "l.user_id = u.id",
    "p.id = l.at",
    "u.nick = u.name",
)


def _candidate(chance: random.Random) -> tuple[list[str], str]:
    names = chance.sample(sorted(_TABLES), chance.choice((2, 2, 3)))
    source = _TABLES[names[0]]
    for i, name in enumerate(names[1:], 2):
        fit = [one for one in _EQUATIONS if {side[0] for side in one.split(" = ")} <= set(names[:i])]
        kind = chance.choice(("JOIN", "JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"))
        most = 1 if kind == "FULL JOIN" else 2
        fit = [one for one in fit if kind != "FULL JOIN" or [side[0] for side in one.split(" = ")].count(name) == 1]
        on = " AND ".join(chance.sample(fit, min(len(fit), chance.randint(1, most))))
        source = f"{source} {kind} {_TABLES[name]} ON {on or 'true'}"
    choice = [key for name in names for key in _KEYS[name]]
    return chance.sample(choice, chance.randint(1, 4)), source
