"""The page of limits says what the server does."""

from pathlib import Path

from katana.runtime import Config
from katana.runtime._limits import limits_table
from katana.runtime._query import MAX_QUERY_PAIRS

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
