"""The guides to request bodies: their documents compile, and their controllers take what the guides say."""

import asyncio
import importlib
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from katana import spec
from katana.gen import openapi
from katana.runtime import ByteStream, Ctx, Headers

ROOT = next(p for p in Path(__file__).resolve().parents if (p / "README.md").is_file())


def _block(page: str, language: str) -> str:
    (block,) = re.findall(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    return str(block)


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], tuple[Any, Any]]]:
    """The controllers that a page shows, and the routes of the API that it shows."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def loaded(name: str) -> tuple[Any, Any]:
        page = (ROOT / "docs/how-to" / name).read_text(encoding="utf-8")
        (tmp_path / "museum.yaml").write_text(_block(page, "yaml"))
        for file, text in openapi.generate(spec.compile(tmp_path / "museum.yaml").api, "museum_api").items():
            (tmp_path / file).parent.mkdir(exist_ok=True)
            (tmp_path / file).write_text(text)
        (tmp_path / "museum_controllers.py").write_text(_block(page, "python"))
        importlib.invalidate_caches()
        return importlib.import_module("museum_controllers"), importlib.import_module("museum_api.routes")

    yield loaded
    for name in [name for name in sys.modules if name.startswith("museum_")]:
        del sys.modules[name]


def _send(router: Any, method: str, path: str, media_type: str, body: bytes) -> None:
    resource, args = router.match(path)
    endpoint = resource.methods[method]
    headers = Headers((("content-type", media_type),))
    whole = b"" if endpoint.streams else body
    ctx = Ctx(method=method, path=path, args=args, headers=headers, body=whole, stream=ByteStream.of(body), db=None)  # type: ignore[arg-type]
    asyncio.run(endpoint.call(ctx))


def test_the_controller_of_the_guide_keeps_files(load: Callable[[str], tuple[Any, Any]], tmp_path: Path) -> None:
    controllers, routes = load("upload-files.md")
    router = routes.MuseumRouter(photos=controllers.Photos(tmp_path))
    form = (
        b'--X\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\nContent-Type: image/png\r\n\r\npng'
        b'\r\n--X\r\nContent-Disposition: form-data; name="title"\r\n\r\nA\r\n--X--\r\n'
    )
    _send(router, "POST", "/photos", "multipart/form-data; boundary=X", form)
    _send(router, "PUT", "/photos/7/original", "image/png", b"large")
    assert (tmp_path / "41").read_bytes() == b"png"
    assert (tmp_path / "7").read_bytes() == b"large"


def test_the_controller_of_the_guide_takes_several_media_types(load: Callable[[str], tuple[Any, Any]]) -> None:
    controllers, routes = load("accept-several-media-types.md")
    notes = controllers.Notes()
    router = routes.MuseumRouter(notes=notes)
    _send(router, "POST", "/notes", "application/json", b'{"text":"a"}')
    _send(router, "POST", "/notes", "application/x-www-form-urlencoded", b"text=b&stars=3")
    _send(router, "POST", "/notes", "text/markdown", b"c")
    assert [note.text for note in notes.notes] == ["a", "b", "c"]
