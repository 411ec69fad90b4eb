"""The low layer: raw sockets on the reactor, under the same supervisor as any service.

A connection begins with one line. `time` answers with the database's clock (through a lane, if there is a database),
`file` with this file (`sendfile`), `echo` with whatever follows (`splice`, no byte of it enters Python), anything else
with a greeting (`writev`).
"""

import asyncio
import contextlib
import os
import socket

from katana.runtime import Config, serve
from katana.runtime.reactor import RawService, Reactor
from katana.runtime.sql import Database, SqlError, Statement, unpack_text

_NOW = Statement("low_raw.now", "SELECT now()::text", (), (25,))
_MOST = 256


async def handle(reactor: Reactor, listener: socket.socket, config: Config) -> None:
    """Accepts connections until it is cancelled; those that are open then are closed."""
    database = Database(config.database_url) if config.database_url is not None else None
    if database is not None:
        database.start()
    open_: set[asyncio.Task[None]] = set()
    try:
        while True:
            task = reactor.spawn(_serve(reactor, await reactor.accept(listener), database))
            open_.add(task)
            task.add_done_callback(open_.discard)
    finally:
        for task in open_:
            task.cancel()
        if database is not None:
            await database.close()


async def _serve(reactor: Reactor, connection: socket.socket, database: Database | None) -> None:
    with connection, contextlib.suppress(OSError):  # the client may go at any time
        fd = connection.fileno()
        word = await _line(reactor, fd)
        if word == b"time":
            await reactor.writev(fd, [await _now(database), b"\n"])
        elif word == b"file":
            with open(__file__, "rb") as file:  # noqa: ASYNC230 - a small file of this machine
                await reactor.sendfile(fd, file.fileno(), 0, os.fstat(file.fileno()).st_size)
        elif word == b"echo":
            await reactor.splice(fd, fd)
        else:
            await reactor.writev(fd, [b"hello, ", word, b"\n"])


async def _line(reactor: Reactor, fd: int) -> bytes:
    """The first line, without its end, and not a byte more, for what follows is not read here."""
    line, byte = bytearray(), bytearray(1)
    while len(line) < _MOST and await reactor.readv(fd, [byte]) and byte != b"\n":
        line += byte
    return bytes(line).rstrip(b"\r")


async def _now(database: Database | None) -> bytes:
    if database is None:
        return b"there is no database: give --database-url"
    try:
        result = await database.execute(_NOW)
    except SqlError as error:
        return f"the database failed: {error.message}".encode()
    return unpack_text(result.get_value(0, 0) or b"").encode()


SERVICE = RawService(name="low_raw", version="1.0.0", handler=handle)

if __name__ == "__main__":
    raise SystemExit(serve(SERVICE))
