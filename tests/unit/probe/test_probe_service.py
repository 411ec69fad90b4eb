"""Contract tests that nobody wrote: what they find in services that break their word, and what they leave alone."""

from __future__ import annotations

import copy
import importlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from katana import spec
from katana.gen.openapi import generate
from katana.probe import main

REF = {"application/json": {"schema": {"$ref": "#/components/schemas/Item"}}}
PROBLEM = {"description": "", "content": {"application/problem+json": {}}}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Probed", "version": "1"},
    "paths": {
        "/items": {
            "post": {
                "operationId": "create_item",
                "tags": ["items"],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewItem"}}},
                },
                "responses": {
                    "201": {
                        "description": "",
                        "headers": {"Location": {"required": True, "schema": {"type": "string"}}},
                        "content": REF,
                    },
                    "422": PROBLEM,
                },
            }
        },
        "/items/{item_id}": {
            "parameters": [
                {"name": "item_id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
            ],
            "get": {
                "operationId": "get_item",
                "tags": ["items"],
                "parameters": [{"name": "size", "in": "query", "schema": {"type": "integer", "maximum": 9}}],
                "responses": {"200": {"description": "", "content": REF}, "404": PROBLEM, "422": PROBLEM},
            },
            "delete": {
                "operationId": "delete_item",
                "tags": ["items"],
                "security": [{"key": []}],
                "responses": {"204": {"description": ""}, "404": PROBLEM, "422": PROBLEM},
            },
        },
    },
    "components": {
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
        "schemas": {
            "NewItem": {
                "type": "object",
                "required": ["name"],
                "additionalProperties": False,
                "properties": {
                    "name": {"type": "string", "pattern": "^[a-z]{2,8}$"},
                    "tags": {"type": "array", "maxItems": 2, "items": {"enum": ["a", "b"]}},
                },
            },
            "Item": {
                "type": "object",
                "required": ["id", "name"],
                "properties": {"id": {"type": "string", "format": "uuid"}, "name": {"type": "string", "minLength": 2}},
            },
        },
    },
}
CONTROLLERS = """
import uuid

from probed_api.api import ItemsApi, Security
from probed_api.dto import Item
from probed_api.responses import CreateItemCreated
from probed_api.routes import ProbedRouter

from katana.runtime import NoContent, Service


class Items(ItemsApi):
    def __init__(self):
        self.kept = {}

    async def create_item(self, ctx, body):
        item = Item(id=uuid.UUID(int=len(self.kept) + 1), name=body.name)
        self.kept[item.id] = item
        return CreateItemCreated(body=item, location=f"/items/{item.id}")

    async def get_item(self, ctx, item_id, *, size=None):
        return self.kept.get(item_id) or ctx.problem.not_found("item.not_found")

    async def delete_item(self, ctx, item_id):
        return NoContent() if self.kept.pop(item_id, None) else ctx.problem.not_found("item.not_found")


class Door(Security):
    async def key(self, ctx, key):
        return "ada" if key == "s3cret" else None


def routers():
    return (ProbedRouter(items=Items(), security=Door()),)


def secrets():
    return {"key": "s3cret"}


SERVICE = Service(name="probed", version="1", routers=routers)
"""
TICKING = """
from katana.runtime import Endpoint, Head, Resource, Service, StreamReply

HEAD = Head(200, "text/event-stream")


async def ticks():
    while True:
        yield b"data: 1\\n\\n" * 1000


async def tick(ctx):
    return StreamReply(HEAD, ticks())


class Router:
    def __init__(self):
        self.resources = (Resource("/ticks", {"GET": Endpoint(operation="tick", call=tick)}),)

    def match(self, path):
        return (self.resources[0], ()) if path == "/ticks" else None


SERVICE = Service(name="ticking", version="1", routers=lambda: (Router(),))
"""

Probe = Callable[..., tuple[int, str]]


@pytest.fixture
def probe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Probe]:
    """Probes a service: its controllers with some text replaced, and the contract that the probe holds it to."""

    def run(
        *arguments: str, replace: tuple[str, str] = ("", ""), held_to: dict[str, Any] = DOCUMENT
    ) -> tuple[int, str]:
        assert replace[0] in CONTROLLERS
        (tmp_path / "probed_service.py").write_text(CONTROLLERS.replace(*replace) if replace[0] else CONTROLLERS)
        (tmp_path / "held.json").write_text(json.dumps(held_to))
        status = main(["probed_service", "--document", str(tmp_path / "held.json"), *arguments])
        return status, capsys.readouterr().out

    source = tmp_path / "probed.json"
    source.write_text(json.dumps(DOCUMENT, indent=1))
    for name, text in generate(spec.compile(source).api, "probed_api").items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    yield run
    for name in [name for name in sys.modules if name.startswith("probed_")]:
        del sys.modules[name]


def changed(place: str, value: Any) -> dict[str, Any]:
    """The document with another value at a place, as `paths./items.post`."""
    document = copy.deepcopy(DOCUMENT)
    *parts, last = place.split(".")
    node: Any = document
    for part in parts:
        node = node[int(part) if part.isdigit() and isinstance(node, list) else part]
    node[last] = value
    return document


def test_a_service_that_keeps_its_contract_passes(probe: Probe) -> None:
    status, said = probe("--credentials", "probed_service:secrets")
    assert status == 0, said
    assert said.startswith("3 operations, ")
    assert said.endswith("every answer keeps the contract\n")


def test_two_runs_say_the_same(probe: Probe) -> None:
    breaking = ("name=body.name", "name='x'")
    first = probe(replace=breaking)
    assert first == probe(replace=breaking)


def test_without_credentials_only_refusals_are_tried_and_that_is_said(probe: Probe) -> None:
    status, said = probe()
    assert status == 0
    assert "delete_item: note: it needs credentials; only refusals were tried\n" in said


def test_an_open_door_is_found(probe: Probe) -> None:
    status, said = probe(held_to=changed("paths./items/{item_id}.get.security", [{"key": []}]))
    assert status == 1
    assert "get_item: without credentials: expected 401 or 403, because there are no credentials; got 200" in said


def test_a_response_that_is_not_of_its_schema_is_found_with_its_place_and_command(probe: Probe, tmp_path: Path) -> None:
    status, said = probe("--source", str(tmp_path / "probed.json"), replace=("name=body.name", "name='x'"))
    assert status == 1
    line = next(line for line in said.splitlines() if "create_item: valid: " in line)
    assert line.startswith(
        f"{tmp_path}/probed.json:10: create_item: valid: expected a body that fits the schema of 201; /name:"
    )
    assert "\n  curl -i -X POST http://127.0.0.1:8080/items -H 'content-type: application/json' --data-binary '" in said


def test_an_error_of_a_controller_is_found_with_its_line(probe: Probe) -> None:
    status, said = probe(replace=("item = Item(", "1 / 0\n        item = Item("))
    assert status == 1
    assert "create_item: valid: expected one of the declared statuses (201, 422); got 500" in said
    assert "\n  because: ZeroDivisionError: division by zero (" in said
    assert "/probed_service.py:17)\n" in said


def test_many_findings_of_one_sort_are_three_and_a_count(probe: Probe) -> None:
    _, said = probe(replace=("item = Item(", "1 / 0\n        item = Item("))
    assert said.count("because: ZeroDivisionError") == 3
    assert "\ncreate_item: 2 more like these\n" in said or "more like these" in said


def test_a_status_that_is_not_declared_is_found(probe: Probe) -> None:
    held = changed("paths./items/{item_id}.get.responses", {"200": {"description": "", "content": REF}})
    status, said = probe(replace=("self.kept.get(item_id) or", "None or"), held_to=held)
    assert status == 1
    assert "get_item: valid: expected one of the declared statuses (200); got 404" in said


def test_a_missing_header_is_found(probe: Probe) -> None:
    held = changed(
        "paths./items.post.responses.201.headers", {"ETag": {"required": True, "schema": {"type": "string"}}}
    )
    status, said = probe(held_to=held)
    assert status == 1
    assert "create_item: valid: expected the header `ETag` with 201; it is missing" in said


def test_another_content_type_is_found(probe: Probe) -> None:
    held = changed("paths./items/{item_id}.get.responses.200.content", {"text/plain": {}})
    status, said = probe(held_to=held)
    assert status == 1
    assert "expected content of the type text/plain with 200; got application/json" in said


def test_input_that_is_not_valid_but_reaches_the_controller_is_found(probe: Probe) -> None:
    held = changed("components.schemas.NewItem.properties.name.pattern", "^[b-z]{2,8}$")
    held["paths"]["/items/{item_id}"]["get"]["parameters"][0]["schema"]["maximum"] = 5
    status, said = probe(held_to=held)
    assert status == 0, said
    held["components"]["schemas"]["NewItem"]["required"] = ["name", "tags"]
    status, said = probe(held_to=held)
    assert status == 1
    assert "in the body, `tags` is left out: expected 4xx, because the request is not valid; got 201" in said


def test_valid_input_that_is_refused_is_found(probe: Probe) -> None:
    held = changed("paths./items/{item_id}.get.parameters.0.schema", {"type": "integer", "maximum": 20})
    status, said = probe(held_to=held)
    assert status == 1
    assert "query parameter `size` is 20: expected that the controller is called, because the request is valid" in said


def test_secrets_do_not_show(probe: Probe) -> None:
    status, said = probe(
        "--credentials",
        "probed_service:secrets",
        replace=("return NoContent() if", "1 / 0\n        return NoContent() if"),
    )
    assert status == 1
    assert "X-Key: $KEY" in said
    assert "s3cret" not in said


@pytest.mark.usefixtures("probe")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere.main"], "nowhere.main: error: there is no such module"),
        (["probed_service"], "has no documents\n  help: katana ir bundle"),
        (["probed_service", "--credentials", "probed_service:nothing"], "--credentials probed_service:nothing"),
        (["probed_service", "--credentials", "os:getcwd"], "return a dict of secrets by scheme"),
    ],
)
def test_what_is_missing_is_said(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str], says: str
) -> None:
    (tmp_path / "probed_service.py").write_text(CONTROLLERS)
    (tmp_path / "probed.json").write_text(json.dumps(DOCUMENT))
    extra = ["--document", str(tmp_path / "probed.json")] if len(arguments) > 1 else []
    assert main([*arguments, *extra]) == 3
    assert says in capsys.readouterr().err


def test_a_stream_without_end_is_left_after_its_first_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ticking_service.py").write_text(TICKING)
    responses = {"200": {"description": "", "content": {"text/event-stream": {}}}}
    document = {"openapi": "3.1.0", "paths": {"/ticks": {"get": {"operationId": "tick", "responses": responses}}}}
    (tmp_path / "ticking.json").write_text(json.dumps(document))
    monkeypatch.syspath_prepend(str(tmp_path))
    assert main(["ticking_service", "--document", str(tmp_path / "ticking.json")]) == 0
    assert "every answer keeps the contract" in capsys.readouterr().out
