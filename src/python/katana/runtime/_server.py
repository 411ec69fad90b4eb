"""A running service on the current event loop.

In: a `Service`, a `Config`. Out: `Server`, which serves between `start` and `stop`. Never: signals, arguments, or text
on standard output: `serve` adds those.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
import socket
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Self, cast

from katana.runtime._accepting import Listener
from katana.runtime._apart import apart
from katana.runtime._builtin import BuiltinRouter, document_resources, health_resources
from katana.runtime._client_certificate import trust_certificates
from katana.runtime._config import Config, ConfigError, masked
from katana.runtime._dispatch import Dispatcher
from katana.runtime._limits import LIMITS, Limits
from katana.runtime._listen import bind, close_listener, serve_socket, url_of
from katana.runtime._lookout import Lookout
from katana.runtime._memory import Memory, collect_during
from katana.runtime._refusals import Refusals
from katana.runtime._routing import Resource, Router
from katana.runtime._service import Service
from katana.runtime.http1 import HttpProtocol, Shared

if TYPE_CHECKING:
    from katana.runtime.sql import Database

_log = logging.getLogger("katana.server")
_CONNECT_WITHIN: Final = 10.0
_CANCEL_WITHIN: Final = 1.0


class StartError(Exception):
    """The service cannot start. The text says what is wrong and what to do."""


def _for_request(database: Database) -> Database:
    return database.for_request()


class MissingDatabase:
    """Stands where a service without database has none: every use is an error that says so."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("this service has no database: it has no migrations and no --database-url was given")


NO_DATABASE = cast("Database", MissingDatabase())


class Server:
    """A service that listens.

    `async with Server(service, Config(port=0)) as server:` serves on a free port, `server.url` says which. Use it once.

    Args:
        service: what to serve.
        config: host, port, database.
        limits: instead of those in `config`; its limit of a body replaces the one here.
        sock: bound already, to listen on instead of host and port.
    """

    def __init__(
        self, service: Service, config: Config, *, limits: Limits | None = None, sock: socket.socket | None = None
    ) -> None:
        self.service = service
        self.config = config
        limits = config.limits if limits is None else limits
        own = config.body_limit != LIMITS.body
        self.limits = dataclasses.replace(limits, body=config.body_limit) if own else limits
        self.memory = Memory(self, arena=config.arena)
        self._database: Database | None = None
        self._sock = sock
        self._listener: asyncio.Server | Listener | None = None
        self._shared: Shared | None = None
        self._ticker: asyncio.TimerHandle | None = None
        self._lookout: Lookout | None = None
        self._url = ""
        self._stopping = False

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """`http://host:port`, where it listens. Raises RuntimeError before `start`."""
        if not self._url:
            raise RuntimeError("the server has not been started")
        return self._url

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.url.rpartition(":")[2])

    @property
    def connections(self) -> int:
        """The number of open connections."""
        return len(self._shared.connections) if self._shared is not None else 0

    @property
    def in_flight(self) -> int:
        """The number of requests that wait for something."""
        return len(self._shared.dispatcher.flights) if self._shared is not None else 0

    @property
    def refused(self) -> int:
        """The number of requests that were answered 503 because the event loop did not keep up."""
        return self._lookout.refused if self._lookout is not None else 0

    @property
    def refusals(self) -> Refusals:
        """What was turned away before a handler saw it, by code."""
        return self._shared.turned_away() if self._shared is not None else {}

    @property
    def database_figures(self) -> dict[str, int]:
        """What its database counts, by name; empty without one."""
        return self._database.status() if self._database is not None else {}

    @property
    def most_in_flight(self) -> int:
        """The largest number of requests that waited for something at the same time."""
        return self._shared.dispatcher.most_flights if self._shared is not None else 0

    @property
    def requests(self) -> int:
        """The number of requests that have begun."""
        return self._shared.dispatcher.requests if self._shared is not None else 0

    async def start(self) -> None:
        """Migrate and connect the database, make the controllers, listen.

        Raises ConfigError when a database is needed and not configured, StartError when it cannot be used, ListenError
        when the address cannot.
        """
        if self._sock is None:
            self._sock = bind(self.config.host, self.config.port)
        sock = self._sock
        url = url_of(sock)
        try:
            self._configure_sender()
            self._database = await self._connect()
            loop = asyncio.get_running_loop()
            database = self._database or NO_DATABASE
            kind = self._dispatcher()
            dispatcher = kind(self.routers(), self.limits, database, loop, self._watched())
            self._shared = Shared(self.limits, dispatcher, database, loop)
            self._listener = await serve_socket(sock, self._protocol, self.limits.backlog)
        except BaseException:
            sock.close()
            if self._database is not None:
                await self._database.close()
            raise
        self._url = url
        self._lookout = Lookout(dispatcher, self.limits, loop)
        self._lookout.start()
        self._tick()

    async def stop(self, deadline: float | None = None) -> bool:
        """Stop accepting, answer what is under way, close everything.

        Args:
            deadline: seconds for the requests under way, then they are cancelled and answered with 503; None: as
                configured.

        Returns:
            Whether every request was done by then.
        """
        self._stopping = True
        if self._shared is not None:
            self._shared.draining = True
        if self._listener is not None and self._sock is not None:
            await close_listener(self._listener, self._sock, self._protocol, self.limits.backlog)
        drained = True
        if self._shared is not None:
            drained = await self._drain(self._shared, self.config.shutdown_deadline if deadline is None else deadline)
            await self._shared.dispatcher.settle(_CANCEL_WITHIN)
        if self._ticker is not None:
            self._ticker.cancel()
        if self._lookout is not None:
            self._lookout.stop()
        if self.service.sender is not None:
            await self.service.sender.close()
        if self._database is not None:
            await self._database.close()
        return drained

    def abort(self) -> None:
        """Close all connections now; what is under way is cancelled."""
        for connection in tuple(self._shared.connections) if self._shared is not None else ():
            connection.abort()

    def unready_reasons(self) -> list[str]:
        """Why the service cannot do its work at the moment; empty when it can."""
        reasons = ["the service is shutting down"] if self._stopping else []
        if self._database is not None and not self._database.ready:
            reasons.append(f"database: {self._database.reason}")
        return reasons

    def routers(self) -> tuple[Router, ...]:
        """The service's routers and the built-in paths that the contract does not declare.

        A template such as `/{name}` does not hide them. Those that one would are asked first, so that nobody else's
        requests pay for them.
        """
        own = self.service.routers()
        declared = {resource.template for router in own for resource in router.resources}
        builtin: list[Resource] = health_resources(self.unready_reasons)
        if self.config.documented:
            builtin += document_resources(self.service.documents())
        rest = [resource for resource in builtin if resource.template not in declared]
        hidden = [resource for resource in rest if any(router.match(resource.template) for router in own)]
        last = BuiltinRouter(resource for resource in rest if resource not in hidden)
        if self.config.trust_client_cert:
            trust_certificates(own)
        if self.config.arena:
            collect_during(own)
        return (BuiltinRouter(hidden), *own, last) if hidden else (*own, last)

    def _configure_sender(self) -> None:
        if self.service.sender is None:
            return
        try:
            self.service.sender.configure(self.config)
        except ValueError as error:
            sources = f"{self.config.source('webhook_secrets')}, {self.config.source('webhook_allow')}"
            raise ConfigError(f"{sources}: {error}") from None

    async def _connect(self) -> Database | None:
        url = self.config.database_url
        if url is None:
            if self.service.needs_database:
                raise ConfigError(
                    "this service needs a database: give --database-url or KATANA_DATABASE_URL, "
                    "such as postgresql://user:password@localhost:5432/name"
                )
            return None
        from katana.runtime import sql  # noqa: PLC0415 - loads libpq, which a service without database does not need

        try:
            if self.config.migrate and self.service.migrations:
                await apart(partial(sql.migrate, url, self.service.migrations, wait=_CONNECT_WITHIN))
            database = sql.Database(
                url,
                lanes=self.config.database_lanes,
                leases=self.config.database_leases,
                query_timeout=self.config.database_query_timeout,
                cache=self.config.database_cache,
                replica_dsn=self.config.database_replica_url,
            )
        except sql.DsnError as error:
            option = "database_replica_url" if error.of_replica else "database_url"
            raise ConfigError(f"{self.config.source(option)}: {error}") from error
        except sql.DatabaseUnavailable as error:
            raise StartError(error.message) from error
        except sql.MigrationError as error:
            raise StartError(f"database {masked(url)}: {error}") from error
        database.start()
        ready = False
        try:
            ready = await database.wait_ready(_CONNECT_WITHIN)
        finally:
            reason = database.reason
            if not ready:
                await database.close()
        if not ready:
            raise StartError(f"database {database.dsn}: {reason}")
        return database

    def _dispatcher(self) -> type[Dispatcher]:
        """What runs requests: in the profile `dev` one that finds their use after their end."""
        if self.config.profile != "dev":
            return Dispatcher
        from katana.runtime._ended import GuardedDispatcher  # noqa: PLC0415 - for developers alone

        return GuardedDispatcher

    def _watched(self) -> Callable[[Database], Database] | None:
        """What each request has for itself: a memory of its writes, if there are replicas; counters in `dev`."""
        if self._database is None:
            return None
        replicated = self._database.replicas is not None
        if self.config.profile != "dev":
            return _for_request if replicated else None
        from katana.runtime.sql import CountedDatabase  # noqa: PLC0415 - loads libpq

        return lambda database: cast("Database", CountedDatabase(database.for_request()))

    async def _drain(self, shared: Shared, deadline: float) -> bool:
        try:
            async with asyncio.timeout(deadline):
                await shared.drain()
        except TimeoutError:
            _log.warning("%d requests were not done by the shutdown deadline", len(shared.dispatcher.flights))
            for end in (shared.give_up, self.abort):
                end()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_CANCEL_WITHIN):
                        await shared.closed()
            return False
        return True

    def _protocol(self) -> HttpProtocol:
        return HttpProtocol(cast("Shared", self._shared))

    def _tick(self) -> None:
        shared = cast("Shared", self._shared)
        self._ticker = shared.loop.call_later(self.limits.tick, self._tick)
        shared.tick()
