"""Signs of life of a stream whose next chunk is late.

In: an `Idle`, and when a chunk is being waited for. Out: calls. Never: a chunk that the client has no room for: it is
only beaten while the handler is waited for, which happens when there is room.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from katana.runtime._reply import Idle


class Pulse:
    """Calls `beat` with the chunk of `idle` for every `idle.after` seconds between `start` and `stop`.

    A stream of many chunks costs no timer for each of them: one runs, and finds out how late it is. None: never.
    """

    __slots__ = ("_beat", "_idle", "_loop", "_since", "_timer", "_waiting")

    def __init__(self, idle: Idle | None, beat: Callable[[bytes], None]) -> None:
        self._idle = idle
        self._beat = beat
        self._loop = asyncio.get_running_loop()
        self._since = 0.0
        self._waiting = False
        self._timer: asyncio.TimerHandle | None = None

    def __enter__(self) -> None:
        if self._idle is not None:
            self._timer = self._loop.call_later(self._idle.after, self._look, self._idle)

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def start(self) -> None:
        """A chunk is being waited for."""
        if self._idle is not None:
            self._waiting = True
            self._since = self._loop.time()

    def stop(self) -> None:
        """It is there."""
        self._waiting = False

    def _look(self, idle: Idle) -> None:
        now = self._loop.time()
        if not self._waiting:
            self._since = now
        elif now - self._since >= idle.after:
            self._since = now
            self._beat(idle.chunk if idle.coded is None else idle.coded(idle.chunk))
        self._timer = self._loop.call_at(self._since + idle.after, self._look, idle)
