"""The page on webhooks is a service that sends what it says: generated, served, and received over sockets."""

from __future__ import annotations

import asyncio
import importlib
import json
import re
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from katana import ir, spec
from katana.gen import openapi, service
from katana.runtime import Config, Server
from katana.runtime.webhooks import verify
from unit.runtime_webhooks.webhook_receiver import answer, receiving

ROOT = next(p for p in Path(__file__).resolve().parents if (p / "README.md").is_file())
SECRET = "whsec_" + b64encode(b"s" * 32).decode()


def _blocks(language: str) -> str:
    text = (ROOT / "docs/how-to/send-webhooks.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)[0]


@pytest.fixture
def made(tmp_path, monkeypatch):
    """The `SERVICE` of the page, whose webhook goes to a receiver on this machine."""
    (tmp_path / "jobs.yaml").write_text(_blocks("yaml"))
    api: ir.Api = spec.compile(tmp_path / "jobs.yaml").api
    tree = openapi.generate(api, "jobs_api")
    controller = _blocks("python").replace('"https://partner.example.com/hooks"', "body.callbackUrl + '/hooks'")
    controller = controller.replace("body.callbackUrl", "body.callback_url")
    manifest = service.Manifest(
        version=1,
        name="jobs",
        address="jobs",
        package="jobs_server",
        apis=(service.ApiPart(package="jobs_api", ir="jobs.ir.json", source="jobs.yaml"),),
        databases=(),
        controllers=(service.ControllerPart(module="jobs", cls="Jobs", path="jobs.py"),),
    )
    inputs = service.Inputs(
        manifest=manifest, apis={"jobs_api": api}, databases={}, generated=tree, sources={"jobs.py": controller}
    )
    files = {**tree, **service.generate(service.plan(inputs)), "jobs.py": controller}
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield importlib.import_module("jobs_server.main").SERVICE
    for name in [name for name in sys.modules if name.split(".")[0] in ("jobs", "jobs_api", "jobs_server")]:
        del sys.modules[name]


async def _post(url: str, body: Any) -> bytes:
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    data = json.dumps(body).encode()
    head = f"POST /jobs HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: {len(data)}\r\n"
    writer.write(f"{head}connection: close\r\n\r\n".encode() + data)
    answered = await reader.read()
    writer.close()
    return answered.partition(b"\r\n")[0]


def test_the_service_of_the_page_tells_whom_its_request_names(made):
    async def check() -> None:
        async with receiving() as receiver:
            receiver.script = [answer(200), answer(204)]
            config = Config(port=0, webhook_secrets=(SECRET,), webhook_allow=("127.0.0.1",))
            async with Server(made, config) as server:
                status = await _post(server.url, {"callbackUrl": receiver.url})
            assert status == b"HTTP/1.1 204 No Content"
            assert [(r.target, json.loads(r.body)) for r in receiver.requests] == [
                ("/hook/hooks", {"ok": False}),
                ("/hook", {"ok": True}),
            ]
            for request in receiver.requests:
                assert verify([SECRET], request.headers, request.body)

    asyncio.run(check())


def test_a_stranger_cannot_make_the_service_ask_its_own_network(made):
    async def check() -> None:
        async with receiving() as receiver, Server(made, Config(port=0)) as server:
            status = await _post(server.url, {"callbackUrl": receiver.url})
            assert status == b"HTTP/1.1 500 Internal Server Error"
            assert receiver.requests == []

    asyncio.run(check())
