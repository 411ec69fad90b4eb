"""A service that answers with what it has understood, in a thread or as a process of its own.

In: requests with any target. Out: `METHOD path[?query] [body]`; below `/-/`, one resource for each kind of answer.
Never: a check of the request that the server does not make.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from katana.runtime import Ctx, Endpoint, Head, Reply, Resource, Service, StreamReply, serve

Call = Callable[[Ctx], Coroutine[Any, Any, Reply]]

_TEXT = Head(200, "text/plain; charset=latin-1")


async def echo(ctx: Ctx) -> Reply:
    target = f"{ctx.path}?{ctx.query_string}" if ctx.query_string else ctx.path
    return Reply(_TEXT, f"{ctx.method} {target} {ctx.body.decode('latin-1')}".rstrip().encode("latin-1"))


async def none(_: Ctx) -> Reply:
    return Reply(Head(204))


async def same(_: Ctx) -> Reply:
    return Reply(Head(304), fields=(("etag", '"1"'),))


async def stream(_: Ctx) -> StreamReply:
    return StreamReply(_TEXT, chunks())


async def chunks() -> AsyncIterator[bytes]:
    yield b"ab"
    yield b"c"


async def reading(ctx: Ctx) -> Reply:
    return Reply(_TEXT, await ctx.stream.read())


def endpoint(operation: str, *consumes: str, required: bool = False) -> Endpoint:
    return Endpoint(operation=operation, call=echo, consumes=consumes, produces=("text/plain",), body_required=required)


SPECIAL = (
    Resource("/-/get", {"GET": endpoint("get")}),
    Resource("/-/none", {"GET": Endpoint(operation="none", call=none)}),
    Resource("/-/same", {"GET": Endpoint(operation="same", call=same)}),
    Resource("/-/stream", {"GET": Endpoint(operation="stream", call=stream)}),
    Resource("/-/upload", {"POST": Endpoint(operation="upload", call=reading, streams=True)}),
    Resource("/-/any", {"POST": endpoint("any", "*/*")}),
    Resource("/-/octets", {"POST": endpoint("octets", "application/octet-stream")}),
    Resource("/-/json", {"POST": endpoint("json", "application/json", required=True)}),
    Resource("/-/two", {"POST": endpoint("two", "application/json", "application/octet-stream")}),
)


class Echo:
    """A router whose first resource is everywhere, but for `SPECIAL` ones."""

    def __init__(self, call: Call) -> None:
        methods = ("GET", "POST", "FROB", "get", "M-SEARCH")
        self.resources = (
            Resource("/{rest}", {method: Endpoint(operation=f"echo{method}", call=call) for method in methods}),
            *SPECIAL,
        )
        self._special = {resource.template: resource for resource in SPECIAL}

    def match(self, path: str) -> tuple[Resource, tuple[str, ...]] | None:
        return self._special.get(path, self.resources[0]), ()


def service(call: Call = echo) -> Service:
    """`call` answers everything but the special paths."""
    return Service(name="echo", version="1", routers=lambda: (Echo(call),))


if __name__ == "__main__":
    sys.exit(serve(service()))
