"""A new version of the program takes over the sockets of an instance that serves (SIGUSR2).

In: the command line of this process, its listening sockets. Out: an `Heir`, the new version until it serves; on its
side an `Inheritance`. Never: a socket that is closed while clients wait on it.

1. The new version is started by the command line of the old one, from the same folder, with the same environment; a PEX
   is what stands now at the path that it was started from.
2. It inherits the listening sockets themselves, not their address: both versions accept from one queue, and who waits
   in it when the old one stops accepting is served by the new one.
3. It says on a pipe that all its reactors serve. Ending before that is a failure, and nothing has changed.
4. A variable of the environment says which descriptors are meant, and what they are (their inodes): a process that has
   inherited the variable alone does not touch descriptors that happen to have these numbers.
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
from katana.runtime._listen import address_of, bind_all, further

_SERVES: Final = b"serves\n"
_NONE: Final = "-"


def command_line() -> list[str]:
    """What started this process, with whatever stands now at the path of its PEX."""
    pex = os.environ.get("PEX", "")
    if pex and sys.argv[0] == pex:  # a PEX that merely started us has its path there too
        # The interpreter of this process, which PEX has put into an environment of its own; it takes another one itself
        # when the new version asks for that. Finding one by its first line needs the PATH of a shell.
        interpreter = getattr(sys, "_base_executable", "")
        return [*([interpreter] if os.path.exists(interpreter) else []), pex, *sys.argv[1:]]
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
        silent: it has closed its side, and there will be none.
    """

    silent = False

    def __init__(self, command: list[str], socks: Sequence[socket.socket], admin: socket.socket | None) -> None:
        """Starts it. Raises OSError."""
        self.channel, pipe = os.pipe()
        os.set_blocking(self.channel, False)
        left = [pipe, -1 if admin is None else admin.fileno(), *(sock.fileno() for sock in socks)]
        environment = {**os.environ, TAKEOVER_VARIABLE: " ".join(_named(descriptor) for descriptor in left)}
        left = [descriptor for descriptor in left if descriptor >= 0]
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
            said = os.read(self.channel, len(_SERVES))
        except BlockingIOError:
            return False
        self.silent = not said
        return said == _SERVES

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
            return [*self.socks, *further(self.socks[0], host, count - len(self.socks))]
        for sock in self.socks:
            sock.close()
        return bind_all(host, port, count)

    def admin_socket(self, host: str, port: int | None) -> socket.socket | None:
        """The one of the admin port, if it is the same now; else it is closed. Raises ListenError."""
        if self.admin is None or (port is not None and _listens(self.admin, host, port)):
            return self.admin
        self.admin.close()
        return None


def inherit(environment: MutableMapping[str, str]) -> Inheritance | None:
    """What another process has left to this one; None: nothing. Its mention is taken out of the environment."""
    found = [_found(word) for word in environment.pop(TAKEOVER_VARIABLE, "").split()]
    if len(found) < 3 or None in found:
        return None
    pipe, admin, *socks = (descriptor for descriptor in found if descriptor is not None)
    os.set_inheritable(pipe, False)
    return Inheritance(tuple(map(_adopt, socks)), None if admin < 0 else _adopt(admin), pipe)


def _named(descriptor: int) -> str:
    """A descriptor, and what it is."""
    return f"{descriptor}:{os.fstat(descriptor).st_ino}" if descriptor >= 0 else _NONE


def _found(word: str) -> int | None:
    """The descriptor that `_named` has named, -1 for none; None when it is something else here."""
    if word == _NONE:
        return -1
    number, _, inode = word.partition(":")
    try:
        return int(number) if os.fstat(int(number)).st_ino == int(inode) else None
    except (OSError, ValueError):
        return None


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
