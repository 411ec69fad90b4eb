"""A service that answers with what it has understood, in a thread or as a process of its own.

In: requests with any target. Out: `METHOD path[?query] [body]`. Never: a check of the request.
"""

from __future__ import annotations

import sys

from katana.runtime import Ctx, Endpoint, Head, Reply, Resource, Service, serve

_TEXT = Head(200, "text/plain; charset=latin-1")


async def echo(ctx: Ctx) -> Reply:
    target = f"{ctx.path}?{ctx.query_string}" if ctx.query_string else ctx.path
    return Reply(_TEXT, f"{ctx.method} {target} {ctx.body.decode('latin-1')}".rstrip().encode("latin-1"))


class Echo:
    """A router with one resource, which is everywhere."""

    def __init__(self) -> None:
        methods = ("GET", "POST", "FROB", "get", "M-SEARCH")
        self.resources = (
            Resource("/{rest}", {method: Endpoint(operation=f"echo{method}", call=echo) for method in methods}),
        )

    def match(self, path: str) -> tuple[Resource, tuple[str, ...]] | None:
        return self.resources[0], (path,)


def service() -> Service:
    return Service(name="echo", version="1", routers=lambda: (Echo(),))


if __name__ == "__main__":
    sys.exit(serve(service()))
