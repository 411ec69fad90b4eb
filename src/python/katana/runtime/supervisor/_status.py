"""The state of an instance: what operators and probes ask for.

In: the supervisor's view of its reactors. Out: `Status`, as a line of JSON to the process of the admin port. Never:
anything about single requests.
"""

from __future__ import annotations

import msgspec

from katana.runtime._memory import MemoryStatus


class ReactorStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One reactor. `restarts`: ends in a row, each soon after its start. Counts are those of its last heartbeat."""

    number: int
    pid: int | None
    ready: bool
    reasons: tuple[str, ...]
    connections: int
    in_flight: int
    memory: MemoryStatus
    restarts: int


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """An instance: `ready` while a reactor can do its work and nobody has asked it to stop."""

    ready: bool
    reasons: tuple[str, ...]
    reactors: tuple[ReactorStatus, ...]


encode_status = msgspec.json.Encoder().encode
decode_status = msgspec.json.Decoder(Status).decode


def status_of(reactors: tuple[ReactorStatus, ...], *, stopping: bool) -> Status:
    """The instance that these reactors are."""
    able = any(reactor.ready and not reactor.reasons for reactor in reactors)
    reasons = ["the service is shutting down"] if stopping else []
    if not able:
        found = [f"reactor {each.number}: {reason}" for each in reactors for reason in _why(each)]
        reasons += found or ["no reactor is running"]
    return Status(ready=able and not stopping, reasons=tuple(reasons), reactors=reactors)


def _why(reactor: ReactorStatus) -> tuple[str, ...]:
    if reactor.pid is None:
        return (f"has ended {reactor.restarts} times in a row and starts again",)
    return reactor.reasons if reactor.ready else ("is starting",)
