"""The pages of diagnostics and of what is supported say what the code says.

`KATANA_UPDATE_GOLDEN=1 pytest tests/docs` writes their tables anew.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from katana.diagnostics import CATALOGUE
from katana.gen.openapi import _unsupported as emitter
from katana.spec import _support
from katana.spec.validation import REFUSED

ROOT = next(p for p in Path(__file__).resolve().parents if (p / "README.md").is_file())
REFERENCE = ROOT / "docs/reference"
BEGIN, END = "<!-- made by tests/docs -->", "<!-- end -->"
SOURCES = [
    file
    for package in ("spec", "sql", "gen", "contract", "cli")
    for file in sorted((ROOT / "src/python/katana" / package).rglob("*.py"))
]
CODE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+\Z")


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def _diagnostics() -> str:
    out = []
    for area, codes in CATALOGUE.items():
        rows = [
            [f"`{code}`" + (" (warning)" if entry.warning else ""), entry.says, entry.advice]
            for code, entry in sorted(codes.items())
        ]
        out.append(f"## {area}\n{_table(['code', 'says', 'what to do'], rows)}")
    unsupported = {code: (f"not supported: {text.message}", text.hint) for code, text in emitter.UNSUPPORTED.items()}
    for construct in REFUSED:
        unsupported.setdefault(construct.code, (construct.message, construct.hint))
    rows = [[f"`{code}`", says.replace("{what}", "..."), hint] for code, (says, hint) in sorted(unsupported.items())]
    out.append(f"## What cannot be generated yet\n{_table(['code', 'says', 'what to do'], rows)}")
    return "\n".join(out)


def _support_tables() -> str:
    out = []
    for kind, title in _support.OBJECTS.items():
        rows = [[f"`{row.member}`", row.since, row.state] for row in _support.members(kind)]
        name = "OpenAPI Object" if not kind else f"{title.replace('-', ' ').title()} Object"
        out.append(f"### {name}\n{_table(['member', 'since', 'state'], rows)}")
    rows = [[f"`{keyword}`", state] for keyword, state in _support.schema_keywords().items()]
    out.append(f"### Schema Object\n{_table(['keyword', 'state'], rows)}")
    return "\n".join(out)


@pytest.mark.parametrize(
    ("page", "tables"), [("diagnostics.md", _diagnostics), ("openapi-support.md", _support_tables)]
)
def test_the_tables_of_a_page_are_made_of_the_code(page, tables):
    path = REFERENCE / page
    text = path.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    made = f"{before}{BEGIN}\n{tables()}\n{END}{after}"
    if os.environ.get("KATANA_UPDATE_GOLDEN"):
        path.write_text(made, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == made


def test_every_code_has_its_entry():
    listed = {code for codes in CATALOGUE.values() for code in codes}
    listed |= emitter.UNSUPPORTED.keys() | {construct.code for construct in REFUSED}
    used = {code for file in SOURCES for code in _codes(ast.parse(file.read_text(encoding="utf-8")))}
    assert sorted(used - listed) == []


def test_every_entry_is_of_a_code_that_exists():
    text = "\n".join(file.read_text(encoding="utf-8") for file in SOURCES)
    assert [code for codes in CATALOGUE.values() for code in codes if f'"{code}"' not in text] == []


def test_no_code_is_listed_twice():
    listed = [code for codes in CATALOGUE.values() for code in codes]
    assert len(listed) == len(set(listed))


def _codes(tree: ast.AST) -> Iterator[str]:
    """What stands where codes stand: `code=...`, the second argument of `findings.error`, the first of `Problem`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            places = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
            if name in (
                "error",
                "warning",
                "_refusal",
                "Problem",
                "diagnostic",
                "_error",
                "_file_error",
                "_word_error",
            ):
                places += node.args[:3]
            elif name == "Misfit":
                places += node.args[:1]
        elif isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
            places = node.value.elts[:1]
        else:
            continue
        for place in places:
            for one in (place.body, place.orelse) if isinstance(place, ast.IfExp) else (place,):
                if isinstance(one, ast.Constant) and isinstance(one.value, str) and CODE.match(one.value):
                    yield one.value
