"""The minimal protocol: what a careful engineer would write by hand for these two operations and nothing else.

uvloop, httptools and msgspec; no routing table, no limits, no errors, no keep-alive rules. The yardstick.
"""

import asyncio
import sys
from typing import cast

import httptools
import msgspec
import uvloop

from perf.peers.contract import NewUser, answer, create

_decode = msgspec.json.Decoder(NewUser).decode
_encode = msgspec.json.Encoder().encode


class _Protocol(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._parser = httptools.HttpRequestParser(self)
        self._url = b""
        self._body = b""
        self._headers: list[tuple[bytes, bytes]] = []

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        self._headers = []
        self._body = b""

    def on_url(self, url: bytes) -> None:
        self._url = url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name, value))

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        if self._parser.get_method() == b"GET":
            body = _encode(answer(int(self._url[7:])))
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        else:
            user = create(_decode(self._body))
            body = _encode(user)
            head = (
                b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nLocation: /users/%d\r\n"
                b"Content-Length: %d\r\n\r\n" % (user.id, len(body))
            )
        self._transport.write(head + body)


async def _main() -> None:
    server = await asyncio.get_running_loop().create_server(_Protocol, "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_main())
