"""The connection that listens (manual, LISTEN): one for all listeners of a process.

In: listeners that come and go. Out: their notifications, and to each a gap when the connection was lost. Never: two
commands at once; a wait without end for a server that is gone: it is asked every ten seconds.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from psycopg import Error as PsycopgError
from psycopg import pq
from psycopg.pq.abc import PGconn

from katana.runtime.sql._connect import ConnectFailed, connect
from katana.runtime.sql._dsn import Dsn
from katana.runtime.sql._errors import DatabaseUnavailable
from katana.runtime.sql._lane import backoff
from katana.runtime.sql._libpq import CONNECTION_OK, first_line
from katana.runtime.sql._pooler import Pooled

if TYPE_CHECKING:
    from katana.runtime.sql._listen import Listener

_ASK_EVERY: Final = 10.0
_ANSWER_WITHIN: Final = 5.0


class _Lost(Exception):
    """The connection is gone."""


class Listeners:
    """Of one database. `closed`: whether every iterator ends."""

    def __init__(self, dsn: Dsn, connect_timeout: float) -> None:
        self.closed = False
        self._dsn = dsn
        self._timeout = connect_timeout
        self._inside: set[Listener] = set()
        self._entering: dict[Listener, asyncio.Future[None]] = {}
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def join(self, listener: Listener) -> None:
        """Returns when PostgreSQL listens for it. Raises DatabaseUnavailable, or RuntimeError behind a pooler."""
        if self.closed:
            raise DatabaseUnavailable("the database connections are being closed")
        loop = asyncio.get_running_loop()
        heard = self._entering[listener] = loop.create_future()
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._run())
        self._wake.set()
        try:
            await heard
        finally:
            self._entering.pop(listener, None)

    def leave(self, listener: Listener) -> None:
        """Removes it."""
        self._inside.discard(listener)
        self._wake.set()

    async def close(self) -> None:
        """Ends every iterator and the connection."""
        self.closed = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._refuse(DatabaseUnavailable("the database connections are being closed"))
        for listener in self._inside:
            listener.wake()

    async def _run(self) -> None:
        failures = 0
        lost = False
        while self._inside or self._entering:
            try:
                conn, behind = await connect(self._dsn, self._timeout)
                try:
                    _check(behind)
                    failures = 0
                    await self._listen(conn, after_loss=lost)
                finally:
                    asyncio.get_running_loop().remove_reader(conn.socket)
                    conn.finish()
            except (ConnectFailed, PsycopgError, _Lost, TimeoutError) as error:
                lost = True
                failures += 1
                self._refuse(DatabaseUnavailable(f"cannot listen: {str(error).strip().partition(chr(10))[0]}"))
                await asyncio.sleep(backoff(failures))
            except RuntimeError as error:
                lost = True
                failures += 1
                self._refuse(error)
                if self._inside:
                    await asyncio.sleep(backoff(failures))

    def _refuse(self, error: Exception) -> None:
        """Tells those who enter just now; those who are inside wait for the next connection."""
        entering, self._entering = self._entering, {}
        for heard in entering.values():
            if not heard.done():
                heard.set_exception(error)

    async def _listen(self, conn: PGconn, *, after_loss: bool) -> None:
        """Until nobody listens any more, or the connection is lost."""
        asyncio.get_running_loop().add_reader(conn.socket, self._wake.set)
        escaping = pq.Escaping(conn)
        heard: set[str] = set()
        while wanted := {listener.channel for listener in (*self._inside, *self._entering)}:
            if heard != wanted:
                for channel in sorted(heard ^ wanted):
                    verb = b"LISTEN " if channel in wanted else b"UNLISTEN "
                    await self._command(conn, verb + escaping.escape_identifier(channel.encode()))
                heard = wanted
                continue
            if after_loss:
                after_loss = False
                for listener in self._inside:
                    listener.gap()
            self._let_in()
            try:
                async with asyncio.timeout(_ASK_EVERY):
                    await self._input(conn)
            except TimeoutError:
                await self._command(conn, b"SELECT")

    def _let_in(self) -> None:
        entering, self._entering = self._entering, {}
        for listener, heard in entering.items():
            if not heard.done():
                self._inside.add(listener)
                heard.set_result(None)

    async def _command(self, conn: PGconn, sql: bytes) -> None:
        """Raises TimeoutError when the server does not answer."""
        conn.send_query(sql)
        if conn.flush():
            raise _Lost("the socket takes no more")
        async with asyncio.timeout(_ANSWER_WITHIN):
            while True:
                while conn.is_busy():
                    await self._input(conn)
                result = conn.get_result()
                if result is None:
                    return
                if result.status == pq.ExecStatus.FATAL_ERROR:
                    raise _Lost(first_line(result.error_message))

    async def _input(self, conn: PGconn) -> None:
        """Waits for bytes or for a listener that comes or goes, and hands out notifications."""
        await self._wake.wait()
        self._wake.clear()
        conn.consume_input()
        if conn.status != CONNECTION_OK:
            raise _Lost(first_line(conn.error_message))
        while (notified := conn.notifies()) is not None:
            channel, payload = notified.relname.decode("utf-8", "replace"), notified.extra.decode("utf-8", "replace")
            for listener in self._inside:
                if listener.channel == channel:
                    listener.put(payload)


def _check(behind: Pooled) -> None:
    if behind is not Pooled.NOT:
        raise RuntimeError(
            "a connection pooler stands before the database and forgets who listens: "
            "listen through a database_url that leads to the server itself"
        )
