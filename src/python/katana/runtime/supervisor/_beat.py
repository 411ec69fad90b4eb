"""What a reactor tells its supervisor, several times while it starts and once a second afterwards.

In: the state of a server. Out: lines of JSON, and back. Never: anything that comes from a client.
"""

from __future__ import annotations

import msgspec

from katana.runtime._memory import MemoryStatus


class Beat(msgspec.Struct, frozen=True, kw_only=True):
    """One heartbeat.

    `ready`: the reactor has started. `reasons`: why it cannot do its work at the moment. Counts: open connections,
    requests that wait for something, what was turned away. `loop`: what the event loop is. `database`: what its
    database counts. `memory`: its figures.
    """

    ready: bool = False
    reasons: tuple[str, ...] = ()
    connections: int = 0
    in_flight: int = 0
    loop: str = ""
    refusals: dict[str, int] = {}
    database: dict[str, int] = {}
    memory: MemoryStatus = MemoryStatus()


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Beat).decode


def encode(beat: Beat) -> bytes:
    """A line, shorter than what a pipe takes in one piece (POSIX, PIPE_BUF) unless the reasons are endless."""
    return _encode(beat) + b"\n"


def last(lines: bytes) -> Beat | None:
    """The newest complete beat among lines; None when there is none."""
    complete = lines.rpartition(b"\n")[0]
    return _decode(complete.rpartition(b"\n")[2]) if complete else None
