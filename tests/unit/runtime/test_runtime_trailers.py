"""Trailer fields in both directions, over real sockets (RFC 9110, 6.5; RFC 9112, 7.1.2)."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from katana.runtime import (
    Config,
    Ctx,
    Endpoint,
    Head,
    Reply,
    Resource,
    Server,
    Service,
    StreamReply,
    Trailers,
)
from katana.runtime._routing import Call
from unit.runtime.conftest import Run
from unit.runtime.runtime_samples import Client, connected

TEXT = Head(200, "text/plain")
CHUNKED = "Transfer-Encoding: chunked"


class Trailing:
    """Operations that tell the trailer fields of their requests, and some that send their own."""

    def __init__(self) -> None:
        self.resources = (
            self._taking("/whole", self.whole),
            self._taking("/streamed", self.streamed, streams=True),
            self._taking("/too-early", self.too_early, streams=True),
            self._taking("/coded", self.streamed, streams=True, codings=("gzip",)),
            Resource("/bodiless", {"POST": Endpoint(operation="b", call=self.whole)}),
            self._giving("/sum", self.sum),
            self._giving("/gzip", self.sum, codings=("gzip",)),
            self._giving("/sized", self.sized),
            self._giving("/none", self.none),
            self._giving("/wrong", self.wrong),
            self._giving("/whole-reply", self.whole_reply),
        )
        self._exact = {resource.template: resource for resource in self.resources}

    def _taking(self, path: str, call: Call, *, streams: bool = False, codings: tuple[str, ...] = ()) -> Resource:
        endpoint = Endpoint(
            operation=path[1:], call=call, consumes=("text/plain",), streams=streams, request_codings=codings
        )
        return Resource(path, {"POST": endpoint})

    def _giving(self, path: str, call: Call, *, codings: tuple[str, ...] = ()) -> Resource:
        declared = {"200": codings} if codings else {}
        return Resource(path, {"GET": Endpoint(operation=path[1:], call=call, codings=declared)})

    def match(self, path: str) -> tuple[Resource, tuple[str, ...]] | None:
        found = self._exact.get(path)
        return None if found is None else (found, ())

    async def whole(self, ctx: Ctx) -> Reply:
        return Reply(TEXT, _told(ctx, ctx.body))

    async def streamed(self, ctx: Ctx) -> Reply:
        return Reply(TEXT, _told(ctx, await ctx.stream.read()))

    async def too_early(self, ctx: Ctx) -> Reply:
        try:
            return Reply(TEXT, _told(ctx, b""))
        except RuntimeError as error:
            return Reply(TEXT, str(error).encode())

    async def sum(self, ctx: Ctx) -> StreamReply:
        trailers = ctx.send_trailers("Repr-Digest", "server-timing")

        async def chunks() -> AsyncIterator[bytes]:
            digest = hashlib.sha256()
            for chunk in (b"one ", b"two"):
                digest.update(chunk)
                yield chunk
            trailers["repr-digest"] = digest.hexdigest()

        return StreamReply(TEXT, chunks())

    async def sized(self, ctx: Ctx) -> StreamReply:
        ctx.send_trailers("repr-digest")["repr-digest"] = "x"

        async def chunks() -> AsyncIterator[bytes]:
            yield b"abc"

        return StreamReply(TEXT, chunks(), length=3)

    async def none(self, ctx: Ctx) -> StreamReply:
        ctx.send_trailers("repr-digest")

        async def chunks() -> AsyncIterator[bytes]:
            yield b"abc"

        return StreamReply(TEXT, chunks())

    async def wrong(self, ctx: Ctx) -> StreamReply:
        trailers = ctx.send_trailers("repr-digest")

        async def chunks() -> AsyncIterator[bytes]:
            yield b"abc"
            trailers["repr-digest"] = "a\r\nset-cookie: b"

        return StreamReply(TEXT, chunks())

    async def whole_reply(self, ctx: Ctx) -> Reply:
        ctx.send_trailers("repr-digest")["repr-digest"] = "x"
        return Reply(TEXT, b"abc")


def _told(ctx: Ctx, body: bytes) -> bytes:
    assert not [name for name, _ in ctx.trailers if name in ctx.headers]  # merged nowhere
    return body + "".join(f"|{name}={value}" for name, value in ctx.trailers).encode("latin-1")


@asynccontextmanager
async def trailing() -> AsyncIterator[Client]:
    service = Service(name="sample", version="1.0", routers=lambda: (Trailing(),))
    async with Server(service, Config(port=0)) as server, connected(server) as client:
        yield client


def post(client: Client, path: str, *fields: str) -> None:
    client.get(path, "Content-Type: text/plain", *fields, method="POST")


@pytest.mark.parametrize("path", ["/whole", "/streamed"])
@pytest.mark.parametrize(
    ("section", "told"),
    [
        (b"", b"abc"),
        (b"X-Sum: 1\r\n", b"abc|x-sum=1"),
        (b"X-Sum:  1 \r\nServer-Timing:\r\n", b"abc|x-sum=1|server-timing="),
        (b"X: \xe4\r\nx: 2\r\n", b"abc|x=\xe4|x=2"),
        (b"Host: evil\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nA: b\r\n", b"abc|a=b"),
        (b"Authorization: me\r\nCookie: a=b\r\nProxy-Authorization: me\r\n", b"abc"),
        (b"Content-Encoding: gzip\r\nContent-Type: text/html\r\nContent-Range: x\r\nTrailer: x\r\n", b"abc"),
        (b"If-Match: *\r\nCache-Control: x\r\nExpect: 100-continue\r\nTE: x\r\nForwarded: x\r\n", b"abc"),
        (b"X-Forwarded-For: 10.0.0.1\r\nConnection: close\r\n", b"abc"),
    ],
)
def test_a_handler_that_reads_a_body_gets_its_trailer_fields(run: Run, path: str, section: bytes, told: bytes) -> None:
    async def main() -> None:
        async with trailing() as client:
            for piece in (1000, 1, 1000):  # twice, and byte by byte: the connection stays usable
                post(client, path, CHUNKED)
                message = b"3\r\nabc\r\n0\r\n" + section + b"\r\n"
                for at in range(0, len(message), piece):
                    client.send(message[at : at + piece])
                answer = await client.answer()
                assert (answer.status, answer.body, answer.fields.get("connection")) == (200, told, None)
            post(client, path, "Content-Length: 3")
            client.send(b"abc")
            assert (await client.answer()).body == b"abc"

    run(main())


def test_trailer_fields_are_there_after_the_body_and_not_before(run: Run) -> None:
    async def main() -> None:
        async with trailing() as client:
            post(client, "/too-early", CHUNKED)
            client.send(b"3\r\nabc\r\n0\r\nX: 1\r\n\r\n")
            assert b"read to its end" in (await client.answer()).body

    run(main())


def test_trailer_fields_follow_a_body_in_a_content_coding(run: Run) -> None:
    async def main() -> None:
        async with trailing() as client:
            post(client, "/coded", CHUNKED, "Content-Encoding: gzip")
            coded = gzip.compress(b"abc")
            client.send(b"%x\r\n%b\r\n0\r\nX: 1\r\n\r\n" % (len(coded), coded))
            assert (await client.answer()).body == b"abc|x=1"

    run(main())


def test_an_operation_without_a_body_sees_no_trailer_fields(run: Run) -> None:
    async def main() -> None:
        async with trailing() as client:
            client.get("/bodiless", CHUNKED, method="POST")
            client.send(b"3\r\nabc\r\n0\r\nX: 1\r\n\r\n")
            assert (await client.answer()).body == b"abc"

    run(main())


@pytest.mark.parametrize(
    ("section", "status"),
    [
        (b"X y: 1\r\n\r\n", 400),
        (b" X: 1\r\n\r\n", 400),
        (b"X: a\rb\r\n\r\n", 400),
        (b"X: 1\r\n" * 101, 431),
        (b"X: " + b"y" * 40_000, 431),
    ],
)
def test_a_trailer_section_that_is_malformed_or_too_large_ends_the_connection(
    run: Run, section: bytes, status: int
) -> None:
    async def main() -> None:
        for path in ("/whole", "/streamed"):
            async with trailing() as client:
                post(client, path, CHUNKED)
                client.send(b"3\r\nabc\r\n0\r\n" + section)
                answer = await client.answer()
                assert (answer.status, answer.fields["connection"]) == (status, "close")

    run(main())


SUM = hashlib.sha256(b"one two").hexdigest().encode()


async def response(
    client: Client, *fields: str, path: str = "/sum", method: str = "GET", http10: bool = False
) -> bytes:
    if http10:
        client.send("\r\n".join([f"{method} {path} HTTP/1.0", *fields, "", ""]).encode())
    else:
        client.get(path, *fields, "Connection: close, te", method=method)
    return await client.rest()


@pytest.mark.parametrize("te", ["trailers", "Trailers", "gzip;q=0.5, trailers"])
def test_a_client_that_asks_gets_the_trailer_fields_of_a_stream(run: Run, te: str) -> None:
    async def main() -> None:
        async with trailing() as client:
            text = await response(client, f"TE: {te}")
            assert b"\r\ntrailer: repr-digest, server-timing\r\n" in text
            assert text.endswith(b"\r\n0\r\nrepr-digest: " + SUM + b"\r\n\r\n")

    run(main())


@pytest.mark.parametrize("te", [None, "gzip", "trailers;q=0", ""])
def test_a_client_that_does_not_ask_gets_none(run: Run, te: str | None) -> None:
    async def main() -> None:
        async with trailing() as client:
            text = await response(client, *([] if te is None else [f"TE: {te}"]))
            assert b"trailer:" not in text
            assert text.endswith(b"\r\n0\r\n\r\n")

    run(main())


def test_responses_without_chunks_have_none(run: Run) -> None:
    async def main() -> None:
        for path, method, http10 in (
            ("/sum", "GET", True),
            ("/sum", "HEAD", False),
            ("/sized", "GET", False),
            ("/whole-reply", "GET", False),
        ):
            async with trailing() as client:
                text = await response(client, "TE: trailers", path=path, method=method, http10=http10)
                assert text.startswith(b"HTTP/1.1 200")
                assert b"trailer" not in text
                assert b"digest" not in text

    run(main())


def test_a_connection_with_trailer_fields_stays_usable(run: Run) -> None:
    async def main() -> None:
        async with trailing() as client:
            for path, end in (("/sum", SUM + b"\r\n\r\n"), ("/none", b"\r\n0\r\n\r\n"), ("/gzip", SUM + b"\r\n\r\n")):
                client.get(path, "TE: trailers", "Accept-Encoding: gzip")
                assert (await client.reader.readuntil(end)).endswith(end)

    run(main())


def test_a_value_that_would_split_the_response_cuts_it_instead(run: Run) -> None:
    async def main() -> None:
        async with trailing() as client:
            text = await response(client, "TE: trailers", path="/wrong")
            assert text.endswith(b"abc\r\n")  # no last chunk: the client knows that something is missing
            assert b"set-cookie" not in text

    run(main())


@pytest.mark.parametrize(
    "name", ["Content-Length", "host", "Set-Cookie", "transfer-encoding", "a b", "", "x\r\ny", "age"]
)
def test_names_that_cannot_be_trailer_fields_are_refused_when_they_are_announced(name: str) -> None:
    with pytest.raises(ValueError, match=r"trailer|header"):
        Trailers(name)


def test_only_announced_names_have_values() -> None:
    trailers = Trailers("X-Sum", "x-sum", "x-time")
    trailers["x-SUM"] = "1"
    assert (trailers.names, trailers.fields) == (("x-sum", "x-time"), (("x-sum", "1"),))
    with pytest.raises(KeyError, match="not announced, only x-sum, x-time"):
        trailers["other"] = "1"
    with pytest.raises(ValueError, match="not a valid value"):
        trailers["x-time"] = "a\nb"
