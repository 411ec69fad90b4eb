"""What a type checker says to controllers: what the contract does not declare is a type error."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import mypy.version  # noqa: F401 - so that build tools put it beside these tests
import pytest

USER = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
REF = {"$ref": "#/components/schemas/User"}
PROBLEM = {"description": "", "content": {"application/problem+json": {}}}


def _operation(name, responses):
    return {"get": {"operationId": name, "responses": responses}}


def _ok(media_type, content, **more):
    return {"description": "", "content": {media_type: content}, **more}


def _kind(name, payload):
    return {"properties": {"event": {"const": name}, "data": {"contentSchema": payload}}}


DOCUMENT = {
    "paths": {
        "/user": _operation("get_user", {"200": _ok("application/json", {"schema": REF}), "404": PROBLEM}),
        "/lines": _operation("lines", {"200": _ok("application/jsonl", {"itemSchema": REF})}),
        "/events": _operation(
            "events",
            {
                "200": _ok(
                    "text/event-stream", {"itemSchema": {"oneOf": [_kind("a", REF), _kind("b", {"type": "integer"})]}}
                )
            },
        ),
        "/file": _operation("file", {"200": _ok("application/pdf", {})}),
        "/picture": _operation("picture", {"200": _ok("image/*", {})}),
        "/page": _operation("page", {"200": _ok("text/html", {}), "4XX": _ok("text/html", {})}),
        "/made": _operation(
            "made",
            {
                "201": {
                    "description": "",
                    "headers": {
                        "Location": {"required": True, "schema": {"type": "string"}},
                        "Set-Cookie": {"schema": {"type": "string"}},
                        "X-Ids": {"schema": {"type": "array", "items": {"type": "integer"}}},
                    },
                }
            },
        ),
    },
    "components": {"schemas": {"User": USER}},
}

CONTROLLER = """
from collections.abc import AsyncIterable, AsyncIterator
from typing import override

from katana.runtime import Conflict, Ctx, NotFound, ServerSentEvent

from {package}.api import DefaultApi
from {package}.dto import User
from {package}.responses import FileOk, MadeCreated, PageOk, PageRange4xx, PictureOk


class Declared(DefaultApi):
    async def get_user(self, ctx: Ctx) -> User | NotFound:
        return ctx.problem.not_found("user.none") if ctx.path else User(id=1)

    async def lines(self, ctx: Ctx) -> AsyncIterable[User]:
        return self._users()

    async def _users(self) -> AsyncIterator[User]:
        yield User(id=1)

    async def events(self, ctx: Ctx) -> AsyncIterable[ServerSentEvent[User] | ServerSentEvent[int]]:
        return self._events()

    async def _events(self) -> AsyncIterator[ServerSentEvent[User] | ServerSentEvent[int]]:
        yield ServerSentEvent(User(id=1), event="a")
        yield ServerSentEvent(1, event="b")
        yield ServerSentEvent("x", event="c")  # error: misc

    async def file(self, ctx: Ctx) -> FileOk:
        return FileOk(body=self._octets(), length=3) if ctx.path else FileOk(body=b"abc")

    async def _octets(self) -> AsyncIterator[bytes]:
        yield b"abc"

    async def picture(self, ctx: Ctx) -> PictureOk:
        return PictureOk(media_type="image/png", body=b"")

    async def page(self, ctx: Ctx) -> PageOk | PageRange4xx:
        return PageRange4xx(status=404, body="") if ctx.path else PageOk(body="")

    async def made(self, ctx: Ctx) -> MadeCreated:
        return MadeCreated(location="/1", set_cookie=["a=1", "b=2"], x_ids=[1])


class Undeclared(Declared):
    async def get_user(self, ctx: Ctx) -> User | Conflict:  # error: override
        return User(id=1)

    async def lines(self, ctx: Ctx) -> AsyncIterable[int]:  # error: override
        return self._numbers()

    async def _numbers(self) -> AsyncIterator[int]:
        yield 1

    async def file(self, ctx: Ctx) -> PictureOk:  # error: override
        return PictureOk(media_type="image/png", body=b"")


class Wrong(Declared):
    async def get_user(self, ctx: Ctx) -> User | NotFound:
        return ctx.problem.conflict("user.taken")  # error: return-value

    async def lines(self, ctx: Ctx) -> AsyncIterable[User]:
        return [User(id=1)]  # error: return-value

    async def file(self, ctx: Ctx) -> FileOk:
        return FileOk(body="text")  # error: arg-type

    async def picture(self, ctx: Ctx) -> PictureOk:
        return PictureOk(body=b"")  # error: call-arg

    async def page(self, ctx: Ctx) -> PageOk | PageRange4xx:
        return PageRange4xx(body="")  # error: call-arg

    async def made(self, ctx: Ctx) -> MadeCreated:
        return MadeCreated(x_ids=["a"])  # error: call-arg list-item


class Unknown(Declared):
    @override
    async def get_usr(self, ctx: Ctx) -> User:  # error: misc
        return User(id=1)


async def revealed(api: DefaultApi, ctx: Ctx) -> None:
    reveal_type(await api.get_user(ctx))  # User | NotFound
    reveal_type(await api.lines(ctx))  # AsyncIterable[User]
    reveal_type(await api.events(ctx))  # AsyncIterable[ServerSentEvent[User] | ServerSentEvent[int]]
    reveal_type((await api.file(ctx)).body)  # bytes | AsyncIterable[bytes]
    reveal_type(await api.page(ctx))  # PageOk | PageRange4xx
    await api.get_usr(ctx)  # error: attr-defined
"""
_SAID = re.compile(r"controller\.py:(\d+): (error|note): (.*)")


@pytest.fixture
def said(build, tmp_path):
    """The controller's lines, and by line number the codes of errors and the types that mypy reveals."""
    package = build(DOCUMENT, "3.2.0")
    text = CONTROLLER.format(package=package.name)
    (tmp_path / "controller.py").write_text(text)
    product = next(path for path in sys.path if path and (Path(path) / "katana").is_dir())
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--follow-imports=silent", "controller.py"],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": os.pathsep.join([str(tmp_path), product])},
        capture_output=True,
        text=True,
        check=False,
    )
    codes: dict[int, set[str]] = {}
    types: dict[int, str] = {}
    for line, severity, message in _SAID.findall(done.stdout):
        if severity == "error":
            codes.setdefault(int(line), set()).add(message.rpartition("[")[2].rstrip("]"))
        elif message.startswith("Revealed type"):
            types[int(line)] = re.sub(r"[\w.]+\.(?=\w)", "", message.split('"')[1])
    return text.splitlines(), codes, types


def test_a_type_checker_finds_what_is_not_declared_and_nothing_else(said):
    lines, codes, types = said
    marked = {
        number: set(line.partition("# error: ")[2].split())
        for number, line in enumerate(lines, 1)
        if "# error: " in line
    }
    assert codes == marked
    assert types == {n: line.partition("  # ")[2] for n, line in enumerate(lines, 1) if "reveal_type(" in line}
