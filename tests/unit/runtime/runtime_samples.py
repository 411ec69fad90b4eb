"""A small service shaped like generated code, and a client that sees every byte."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import resource
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import NamedTuple, cast

from katana.runtime import (
    Config,
    Ctx,
    Endpoint,
    Head,
    Limits,
    NotFound,
    Reply,
    Resource,
    Server,
    Service,
    problem_reply,
)

TEXT = Head(200, "text/plain")
JSON = Head(200, "application/json")
QUICK = dataclasses.replace(
    Limits(), idle_timeout=0.2, head_timeout=0.2, body_timeout=0.2, write_timeout=0.2, gone_grace=0.2, linger=0.2
)


class Sample:
    """The router and the state that tests look at. `gate` lets waiting handlers go on."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.arrived = asyncio.Event()
        self.ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.started = 0
        self._item = Resource(
            "/items/{name}",
            {
                "GET": Endpoint(operation="get_item", call=self.item, controller="ItemsApi", produces=("text/plain",)),
                "PUT": Endpoint(
                    operation="put_item",
                    call=self.put,
                    consumes=("application/json",),
                    body_required=True,
                    body_limit=16,
                ),
                "COPY": Endpoint(operation="copy_item", call=self.copy),
                "QUERY": Endpoint(operation="query_items", call=self.put, body_required=True),
            },
        )
        gets = {
            "/wait": self.wait,
            "/boom": self.boom,
            "/raise": self.raises,
            "/query": self.query,
            "/field": self.field,
            "/big": self.big,
            "/empty": self.empty,
            "/bad-member": self.bad_member,
            "/no-exception": self.no_exception,
            "/no-exception-later": self.no_exception_later,
            "/not-a-reply": self.not_a_reply,
            "/not-a-reply-later": self.not_a_reply_later,
        }
        self.resources = (
            self._item,
            *(Resource(path, {"GET": Endpoint(operation=path[1:], call=call)}) for path, call in gets.items()),
            Resource("/late", {"GET": Endpoint(operation="late", call=self.wait, deadline=0.05)}),
        )
        self._exact = {resource.template: resource for resource in self.resources}

    def match(self, path: str) -> tuple[Resource, tuple[str, ...]] | None:
        exact = self._exact.get(path)
        if exact is not None:
            return exact, ()
        if path == "/router-bug":
            raise KeyError(path)
        name = path.removeprefix("/items/")
        return (self._item, (name,)) if name != path and name and "/" not in name else None

    async def item(self, ctx: Ctx) -> Reply:
        self.started += 1
        if ctx.args[0] == "none":
            return problem_reply(ctx, ctx.problem.not_found("item.not_found", name=ctx.args[0]))
        return Reply(TEXT, ctx.args[0].encode())

    async def put(self, ctx: Ctx) -> Reply:
        return Reply(JSON, ctx.body)

    async def copy(self, ctx: Ctx) -> Reply:
        return Reply(TEXT, f"{ctx.method} {ctx.body.decode()}".encode())

    async def wait(self, _: Ctx) -> Reply:
        self.started += 1
        self.arrived.set()
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.ended.set_result("cancelled")
            raise
        return Reply(TEXT, b"waited")

    async def boom(self, _: Ctx) -> Reply:
        raise RuntimeError("the secret of the house")

    async def raises(self, ctx: Ctx) -> Reply:
        raise ctx.problem.conflict("item.taken", detail="it is taken")

    async def query(self, ctx: Ctx) -> Reply:
        return Reply(TEXT, "|".join(ctx.query().all("q")).encode())

    async def field(self, ctx: Ctx) -> Reply:
        return Reply(TEXT, b"ok", (("x-value", ctx.query().get("v") or ""),))

    async def big(self, _: Ctx) -> Reply:
        self.started += 1
        return Reply(TEXT, b"x" * 4_000_000)

    async def empty(self, _: Ctx) -> Reply:
        return Reply(Head(204))

    async def bad_member(self, _: Ctx) -> Reply:
        raise NotFound("x", member=object())

    async def no_exception(self, _: Ctx) -> Reply:
        raise GeneratorExit

    async def no_exception_later(self, ctx: Ctx) -> Reply:
        await asyncio.sleep(0)
        return await self.no_exception(ctx)

    async def not_a_reply(self, _: Ctx) -> Reply:
        return cast("Reply", {"id": 1})

    async def not_a_reply_later(self, ctx: Ctx) -> Reply:
        await asyncio.sleep(0)
        return await self.not_a_reply(ctx)


@asynccontextmanager
async def serving(limits: Limits | None = None, config: Config | None = None) -> AsyncIterator[tuple[Server, Sample]]:
    """A server on a free port and the service behind it."""
    sample = Sample()
    service = Service(name="sample", version="1.0", routers=lambda: (sample,))
    async with Server(service, config or Config(port=0, shutdown_deadline=1), limits=limits or Limits()) as server:
        yield server, sample


class Answer(NamedTuple):
    status: int
    fields: dict[str, str]
    body: bytes


class Client:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    def get(self, target: str, *fields: str, method: str = "GET") -> None:
        lines = [f"{method} {target} HTTP/1.1", "Host: localhost", *fields, "", ""]
        self.send("\r\n".join(lines).encode("latin-1"))

    async def answer(self, *, without_body: bool = False) -> Answer:
        """The next response."""
        head = (await self._within(self.reader.readuntil(b"\r\n\r\n"))).decode("latin-1")
        line, *lines = head.rstrip("\r\n").split("\r\n")
        fields = {name.lower(): value for name, _, value in (text.partition(": ") for text in lines)}
        size = 0 if without_body else int(fields.get("content-length", "0"))
        return Answer(int(line.split()[1]), fields, await self._within(self.reader.readexactly(size)))

    async def ask(self, target: str, *fields: str, method: str = "GET") -> Answer:
        self.get(target, *fields, method=method)
        return await self.answer(without_body=method == "HEAD")

    async def rest(self) -> bytes:
        """Everything until the server closes."""
        return await self._within(self.reader.read())

    def close(self) -> None:
        self.writer.close()

    async def _within[T](self, coroutine: Awaitable[T]) -> T:
        async with asyncio.timeout(10):
            return await coroutine


@asynccontextmanager
async def connected(server: Server) -> AsyncIterator[Client]:
    client = Client(*await asyncio.open_connection("127.0.0.1", server.port))
    try:
        yield client
    finally:
        client.close()


async def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition, at most ten seconds."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.005)


@contextmanager
def no_descriptors() -> Iterator[None]:
    """Whoever wants another descriptor is told that there is none."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest = os.dup(0)
    os.close(lowest)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
