"""Generated packages, imported and called without sockets."""

from __future__ import annotations

import asyncio
import importlib
import itertools
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote

import pytest

from katana.gen.openapi import generate
from katana.ir import Api
from katana.runtime import ByteStream, Ctx, Headers, Problem, Reply, UnprocessableContent
from katana.spec import compile as compile_document

_numbers = itertools.count(1)


class Package:
    """A generated package with a controller that returns `result` and remembers its arguments."""

    def __init__(self, name: str, api: Api, tree: dict[str, str]) -> None:
        self.name = name
        self.api = api
        self.tree = tree
        self.calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
        self.result: Any = None
        self.principals: dict[str, Any] = {}
        self._router: Any = None

    def module(self, name: str) -> Any:
        return importlib.import_module(f"{self.name}.{name}")

    @property
    def router(self) -> Any:
        if self._router is None:
            interface, routes = self.module("api"), self.module("routes")
            router = next(value for key, value in vars(routes).items() if key.endswith("Router"))
            arguments = {}
            for name, annotation in router.__init__.__annotations__.items():
                if name != "return":
                    base = getattr(interface, annotation) if isinstance(annotation, str) else annotation
                    arguments[name] = self._implement(base)()
            self._router = router(**arguments)
        return self._router

    def request(self, method: str, target: str, body: Any = b"", headers: tuple[tuple[str, str], ...] = ()) -> Reply:
        """The reply of the endpoint; raises what the endpoint raises."""
        path, _, query = target.partition("?")
        found = self.router.match(path)
        assert found is not None, f"no resource for {path}"
        resource, arguments = found
        endpoint = resource.methods[method]
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        ctx = Ctx(
            method=method,
            path=path,
            args=tuple(unquote(argument) for argument in arguments),
            raw_args=arguments,
            query_string=query,
            headers=Headers(headers),
            body=b"" if endpoint.streams else content,
            stream=ByteStream.of(content) if endpoint.streams else ByteStream.of(),
            db=cast(Any, None),
        )
        return asyncio.run(endpoint.call(ctx))

    def problem(self, *arguments: Any, **options: Any) -> Problem:
        """The problem that a request ends in."""
        with pytest.raises(Problem) as caught:
            self.request(*arguments, **options)
        return caught.value

    def errors(self, *arguments: Any, **options: Any) -> list[tuple[str, str, str]]:
        """`(in, pointer, detail)` of each error of a request that is not valid."""
        problem = self.problem(*arguments, **options)
        assert problem.status == 422, str(problem)
        return [(each["in"], each["pointer"], each["detail"]) for each in problem.members["errors"]]

    def arguments(self, *arguments: Any, **options: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """What the controller gets for a request, without the context."""
        self.request(*arguments, **options)
        _, positional, keywords = self.calls[-1]
        return positional[1:], keywords

    def _implement(self, base: type) -> type:
        def method(name: str) -> Callable[..., Any]:
            async def call(_self: object, *arguments: Any, **keywords: Any) -> Any:
                self.calls.append((name, arguments, keywords))
                return self.principals.get(name) if base.__name__ == "Security" else self.result

            return call

        return type("Controller", (base,), {name: method(name) for name in vars(base)["__abstractmethods__"]})


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Package]]:
    """Compiles a document (3.1, `openapi` and `info` filled in), generates and makes the package importable."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    made: list[str] = []

    def make(document: dict[str, Any], version: str = "3.1.0") -> Package:
        name = f"made{next(_numbers)}_api"
        made.append(name)
        full = {"openapi": version, "info": {"title": "Made", "version": "1"}, **document}
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(full))
        api = compile_document(path).api
        tree = generate(api, name)
        for file, text in tree.items():
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file).write_text(text)
        importlib.invalidate_caches()
        return Package(name, api, tree)

    yield make
    for name in [module for module in sys.modules if module.split(".")[0] in made]:
        del sys.modules[name]


@pytest.fixture
def build_body(build: Callable[..., Package]) -> Callable[..., Package]:
    """A package with one operation, `POST /`, whose body has the schema."""

    def make(
        schema: Any, schemas: dict[str, Any] | None = None, *, required: bool = True, version: str = "3.1.0"
    ) -> Package:
        operation = {
            "operationId": "op",
            "requestBody": {"required": required, "content": {"application/json": {"schema": schema}}},
            "responses": {"204": {"description": ""}},
        }
        package = build({"paths": {"/": {"post": operation}}, "components": {"schemas": schemas or {}}}, version)
        package.result = package.module("routes").NoContent()
        return package

    return make


@pytest.fixture
def build_parameters(build: Callable[..., Package]) -> Callable[..., Package]:
    """A package with one operation, `GET {path}`, with the parameters."""

    def make(*parameters: dict[str, Any], path: str = "/", schemas: dict[str, Any] | None = None) -> Package:
        operation = {
            "operationId": "op",
            "parameters": list(parameters),
            "responses": {"204": {"description": ""}},
        }
        package = build({"paths": {path: {"get": operation}}, "components": {"schemas": schemas or {}}})
        package.result = package.module("routes").NoContent()
        return package

    return make


_NAMED = {
    "N": {"type": "integer"},
    "Anchored": {"$anchor": "foo", "type": "integer"},
    "Odd": {"type": "object", "properties": {"a/b~c%d": {"type": "integer"}}},
    "Tree": {
        "type": "object",
        "required": ["v"],
        "properties": {
            "v": {"type": "integer"},
            "k": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
        },
    },
}


def _judge(package: Package, texts: tuple[str, ...]) -> list[bool]:
    """Whether the controller is called for each of some JSON texts, or the answer is 422."""
    found = []
    for text in texts:
        with suppress(UnprocessableContent):
            package.request("POST", "/", text.encode())
        found.append(len(package.calls) == 1)
        package.calls.clear()
    return found


@pytest.fixture
def verdicts(build_body: Callable[..., Package]) -> Callable[..., list[bool]]:
    """Whether a schema accepts each of some JSON texts."""
    return lambda schema, *texts: _judge(build_body(schema, _NAMED), texts)


@pytest.fixture
def verdicts_3_0(build_body: Callable[..., Package]) -> Callable[..., list[bool]]:
    """The same for a schema of OpenAPI 3.0."""
    named = {"N": {"type": "integer"}}
    return lambda schema, *texts: _judge(build_body(schema, named, version="3.0.3"), texts)
