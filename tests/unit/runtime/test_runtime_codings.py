"""Content codings of responses and of request bodies (RFC 9110, 8.4 and 12.5.3).

Both directions in one file: they share the service, and what one encodes the other has to decode.
"""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from katana.runtime import (
    BadRequest,
    ByteStream,
    Config,
    ContentTooLarge,
    Ctx,
    Endpoint,
    Head,
    Reply,
    Resource,
    Server,
    Service,
    StreamReply,
)
from katana.runtime._codings import negotiated
from katana.runtime._conditional import conditional
from katana.runtime._decoding import Decoder, decoded, decoding
from katana.runtime._routing import Call
from unit.runtime.conftest import Run
from unit.runtime.runtime_samples import Client, connected
from unit.runtime.stream_samples import chunk, content, head, next_chunk, post

TEXT = Head(200, "text/plain")
LONG = b"a line that repeats\n" * 20_000
LIMIT = 1_000_000


class Coded:
    """Operations that declare codings. `closed` is set when the iterator of a response is."""

    def __init__(self) -> None:
        self.closed = asyncio.Event()
        self.gate = asyncio.Event()
        declared = {"200": ("gzip", "deflate")}
        calls: dict[str, Call] = {"/long": self.long, "/short": self.short, "/stream": self.stream, "/own": self.own}
        bodies = {"/read": False, "/streamed": True}
        self.resources = (
            *(
                Resource(path, {"GET": Endpoint(operation=path[1:], call=call, codings=declared)})
                for path, call in calls.items()
            ),
            *(
                Resource(
                    path,
                    {
                        "POST": Endpoint(
                            operation=path[1:],
                            call=self.read,
                            consumes=("text/plain",),
                            streams=streams,
                            body_limit=LIMIT,
                            request_codings=("gzip", "deflate", "identity"),
                        )
                    },
                )
                for path, streams in bodies.items()
            ),
            Resource("/plain", {"POST": Endpoint(operation="p", call=self.read, consumes=("text/plain",))}),
            Resource(
                "/opaque",
                {"POST": Endpoint(operation="o", call=self.opaque, consumes=("text/plain",), request_codings=("*",))},
            ),
            Resource(
                "/only",
                {"POST": Endpoint(operation="u", call=self.read, consumes=("text/plain",), request_codings=("gzip",))},
            ),
            Resource("/failing", {"GET": Endpoint(operation="f", call=self.failing, codings=declared)}),
            Resource("/known", {"GET": Endpoint(operation="k", call=self.known, codings=declared)}),
        )
        self._exact = {resource.template: resource for resource in self.resources}

    def match(self, path: str) -> tuple[Resource, tuple[str, ...]] | None:
        found = self._exact.get(path)
        return None if found is None else (found, ())

    async def long(self, _: Ctx) -> Reply:
        return Reply(TEXT, LONG, (("etag", '"1"'), ("x-kind", "long")))

    async def known(self, ctx: Ctx) -> Reply:
        return conditional(ctx, await self.long(ctx))

    async def short(self, _: Ctx) -> Reply:
        return Reply(TEXT, b"short")

    async def own(self, _: Ctx) -> Reply:
        return Reply(TEXT, b"x" * 1000, (("Content-Encoding", "secret"),))

    async def failing(self, ctx: Ctx) -> Reply:
        raise ctx.problem.conflict("x", detail="y" * 1000)

    async def stream(self, _: Ctx) -> StreamReply:
        return StreamReply(TEXT, self._chunks(), length=len(LONG) + 10)

    async def _chunks(self) -> AsyncIterator[bytes]:
        try:
            yield b"first"
            await self.gate.wait()
            yield LONG
            yield b"later"
        finally:
            self.closed.set()

    async def read(self, ctx: Ctx) -> Reply:
        body = ctx.body or await ctx.stream.read()
        return Reply(TEXT, b"%d:%d" % (len(body), zlib.crc32(body)))

    async def opaque(self, ctx: Ctx) -> Reply:
        return Reply(TEXT, ctx.body)


@asynccontextmanager
async def coding() -> AsyncIterator[tuple[Server, Coded]]:
    coded = Coded()
    service = Service(name="sample", version="1.0", routers=lambda: (coded,))
    async with Server(service, Config(port=0)) as server:
        yield server, coded


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, None),
        ("", None),
        ("identity", None),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("x-gzip", "gzip"),
        ("deflate", "deflate"),
        ("deflate, gzip", "gzip"),
        ("deflate;q=0.9, gzip;q=0.8", "deflate"),
        ("br, zstd", None),
        ("br;q=1.0, gzip;q=0.5", "gzip"),
        ("*", "gzip"),
        ("gzip;q=0, *", "deflate"),
        ("gzip;q=0", None),
        ("identity;q=0.5, gzip;q=0.4", None),
        ("identity;q=0.5, gzip;q=0.5", "gzip"),
        ("identity;q=0", None),
        ("*;q=0", None),
        ("gzip;q=nan", None),
        (", ,gzip", "gzip"),
    ],
)
def test_the_client_chooses_the_coding(accept: str | None, expected: str | None) -> None:
    assert negotiated(accept, ("gzip", "deflate")) == expected


def test_a_declared_coding_that_is_not_implemented_is_not_chosen() -> None:
    assert negotiated("compress, gzip;q=0.1", ("compress", "gzip")) == "gzip"


@pytest.mark.parametrize(("accept", "window"), [("gzip", 31), ("deflate", 15)])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_response_is_coded_when_its_client_accepts(run: Run, accept: str, window: int, method: str) -> None:
    async def scenario() -> None:
        async with coding() as (server, _), connected(server) as client:
            answer = await client.ask("/long", f"Accept-Encoding: {accept}", method=method)
            fields = answer.fields
            assert (fields["content-encoding"], fields["vary"]) == (accept, "accept-encoding")
            assert (fields["etag"], fields["x-kind"]) == ('W/"1"', "long")
            assert int(fields["content-length"]) < len(LONG) / 10
            if method == "GET":
                assert zlib.decompress(answer.body, window) == LONG

    run(scenario())


@pytest.mark.parametrize(
    ("path", "accept"), [("/long", "br"), ("/short", "gzip"), ("/long", "gzip;q=0"), ("/long", "identity;q=0")]
)
def test_another_response_says_that_it_could_have_been_coded(run: Run, path: str, accept: str) -> None:
    async def scenario() -> None:
        async with coding() as (server, _), connected(server) as client:
            answer = await client.ask(path, f"Accept-Encoding: {accept}")
            assert answer.body == (LONG if path == "/long" else b"short")
            assert answer.fields["vary"] == "accept-encoding"
            assert answer.fields.get("etag", '"1"') == '"1"'
            assert "content-encoding" not in answer.fields

    run(scenario())


@pytest.mark.parametrize(("accept", "etag"), [("gzip", b'W/"1"'), ("identity", b'"1"')])
def test_a_304_has_the_fields_of_the_coded_response_that_it_stands_for(run: Run, accept: str, etag: bytes) -> None:
    """RFC 9110, 15.4.5: Vary and ETag are those of the 200, or caches do not find what is to be kept."""

    async def main() -> None:
        async with coding() as (server, _), connected(server) as client:
            full = await client.ask("/known", f"accept-encoding: {accept}")
            again = await client.ask("/known", f"accept-encoding: {accept}", 'if-none-match: "1"')
            assert (full.status, again.status) == (200, 304)
            assert again.fields["vary"] == full.fields["vary"] == "accept-encoding"
            assert again.fields["etag"] == full.fields["etag"] == etag.decode()
            assert "content-encoding" not in again.fields

    run(main())


@pytest.mark.parametrize("path", ["/own", "/failing", "/nothing"])
def test_what_is_coded_already_or_not_declared_is_left_alone(run: Run, path: str) -> None:
    async def scenario() -> None:
        async with coding() as (server, _), connected(server) as client:
            answer = await client.ask(path, "Accept-Encoding: gzip")
            assert answer.fields.get("content-encoding") == ("secret" if path == "/own" else None)
            assert "vary" not in answer.fields

    run(scenario())


def test_a_stream_is_coded_chunk_by_chunk(run: Run) -> None:
    async def scenario() -> None:
        async with coding() as (server, coded), connected(server) as client:
            client.get("/stream", "Accept-Encoding: gzip")
            fields = await head(client)
            assert (fields["content-encoding"], fields["transfer-encoding"]) == ("gzip", "chunked")
            decoder = zlib.decompressobj(31)
            got = b""
            while got != b"first":  # it can be read before the next chunk is made
                got += decoder.decompress(await next_chunk(client))
            coded.gate.set()
            assert decoder.decompress(await content(client)) == LONG + b"later"
            assert decoder.eof
            await asyncio.wait_for(coded.closed.wait(), 10)

    run(scenario())


def test_a_stream_that_is_coded_is_closed_when_its_client_is_gone(run: Run) -> None:
    async def scenario() -> None:
        async with coding() as (server, coded), connected(server) as client:
            client.get("/stream", "Accept-Encoding: gzip")
            await head(client)
            client.writer.transport.abort()
            await asyncio.wait_for(coded.closed.wait(), 10)

    run(scenario())


def test_head_of_a_coded_stream_makes_nothing(run: Run) -> None:
    async def scenario() -> None:
        async with coding() as (server, _), connected(server) as client:
            answer = await client.ask("/stream", "Accept-Encoding: gzip", method="HEAD")
            assert answer.fields["content-encoding"] == "gzip"
            assert "content-length" not in answer.fields
            assert (await client.ask("/short")).body == b"short"

    run(scenario())


# --- requests


def send(client: Client, path: str, body: bytes, coding: str, *, chunked: bool = False) -> None:
    fields = ["Content-Type: text/plain", f"Content-Encoding: {coding}"]
    if chunked:
        post(client, path, *fields, "Transfer-Encoding: chunked")
        for start in range(0, len(body), 100):
            client.send(chunk(body[start : start + 100]))
        client.send(chunk(b""))
    else:
        post(client, path, *fields, f"Content-Length: {len(body)}", body=body)


CODED = {
    "gzip": gzip.compress(LONG),
    "x-gzip": gzip.compress(LONG[:7]) + gzip.compress(LONG[7:]),
    "deflate": zlib.compress(LONG),
    "identity": LONG,
}


@pytest.mark.parametrize("path", ["/read", "/streamed"])
@pytest.mark.parametrize("name", CODED)
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_is_decoded(run: Run, path: str, name: str, *, chunked: bool) -> None:
    async def scenario() -> None:
        async with coding() as (server, _), connected(server) as client:
            for _ in range(2):
                send(client, path, CODED[name], name, chunked=chunked)
                answer = await client.answer()
                assert (answer.status, answer.body) == (200, b"%d:%d" % (len(LONG), zlib.crc32(LONG)))

    run(scenario())


BOMB = gzip.compress(b"\0" * 100_000_000)
MALFORMED = [
    ("gzip", b"no gzip at all", 400),
    ("gzip", gzip.compress(LONG)[:-5], 400),
    ("gzip", gzip.compress(LONG) + b"garbage", 400),
    ("deflate", zlib.compress(LONG) + zlib.compress(LONG), 400),
    ("deflate", zlib.compress(LONG)[2:-4], 400),
    ("gzip", BOMB, 413),
    ("br", b"x", 415),
    ("gzip, gzip", b"x", 415),
]


@pytest.mark.parametrize("path", ["/read", "/streamed"])
@pytest.mark.parametrize(("name", "body", "status"), MALFORMED)
def test_a_body_that_cannot_be_decoded_is_refused(run: Run, path: str, name: str, body: bytes, status: int) -> None:
    async def scenario() -> None:
        async with coding() as (server, _), connected(server) as client:
            send(client, path, body, name)
            answer = await client.answer()
            assert answer.status == status
            assert answer.fields.get("accept-encoding") == ("gzip, deflate, identity" if status == 415 else None)
            send(client, path, CODED["gzip"], "gzip")
            assert (await client.answer()).status == 200

    run(scenario())


def test_an_operation_without_codings_refuses_them(run: Run) -> None:
    async def scenario() -> None:
        async with coding() as (server, _), connected(server) as client:
            send(client, "/plain", b"x", "gzip")
            answer = await client.answer()
            assert (answer.status, answer.fields["accept-encoding"]) == (415, "identity")

    run(scenario())


def test_an_operation_that_wants_a_coding_refuses_bodies_without(run: Run) -> None:
    async def scenario() -> None:
        async with coding() as (server, _), connected(server) as client:
            send(client, "/only", LONG, "identity")
            answer = await client.answer()
            assert (answer.status, answer.fields["accept-encoding"]) == (415, "gzip")
            send(client, "/only", CODED["gzip"], "gzip")
            assert (await client.answer()).status == 200

    run(scenario())


def test_an_operation_may_decode_by_itself(run: Run) -> None:
    async def scenario() -> None:
        async with coding() as (server, _), connected(server) as client:
            send(client, "/opaque", b"whatever", "br")
            assert (await client.answer()).body == b"whatever"

    run(scenario())


def test_others_have_their_turn_while_a_small_body_becomes_a_large_one() -> None:
    async def main() -> None:
        turns, size = 0, 0

        async def other() -> None:
            nonlocal turns
            while size < 50 * LIMIT:
                turns += 1
                await asyncio.sleep(0)

        bomb = gzip.compress(bytes(50 * LIMIT))
        task = asyncio.create_task(other())
        async for piece in decoding(ByteStream.of(bomb), Decoder("gzip", 50 * LIMIT)):
            size += len(piece)
        await task
        assert turns > 500

    asyncio.run(main())


@given(data=st.binary(max_size=3000), size=st.integers(1, 200), limit=st.integers(0, 4000))
def test_decoding_in_pieces_gives_the_content_or_refuses_it(data: bytes, size: int, limit: int) -> None:
    coded = gzip.compress(data)
    decoder = Decoder("gzip", limit)
    got = b""
    try:
        for start in range(0, len(coded), size):
            for piece in decoder.feed(coded[start : start + size]):
                got += piece
        decoder.end()
    except ContentTooLarge:
        assert len(data) > limit
    else:
        assert got == data
        assert len(data) <= limit


@given(data=st.binary(max_size=300))
def test_arbitrary_bytes_are_refused_or_decoded(data: bytes) -> None:
    try:
        asyncio.run(decoded(data, Decoder("deflate", 1000)))
    except (BadRequest, ContentTooLarge):
        return
    assert zlib.decompressobj().decompress(data) is not None
