"""granian with a raw RSGI function: the fastest published Python server, without a framework."""

import sys
from typing import Any

import msgspec
from granian.constants import Interfaces
from granian.server import Server

from perf.peers.contract import NewUser, answer, create

_decode = msgspec.json.Decoder(NewUser).decode
_encode = msgspec.json.Encoder().encode
_HEADERS = [("content-type", "application/json")]


async def app(scope: Any, protocol: Any) -> None:
    """The two operations."""
    if scope.method == "GET":
        protocol.response_bytes(200, _HEADERS, _encode(answer(int(scope.path[7:]))))
        return
    user = create(_decode(await protocol()))
    protocol.response_bytes(201, [*_HEADERS, ("location", f"/users/{user.id}")], _encode(user))


if __name__ == "__main__":
    Server(
        "perf.peers.granian_rsgi:app",
        address="127.0.0.1",
        port=int(sys.argv[1]),
        interface=Interfaces.RSGI,
        workers=1,
        backpressure=20_000,  # connections at the same time, which its backlog limits otherwise
        log_access=False,
        log_enabled=False,
    ).serve()
