"""What is known about the memory of a process.

In: nothing. Out: `MemoryStatus`, and the size of the process. Never: a figure about one request.
"""

from __future__ import annotations

import os

import msgspec


class MemoryStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Counts since the process has been serving.

    Attributes:
        policy: `arena` or `heap`.
        resident: bytes of the process in memory, as Linux tells; 0 elsewhere.
        requests: that have begun; each but those in flight has been ended, and all that it made let go.
        most_in_flight: requests that waited for something at the same time.
        collections: passes of the collector by generation.
        idle: passes that were made when nothing was asked for.
        forced: passes that were made between two turns of the loop because there was too much to wait for a gap.
        pause_seconds: CPU time of all passes together.
        longest_pause: seconds of one.
        pauses: how many took up to 1, 2, 5, 10, 20, 50 and 100 ms, and longer.
    """

    policy: str = "heap"
    resident: int = 0
    requests: int = 0
    most_in_flight: int = 0
    collections: tuple[int, ...] = (0, 0, 0)
    idle: int = 0
    forced: int = 0
    pause_seconds: float = 0.0
    longest_pause: float = 0.0
    pauses: tuple[int, ...] = ()


def resident_bytes() -> int:
    """Bytes of this process in memory (proc(5), statm); 0 where nobody tells."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
