"""A reactor: what a forked process does until it ends.

In: a service, a listening socket, two pipes. Out: an exit code, and heartbeats. Never: signals of the terminal, which
the supervisor answers for all.

The leash is a pipe whose other end only the supervisor holds. When it breaks, the supervisor is gone: the reactor stops
as if it had been told to, and ends by force if its loop does not react.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import os
import signal
import socket
import sys
import threading
import time
from dataclasses import dataclass
from typing import Final

from katana.runtime._config import Config, ConfigError
from katana.runtime._listen import ListenError
from katana.runtime._poll import choose
from katana.runtime._served import Servable, Served
from katana.runtime._server import StartError
from katana.runtime.supervisor._heart import serve_as_child

_FORCE_AFTER: Final = 5.0


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a reactor is to do: serve `service` on `sock`, which is bound; on one core, or on any (None)."""

    service: Servable
    config: Config
    sock: socket.socket
    core: int | None


def run_reactor(assignment: Assignment, beats: int, leash: int) -> int:
    """Serve until SIGTERM or the end of the leash; returns the exit code.

    Args:
        assignment: what to serve.
        beats: the write end of a pipe, non-blocking.
        leash: the read end of a pipe.
    """
    if assignment.core is not None:
        with contextlib.suppress(OSError):  # taken away since
            os.sched_setaffinity(0, {assignment.core})
    faulthandler.register(signal.SIGUSR1)
    service = assignment.service
    try:
        with asyncio.Runner(loop_factory=choose(assignment.config.poll).new_loop) as runner:
            return runner.run(_serve(service.server(assignment.config, assignment.sock), beats, leash))
    except (ConfigError, StartError, ListenError, ValueError) as error:
        sys.stderr.write(f"{service.name}: error: {error}\n")
        return 2 if isinstance(error, ConfigError) else 1


async def _serve(server: Served, beats: int, leash: int) -> int:
    loop = asyncio.get_running_loop()
    gone: asyncio.Future[int] = loop.create_future()
    arguments = (leash, loop, gone, server.config.shutdown_deadline)
    threading.Thread(target=_hold, args=arguments, name="leash", daemon=True).start()
    return await serve_as_child(server, beats, gone)


def _hold(leash: int, loop: asyncio.AbstractEventLoop, gone: asyncio.Future[int], deadline: float) -> None:
    """Waits, in a thread, until the leash breaks; then sees to it that this process ends."""
    while os.read(leash, 1):
        pass

    def stop() -> None:
        if not gone.done():
            gone.set_result(signal.SIGTERM)

    with contextlib.suppress(RuntimeError):  # the loop is closed already
        loop.call_soon_threadsafe(stop)
    time.sleep(deadline + _FORCE_AFTER)
    os._exit(1)
