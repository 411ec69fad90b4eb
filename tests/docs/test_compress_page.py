"""The guide to compression: its document compiles, and its controller is served compressed."""

from __future__ import annotations

import asyncio
import gzip
import importlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from katana import spec
from katana.gen import openapi
from katana.runtime import Config, Server, Service

ROOT = next(p for p in Path(__file__).resolve().parents if (p / "README.md").is_file())


@pytest.fixture
def router(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The router of the page's API, with the page's controller."""
    page = (ROOT / "docs/how-to/compress.md").read_text(encoding="utf-8")
    yaml, python = (
        re.findall(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)[0] for language in ("yaml", "python")
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "archive.yaml").write_text(yaml)
    for file, text in openapi.generate(spec.compile(tmp_path / "archive.yaml").api, "archive_api").items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(text)
    (tmp_path / "archive_controllers.py").write_text(python)
    importlib.invalidate_caches()
    controllers = importlib.import_module("archive_controllers")
    yield importlib.import_module("archive_api.routes").ArchiveRouter(reports=controllers.Reports())
    for name in [name for name in sys.modules if name.startswith("archive_")]:
        del sys.modules[name]


async def _post(router: Any, body: bytes, coding: str) -> tuple[str, bytes]:
    async with Server(Service(name="a", version="1", routers=lambda: (router,)), Config(port=0)) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        fields = "Host: a\r\nConnection: close\r\nContent-Type: application/json\r\nAccept-Encoding: gzip\r\n"
        fields += f"Content-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n"
        writer.write(f"POST /reports HTTP/1.1\r\n{fields}\r\n".encode() + body)
        head, _, content = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
    return head.decode().lower(), content


def test_the_controller_of_the_guide_is_served_compressed(router: Any) -> None:
    reports = [f"report {number}" for number in range(100)]
    head, body = asyncio.run(_post(router, gzip.compress(json.dumps(reports).encode()), "gzip"))
    assert "content-encoding: gzip" in head
    assert json.loads(gzip.decompress(body)) == reports


def test_another_coding_is_refused_as_the_guide_says(router: Any) -> None:
    head, _ = asyncio.run(_post(router, b"x", "br"))
    assert head.startswith("http/1.1 415")
    assert "accept-encoding: gzip, deflate" in head
