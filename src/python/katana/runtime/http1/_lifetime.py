"""A connection between its first and its last byte: what it waits for, whether it is read, how it ends.

In: what the protocol decides. Out: one timeout at a time, filed with the wheel, and the end of the transport. Never:
requests or responses.

A connection that is closed while its client still sends makes the kernel send a reset, which can overtake the response.
So its write side is closed first, and input discarded for a while (RFC 9112, 9.6).
"""

from __future__ import annotations

import asyncio
import math
import socket
import struct
from abc import abstractmethod
from typing import Final

from katana.runtime.http1._shared import Shared, Waits

_RESET: Final = struct.pack("ii", 1, 0)


class Lifetime(asyncio.Protocol):
    """`expires` and `filed` are for the wheel. `writable`: the client takes what is written."""

    __slots__ = (
        "_ending",
        "_eof",
        "_reading",
        "_shared",
        "_transport",
        "_waits",
        "expires",
        "filed",
        "writable",
    )

    _transport: asyncio.Transport

    def __init__(self, shared: Shared) -> None:
        self.expires = math.inf
        self.filed = 0
        self.writable = True
        self._shared = shared
        self._waits = Waits.CLOSE
        self._eof = False
        self._ending = False
        self._reading = True

    @property
    def reading(self) -> bool:
        """Whether more is received."""
        return self._reading

    @abstractmethod
    def expired(self) -> None:
        """The time for what the connection waits for is over."""

    def _wait(self, waits: Waits, seconds: float | None = None) -> None:
        """Start the timeout of `waits`, or one of `seconds`. Filing is needed when it may end sooner than the last."""
        shared = self._shared
        self._waits = waits
        self.expires = shared.wheel.now + shared.timeouts[waits] if seconds is None else shared.loop.time() + seconds
        if not self.filed or waits > Waits.IDLE:
            shared.wheel.file(self)

    def _resume_reading(self) -> None:
        if not self._reading:
            self._reading = True
            self._transport.resume_reading()

    def _pause_reading(self) -> None:
        if self._reading:
            self._reading = False
            self._transport.pause_reading()

    def _close(self, *, linger: bool) -> None:
        """Close after what has been written; `linger` for a client that may still be sending."""
        self._ending = True
        self._resume_reading()
        if linger and not self._eof and self._half_closed():
            self._wait(Waits.LINGER)
        else:
            self._transport.close()
            self._wait(Waits.CLOSE)

    def _half_closed(self) -> bool:
        """End the write side; False when that cannot be, as for a client that has reset the connection already."""
        if not self._transport.can_write_eof():
            return False
        try:
            self._transport.write_eof()
        except OSError:
            return False
        return True

    def _reset(self) -> None:
        """Close so that the client cannot take the end of the connection for the end of the response."""
        self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._transport.abort()
