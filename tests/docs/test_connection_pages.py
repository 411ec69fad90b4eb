"""What the pages on policies and connections show is what the compiler takes and what there is."""

import ast
import re
from pathlib import Path

import pytest

from katana import sql
from katana.embedded import EmbeddedPostgres
from katana.runtime._config import OPTIONS, resolve
from katana.runtime.sql import Notification
from katana.runtime.sql import __all__ as public
from katana.runtime.sql._dsn import parse_dsn, parse_replica_dsn

ROOT = next(p for p in Path(__file__).resolve().parents if (p / "README.md").is_file())
POLICIES = (ROOT / "docs" / "how-to" / "query-policies.md").read_text(encoding="utf-8")
CONNECT = (ROOT / "docs" / "how-to" / "connect-to-postgresql.md").read_text(encoding="utf-8")


def _blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)


def test_the_query_of_the_page_has_the_policy_that_it_says(tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text(
        "CREATE TABLE books (id bigint PRIMARY KEY, title text NOT NULL, sold bigint NOT NULL);"
    )
    (tmp_path / "books.sql").write_text(_blocks(POLICIES, "sql")[0])
    with EmbeddedPostgres.start() as server:
        schema, queries = [tmp_path / "schema.sql"], [tmp_path / "books.sql"]
        compiled = sql.compile(schema, queries, source="books", db_url=server.url())
    policy = compiled.queries[0].policy
    assert policy is not None
    assert (policy.timeout_ms, policy.cache_ms, policy.read_only, policy.replica_ok) == (250, 1500, True, True)


def test_the_connection_strings_of_the_page_are_ones() -> None:
    shown = [line.partition("=") for block in _blocks(CONNECT, "") for line in block.splitlines()]
    assert {name for name, _, _ in shown} == {"KATANA_DATABASE_URL", "KATANA_DATABASE_REPLICA_URL"}
    for name, _, url in shown:
        (parse_replica_dsn if "REPLICA" in name else parse_dsn)(url)
        assert resolve({}, {name: url}) is not None


def test_the_options_of_the_page_exist_with_their_defaults() -> None:
    config = resolve({}, {})
    named = re.findall(r"`(database_\w+)`\s\((\d+)", CONNECT)
    assert named == [("database_lanes", "2"), ("database_leases", "8"), ("database_query_timeout", "30")]
    assert {name for name, _ in named} <= {option.name for option in OPTIONS}
    assert [f"{getattr(config, name):g}" for name, _ in named] == [value for _, value in named]


@pytest.mark.parametrize("code", _blocks(CONNECT, "python"))
def test_the_program_of_the_page_uses_what_there_is(code: str) -> None:
    module = compile(code, "page", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    imported = {alias.name for node in ast.walk(module) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert imported == {"listen", "notify"}
    assert imported <= set(public)
    assert Notification("orders").missed is False
