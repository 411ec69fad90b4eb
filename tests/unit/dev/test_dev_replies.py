"""Served for development, a response that breaks the contract is an error that says why."""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
import sys
from typing import Any

import pytest

from katana import spec
from katana.dev._replies import checked
from katana.gen.openapi import generate
from katana.runtime import Ctx, InternalServerError, NoContent, Service

USER = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "integer", "minimum": 1}, "name": {"type": "string", "maxLength": 3}},
}
REF = {"schema": {"$ref": "#/components/schemas/User"}}
PROBLEM = {"description": "", "content": {"application/problem+json": {}}}
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "T", "version": "1"},
    "paths": {
        "/": {
            "get": {
                "operationId": "read",
                "responses": {
                    "200": {"description": "", "content": {"application/json": REF}},
                    "204": {"description": ""},
                    "400": {"description": "", "content": {"application/json": REF}},
                    "404": PROBLEM,
                },
            }
        },
        "/other": {
            "get": {
                "operationId": "other",
                "responses": {
                    "200": {"description": "", "content": {"text/plain": {}}},
                    "201": {"description": "", "content": {"image/png": {}}},
                    "202": {"description": "", "content": {"application/jsonl": {}}},
                },
            }
        },
    },
    "components": {"schemas": {"User": USER}},
}


class Bench:
    """A generated package, and endpoints over a controller that returns `result`."""

    def __init__(self, package: str) -> None:
        self.dto: Any = importlib.import_module(f"{package}.dto")
        self.responses: Any = importlib.import_module(f"{package}.responses")
        self.result: Any = None
        api: Any = importlib.import_module(f"{package}.api")
        routes: Any = importlib.import_module(f"{package}.routes")
        bench = self

        class Controller(api.DefaultApi):  # type: ignore[misc]
            async def read(self, ctx: Ctx) -> Any:
                return bench.result

            async def other(self, ctx: Ctx) -> Any:
                return bench.result

        service = Service(name="s", version="1", routers=lambda: (routes.DevRouter(default=Controller()),))
        (self.router,) = checked(service).routers()

    def get(self, path: str = "/") -> Any:
        resource, _ = self.router.match(path)  # type: ignore[misc]
        ctx = Ctx(method="GET", path=path, db=None)  # type: ignore[arg-type]
        return asyncio.run(resource.methods["GET"].call(ctx))


@pytest.fixture
def bench(tmp_path, monkeypatch):
    (tmp_path / "t.json").write_text(json.dumps(DOCUMENT))
    for name, text in generate(spec.compile(tmp_path / "t.json").api, "dev_api").items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield Bench("dev_api")
    for name in [name for name in sys.modules if name.split(".")[0] == "dev_api"]:
        del sys.modules[name]


def test_a_response_that_keeps_the_contract_is_sent(bench):
    user = bench.dto.User(id=1, name="Ada")
    for result in (user, bench.responses.ReadBadRequest(body=user)):
        bench.result = result
        assert bench.get().body == b'{"id":1,"name":"Ada"}'
    bench.result = NoContent()
    assert bench.get().head.status == 204


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"id": "1", "name": "Ada"}, "Expected `int`, got `str` - at `$.id`"),
        ({"id": 0, "name": "Ada"}, "Expected `int` >= 1 - at `$.id`"),
        ({"id": 1, "name": "Augusta"}, "Expected `str` of length <= 3 - at `$.name`"),
        ({"id": 1, "name": None}, "Expected `str`, got `null` - at `$.name`"),
    ],
)
def test_a_response_that_breaks_the_contract_is_an_error_that_says_why(bench, members, reason, caplog):
    user = bench.dto.User(**members)
    for result in (user, bench.responses.ReadBadRequest(body=user)):
        bench.result = result
        with caplog.at_level(logging.ERROR, "katana.dev"), pytest.raises(InternalServerError) as caught:
            bench.get()
        assert caught.value.detail == f"The response breaks the contract: {reason}."
        assert caplog.messages.pop() == f"GET / (read): the response breaks the contract: {reason}"
        caplog.clear()


def test_a_problem_is_sent_as_it_is(bench):
    bench.result = Ctx.problem.not_found("user.none", id="x")
    assert bench.get().head.status == 404


def test_what_is_not_json_is_sent_as_it_is(bench):
    async def lines() -> Any:
        yield 1

    responses = bench.responses
    for result in (
        responses.OtherOk(body="x"),
        responses.OtherCreated(body=b"x"),
        responses.OtherAccepted(body=lines()),
    ):
        bench.result = result
        assert bench.get("/other").head.status in (200, 201, 202)
