"""The pages on authentication are a service that works as they say."""

from __future__ import annotations

import asyncio
import importlib
import re
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any, cast

import pytest

from katana import spec
from katana.gen import openapi
from katana.runtime import Ctx, Headers, NoContent, Unauthorized

ROOT = next(p for p in Path(__file__).resolve().parents if (p / "README.md").is_file())


def _block(text: str, language: str) -> str:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)[0]


@pytest.fixture
def service(tmp_path, monkeypatch):
    """The API of a page, generated, with the class of its Python block: a function that makes requests."""

    def make(page: str, package: str, hooks: str):
        text = (ROOT / "docs/how-to" / page).read_text(encoding="utf-8")
        document, python = (_block(text, language) for language in ("yaml", "python"))
        (tmp_path / "api.yaml").write_text(document)
        for path, module in openapi.generate(spec.compile(tmp_path / "api.yaml").api, package).items():
            (tmp_path / path).parent.mkdir(exist_ok=True)
            (tmp_path / path).write_text(module)
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.setattr(sys, "dont_write_bytecode", True)
        namespace: dict[str, Any] = {}
        exec(python, namespace)
        routes = importlib.import_module(f"{package}.routes")
        router = next(value for name, value in vars(routes).items() if name.endswith("Router"))
        tag = next(name for name in router.__init__.__annotations__ if name not in ("return", "security"))
        base = router.__init__.__annotations__[tag]

        async def nothing(_self, ctx):
            return NoContent() if ctx.method == "POST" or "hours" in ctx.path or "notes" in ctx.path else ctx.principal

        controller = type("Controller", (base,), dict.fromkeys(base.__abstractmethods__, nothing))
        made = router(**{tag: controller(), "security": namespace[hooks]()})

        def request(method: str, path: str, **fields: str):
            resource, args = made.match(path)
            headers = Headers(tuple((name.replace("_", "-"), value) for name, value in fields.items()))
            ctx = Ctx(method=method, path=path, args=args, headers=headers, db=cast(Any, None))
            return asyncio.run(resource.methods[method].call(ctx))

        return request

    yield make
    for name in [name for name in sys.modules if name.split(".")[0] in ("museum_api", "notes_api")]:
        del sys.modules[name]


def test_the_museum_lets_its_own_people_in(service):
    request = service("authenticate.md", "museum_api", "Door")
    assert request("GET", "/tickets", x_key="museum-key-7f3a").body == b'"ticket-machine"'
    ada = b64encode(b"ada:correct horse").decode()
    assert request("POST", "/tickets", authorization=f"Basic {ada}").head.status == 204
    assert request("GET", "/hours").head.status == 204
    for fields in ({}, {"x_key": "other"}, {"authorization": f"Basic {ada}"}):
        with pytest.raises(Unauthorized):
            request("GET", "/tickets", **fields)


def test_the_notes_refuse_what_is_no_token(service):
    request = service("verify-tokens.md", "notes_api", "Login")
    for fields in ({}, {"authorization": "Bearer x"}):
        with pytest.raises(Unauthorized):
            request("GET", "/notes", **fields)
