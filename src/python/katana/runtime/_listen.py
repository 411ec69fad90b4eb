"""Listening sockets: what differs from platform to platform.

In: host and port. Out: a bound socket. Never: connections. Another transport goes in at `serve_socket`.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import sys
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from katana.runtime._accepting import Accepting, Listener, accept_waiting

_SHARES_OUT: Final = sys.platform == "linux"
"""Whether `SO_REUSEPORT` balances (socket(7)), and does not merely allow two to bind (macOS, BSD)."""


class ListenError(Exception):
    """The address cannot be listened on. One line that says why."""


def bind_all(host: str, port: int, count: int) -> list[socket.socket]:
    """Sockets bound to one address, for so many processes.

    Raises ListenError, also when somebody else listens there who would share too.
    """
    first = bind(host, port)
    if _SHARES_OUT:
        port = first.getsockname()[1]
        first.close()
        first = bind(host, port, shared=True)
    return [first, *further(first, host, count - 1)]


def further(sock: socket.socket, host: str, count: int) -> list[socket.socket]:
    """More sockets for the address of `sock`: with queues of their own where the system shares out the connections.

    Elsewhere one of them would get all, so they are the same one, and whoever is idle accepts. Raises ListenError.
    """
    if not _SHARES_OUT:
        return [sock.dup() for _ in range(count)]
    return [bind(host, sock.getsockname()[1], shared=True) for _ in range(count)]


def bind(host: str, port: int, *, shared: bool = False, option: str = "--port") -> socket.socket:
    """A bound TCP socket. A name is resolved, and its first address taken.

    Raises ListenError, which names the option that the port is from.
    """
    family, address = address_of(host, port)
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":  # where it would let two programs listen on one port
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _look_for_the_vanished(sock)
        if shared:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if host == "::" else 1)
        sock.bind(address)
    except OSError as error:
        sock.close()
        instead = f"; give {option} another number, 0 for any free one" if error.errno == errno.EADDRINUSE else ""
        raise ListenError(f"cannot listen on {host}:{port}: {_reason(error)}{instead}") from None
    sock.setblocking(False)
    return sock


def address_of(host: str, port: int) -> tuple[socket.AddressFamily, Any]:
    """Family and address to bind; of a name, the first one. Raises ListenError."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except (OSError, UnicodeError) as error:
        raise ListenError(f"cannot listen on {host}: {_reason(error)}") from None
    return family, address


def _look_for_the_vanished(sock: socket.socket) -> None:
    """Have the kernel ask silent clients whether they are there: a stream without news would wait for them for ever.

    Connections inherit it. Seconds of silence, seconds between two questions, questions.
    """
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4)):
        if hasattr(socket, name):  # the names differ from platform to platform
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


async def serve_socket(
    sock: socket.socket, factory: Callable[[], asyncio.Protocol], backlog: int
) -> asyncio.Server | Listener:
    """Accept connections on a bound socket; each gets a protocol of its own."""
    loop = asyncio.get_running_loop()
    if isinstance(loop, asyncio.SelectorEventLoop):
        sock.listen(backlog)
        return Listener(sock, factory, loop)
    return await loop.create_server(Accepting(sock, factory, loop), sock=sock, backlog=backlog)


async def close_listener(
    listener: asyncio.Server | Listener, sock: socket.socket, factory: Callable[[], asyncio.Protocol], backlog: int
) -> None:
    """Stop listening on the socket of `serve_socket`, and serve who has connected already.

    The system completes connections before they are accepted, and resets those that wait when the socket is closed.
    Cancelled, it closes those that it has not come to.
    """
    # As many as can wait, and no more: who connects faster than is accepted must not keep the socket open.
    waiting = deque(accept_waiting(sock, backlog + 1))
    listener.close()
    loop = asyncio.get_running_loop()
    try:
        while waiting:
            await loop.connect_accepted_socket(factory, waiting.popleft())
    finally:
        for connection in waiting:
            connection.close()


def url_of(sock: socket.socket, scheme: str = "http") -> str:
    """`http://` and the address of a bound socket, as a client on this machine can use it."""
    host, port = sock.getsockname()[:2]
    if host == "0.0.0.0":  # noqa: S104 - compared, not bound
        host = "127.0.0.1"
    elif host == "::":
        host = "::1"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[0].lower() + error.strerror[1:]
    return str(error)
