"""The page on conditional requests: its contract compiles to what its Python says."""

import asyncio
import importlib
import re
import sys
from pathlib import Path
from textwrap import indent
from typing import Any, cast

import pytest

from katana import spec
from katana.gen import openapi
from katana.runtime import Ctx, Headers, entity_tag

ROOT = next(p for p in Path(__file__).resolve().parents if (p / "README.md").is_file())
PAGE = (ROOT / "docs/how-to/answer-conditionally.md").read_text(encoding="utf-8")
HEAD = """openapi: 3.1.1
info: {title: Documents, version: 1.0.0}
components: {schemas: {Document: {type: object, required: [text], properties: {text: {type: string}}}}}
paths:
  /document:
    get:
      operationId: get_document
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    responses = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)[0]
    document = tmp_path / "documents.yaml"
    document.write_text(HEAD + indent(responses, " " * 6))
    for path, text in openapi.generate(spec.compile(document).api, "conditional_page_api").items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return lambda name: importlib.import_module(f"conditional_page_api.{name}")


def test_a_client_that_has_the_version_gets_304_and_another_the_document(package: Any) -> None:
    assert "return GetDocumentOk(body=document, etag=entity_tag(row.version))" in PAGE

    async def get_document(_self: Any, _ctx: Ctx) -> Any:
        return package("responses").GetDocumentOk(body=package("dto").Document(text="a"), etag=entity_tag(42))

    base = package("api").DefaultApi
    controller = type("Controller", (base,), {"get_document": get_document})()
    router = package("routes").ConditionalPageRouter(default=controller)
    resource, _ = router.match("/document")

    def status(*fields: tuple[str, str]) -> int:
        ctx = Ctx(method="GET", path="/document", headers=Headers(fields), db=cast("Any", None))
        return cast("int", asyncio.run(resource.methods["GET"].call(ctx)).head.status)

    assert status() == status(("if-none-match", '"41"')) == 200
    assert status(("if-none-match", 'W/"42", "41"')) == 304
