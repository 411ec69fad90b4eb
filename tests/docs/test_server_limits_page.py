"""The page of limits says what the server does."""

import inspect
from pathlib import Path

from katana.runtime import Config
from katana.runtime._limits import limits_table
from katana.runtime._query import MAX_QUERY_PAIRS
from katana.runtime.generated import KEEP_ALIVE
from katana.runtime.sql import Database

ROOT = next(p for p in Path(__file__).resolve().parents if (p / "README.md").is_file())
PAGE = (ROOT / "docs" / "reference" / "server-limits.md").read_text(encoding="utf-8")


def _table(number: int) -> list[list[str]]:
    """The rows of a table of the page, without its title."""
    tables = [block.splitlines()[2:] for block in PAGE.split("\n\n") if block.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in tables[number]]


def test_the_page_lists_every_limit_with_its_default() -> None:
    assert _table(0) == [[f"`{name}`", *rest] for name, *rest in limits_table()]


def test_the_page_names_the_fixed_limits() -> None:
    assert _table(1)[0] == ["query parameters of a request", str(MAX_QUERY_PAIRS), "400"]
    assert f"`--shutdown-deadline` ({Config().shutdown_deadline:g} seconds)" in PAGE


def test_the_page_names_the_keep_alive_of_events() -> None:
    values = {name: value for name, value, *_ in _table(1)}
    assert values["a stream of Server-Sent Events without an event"] == f"{KEEP_ALIVE.after:g} seconds"


def test_the_page_names_the_bounds_of_the_database() -> None:
    defaults = {name: p.default for name, p in inspect.signature(Database).parameters.items()}
    values = {name: value for name, value, *_ in _table(1)}
    assert values["connections to the database"] == f"{defaults['lanes']} for each process"
    assert values["an attempt to connect to the database"].startswith(f"{defaults['connect_timeout']:g} seconds")
    assert values["a query without a deadline of its own"] == f"{defaults['query_timeout']:g} seconds"
    assert values["queries under way on a connection to the database"] == str(defaults["max_pending"])
