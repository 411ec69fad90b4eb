"""The page of SQL types says what the code says.

`KATANA_UPDATE_GOLDEN=1 pytest tests/docs` writes its tables anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from katana.gen.sql import _codecs, _support, generate
from katana.gen.sql._reference import NOTES, written
from katana.ir import Column, Database, EnumDef, PgType, Query

ROOT = next(p for p in Path(__file__).resolve().parents if (p / "README.md").is_file())
PAGE = ROOT / "docs/reference/sql-types.md"
BEGIN, END = "<!-- made by tests/docs -->", "<!-- end -->"
INT, MOOD = PgType(name="int4", oid=23), PgType(name="mood", kind="enum", namespace="public")
ADDRESS = PgType(
    name="address", kind="composite", namespace="public", fields=(Column(name="zip", py_name="zip", type=INT),)
)
MADE = [
    ("enum `mood`", MOOD),
    ("composite `address`", ADDRESS),
    ("`int4range`, and ranges of users", PgType(name="int4range", kind="range", oid=3904, below=INT)),
    (
        "`int4multirange`",
        PgType(
            name="int4multirange",
            kind="multirange",
            oid=4451,
            below=PgType(name="int4range", kind="range", oid=3904, below=INT),
        ),
    ),
    ("domain over `int4`", PgType(name="positive", kind="domain", namespace="public", below=INT)),
    ("`int4[]`", PgType(name="int4", oid=1007, dimensions=1)),
    ("`int4[][]`", PgType(name="int4", oid=1007, dimensions=2)),
    ("`address[]`", PgType(name="address", kind="composite", namespace="public", fields=ADDRESS.fields, dimensions=1)),
]


def in_python(type_: PgType) -> str:
    """The type of a column, as generated code spells it."""
    columns = (Column(name="x", py_name="x", type=type_, nullable=False), Column(name="y", py_name="y", type=INT))
    query = Query(name="q", group="g", command="many", sql="", source="g.sql", columns=columns)
    database = Database(source="s", enums=(EnumDef(name="mood", labels=("sad",)),), queries=(query,))
    rows = generate(database, "x_db")["x_db/rows.py"]
    return next(line.removeprefix("    x: ") for line in rows.splitlines() if line.startswith("    x: "))


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def tables() -> str:
    base = [
        [f"`{written(name)}`", f"`{in_python(PgType(name=name, oid=codec.oid))}`", NOTES.get(name, "")]
        for name, codec in sorted(_codecs.CODECS.items())
    ]
    extensions = [
        [f"`{name}`", f"`{in_python(PgType(name=name, namespace='public'))}`", NOTES.get(name, "")]
        for name in _codecs.EXTENSION_CODECS
    ]
    made = [[name, f"`{in_python(type_)}`"] for name, type_ in MADE]
    refused = [
        [f"a type that {is_}", instead.replace("{name}", "tsvector").replace("{python}", "shop.money.Money")]
        for is_, instead in _support.REASONS.values()
    ]
    return "\n".join(
        (
            "## Built in\n" + table(["type", "in Python", "what to know"], base),
            "## Of extensions\n" + table(["type", "in Python", "what to know"], extensions),
            "## Made of other types\nEach may be made of each other.\n\n" + table(["type", "in Python"], made),
            "## Refused\n" + table(["what", "instead"], refused),
        )
    )


def test_the_tables_are_made_of_the_code() -> None:
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    made = f"{before}{BEGIN}\n{tables()}\n{END}{after}"
    if os.environ.get("KATANA_UPDATE_GOLDEN"):
        PAGE.write_text(made, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == made


def test_every_note_is_about_a_type_that_is_supported() -> None:
    assert NOTES.keys() <= _codecs.CODECS.keys() | _codecs.EXTENSION_CODECS.keys()


@pytest.mark.parametrize("page", ["how-to/use-sql-types.md", "rfcs/0013-sql-types.md"])
def test_what_the_pages_name_is_there(page: str) -> None:
    assert "katana: type = " in (ROOT / "docs" / page).read_text(encoding="utf-8")
