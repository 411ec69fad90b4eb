"""Documents that mean harm: each ends in diagnostics or in IR, soon, and never in a traceback."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from katana import ir, spec
from katana.diagnostics import Diagnostic, DiagnosticsError, render
from katana.gen import openapi

Json = Any
INFO = {"title": "T", "version": "1"}


def schemas(entries: dict[str, Json], version: str = "3.1.0") -> dict[str, Json]:
    return {"openapi": version, "info": INFO, "paths": {}, "components": {"schemas": entries}}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def nested(levels: int, wrap: str) -> Json:
    schema: Json = {"type": "string"}
    for _ in range(levels):
        schema = {wrap: [schema]} if wrap.endswith("Of") else {wrap: {"a": schema} if wrap == "properties" else schema}
    return schema


TWELVE = range(12)
HOSTILE: dict[str, Json] = {
    "10 000-way enum": schemas({"A": {"enum": [f"v{i}" for i in range(10_000)]}}),
    "10 000-way oneOf": schemas({"A": {"oneOf": [{"const": i} for i in range(10_000)]}}),
    "2 000-way oneOf of objects": schemas(
        {"A": {"oneOf": [{"type": "object", "properties": {f"p{i}": {}}} for i in range(2_000)]}}
    ),
    "10 000 properties with one name": schemas(
        {"A": {"type": "object", "properties": {"a" + "-" * i: {} for i in range(3_000)}}}
    ),
    "doubling references": schemas(
        {f"A{i}": {"allOf": [ref(f"A{i + 1}"), ref(f"A{i + 1}")]} for i in range(300)} | {"A300": {"type": "string"}}
    ),
    "doubling unions": schemas(
        {f"A{i}": {"oneOf": [ref(f"A{i + 1}"), ref(f"A{i + 1}")]} for i in range(200)} | {"A200": {"type": "string"}}
    ),
    "a chain of 3 000 references": schemas({f"A{i}": ref(f"A{i + 1}") for i in range(3_000)} | {"A3000": {}}),
    "a ring of 3 000 references": schemas({f"A{i}": ref(f"A{(i + 1) % 3_000}") for i in range(3_000)}),
    "merges of lists of each other": schemas(
        {
            f"A{i}": {"anyOf": [{"type": "array", "items": {"allOf": [ref(f"A{j}"), {"minItems": 1}]}} for j in TWELVE]}
            for i in TWELVE
        }
    ),
    "everything refers to everything": schemas(
        {f"A{i}": {"type": "object", "properties": {f"p{j}": ref(f"A{j}") for j in range(60)}} for i in range(60)}
    ),
    "deep allOf": schemas({"A": nested(40, "allOf")}),
    "deep properties": schemas({"A": nested(40, "properties")}),
    "deep items": schemas({"A": nested(80, "items")}),
    "too deep": schemas({"A": nested(300, "items")}),
    "huge numbers": schemas({"A": {"type": "integer", "maximum": 10**300, "default": -(10**300)}}),
    "numbers where text is expected": schemas({"A": {"type": 1, "pattern": 2, "format": [], "title": {}, "$ref": 3}}),
    "text where lists are expected": schemas({"A": {"required": "a", "enum": "b", "allOf": "c", "properties": "d"}}),
    "null everywhere": {"openapi": "3.1.0", "info": None, "paths": None, "components": None},
    "lists for objects": {"openapi": "3.1.0", "info": [], "paths": [], "components": [{}]},
    "hostile names": schemas({"__class__": {"type": "object", "properties": {"\u0000": {}, "\ud83d\ude00": {}}}}),
    "lone surrogate": schemas({"A": {"type": "object", "properties": {"\ud800": {}}, "const": "\udfff"}}),
    "catastrophic pattern": schemas({"A": {"type": "string", "pattern": "(a+)+$", "default": "a" * 40 + "b"}}),
    "huge pattern": schemas({"A": {"type": "string", "pattern": "a{1000}{1000}{1000}"}}),
    "self-mapping": schemas(
        {
            "A": {"oneOf": [ref("B")], "discriminator": {"propertyName": "x", "mapping": {"": "", "#": "#"}}},
            "B": {},
        }
    ),
    "reference to itself as data": schemas({"A": {"default": ref("A"), "enum": [ref("A")]}}),
    "reference into data": schemas({"A": {"$ref": "#/components/schemas/B/default"}, "B": {"default": 3}}),
    "reference to the document": schemas({"A": {"$ref": "#"}}),
    "path item cycle": {
        "openapi": "3.1.0", "info": INFO, "paths": {"/a": {"$ref": "#/paths/~1b"}, "/b": {"$ref": "#/paths/~1a"}},
    },
    "parameter of another kind": {
        "openapi": "3.1.0", "info": INFO,
        "paths": {"/a": {"get": {"parameters": [{"$ref": "#/info"}, {"$ref": "#/paths/~1a"}], "responses": {}}}},
    },
    "path of braces": {"openapi": "3.1.0", "info": INFO, "paths": {"/" + "{" * 5_000: {}, "/" + "{a}/" * 2_000: {}}},
    "3 000 bad references": schemas({f"A{i}": {"$ref": f"#/no{i}"} for i in range(3_000)}),
}  # fmt: skip


@pytest.mark.parametrize("name", list(HOSTILE))
def test_a_hostile_document_ends_in_ir_or_in_diagnostics(tmp_path, name):
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(HOSTILE[name]), encoding="utf-8")
    assert outcome(path)


@pytest.mark.parametrize("name", ["doubling references", "doubling unions", "a chain of 3 000 references"])
def test_a_schema_that_no_validator_could_finish_is_refused(tmp_path, name):
    path = tmp_path / "openapi.json"
    document = json.loads(json.dumps(HOSTILE[name]))
    document["components"]["schemas"]["B"] = {"allOf": [ref("A0")], "default": 1}
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(DiagnosticsError) as caught:
        spec.compile(path)
    assert {found.code for found in caught.value.diagnostics} == {"too-complex"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00",
        b"\xff\xfe\x00",
        b"\xef\xbb\xbf",
        b"{",
        b"[" * 100_000,
        b"{" * 100_000,
        b"- " * 100_000,
        b"a: " * 10_000,
        b"? " * 10_000,
        b"&a " * 1_000,
        b"openapi: 3.1.0\ninfo: *x\n",
        b"openapi: &a 3.1.0\ninfo: &b {title: *a, version: *a}\npaths: *b\n",
        b"%YAML 9.9\n---\nopenapi: 3.1.0\n",
        b"%TAG ! tag:evil,2000:\n---\n!python a: b\n",
        b"openapi: 3.1.0\r\ninfo:\r\n\ttitle: x\r\n",
        b'"' + b"\\u0000" * 1_000 + b'"',
        b"openapi: " + b"9" * 100_000,
        b"!!binary aGVsbG8=: x",
        b"openapi: !!python/object/apply:os.system ['echo hacked']",
    ],
)
@pytest.mark.parametrize("suffix", ["yaml", "json"])
def test_hostile_bytes_end_in_diagnostics(tmp_path, data, suffix):
    path = tmp_path / f"openapi.{suffix}"
    path.write_bytes(data)
    assert "errors" in outcome(path)


def outcome(path: Path) -> str:
    """Compiles and bundles; what comes out has to be printable."""
    found: tuple[Diagnostic, ...] = ()
    compiled = None
    try:
        compiled = spec.compile(path)
    except DiagnosticsError as error:
        found = error.diagnostics
    if compiled is None:
        assert found
        assert all(one.code and one.message and one.line >= 0 for one in found)
        assert render(found, lambda _file: path.read_text("utf-8", "replace"))
        return "errors"
    assert ir.load(ir.dump(compiled.api)) == compiled.api
    assert spec.bundle(path)
    return "ir"


SEED = {
    "openapi": "3.1.0",
    "info": INFO,
    "security": [{"key": []}],
    "paths": {
        "/users/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": {
                "operationId": "getUser",
                "tags": ["users"],
                "parameters": [{"$ref": "#/components/parameters/limit"}],
                "responses": {
                    "200": {"description": "d", "content": {"application/json": {"schema": ref("User")}}},
                    "default": {"$ref": "#/components/responses/bad"},
                },
            },
            "put": {
                "x-katana-limits": {"body": "1MB"},
                "requestBody": {"content": {"application/json": {"schema": ref("Pet")}}},
                "responses": {"204": {"description": "d", "headers": {"X-A": {"schema": {"type": "string"}}}}},
            },
        }
    },
    "components": {
        "parameters": {"limit": {"name": "limit", "in": "query", "schema": {"type": "integer", "default": 3}}},
        "responses": {"bad": {"description": "d", "content": {"application/problem+json": {"schema": {}}}}},
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "k"}},
        "schemas": {
            "User": {
                "type": "object",
                "required": ["id"],
                "properties": {
                    "id": {"type": "integer", "readOnly": True},
                    "pets": {"type": "array", "items": ref("Pet"), "minItems": 1},
                    "home": {"type": ["object", "null"], "properties": {"city": {"type": "string", "maxLength": 3}}},
                    "mood": {"type": "string", "enum": ["a", "b"], "default": "a"},
                },
            },
            "Pet": {"oneOf": [ref("Cat"), ref("Dog")], "discriminator": {"propertyName": "kind"}},
            "Cat": {"type": "object", "properties": {"kind": {"const": "cat"}}, "required": ["kind"]},
            "Dog": {"allOf": [ref("Cat"), {"properties": {"owner": ref("User")}, "not": {"required": ["x"]}}]},
        },
    },
}
PIECES: list[Json] = [
    None, True, False, 0, -1, 1.5, 10**30, "", "x", "#", "#/", "#/components/schemas/User", "../x.yaml", "{a}", [], {},
    [[]], [None], [{}], {"$ref": "#"}, {"$ref": 1}, {"": {}}, {"x-katana-x": 1}, {"$ref": "#/components/schemas/Dog"},
    {"type": "object"}, ["a", "a"], {"type": ["null"]}, {"allOf": [{}]}, {"schema": {}}, "\u0000", "object", "3.0.3",
]  # fmt: skip
KEYS = ["$ref", "type", "properties", "allOf", "oneOf", "items", "name", "in", "content", "schema", "default", "enum",
        "nullable", "responses", "200", "get", "required", "discriminator", "$id", "$defs", "", "/a", "$anchor",
        "$dynamicAnchor", "$dynamicRef", "style", "x-katana-limits"]  # fmt: skip


def mutate(document: Json, source: random.Random) -> Json:
    """One change anywhere: a value replaced, removed, doubled, renamed, or moved from elsewhere."""
    containers: list[Json] = []
    pending = [document]
    while pending:
        node = pending.pop()
        if isinstance(node, dict | list) and node:
            containers.append(node)
            pending += node.values() if isinstance(node, dict) else node
    target = source.choice(containers)
    other = json.loads(json.dumps(source.choice(containers)))
    piece = source.choice([source.choice(PIECES), other])
    if isinstance(target, list):
        index = source.randrange(len(target))
        source.choice(
            [lambda: target.__setitem__(index, piece), lambda: target.append(piece), lambda: target.pop(index)]
        )()
        return document
    key = source.choice(list(target))
    change = source.randrange(4)
    if change == 0:
        target[key] = piece
    elif change == 1:
        del target[key]
    elif change == 2:
        target[source.choice(KEYS)] = piece
    else:
        target[source.choice(KEYS)] = target.pop(key)
    return document


def generated(path: Path) -> bool:
    """Whether a package comes of the document; what comes is Python."""
    try:
        modules = openapi.generate(spec.compile(path, refusals=openapi.refusals).api, "mutant")
    except DiagnosticsError:
        return False
    for name, text in modules.items():
        if name.endswith(".py"):
            compile(text, name, "exec")
    return True


@settings(max_examples=600, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), changes=st.integers(1, 6), version=st.sampled_from(["3.0.3", "3.1.0", "3.2.0"]))
def test_a_mutated_document_never_ends_in_a_traceback(tmp_path, seed, changes, version):
    source = random.Random(seed)
    document = json.loads(json.dumps({**SEED, "openapi": version}))
    for _ in range(changes):
        if document:
            document = mutate(document, source)
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert outcome(path)
    generated(path)
