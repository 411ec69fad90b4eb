"""This machine, disguised as one of another platform: what does not exist there is taken away before the runtime comes.

`python elsewhere.py PLATFORM import` imports every module of the runtime and prints what failed;
`python elsewhere.py PLATFORM serve [OPTIONS OF THE SERVER]` serves, asks itself `/hello`, prints the answer, and ends.
"""

from __future__ import annotations

import asyncio
import asyncio.base_events
import faulthandler
import http.client
import importlib
import importlib.abc
import importlib.machinery
import logging
import os
import pkgutil
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Sequence
from typing import Any

# The standard library and C extensions look at the platform when they are imported; here they are those of Linux.
import httptools
import jsonschema_rs
import msgspec
import psycopg.pq

LOADED = (
    asyncio.base_events,
    httptools,
    jsonschema_rs,
    msgspec,
    psycopg.pq,
    subprocess,
    tempfile,
    logging,
    urllib.request,
)

UNIX = ("fcntl", "resource", "pwd", "grp", "termios", "uvloop")
"""Modules that Windows does not have."""

WINDOWS: dict[Any, tuple[str, ...]] = {
    os: (
        "fork", "forkpty", "posix_spawn", "register_at_fork", "getuid", "geteuid", "sysconf", "readv",
        "writev", "sendfile", "splice", "sched_getaffinity", "sched_setaffinity", "O_CLOEXEC",
        "O_NONBLOCK", "O_TMPFILE", "WNOHANG", "pread", "pwrite", "eventfd", "memfd_create", "uname",
    ),
    signal: (
        "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGCHLD", "SIGPIPE", "SIGALRM", "pthread_sigmask", "SIG_BLOCK", "SIG_UNBLOCK",
    ),
    socket: ("AF_UNIX", "SO_REUSEPORT", "MSG_DONTWAIT"),
    select: ("poll", "epoll"),
    faulthandler: ("register",),
}  # fmt: skip

MACOS: dict[Any, tuple[str, ...]] = {
    os: ("sched_getaffinity", "sched_setaffinity", "splice", "eventfd", "memfd_create", "O_TMPFILE", "SPLICE_F_MOVE"),
    socket: ("TCP_KEEPIDLE", "SO_INCOMING_CPU", "TCP_DEFER_ACCEPT"),
    select: ("epoll",),
}


class Absent(importlib.abc.MetaPathFinder):
    """Modules that do not exist."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    def find_spec(self, name: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        """See `importlib.abc.MetaPathFinder`."""
        if name.partition(".")[0] in self._names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


def disguise(platform: str) -> None:
    """From here on this is another platform."""
    absent = UNIX if platform == "win32" else ()
    for name in absent:
        sys.modules.pop(name, None)
    sys.meta_path.insert(0, Absent(absent))
    for module, names in (WINDOWS if platform == "win32" else MACOS).items():
        for name in names:
            if hasattr(module, name):
                delattr(module, name)
    sys.addaudithook(_without_proc)
    if platform == "win32":
        asyncio.SelectorEventLoop.add_signal_handler = _no_signals  # type: ignore[method-assign,assignment]
        socket.socketpair = _pair  # type: ignore[assignment]
    sys.platform = platform


def _without_proc(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and str(arguments[0]).startswith(("/proc/", "/sys/")):
        raise FileNotFoundError(2, "No such file or directory", arguments[0])


def _pair(*_: object) -> tuple[socket.socket, socket.socket]:
    """Two connected sockets, as Windows makes them."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        here = socket.create_connection(listener.getsockname())
        there, _ = listener.accept()
        return here, there


def _no_signals(*_: object) -> None:
    raise NotImplementedError


def modules() -> list[str]:
    """All modules of the runtime but those of the supervisor on Windows, which has no `fork`."""
    runtime = importlib.import_module("katana.runtime")
    names = [found.name for found in pkgutil.walk_packages(runtime.__path__, "katana.runtime.", onerror=_shout)]
    return [name for name in names if sys.platform != "win32" or not name.startswith("katana.runtime.supervisor")]


def _shout(name: str) -> None:
    if sys.platform != "win32" or not name.startswith("katana.runtime.supervisor"):
        raise ImportError(name)


def imported(name: str) -> bool:
    """Whether a module is there; one of an extra that is not installed need not be, and says so."""
    try:
        return bool(importlib.import_module(name))
    except ModuleNotFoundError as error:
        if "pip install katana[" not in str(error):
            raise
        return False


def service() -> Any:
    """Says hello."""
    runtime = importlib.import_module("katana.runtime")

    async def hello(_: Any) -> Any:
        return runtime.Reply(runtime.Head(200, "text/plain"), f"hello from {sys.platform}".encode())

    class Router:
        resources = (runtime.Resource("/hello", {"GET": runtime.Endpoint(operation="hello", call=hello)}),)

        def match(self, path: str) -> Any:
            return (self.resources[0], ()) if path == "/hello" else None

    return runtime.Service(name="sample", version="1", routers=lambda: (Router(),))


class Watched:
    """Standard output that remembers where the server listens."""

    def __init__(self, file: Any) -> None:
        self.file = file
        self.port: int | None = None

    def write(self, text: str) -> int:
        if found := re.search(r"listening on http://127\.0\.0\.1:(\d+)", text):
            self.port = int(found[1])
        return int(self.file.write(text))

    def flush(self) -> None:
        self.file.flush()


def ask(watched: Watched) -> None:
    """One request, then a signal."""
    deadline = time.monotonic() + 20
    while watched.port is None and time.monotonic() < deadline:
        time.sleep(0.01)
    connection = http.client.HTTPConnection("127.0.0.1", watched.port, timeout=20)
    connection.request("GET", "/hello")
    response = connection.getresponse()
    print(response.status, response.read().decode(), flush=True)
    connection.close()
    os.kill(os.getpid(), signal.SIGTERM)


def main(platform: str, what: str, *options: str) -> int:
    """See above."""
    disguise(platform)
    if what == "import":
        print(sum(imported(name) for name in modules()))
        return 0
    sys.stdout = watched = Watched(sys.stdout)
    threading.Thread(target=ask, args=(watched,), daemon=True).start()
    return int(importlib.import_module("katana.runtime").serve(service(), ["--port", "0", *options]))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
