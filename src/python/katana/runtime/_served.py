"""What can be served: the seam between processes and what runs in them.

In: nothing. Out: two protocols. Never: HTTP.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from katana.runtime._config import Config
    from katana.runtime._memory import Memory
    from katana.runtime._refusals import Refusals


class Served(Protocol):
    """Something that serves between `start` and `stop`, on the running event loop."""

    @property
    def config(self) -> Config: ...
    @property
    def url(self) -> str:
        """Where it listens, once started."""
        ...

    @property
    def connections(self) -> int:
        """The number of open connections."""
        ...

    @property
    def in_flight(self) -> int:
        """The number of requests that wait for something."""
        ...

    @property
    def refusals(self) -> Refusals:
        """What it has turned away, by code."""
        ...

    @property
    def database_figures(self) -> dict[str, int]:
        """What its database counts, by name; empty without one."""
        ...

    @property
    def memory(self) -> Memory:
        """What it does about memory once the process is its own."""
        ...

    def unready_reasons(self) -> list[str]:
        """Why it cannot do its work at the moment; empty when it can."""
        ...

    async def start(self) -> None:
        """Returns when it listens. Raises ConfigError, StartError, ListenError."""

    async def stop(self) -> bool:
        """Ends what is under way by the shutdown deadline. Returns whether all was done by then."""
        ...

    def abort(self) -> None:
        """Ends everything now."""


class Servable(Protocol):
    """A program that processes can be made of."""

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def scheme(self) -> str:
        """Of its address in messages."""
        ...

    def build_info(self) -> bytes | None:
        """What the build knows about it; None: nothing."""
        ...

    def documents(self) -> dict[str, bytes]:
        """Its OpenAPI documents by name."""
        ...

    def server(self, config: Config, sock: socket.socket | None = None) -> Served:
        """It in this process; `sock` is bound already, None: to what `config` says."""
        ...

    def routes(self, config: Config) -> list[tuple[str, str, str, str]]:
        """Method, path, operation and controller of all that it answers."""
        ...
