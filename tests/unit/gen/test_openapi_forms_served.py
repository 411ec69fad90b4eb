"""Forms with files over a real socket, as browsers and libraries send them."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from katana.runtime import Config, Limits, Server, Service

MIB = 1024 * 1024
_SCHEMA = {
    "type": "object",
    "required": ["title"],
    "properties": {
        "title": {"type": "string"},
        "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
        "place": {"type": "object", "properties": {"x": {"type": "number"}}},
    },
}


@pytest.fixture
def served(build):
    """The controller's view of each form that a client sends to a running server."""

    def make(handler, client, limits=None):
        operation = {
            "operationId": "op",
            "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _SCHEMA}}},
            "x-katana-limits": {"body": "8MiB"},
            "responses": {"200": {"description": "", "content": {"text/plain": {"schema": {"type": "string"}}}}},
        }
        package = build({"paths": {"/": {"post": operation}}})
        ok = package.module("responses").OpOk

        async def op(_self, _ctx, body):
            return ok(body=await handler(body))

        type(package.router.match("/")[0].methods["POST"].call.__self__._api).op = op
        service = Service(name="forms", version="1", routers=lambda: (package.router,))

        async def scenario():
            config = Config(port=0, shutdown_deadline=1)
            async with (
                Server(service, config, limits=limits or Limits()) as server,
                aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as session,
            ):
                return await client(session)

        return asyncio.run(scenario())

    return make


def _open_files():
    """The unnamed files that this process has open."""
    links = [os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd") if _exists(fd)]
    return [link for link in links if "(deleted)" in link and "/tmp" in link]


def _exists(fd):
    return Path(f"/proc/self/fd/{fd}").is_symlink()


def _form(*files, title="T"):
    form = aiohttp.FormData({"title": title})
    for name, content in files:
        form.add_field("files", io.BytesIO(content), filename=name, content_type="application/pdf")
    form.add_field("place", '{"x":1}', content_type="application/json")
    return form


def test_small_and_large_files_arrive_whole_and_nothing_stays_open(served):
    large = os.urandom(3 * MIB)
    seen = []

    async def handler(body):
        digests = []
        for upload in body.files:
            digest = hashlib.sha256()
            async for chunk in upload:
                digest.update(chunk)
            assert digest.digest() == hashlib.sha256(await upload.read()).digest()
            digests.append(digest.hexdigest()[:8])
        seen.append(len(_open_files()))
        names = [f"{upload.filename}:{upload.media_type}:{upload.size}" for upload in body.files]
        return " ".join([body.title, *names, *digests, str(body.place.x)])

    async def client(session):
        async with session.post("/", data=_form(("ä.pdf", b"small"), ("b.pdf", large), title="é")) as response:
            return response.status, await response.text()

    before = len(_open_files())
    status, text = served(handler, client)
    digests = [hashlib.sha256(each).hexdigest()[:8] for each in (b"small", large)]
    assert (status, text.split()[0], text.split()[2:]) == (
        200,
        "é",
        [f"b.pdf:application/pdf:{3 * MIB}", *digests, "1.0"],
    )
    assert seen == [before + 1]
    assert len(_open_files()) == before


def test_an_upload_can_be_saved_but_not_over_another_file(served, tmp_path):
    async def handler(body):
        (upload,) = body.files
        await upload.save(tmp_path / "saved")
        with pytest.raises(FileExistsError):
            await upload.save(tmp_path / "saved")
        return "saved"

    async def client(session):
        async with session.post("/", data=_form(("a", b"x" * MIB))) as response:
            return response.status

    assert served(handler, client) == 200
    assert (tmp_path / "saved").read_bytes() == b"x" * MIB


def test_files_are_closed_when_the_client_goes_away_in_the_middle(served):
    async def handler(_body):
        raise AssertionError("the form never arrives")

    async def client(session):
        host, port = "127.0.0.1", session._base_url.port
        _, writer = await asyncio.open_connection(host, port)
        head = 'Content-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
        request = "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=XX\r\n"
        writer.write(f"{request}Content-Length: {4 * MIB}\r\n\r\n--XX\r\n{head}".encode() + b"x" * (2 * MIB))
        await writer.drain()
        async with asyncio.timeout(20):
            while len(_open_files()) == before:
                await asyncio.sleep(0.01)
            writer.transport.abort()
            while len(_open_files()) > before:
                await asyncio.sleep(0.01)
        return True

    before = len(_open_files())
    assert served(handler, client)


@pytest.mark.parametrize(
    ("limits", "form", "status"),
    [
        (Limits(upload=1000), _form(("a", b"x" * 2000)), 413),
        (Limits(part_field=10), _form(title="x" * 20), 413),
        (Limits(parts=2), _form(("a", b"x")), 413),
        (Limits(), _form(("a", b"x" * 9 * MIB)), 413),
        (Limits(upload_memory=0), _form(("a", b"xyz")), 200),
        (Limits(), aiohttp.FormData({"other": "1"}, default_to_multipart=True), 422),
        (Limits(), aiohttp.FormData({"title": "1"}), 415),
    ],
)
def test_limits_and_mistakes_are_answered(served, limits, form, status):
    async def handler(_body):
        return "ok"

    async def client(session):
        async with session.post("/", data=form) as response:
            return response.status

    assert served(handler, client, limits) == status


def test_a_disk_without_room_is_507(served, monkeypatch):
    async def handler(_body):
        return "ok"

    async def client(session):
        async with session.post("/", data=_form(("a", b"x" * 1000))) as response:
            return response.status

    monkeypatch.setattr("tempfile.TemporaryFile", partial(open, "/dev/full", "r+b"))
    assert served(handler, client, Limits(upload_memory=0)) == 507
