"""Which event loop a process runs on: the kernel's interface to wait for sockets, and who speaks it.

In: the name of a back-end, a platform, what can be imported. Out: a `Poll`, which makes loops. Never: a loop of another
kind than was asked for without a word about it.

| `poll` | where | loop |
|---|---|---|
| `auto` | everywhere | the best that there is |
| `epoll` | Linux | uvloop, else asyncio |
| `io_uring` | Linux | as `epoll`, and says why ([RFC 0010](docs/rfcs/0010-poll-back-ends.md)) |
| `kqueue` | macOS, BSD | uvloop, else asyncio |
| `iocp` | Windows | winloop |
| `asyncio` | everywhere | that of the standard library, on epoll, kqueue or select: slower, and steps in a debugger |
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Final, NamedTuple, cast

POLLS: Final = ("auto", "epoll", "io_uring", "kqueue", "iocp", "asyncio")


class PollError(ValueError):
    """This system does not have the back-end. One line that says what it has."""


@dataclass(frozen=True, slots=True)
class Poll:
    """A choice.

    Attributes:
        name: the kernel's interface: `epoll`, `kqueue`, `iocp` or `select`.
        loop: the package that speaks it: `uvloop`, `winloop` or `asyncio`.
        note: why it is not what one would expect; "" when it is.
    """

    name: str
    loop: str
    note: str = ""

    def __str__(self) -> str:
        return f"{self.name} by {self.loop}"

    def new_loop(self) -> asyncio.AbstractEventLoop:
        """A loop of this kind."""
        if self.loop == "uvloop":
            import uvloop  # noqa: PLC0415 - does not exist on every platform

            return uvloop.new_event_loop()
        if self.loop == "winloop":  # is not to be had where types are checked
            return cast("asyncio.AbstractEventLoop", import_module("winloop").new_event_loop())
        return asyncio.SelectorEventLoop()  # and not that of IOCP, which cannot watch the sockets of a database client


class _System(NamedTuple):
    """What an operating system has: the names that may be asked for, a fast loop, what asyncio's own waits with."""

    polls: tuple[str, ...]
    fast: str
    plain: str


_LINUX: Final = _System(("epoll", "io_uring"), "uvloop", "epoll")
_BSD: Final = _System(("kqueue",), "uvloop", "kqueue")
_WINDOWS: Final = _System(("iocp",), "winloop", "select")
_OTHER: Final = _System((), "uvloop", "select")
_NO_RING: Final = "no maintained loop for Python reads and writes sockets by io_uring"


def choose(
    wanted: str = "auto", *, platform: str = sys.platform, importable: Callable[[str], bool] | None = None
) -> Poll:
    """What a process runs on.

    Args:
        wanted: one of `POLLS`.
        platform: as `sys.platform` spells it.
        importable: whether a package is there; None: looks for it.

    Raises:
        PollError: this system does not have it.
    """
    system = _system(platform)
    if wanted not in ("auto", "asyncio", *system.polls):
        there = ", ".join(("auto", *system.polls, "asyncio"))
        raise PollError(f"{wanted} does not exist on {platform}; there is {there}")
    if wanted == "asyncio":
        return Poll(system.plain, "asyncio")
    if (importable or _importable)(system.fast):
        return Poll(system.polls[0] if system.polls else "poll", system.fast, _NO_RING if wanted == "io_uring" else "")
    if wanted == "iocp":
        raise PollError("iocp needs winloop, which is not installed: `pip install winloop`, or auto does without")
    return Poll(system.plain, "asyncio", f"{system.fast} is not installed; asyncio's own loop is slower")


def new_loop() -> asyncio.AbstractEventLoop:
    """The best loop that there is."""
    return choose().new_loop()


def _importable(package: str) -> bool:
    return find_spec(package) is not None


def _system(platform: str) -> _System:
    if platform == "linux":
        return _LINUX
    if platform == "darwin" or "bsd" in platform or platform.startswith("dragonfly"):
        return _BSD
    return _WINDOWS if platform == "win32" else _OTHER
