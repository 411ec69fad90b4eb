"""What a service is made of.

In: what generated `main.py` modules know: name, routers, migrations. Out: `Service`, and the documents and the build
information that the build put beside the package. Never: sockets or configuration.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Protocol

from katana.runtime._routing import Router

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from katana.runtime._config import Config
    from katana.runtime._server import Server
    from katana.runtime.sql import Migration


class Outlet(Protocol):
    """What sends webhooks and callbacks, as the server sees it: `katana.runtime.webhooks.Sender`.

    Not named by its class, because build tools would then put its HTTP client into every service.
    """

    def configure(self, config: Config, /) -> None:
        """Takes what it needs from the configuration. Raises ValueError for what it cannot use."""

    async def close(self) -> None:
        """Closes all connections."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service as the build assembled it.

    Args:
        name: shown in messages, `/livez` and `--version`.
        version: the service's own version.
        routers: called once per process, makes the controllers and their routers; they are asked in this order.
        migrations: of all databases the service uses, in order; a service with migrations needs a database.
        sender: sends webhooks and callbacks; None: the service sends nothing.
        package: the package whose resources hold `documents/*.json` (OpenAPI, bundled) and `build.json`; both optional.
    """

    name: str
    version: str
    routers: Callable[[], tuple[Router, ...]]
    migrations: tuple[Migration, ...] = ()
    sender: Outlet | None = None
    package: str = ""

    @property
    def scheme(self) -> str:
        """Of its address in messages."""
        return "http"

    @property
    def needs_database(self) -> bool:
        """Whether the service has SQL."""
        return bool(self.migrations)

    def documents(self) -> dict[str, bytes]:
        """The bundled OpenAPI documents by name, in the order of their names."""
        folder = self._resources("documents")
        if folder is None or not folder.is_dir():
            return {}
        found = {entry.name.removesuffix(".json"): entry for entry in folder.iterdir() if entry.name.endswith(".json")}
        return {name: found[name].read_bytes() for name in sorted(found)}

    def build_info(self) -> bytes | None:
        """The content of `build.json`, None when the service was not packaged with one."""
        file = self._resources("build.json")
        return file.read_bytes() if file is not None and file.is_file() else None

    def server(self, config: Config, sock: socket.socket | None = None) -> Server:
        """The service in this process; `sock` is bound already, None: to what `config` says."""
        from katana.runtime._server import Server  # noqa: PLC0415 - the server knows services

        return Server(self, config, sock=sock)

    def routes(self, config: Config) -> list[tuple[str, str, str, str]]:
        """Method, path, operation and controller of all that it answers, in the order of the paths."""
        routers = self.server(config).routers()
        resources = sorted((r for router in routers for r in router.resources), key=lambda resource: resource.template)
        return [
            (method, resource.template, resource.methods[method].operation, resource.methods[method].controller)
            for resource in resources
            for method in resource.declared
        ]

    def _resources(self, name: str) -> Traversable | None:
        return files(self.package).joinpath(name) if self.package else None
