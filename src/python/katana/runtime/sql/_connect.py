"""Opening a connection without blocking the event loop.

In: a `Dsn` and a time limit. Out: a connected, nonblocking `PGconn`, what it leads to, or `ConnectFailed`. Never:
retries.
"""

from __future__ import annotations

import asyncio

from psycopg import Error as PsycopgError
from psycopg import pq
from psycopg.pq.abc import PGconn

from katana.runtime.sql._dsn import Dsn
from katana.runtime.sql._libpq import first_line
from katana.runtime.sql._places import places
from katana.runtime.sql._polling import poll_until_done
from katana.runtime.sql._pooler import Pooled, pooled


class ConnectFailed(Exception):
    """No connection; the text is libpq's, one line, without password."""


class ConnectTimedOut(ConnectFailed):
    """Nobody answered in time."""


async def reached(dsn: Dsn, within: float) -> bool:
    """Whether a connection gets an answer in time, be it a refusal."""
    try:
        conn, _ = await connect(dsn, within)
    except ConnectTimedOut:
        return False
    except ConnectFailed:
        return True
    conn.finish()
    return True


async def connect(dsn: Dsn, within: float) -> tuple[PGconn, Pooled]:
    """Connects within `within` seconds, name look-up included; of several hosts each has its share of them.

    Raises:
        ConnectFailed: refused, not reachable, not allowed, or too slow.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + within
    try:
        async with asyncio.timeout_at(end):
            left = places(await dsn.resolve())
    except TimeoutError:
        raise ConnectTimedOut(f"no connection within {within:g} s") from None
    silent = False
    refusals: list[str] = []
    while left:
        share = (end - loop.time()) / len(left)
        try:
            async with asyncio.timeout(share):
                return await _open(left.pop(0))
        except TimeoutError:
            silent = True
        except (ConnectFailed, PsycopgError, OSError) as error:
            refusals.append(str(error).strip().partition("\n")[0])
    refused = "; ".join(dict.fromkeys(refusals))
    if silent:
        raise ConnectTimedOut(f"no connection within {within:g} s" + (f"; {refused}" if refused else ""))
    raise ConnectFailed(refused)


async def _open(conninfo: bytes) -> tuple[PGconn, Pooled]:
    conn = pq.PGconn.connect_start(conninfo)
    try:
        await _establish(conn)
        return conn, await pooled(conn)
    except BaseException:
        conn.finish()
        raise


async def _establish(conn: PGconn) -> None:
    # A connection that failed at once has no socket to wait for.
    if conn.status == pq.ConnStatus.BAD or not await poll_until_done(conn.connect_poll, lambda: conn.socket):
        raise ConnectFailed(first_line(conn.error_message))
    conn.nonblocking = 1
