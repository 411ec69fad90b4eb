"""A new version of the program takes over the sockets of an instance that serves (SIGUSR2).

In: the command line of this process, its listening sockets. Out: an `Heir`, the new version until it serves; on its
side an `Inheritance`. Never: a socket that is closed while clients wait on it.

1. The new version is started by the command line of the old one, from the same folder, with the same environment; a PEX
   is what stands now at the path that it was started from.
2. It inherits the listening sockets themselves, not their address: both versions accept from one queue, and who waits
   in it when the old one stops accepting is served by the new one.
3. It says on a pipe that all its reactors serve. Ending before that is a failure, and nothing has changed.
4. A variable of the environment says which descriptors are meant, and of which parent: what has been inherited from
   farther away is none of ours.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Final

from katana.runtime._config import TAKEOVER_VARIABLE
from katana.runtime._listen import address_of, bind

_SERVES: Final = b"serves\n"
_NONE: Final = "-"


def command_line() -> list[str]:
    """What started this process, with whatever stands now at the path of its PEX."""
    pex = os.environ.get("PEX", "")
    if pex and sys.argv[0] == pex:  # a PEX that merely started us has its path there too
        interpreter = [] if os.access(pex, os.X_OK) else [getattr(sys, "_base_executable", sys.executable)]
        return [*interpreter, pex, *sys.argv[1:]]
    return [sys.executable, *sys.orig_argv[1:]]


def why_not(environment: Mapping[str, str]) -> str | None:
    """Why this process cannot leave its place to another one; None when it can."""
    if os.getpid() == 1:
        return "it is the first process of its container, which ends with it; start a container of the new version"
    if environment.get("SYSTEMD_EXEC_PID") == str(os.getpid()) and "NOTIFY_SOCKET" not in environment:
        return "systemd would end the unit with it; set Type=notify, so that it can be told the new process"
    return None


class Heir:
    """The process of the new version, until it serves.

    Attributes:
        pid: of the process.
        channel: file descriptor that is readable when there is news.
    """

    def __init__(self, command: list[str], socks: Sequence[socket.socket], admin: socket.socket | None) -> None:
        """Starts it. Raises OSError."""
        self.channel, pipe = os.pipe()
        os.set_blocking(self.channel, False)
        left = [pipe, *(sock.fileno() for sock in socks), *([] if admin is None else [admin.fileno()])]
        words = [os.getpid(), pipe, _NONE if admin is None else admin.fileno(), *(sock.fileno() for sock in socks)]
        environment = {**os.environ, TAKEOVER_VARIABLE: " ".join(map(str, words))}
        try:
            for descriptor in left:
                os.set_inheritable(descriptor, True)
            self.pid = os.posix_spawn(command[0], command, environment, setsigdef=(signal.SIGPIPE,))
        except OSError:
            os.close(self.channel)
            raise
        finally:
            for descriptor in left:
                os.set_inheritable(descriptor, False)
            os.close(pipe)

    def serves(self) -> bool:
        """Whether it has said so by now."""
        try:
            return os.read(self.channel, len(_SERVES)) == _SERVES
        except BlockingIOError:
            return False

    def ended(self) -> int | None:
        """The exit code, -n for signal n; None while it runs."""
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        return os.waitstatus_to_exitcode(status) if pid else None

    def signal(self, number: int) -> None:
        """Sends a signal; only to be asked while `ended` has returned None."""
        os.kill(self.pid, number)

    def close(self) -> None:
        """Nothing more is expected of it."""
        os.close(self.channel)


@dataclass(frozen=True, slots=True)
class Inheritance:
    """What the old version has left: listening sockets, that of the admin port, and where it waits for word."""

    socks: tuple[socket.socket, ...]
    admin: socket.socket | None
    pipe: int

    def announce(self) -> None:
        """Says that this version serves."""
        with contextlib.suppress(OSError):  # the old one is gone, which is as well
            os.write(self.pipe, _SERVES)
        os.close(self.pipe)

    def sockets(self, host: str, port: int, count: int) -> list[socket.socket]:
        """Those to listen on, `count` or more: fewer would leave clients in a queue that nobody accepts from.

        Where the address is another one now they are new, and whoever waits at the old one is left to the old version.

        Raises ListenError.
        """
        if self.socks and _listens(self.socks[0], host, port):
            own = self.socks[0].getsockname()[1]
            return [*self.socks, *(bind(host, own, shared=True) for _ in range(count - len(self.socks)))]
        for sock in self.socks:
            sock.close()
        first = bind(host, port, shared=True)
        port = first.getsockname()[1]
        return [first, *(bind(host, port, shared=True) for _ in range(count - 1))]

    def admin_socket(self, host: str, port: int) -> socket.socket:
        """The one of the admin port. Raises ListenError."""
        if self.admin is not None and _listens(self.admin, host, port):
            return self.admin
        return bind(host, port)


def inherit(environment: MutableMapping[str, str]) -> Inheritance | None:
    """What the parent of this process has left to it; None: nothing. Its mention is taken out of the environment."""
    words = environment.pop(TAKEOVER_VARIABLE, "").split()
    if len(words) < 3 or words[0] != str(os.getppid()):
        return None
    pipe = int(words[1])
    os.set_inheritable(pipe, False)
    admin = None if words[2] == _NONE else _adopt(int(words[2]))
    return Inheritance(tuple(_adopt(int(word)) for word in words[3:]), admin, pipe)


def _adopt(descriptor: int) -> socket.socket:
    sock = socket.socket(fileno=descriptor)
    sock.set_inheritable(False)
    sock.setblocking(False)
    return sock


def _listens(sock: socket.socket, host: str, port: int) -> bool:
    """Whether a bound socket is what `bind` would make of host and port. Raises ListenError."""
    family, address = address_of(host, port)
    bound = sock.getsockname()
    return sock.family == family and bound[0] == address[0] and port in (0, bound[1])
