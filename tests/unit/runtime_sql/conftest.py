"""One embedded PostgreSQL for these tests, a database per test, and both event loops."""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import count
from typing import Any, Self

import pytest
import uvloop

from katana.embedded import EmbeddedPostgres
from katana.runtime.sql import Database, Statement

_numbers = count(1)
_LIMIT = 60.0 * max(1.0, int(os.environ.get("KATANA_IDENTITY_QUERIES", "0")) / 4000)

OpenDatabase = Callable[..., AbstractAsyncContextManager[Database]]


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres.start() as started:
        yield started


@pytest.fixture
def dsn(server: EmbeddedPostgres) -> Iterator[str]:
    """A fresh, empty database."""
    name = f"t{next(_numbers)}"
    yield server.create_database(name)
    server.drop_database(name)


@pytest.fixture(params=["uvloop", "asyncio"])
def run(request: pytest.FixtureRequest) -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Runs a coroutine to its end, within a limit that only a hang reaches."""
    factory = uvloop.new_event_loop if request.param == "uvloop" else asyncio.SelectorEventLoop

    def runner(coroutine: Coroutine[Any, Any, Any]) -> Any:
        async def limited() -> Any:
            async with asyncio.timeout(_LIMIT):
                return await coroutine

        with asyncio.Runner(loop_factory=factory) as loop:
            return loop.run(limited())

    return runner


@pytest.fixture
def opened() -> OpenDatabase:
    """`async with opened(dsn, lanes=1) as db:` a database whose lanes are all open, closed afterwards."""

    @asynccontextmanager
    async def open_database(dsn: str, **options: Any) -> AsyncIterator[Database]:
        db = Database(dsn, **options)
        db.start()
        while len(db._open) < len(db._lanes):
            await db._next_change()
        try:
            yield db
        finally:
            await db.close(5)

    return open_database


@pytest.fixture
def fetch() -> Callable[..., Coroutine[Any, Any, list[tuple[str | None, ...]]]]:
    """`await fetch(db, sql)`: the rows of a statement that returns text."""

    async def rows(db: Database, sql: str) -> list[tuple[str | None, ...]]:
        result: Any = await db.execute(Statement(sql, sql))
        return [
            tuple(
                None if (value := result.get_value(row, column)) is None else value.decode()
                for column in range(result.nfields)
            )
            for row in range(result.ntuples)
        ]

    return rows


class Proxy:
    """Bytes between clients and a server, on a port of 127.0.0.1.

    Attributes:
        port: where clients connect.
        limit: how many bytes each connection from now on carries before it is cut; None: all.
        edit: changes what the server sends, as it comes.
        cuts: connections that were cut.
        tls: how connections to it are encrypted, as PostgreSQL does it (manual, 54.2.10); None: not at all.
    """

    def freeze(self) -> None:
        """From now on the connections that there are carry nothing; new ones do."""
        self._frozen |= self._open

    def __init__(self, server_port: int) -> None:
        self.port = 0
        self.limit: Callable[[], int | None] = lambda: None
        self.edit: Callable[[bytes], bytes] = lambda data: data
        self.cuts = 0
        self._server_port = server_port
        self.tls: ssl.SSLContext | None = None
        self._listener: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._frozen: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._listener.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._listener is not None
        self._listener.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.tls is not None:
            assert await reader.readexactly(8) == b"\0\0\0\x08\x04\xd2\x16\x2f", "SSLRequest"
            writer.write(b"S")
            try:
                await writer.start_tls(self.tls)
            except OSError:
                return  # The client does not trust the certificate.
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self._server_port)
        left = self.limit()
        self._open.add(writer)

        async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter, *, edited: bool) -> None:
            nonlocal left
            while data := await source.read(65536):
                if writer in self._frozen:
                    continue
                data = self.edit(data) if edited else data
                if left is not None and len(data) >= left:
                    target.write(data[:left])
                    await target.drain()
                    self.cuts += 1
                    return
                left = None if left is None else left - len(data)
                target.write(data)
                await target.drain()

        pumps = [
            asyncio.ensure_future(pump(reader, server_writer, edited=False)),
            asyncio.ensure_future(pump(server_reader, writer, edited=True)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in pumps:
                task.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            self._open.discard(writer)
            writer.close()
            server_writer.close()


@pytest.fixture(scope="session")
def tcp_server() -> Iterator[EmbeddedPostgres]:
    """A server that listens on 127.0.0.1 too, and asks for a password there (SCRAM)."""
    with EmbeddedPostgres.start(port=0) as started:
        yield started


@pytest.fixture
def tcp_dsn(tcp_server: EmbeddedPostgres) -> Iterator[str]:
    """A fresh, empty database of `tcp_server`."""
    name = f"t{next(_numbers)}"
    tcp_server.create_database(name)
    yield tcp_server.tcp_url(name)
    tcp_server.drop_database(name)


@pytest.fixture
def proxied(tcp_server: EmbeddedPostgres, tcp_dsn: str) -> Callable[[], tuple[Proxy, Callable[[], str]]]:
    """`proxy, dsn = proxied()`: a proxy to `tcp_dsn`, to be entered, and the connection string through it."""

    def make() -> tuple[Proxy, Callable[[], str]]:
        proxy = Proxy(tcp_server.port or 0)
        return proxy, lambda: tcp_dsn.replace(f":{tcp_server.port}/", f":{proxy.port}/")

    return make
