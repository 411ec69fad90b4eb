"""A child that serves, and its heartbeats, from its event loop.

In: what serves. Out: lines on a pipe. Never: a beat of a loop that hangs.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from typing import Final

from katana.runtime._poll import choose
from katana.runtime._served import Served
from katana.runtime._until_signal import serve_until_signal
from katana.runtime.supervisor._beat import Beat, encode

BEAT_SECONDS: Final = 1.0


async def serve_as_child(server: Served, beats: int, gone: asyncio.Future[int]) -> int:
    """Serve, with heartbeats, until SIGTERM, which the fork has blocked, or until `gone`; returns the exit code."""
    heart = Heart(server, beats, asyncio.get_running_loop())
    serving = asyncio.ensure_future(serve_until_signal(server, (signal.SIGTERM,), heart.ready, stop=gone))
    await asyncio.sleep(0)  # its handler is there now
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGTERM,))
    return await serving


class Heart:
    """Beats as long as the loop runs. `beats` is the write end of a pipe, non-blocking."""

    def __init__(self, server: Served, beats: int, loop: asyncio.AbstractEventLoop) -> None:
        self._server = server
        self._beats = beats
        self._loop = loop
        self._kind = str(choose(server.config.poll))
        self._ready = False
        self._beat()

    def ready(self) -> None:
        """The server listens: say so at once."""
        self._ready = True
        self._send()

    def _beat(self) -> None:
        self._send()
        self._loop.call_later(BEAT_SECONDS, self._beat)

    def _send(self) -> None:
        server = self._server
        beat = Beat(
            ready=self._ready,
            reasons=tuple(reason[:200] for reason in server.unready_reasons()[:5]),
            connections=server.connections,
            in_flight=server.in_flight,
            loop=self._kind,
            refusals=dict(server.refusals),
            database=server.database_figures,
            memory=server.memory.status(),
        )
        with contextlib.suppress(OSError):  # full, because the supervisor has not looked for a while; or it is gone
            os.write(self._beats, encode(beat))
