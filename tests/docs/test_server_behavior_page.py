"""The page of what the server does names tests that exist, every limit, and every status that the server answers."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path

from katana.runtime import Limits

ROOT = next(p for p in Path(__file__).resolve().parents if (p / "README.md").is_file())
DOCS = ROOT / "docs"
PAGE = (DOCS / "server-behavior.md").read_text(encoding="utf-8")
RUNTIME = ROOT / "src/python/katana/runtime"

LINK = re.compile(r"\[([^\]]+)\]\[([^\]]+)\]")
FILES = dict(re.findall(r"^\[([^\]]+)\]: (\S+)$", PAGE, re.MULTILINE))
SECTION = re.compile(r"\d{4} [\d.]+")


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def _proofs(path: Path) -> frozenset[str]:
    """What a file of tests can be linked for: its name, its tests, and the names of the rows of its tables."""
    return frozenset((f"`{path.stem}`", *_tests(path), *_rows(path)))


def _tests(path: Path) -> Iterator[str]:
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield node.name


def _rows(path: Path) -> Iterator[str]:
    for node in ast.walk(_tree(path)):
        match node:
            case ast.Tuple(elts=[ast.Constant(str(section)), ast.Constant(str(name)), *_]) if SECTION.fullmatch(
                section
            ):
                yield name


def _tables() -> Iterator[list[str]]:
    """The cells of each row of each table, without titles."""
    for block in re.findall(r"(?:^\|.*\n)+", PAGE, re.MULTILINE):
        for line in block.splitlines()[2:]:
            yield [cell.strip() for cell in line.strip("|").split("|")]


def _classes() -> dict[str, int]:
    """The classes of problems, and their statuses."""
    found = {}
    for node in ast.walk(_tree(RUNTIME / "_problem_statuses.py")):
        match node:
            case ast.ClassDef(name=name, keywords=[ast.keyword(arg="status", value=ast.Constant(int(status)))]):
                found[name] = status
    return found


def _answered() -> set[int]:
    """The statuses of the problems and heads that the runtime makes by itself."""
    classes, found = _classes(), {100}
    for path in RUNTIME.rglob("*.py"):
        for node in ast.walk(_tree(path)):
            match node:
                case ast.Call(func=ast.Name(id="Head"), args=[ast.Constant(int(status)), *_]):
                    found.add(status)
                case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in classes:
                    found.add(classes[name])
    return found


def test_every_linked_test_exists() -> None:
    links = LINK.findall(PAGE)
    assert {reference for _, reference in links} == set(FILES)
    missing = [(text, FILES[file]) for text, file in links if text not in _proofs((DOCS / FILES[file]).resolve())]
    assert missing == []


def test_every_rule_has_a_test() -> None:
    assert [row[0] for row in _tables() if not LINK.search(row[-1])] == []


def test_every_status_that_the_server_answers_has_its_row() -> None:
    assert {int(row[0]) for row in _tables() if row[0].isdecimal()} == _answered()


def test_every_limit_is_part_of_a_rule() -> None:
    rules = "".join("|".join(row) for row in _tables())
    assert [f.name for f in fields(Limits) if f"`{f.name}`" not in rules] == []


def test_rows_of_the_tables_have_names_of_their_own() -> None:
    folder = ROOT / "tests/conformance/http1"
    names = [name for path in sorted(folder.glob("http1_*.py")) for name in _rows(path)]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []
