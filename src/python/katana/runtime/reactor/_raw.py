"""A service without HTTP: its own bytes on the runtime's sockets, under the runtime's supervisor.

In: a handler. Out: what `serve` runs. Never: a protocol.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from katana.runtime._config import Config
from katana.runtime._listen import bind, url_of
from katana.runtime._memory import Memory
from katana.runtime._refusals import Refusals
from katana.runtime.reactor._reactor import Reactor

_log = logging.getLogger("katana.server")

Handler = Callable[[Reactor, socket.socket, Config], Coroutine[Any, Any, None]]
"""Serves a listening socket until it is cancelled, which is how it is told to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawService:
    """What `serve` runs: `handler` is called once in each reactor, with its listening socket and the options.

    Args:
        name: shown in messages and `--version`.
        version: the service's own version.
        handler: accepts and answers. Cancelled at SIGTERM, it has `--shutdown-deadline` to end.
    """

    name: str
    version: str
    handler: Handler

    @property
    def scheme(self) -> str:
        """Of the address in messages, since nobody here knows what is spoken."""
        return "tcp"

    def server(self, config: Config, sock: socket.socket | None = None) -> RawServer:
        """Serves it in this process."""
        return RawServer(self, config, sock)

    def build_info(self) -> bytes | None:
        """A raw service carries no build data."""
        return None

    def documents(self) -> dict[str, bytes]:
        """Nor documents."""
        return {}

    def routes(self, config: Config) -> list[tuple[str, str, str, str]]:
        """Nor routes."""
        return []


class RawServer:
    """A raw service on the running event loop. See `Served`."""

    def __init__(self, service: RawService, config: Config, sock: socket.socket | None) -> None:
        self.config = config
        self.memory = Memory(self, arena=config.arena)
        self._service = service
        self._sock = sock
        self._task: asyncio.Task[None] | None = None
        self._url = ""

    @property
    def url(self) -> str:
        """Where it listens."""
        return self._url

    @property
    def connections(self) -> int:
        """Not known: they are the handler's."""
        return 0

    @property
    def in_flight(self) -> int:
        """Whether the handler runs."""
        return int(self._task is not None and not self._task.done())

    @property
    def refusals(self) -> Refusals:
        """Not known."""
        return {}

    @property
    def database_figures(self) -> dict[str, int]:
        """It has none."""
        return {}

    @property
    def most_in_flight(self) -> int:
        """As `in_flight`."""
        return self.in_flight

    @property
    def requests(self) -> int:
        """Not known."""
        return 0

    def unready_reasons(self) -> list[str]:
        """Whether the handler has ended by itself."""
        return [] if self._task is None or not self._task.done() else ["the handler has ended"]

    async def start(self) -> None:
        """Listens, and starts the handler. Raises ListenError."""
        if self._sock is None:
            self._sock = bind(self.config.host, self.config.port)
        self._sock.listen(self.config.limits.backlog)
        self._url = url_of(self._sock, self._service.scheme)
        reactor = Reactor(asyncio.get_running_loop())
        self._task = reactor.spawn(self._service.handler(reactor, self._sock, self.config))
        self._task.add_done_callback(self._ended)

    async def stop(self) -> bool:
        """Cancels the handler and waits for it until the shutdown deadline."""
        task = self._task
        if task is not None:
            task.cancel()
            await asyncio.wait([task], timeout=self.config.shutdown_deadline)
        if self._sock is not None:
            self._sock.close()
        return task is None or task.done()

    def abort(self) -> None:
        """Does not wait any longer; the process ends."""

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("the handler of %s failed", self._service.name, exc_info=error)
