"""Every limit and timeout of the server, with its default and its meaning, in one place.

In: nothing. Out: `Limits`, `LIMITS` and the table that the documentation page is tested against. Never: a limit that is
hidden elsewhere as a number.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Final

KIB: Final = 1024
MIB: Final = 1024 * 1024
GIB: Final = 1024 * 1024 * 1024


def _limit(default: float, unit: str, meaning: str, answer: str) -> Any:
    return field(default=default, metadata={"unit": unit, "meaning": meaning, "answer": answer})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one process accepts from its clients. Sizes in bytes, times in seconds."""

    request_line: int = _limit(8 * KIB, "bytes", "the request line", "414, closed")
    head: int = _limit(32 * KIB, "bytes", "request line and header fields together", "431, closed")
    fields: int = _limit(100, "fields", "header fields of a request; trailer fields too", "431, closed")
    body: int = _limit(1 * MIB, "bytes", "a request body, unless the operation sets its own limit", "413, closed")
    parts: int = _limit(100, "parts", "parts of a multipart body", "413")
    part_headers: int = _limit(8, "fields", "header fields of a part", "413")
    part_header: int = _limit(4 * KIB, "bytes", "one header field of a part", "413")
    part_name: int = _limit(1 * KIB, "characters", "the name of a part, and that of its file", "413")
    part_field: int = _limit(256 * KIB, "bytes", "a part that is no file", "413")
    upload: int = _limit(1 * GIB, "bytes", "a part that is a file; `body` limits all parts together", "413")
    upload_memory: int = _limit(64 * KIB, "bytes", "a file of a part in memory", "the rest goes into an unnamed file")
    element: int = _limit(256 * KIB, "bytes", "one element of a sequence (JSON lines, events)", "413")
    chunk_extensions: int = _limit(4 * KIB, "bytes", "all chunk extensions of a body together", "400, closed")
    chunk_overhead: int = _limit(
        64 * KIB, "bytes", "what chunks add to a body, beyond as many bytes as the body has", "400, closed"
    )
    pipeline_bytes: int = _limit(
        64 * KIB, "bytes", "requests that wait behind a running one", "the connection is not read until it is done"
    )
    pipeline_turn: int = _limit(
        32, "requests", "pipelined requests answered before other connections get their turn", "the rest follows"
    )
    write_buffer: int = _limit(
        64 * KIB, "bytes", "responses that a slow reader has not taken", "no further request of it is started"
    )
    stream_buffer: int = _limit(
        64 * KIB,
        "bytes",
        "a streamed body that has arrived and that its reader has not taken",
        "the connection is not read until it has; one read more may be held",
    )
    unread: int = _limit(
        256 * KIB, "bytes", "a streamed body, discarded when the response is there before its end", "closed"
    )
    backlog: int = _limit(
        2048,
        "connections",
        "connections that wait to be accepted; the kernel may allow less",
        "the kernel lets them wait",
    )
    connections: int = _limit(10_000, "connections", "open connections", "503 with `retry-after`, closed")
    in_flight: int = _limit(
        1024,
        "requests",
        "requests that wait for something, or whose response is being streamed",
        "503 with `retry-after`",
    )
    queue_target: float = _limit(
        0.005,
        "seconds",
        "the time that requests wait for a slot of their operation, when that is all the time",
        "503 with `retry-after`",
    )
    queue_interval: float = _limit(
        0.1,
        "seconds",
        "the time that they wait in a burst; after so long it is no burst any more",
        "503 with `retry-after`",
    )
    loop_target: float = _limit(
        0.25,
        "seconds",
        "the time that requests wait for the event loop, when that is all the time",
        "503 with `retry-after`",
    )
    idle_timeout: float = _limit(75, "seconds", "a connection without a request", "closed")
    head_timeout: float = _limit(
        10, "seconds", "from the first byte of a request to the end of its head", "408, closed"
    )
    body_timeout: float = _limit(
        30,
        "seconds",
        "from the end of the head to the end of the body; for a streamed body, one wait of its reader for more",
        "408, closed",
    )
    body_rate: int = _limit(
        100,
        "bytes a second",
        "what a streamed body has to bring, beyond `body_timeout`, for the time that its reader waits; 0: anything",
        "408, closed",
    )
    write_timeout: float = _limit(30, "seconds", "a slow reader that keeps its write buffer full", "reset")
    gone_grace: float = _limit(
        1,
        "seconds",
        "a handler goes on after its client has ended its side of the connection",
        "the handler is cancelled",
    )
    linger: float = _limit(
        2, "seconds", "unread bytes are discarded after an early final response, so that the client sees it", "closed"
    )

    @property
    def tick(self) -> float:
        """Seconds between two looks at the clock: the precision of the timeouts above."""
        shortest = min(self.idle_timeout, self.head_timeout, self.body_timeout, self.write_timeout, self.gone_grace)
        return min(0.5, max(0.02, shortest / 4))


LIMITS: Final = Limits()


def limits_table() -> tuple[tuple[str, str, str, str], ...]:
    """Name, default with its unit, meaning and consequence of every limit."""
    return tuple(
        (f.name, f"{f.default} {f.metadata['unit']}", f.metadata["meaning"], f.metadata["answer"])
        for f in fields(Limits)
    )
