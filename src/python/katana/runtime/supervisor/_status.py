"""The state of an instance: what operators and probes ask for.

In: the supervisor's view of its reactors. Out: `Status`, as a line of JSON to the process of the admin port. Never:
anything about single requests.
"""

from __future__ import annotations

import msgspec

from katana.runtime._memory import MemoryStatus
from katana.runtime._refusals import Refusals, together
from katana.runtime.supervisor._attempts import Attempts


class ReactorStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One reactor, by its last heartbeat.

    `loop`: what its event loop is. `refusals`: what it has turned away, by code (`_refusals.py`). `database`: use
    of the cache for answers, and of replicas. `restarts`: ends in a row, each soon after the start.
    """

    number: int
    pid: int | None
    ready: bool
    reasons: tuple[str, ...]
    connections: int
    in_flight: int
    loop: str
    refusals: dict[str, int]
    database: dict[str, int] = {}
    memory: MemoryStatus
    restarts: int


class About(msgspec.Struct, frozen=True, kw_only=True):
    """Who speaks: the service, the process of the supervisor, and what became of the signals that it was sent."""

    service: str
    version: str
    supervisor: int
    reloads: Attempts = Attempts()
    takeovers: Attempts = Attempts()


class Status(About, frozen=True, kw_only=True):
    """An instance: `ready` while a reactor can do its work and nobody has asked it to stop.

    `refusals`: of all reactors together, those that have ended too.
    """

    ready: bool
    reasons: tuple[str, ...]
    refusals: dict[str, int]
    reactors: tuple[ReactorStatus, ...]


encode_status = msgspec.json.Encoder().encode
decode_status = msgspec.json.Decoder(Status).decode


def status_of(reactors: tuple[ReactorStatus, ...], *, stopping: bool, about: About, past: Refusals) -> Status:
    """The instance that these reactors are. `past`: what those have turned away that have ended."""
    able = any(reactor.ready and not reactor.reasons for reactor in reactors)
    reasons = ["the service is shutting down"] if stopping else []
    if not able and not stopping:
        found = [f"reactor {each.number}: {reason}" for each in reactors for reason in _why(each)]
        reasons += found or ["no reactor is running"]
    return Status(
        **msgspec.structs.asdict(about),
        ready=able and not stopping,
        reasons=tuple(reasons),
        refusals=together((past, *(reactor.refusals for reactor in reactors))),
        reactors=reactors,
    )


def _why(reactor: ReactorStatus) -> tuple[str, ...]:
    if reactor.pid is None:
        return (f"has ended {reactor.restarts} times in a row and starts again",)
    return reactor.reasons if reactor.ready else ("is starting",)
