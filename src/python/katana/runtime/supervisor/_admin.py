"""The admin port: one view of the whole instance, in a process of its own.

In: a socket, and the supervisor's status as lines on the leash. Out: `/livez`, `/readyz`, `/status`. Never: a request
of the service, nor a word to the supervisor: it can hang or die without harm.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from typing import Final

from katana.runtime._config import Config
from katana.runtime._ctx import Ctx
from katana.runtime._poll import new_loop
from katana.runtime._reply import Head, Reply
from katana.runtime._routing import Endpoint, Resource
from katana.runtime._server import Server
from katana.runtime._service import Service
from katana.runtime.supervisor._heart import serve_as_child
from katana.runtime.supervisor._status import Status, decode_status, encode_status

_NO_STORE: Final = (("cache-control", "no-store"),)
_OK: Final = Head(200, "application/json", _NO_STORE)
_NOT_READY: Final = Head(503, "application/json", (*_NO_STORE, ("retry-after", "1")))


class AdminRouter:
    """The paths of the admin port. `status` is the newest."""

    def __init__(self, status: Status) -> None:
        self.status = status
        calls = {"/livez": self._livez, "/readyz": self._readyz, "/status": self._status}
        self.resources = tuple(
            Resource(path, {"GET": Endpoint(operation=path[1:], call=call, controller="(admin)")})
            for path, call in calls.items()
        )
        self._exact = {resource.template: resource for resource in self.resources}

    def match(self, path: str) -> tuple[Resource, tuple[str, ...]] | None:
        """See `Router`."""
        resource = self._exact.get(path)
        return None if resource is None else (resource, ())

    async def _livez(self, _: Ctx) -> Reply:
        return Reply(_OK, b'{"status":"ok"}')

    async def _readyz(self, _: Ctx) -> Reply:
        if self.status.ready:
            return Reply(_OK, b'{"status":"ready"}')
        return Reply(_NOT_READY, encode_status(self.status))

    async def _status(self, _: Ctx) -> Reply:
        return Reply(_OK, encode_status(self.status))


def run_admin(name: str, sock: socket.socket, status: Status, beats: int, leash: int) -> int:
    """Serve the admin port until SIGTERM or the end of the leash; returns the exit code."""
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(_serve(name, sock, status, beats, leash))


async def _serve(name: str, sock: socket.socket, status: Status, beats: int, leash: int) -> int:
    loop = asyncio.get_running_loop()
    router = AdminRouter(status)
    gone: asyncio.Future[int] = loop.create_future()
    lines = b""

    def read() -> None:
        nonlocal lines
        data = os.read(leash, 65536)
        if not data:
            loop.remove_reader(leash)
            if not gone.done():
                gone.set_result(signal.SIGTERM)
            return
        *complete, lines = (lines + data).split(b"\n")
        if complete:
            router.status = decode_status(complete[-1])

    os.set_blocking(leash, False)
    loop.add_reader(leash, read)
    service = Service(name=f"{name} (admin)", version="", routers=lambda: (router,))
    server = Server(service, Config(shutdown_deadline=1.0, arena=False), sock=sock)
    return await serve_as_child(server, beats, gone)
