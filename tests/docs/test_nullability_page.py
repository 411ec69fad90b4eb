"""The page about NULL says what the code and its tests say.

`KATANA_UPDATE_GOLDEN=1 pytest tests/docs` writes it anew.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from katana.sql import _nullability
from unit.sql.nullability_cases import SCHEMA, SECTIONS

ROOT = next(p for p in Path(__file__).resolve().parents if (p / "README.md").is_file())
PAGE = ROOT / "docs/reference/sql-nullability.md"


def _rules() -> str:
    """The numbered lines of the module that decides."""
    return (_nullability.__doc__ or "").partition("nothing to guess:\n\n")[2]


def _examples() -> str:
    out = [f"```sql\n{SCHEMA.strip()}\n```\n"]
    for title, cases in SECTIONS.items():
        out.append(f"### {title}\n| query | columns |\n|---|---|\n")
        out += [f"| `{_squeezed(query)}` | `{columns}` |\n" for query, columns in cases]
        out.append("\n")
    return "\n".join(out[:1]) + "\n" + "".join(out[1:]).rstrip("\n") + "\n"


def _squeezed(query: str) -> str:
    """On one line, and fit for a cell of a table."""
    return " ".join(query.split()).replace("|", "\\|")


def test_the_page_shows_the_rules_and_the_examples() -> None:
    text = PAGE.read_text(encoding="utf-8")
    made = text
    for part, content in {"rules": _rules(), "examples": _examples()}.items():
        begin = f"<!-- made by tests/docs: {part} -->\n"
        before, found, rest = made.partition(begin)
        assert found
        made = f"{before}{begin}{content}<!-- end -->{rest.partition('<!-- end -->')[2]}"
    if os.environ.get("KATANA_UPDATE_GOLDEN"):
        PAGE.write_text(made, encoding="utf-8")
    assert re.search(r"^1\. .*?^7\. ", made, re.MULTILINE | re.DOTALL)
    assert made == PAGE.read_text(encoding="utf-8")
