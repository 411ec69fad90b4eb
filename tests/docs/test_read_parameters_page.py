"""Every row of the tables of docs/how-to/read-parameters.md, through generated code."""

import asyncio
import importlib
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import msgspec
import pytest

from katana import spec
from katana.gen import openapi
from katana.runtime import Ctx, Headers, NoContent

ROOT = next(p for p in Path(__file__).resolve().parents if (p / "README.md").is_file())
PAGE = (ROOT / "docs/how-to/read-parameters.md").read_text(encoding="utf-8")
SCHEMAS: dict[str, Any] = {
    "string": {"type": "string"},
    "strings": {"type": "array", "items": {"type": "string"}},
    "integers": {"type": "array", "items": {"type": "integer"}},
    "object": {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"type": "integer"}, "b": {"type": "string"}},
    },
    "free": {"type": "object", "additionalProperties": {"type": "integer"}},
}


def _rows(columns: int) -> list[tuple[str, ...]]:
    """The cells of the rows of all tables with so many columns, without their heads."""
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in PAGE.splitlines() if line[:1] == "|"]
    kept = [row for row in rows if len(row) == columns]
    return [row for i, row in enumerate(kept) if not set("".join(row)) <= {"-"} and i != 0]


VALUES = _rows(6)
PATHS = [(row[0].strip("`"), row[1], row[2]) for row in _rows(3)]


class _Api:
    """A generated package with one operation, whose arguments are kept."""

    def __init__(self, folder: Path, name: str, path: str, parameters: list[dict[str, Any]]) -> None:
        operation = {"operationId": "op", "parameters": parameters, "responses": {"204": {"description": ""}}}
        document = {"openapi": "3.2.0", "info": {"title": "T", "version": "1"}, "paths": {path: {"get": operation}}}
        (folder / "api.json").write_text(json.dumps(document))
        for file, text in openapi.generate(spec.compile(folder / "api.json").api, name).items():
            (folder / file).parent.mkdir(exist_ok=True)
            (folder / file).write_text(text)
        importlib.invalidate_caches()
        interface: Any = importlib.import_module(f"{name}.api").DefaultApi
        routes = importlib.import_module(f"{name}.routes")
        self.arguments: tuple[Any, ...] = ()

        async def op(_self: object, _ctx: Ctx, *positional: Any, **keywords: Any) -> NoContent:
            self.arguments = (*positional, *keywords.values())
            return NoContent()

        controller = type("Controller", (interface,), {"op": op})()
        router = next(value for key, value in vars(routes).items() if key.endswith("Router"))
        self.router: Any = router(default=controller)

    def get(self, target: str, headers: tuple[tuple[str, str], ...] = ()) -> tuple[Any, ...] | None:
        path, _, query = target.partition("?")
        found = self.router.match(path)
        if found is None:
            return None
        resource, raw = found
        args = tuple(unquote(argument) for argument in raw)
        db: Any = None
        ctx = Ctx(method="GET", path=path, args=args, raw_args=raw, query_string=query, headers=Headers(headers), db=db)
        asyncio.run(resource.methods["GET"].call(ctx))
        return self.arguments


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(("number", "row"), list(enumerate(VALUES)), ids=[" ".join(row) for row in VALUES])
def test_a_value_is_written_as_the_page_says(number: int, row: tuple[str, ...], folder: Path) -> None:
    location, style, explode, schema, sent, python = row
    sent, python = sent.strip("`"), python.strip("`")
    parameter = {
        "name": "v",
        "in": location,
        "style": style,
        "explode": explode == "true",
        "schema": SCHEMAS[schema],
        **({"required": True} if location == "path" else {}),
    }
    api = _Api(folder, f"page_{number}_api", "/p/{v}" if location == "path" else "/p", [parameter])
    headers = {"header": (("v", sent),), "cookie": (("cookie", sent),)}.get(location, ())
    target = {"path": f"/p/{sent}", "query": f"/p?{sent}"}.get(location, "/p")
    found = api.get(target, headers)
    assert found is not None
    expected = eval(python, {"V": lambda **members: members})
    assert msgspec.to_builtins(found[0]) == expected


def test_the_page_has_a_row_for_each_place_and_style() -> None:
    assert {row[:2] for row in VALUES} == {
        *(("path", style) for style in ("simple", "label", "matrix")),
        *(("query", style) for style in ("form", "spaceDelimited", "pipeDelimited", "deepObject")),
        ("header", "simple"),
        *(("cookie", style) for style in ("form", "cookie")),
    }


@pytest.mark.parametrize(("number", "row"), list(enumerate(PATHS)), ids=[row[0] for row in PATHS])
def test_a_template_matches_what_the_page_says(number: int, row: tuple[str, str, str], folder: Path) -> None:
    template, matching, others = row
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", template)
    ]
    api = _Api(folder, f"path_{number}_api", template, parameters)
    for path, arguments in re.findall(r"`(/[^`]*)`((?:: (?:`[^`]*`(?:, (?!`/))?)+)?)", matching):
        found = api.get(path)
        assert found is not None
        if arguments:
            assert list(found) == re.findall(r"`([^`]*)`", arguments)
    assert [api.get(path) for path in re.findall(r"`([^`]*)`", others)] == [None] * others.count("`/")
