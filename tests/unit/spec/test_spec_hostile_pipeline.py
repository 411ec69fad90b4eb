"""Documents that mean harm, through the whole pipeline: they end in diagnostics, or in Python that is harmless."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from katana import spec
from katana.diagnostics import DiagnosticsError, render
from katana.gen import openapi

Json = Any
INFO = {"title": '"""\x00\u202e', "version": "'"}
NAMES = [
    "class", "def", "None", "True", "match", "type", "async", "print", "import", "self", "cls", "ctx", "body", "dto",
    "__init__", "__class__", "__dict__", "_", "__", "___", "1", "0x", "UNSET", "Struct", "msgspec", "typing", "katana",
    "str", "list", "dict", "object", "Exception", "mro", "eval", "super", "annotations", "field", "x" * 5_000,
    # These look alike, or are alike when normalised.
    "a", "\u0430", "\u0391", "\u03b1", "\U0001d41a", "\ufb01", "\u017f", "\u212a", "\u00aa",
    "\u202eabc", "a\u200bb", "\u200b", "\ufeff", "\u2028", "\x85", "a b", "a-b", "a.b", "a/b", "a~b", "~", "#",
    "# noqa", "$ref", "{}", "{x}", "%s", "'", "'''", "ab", "AB", "Ab", "aB", "ab_", "\N{PILE OF POO}",
]  # fmt: skip
QUOTES = ['"', "\\", '"""', "a\nb", "a\x00b", "\x1b[31m"]


def schema_of(schema: Json, entries: dict[str, Json] | None = None) -> dict[str, Json]:
    content = {"application/json": {"schema": schema}}
    operation = {
        "operationId": "op",
        "requestBody": {"required": True, "content": content},
        "responses": {"200": {"description": "d", "content": content}},
    }
    return {
        "openapi": "3.1.0",
        "info": INFO,
        "paths": {"/a": {"post": operation}},
        "components": {"schemas": entries or {}},
    }


def nested(levels: int, wrap: str) -> Json:
    schema: Json = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "array", "items": schema} if wrap == "items" else {wrap: [schema]}
    return schema


def get(**operation: Json) -> Json:
    return {"get": {"responses": {"200": {"description": "d"}}, **operation}}


STRINGS = {name: {"type": "string"} for name in NAMES}
COMPILED: dict[str, Json] = {
    "names as properties": schema_of({"type": "object", "properties": STRINGS}),
    "names as titles": schema_of(
        {
            "type": "object",
            "properties": {
                f"p{i}": {"type": "object", "title": name, "properties": {"a": {"type": "string"}}}
                for i, name in enumerate([*NAMES, *QUOTES])
            },
        }
    ),
    "names as words of an enum": schema_of({"enum": [*NAMES, *QUOTES]}),
    "names as parameters": {
        "openapi": "3.1.0",
        "info": INFO,
        "paths": {
            "/a": get(parameters=[{"name": n, "in": "query", "schema": {"type": "string"}} for n in [*NAMES, *QUOTES]])
        },
    },
    "names as operations and tags": {
        "openapi": "3.1.0",
        "info": INFO,
        "paths": {
            f"/a{i}": get(operationId=name, tags=[name], summary=name, description=name)
            for i, name in enumerate([*NAMES, *QUOTES])
            if name.strip()
        },
    },
    "code in texts": schema_of(
        {
            "type": "object",
            "title": '"""\nimport os\nos.abort()\n"""',
            "description": '"""+__import__("os").abort()+"""',
            "properties": {"a": {"type": "string", "default": '"""\\\n\u2028\x00', "pattern": '"""+x'}},
        }
    ),
    "10 000 words of an enum": schema_of({"enum": [f"v{i}" for i in range(10_000)]}),
    "10 000 properties": schema_of({"type": "object", "properties": {f"p{i}": {} for i in range(10_000)}}),
    "deep lists": schema_of(nested(38, "items")),
    "deep unions": schema_of(nested(38, "anyOf")),
    "huge numbers": schema_of(
        {
            "type": "object",
            "properties": {
                "a": {"type": "integer", "minimum": -(10**390), "maximum": 10**390, "default": 10**300},
                "b": {"type": "number", "multipleOf": 1e-300, "minimum": 5e-324},
                "c": {"enum": [10**300, 1e308]},
                "d": {"type": "string", "maxLength": 10**300},
                "e": {"type": "array", "maxItems": 2**70},
            },
        }
    ),
    "2 000 schemas with names of their own": schema_of(
        {"$ref": "https://e.example/t0"},
        {
            f"T{i}": {
                "$id": f"https://e.example/t{i}",
                "type": "object",
                "properties": {"o": {"$ref": f"t{(i + 1) % 2000}"}},
            }
            for i in range(2_000)
        },
    ),
    "200 dynamic anchors of one name": schema_of(
        {"$ref": "t0"},
        {
            f"T{i}": {
                "$id": f"t{i}",
                "$dynamicAnchor": "n",
                "type": "object",
                "properties": {"c": {"$dynamicRef": "#n"}, "o": {"$ref": f"t{(i * 7 + 1) % 200}"}},
            }
            for i in range(200)
        },
    ),
}
REFUSED: dict[str, tuple[Json, str]] = {
    "a union of 3 000 objects": (
        schema_of(
            {
                "oneOf": [
                    {"type": "object", "required": ["k"], "properties": {"k": {"const": f"v{i}"}}} for i in range(3_000)
                ]
            }
        ),
        "unsupported-union",
    ),
    "an expression that takes too much memory": (
        schema_of({"type": "string", "pattern": "^.{0,262144}$"}),
        "bad-pattern",
    ),
    "an expression that backtracks": (schema_of({"type": "string", "pattern": r"(\w+)\1"}), "unsupported-pattern"),
    "members that JSON can only escape": (
        schema_of({"type": "object", "properties": {name: {} for name in QUOTES}}),
        "unsupported-member-name",
    ),
    "5 000 references to URLs": (
        schema_of({}, {f"A{i}": {"$ref": f"https://e.example/{i}"} for i in range(5_000)}),
        "ref-refused",
    ),
}


@pytest.mark.parametrize("name", sorted(COMPILED))
def test_a_hostile_document_becomes_python_that_holds_nothing_of_it_but_literals(tmp_path, name):
    path: Path = tmp_path / "openapi.json"
    path.write_text(json.dumps(COMPILED[name]), encoding="utf-8")
    modules = openapi.generate(spec.compile(path, refusals=openapi.refusals).api, "hostile")
    for file, text in modules.items():
        assert not any(ord(c) < 32 and c != "\n" for c in text), file
        if file.endswith(".py"):
            tree = ast.parse(text)
            calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
            assert "os" not in {
                alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
            }
            assert "__import__" not in {getattr(call.func, "id", "") for call in calls}
            compile(tree, file, "exec")


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_cannot_be_compiled_is_refused_in_few_words(tmp_path, name):
    document, code = REFUSED[name]
    path: Path = tmp_path / "openapi.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(DiagnosticsError) as caught:
        spec.compile(path, refusals=openapi.refusals)
    assert {found.code for found in caught.value.diagnostics if found.severity == "error"} == {code}
    shown = render(caught.value.diagnostics, lambda _: path.read_text("utf-8"))
    assert max(map(len, shown.splitlines())) < 500
