"""The guide to trailer fields: what it shows is served, and its digest is checked and sent."""

from __future__ import annotations

import asyncio
import hashlib
import importlib
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
DIGEST = hashlib.sha256(b"abc").hexdigest()


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    page = (ROOT / "docs/how-to/use-trailers.md").read_text(encoding="utf-8")
    (document, controllers) = re.findall(r"^```(?:yaml|python)\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "mirror.yaml").write_text(document)
    for file, text in openapi.generate(spec.compile(tmp_path / "mirror.yaml").api, "mirror_api").items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(text)
    (tmp_path / "mirror_controllers.py").write_text(controllers)
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    routes: Any = importlib.import_module("mirror_api.routes")
    mirrors: Any = importlib.import_module("mirror_controllers").Mirrors()
    yield Service(name="mirror", version="1", routers=lambda: (routes.MirrorRouter(mirrors=mirrors),))
    for name in [name for name in sys.modules if name.startswith("mirror_")]:
        del sys.modules[name]


@pytest.mark.parametrize(("digest", "status"), [(DIGEST, 200), ("0" * 64, 400)])
def test_the_controller_of_the_guide_checks_and_sends_a_digest(service: Service, digest: str, status: int) -> None:
    async def main() -> bytes:
        async with Server(service, Config(port=0)) as server, asyncio.timeout(20):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(
                b"POST /mirror HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nConnection: close, te\r\n"
                b"Transfer-Encoding: chunked\r\nContent-Type: application/octet-stream\r\n\r\n"
                b"3\r\nabc\r\n0\r\nX-SHA256: %b\r\n\r\n" % digest.encode()
            )
            text = await reader.read()
            writer.close()
            return text

    text = asyncio.run(main())
    assert text.startswith(b"HTTP/1.1 %d" % status)
    assert text.endswith(b"x-sha256: " + DIGEST.encode() + b"\r\n\r\n") == (status == 200)
