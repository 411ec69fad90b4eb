"""A service whose capacity is known: `python -m perf.peers.overloaded PORT {shedding,patient}`.

`/busy` computes for a millisecond. `/wait` waits ten milliseconds, eight at a time. `patient` turns nobody away and is
what the other is compared with.
"""

import asyncio
import dataclasses
import sys
import time

import uvloop

from katana.runtime import Config, Ctx, Endpoint, Head, Limits, Reply, Resource, Server, Service

BUSY_SECONDS = 0.001
WAIT_SECONDS = 0.01
SLOTS = 8
_OK = Reply(Head(200, "text/plain"), b"ok")


class Overloaded:
    """Two paths."""

    def __init__(self) -> None:
        self.resources = (
            Resource("/busy", {"GET": Endpoint(operation="busy", call=self.busy)}),
            Resource("/wait", {"GET": Endpoint(operation="wait", call=self.wait, concurrency=SLOTS)}),
        )
        self._exact = {resource.template: resource for resource in self.resources}

    def match(self, path: str) -> tuple[Resource, tuple[str, ...]] | None:
        """See `Router`."""
        found = self._exact.get(path)
        return None if found is None else (found, ())

    async def busy(self, _: Ctx) -> Reply:
        """CPU time, not time: what else the machine does is no work of this service."""
        end = time.thread_time() + BUSY_SECONDS
        while time.thread_time() < end:
            pass
        return _OK

    async def wait(self, _: Ctx) -> Reply:
        """Like a query to a database that answers eight at a time."""
        await asyncio.sleep(WAIT_SECONDS)
        return _OK


async def main(port: int, limits: Limits) -> None:
    """Serve until killed."""
    service = Service(name="overloaded", version="1", routers=lambda: (Overloaded(),))
    async with Server(service, Config(port=port), limits=limits):
        await asyncio.Event().wait()


if __name__ == "__main__":
    patient = dataclasses.replace(Limits(), queue_target=3600.0, queue_interval=3600.0, loop_target=3600.0)
    hasty = dataclasses.replace(Limits(), loop_target=0.005)  # as in the profile prod-low-latency
    uvloop.run(main(int(sys.argv[1]), patient if sys.argv[2] == "patient" else hasty))
