"""Katana answering the same few bytes to everybody: `python -m perf.peers.hello PORT REACTORS`."""

import sys

from katana.runtime import Ctx, Endpoint, Head, Reply, Resource, Service, serve

_HELLO = Reply(Head(200, "text/plain"), b"Hello, World!")


class _Router:
    """One path."""

    def __init__(self) -> None:
        self.resources = (Resource("/", {"GET": Endpoint(operation="hello", call=self._hello)}),)

    def match(self, path: str) -> tuple[Resource, tuple[str, ...]] | None:
        """See `Router`."""
        return (self.resources[0], ()) if path == "/" else None

    async def _hello(self, _: Ctx) -> Reply:
        return _HELLO


SERVICE = Service(name="hello", version="1", routers=lambda: (_Router(),))

if __name__ == "__main__":
    raise SystemExit(serve(SERVICE, ["--port", sys.argv[1], "--reactors", sys.argv[2], "--no-pin"]))
