"""The content codings br (RFC 7932) and zstd (RFC 8878) beside gzip and deflate: what each takes, and what not.

Those for zstd run where its library is there: Python 3.14 has it, and `backports.zstd` brings it to others.
"""

from __future__ import annotations

import asyncio
import gzip
import importlib.util
import random
import sys
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

import brotli  # type: ignore[import-untyped]  # it has no types
import pytest

from katana.runtime import BadRequest, ByteStream, ContentTooLarge, Head, Reply, StreamReply
from katana.runtime._codings import CODINGS, negotiated
from katana.runtime._decoding import Decoder, decoded, decoding
from katana.runtime._encoding import encoded
from katana.runtime.generated.brotli import BROTLI

MIB = 1024 * 1024
TEXT = Head(200, "text/plain")
NAMES = ["gzip", "deflate", BROTLI]
PACK: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}
SEVERAL = ["gzip"]
FRAMES: list[tuple[bytes, str]] = []

if sys.version_info >= (3, 14) or importlib.util.find_spec("backports") is not None:
    from katana.runtime.generated import zstd

    NAMES.append(zstd.ZSTD)
    SEVERAL.append(zstd.ZSTD)
    _library = zstd._zstd
    PACK["zstd"] = _library.compress
    _window = _library.CompressionParameter.window_log
    FRAMES += [
        (_library.compress(bytes(9 * MIB), options={_window: 24}), "malformed"),  # RFC 9659: 8 MiB are enough
        (b"\x50\x2a\x4d\x18\x04\0\0\0abc", "ends too early"),  # a skippable frame (RFC 8878, 3.1.2)
    ]

LINES = b"".join(b"line %d of a text that repeats itself\n" % number for number in range(20_000))
NOISE = random.Random(1).randbytes(300_000)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("content", [b"", b"x", LINES, NOISE, bytes(5 * MIB)], ids=["none", "x", "lines", "noise", "0"])
@pytest.mark.parametrize("size", [7, 1000, 10 * MIB])
def test_a_body_in_pieces_of_any_size_is_decoded(name: str, content: bytes, size: int) -> None:
    coded = PACK[name](content)
    decoder = Decoder(name, len(content))
    pieces = [piece for at in range(0, len(coded), size) for piece in decoder.feed(coded[at : at + size])]
    decoder.end()
    assert b"".join(pieces) == content
    assert max(map(len, pieces), default=0) <= 128 * 1024


@pytest.mark.parametrize("name", NAMES)
def test_a_small_body_that_stands_for_a_huge_one_is_refused_at_the_limit(name: str) -> None:
    bomb = PACK[name](bytes(100 * MIB))
    decoder = Decoder(name, 3 * MIB)
    got = 0
    with pytest.raises(ContentTooLarge):
        for piece in decoder.feed(bomb):
            got += len(piece)
    assert got <= 3 * MIB


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("missing", [1, 3, 1000])
def test_a_body_that_is_cut_off_is_refused(name: str, missing: int) -> None:
    coded = PACK[name](NOISE)
    with pytest.raises(BadRequest, match="ends too early"):
        asyncio.run(decoded(coded[:-missing], Decoder(name, MIB)))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("apart", [False, True])
def test_a_body_with_something_behind_its_end_is_refused(name: str, *, apart: bool) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        coded = PACK[name](LINES)
        for chunk in (coded, b"garbage!") if apart else (coded + b"garbage!",):
            yield chunk

    async def main() -> None:
        with pytest.raises(BadRequest):
            async for _ in decoding(ByteStream(chunks()), Decoder(name, MIB)):
                pass

    asyncio.run(main())


@pytest.mark.parametrize("name", SEVERAL)
def test_members_behind_each_other_are_one_body(name: str) -> None:
    coded = PACK[name](b"one ") + PACK[name](b"") + PACK[name](b"two")
    assert asyncio.run(decoded(coded, Decoder(name, 7))) == b"one two"
    with pytest.raises(ContentTooLarge):
        asyncio.run(decoded(coded, Decoder(name, 6)))


@pytest.mark.parametrize("name", SEVERAL)
def test_members_that_say_nothing_are_soon_too_many(name: str) -> None:
    """Each costs the time of thousands of bytes, and a body of 1 MiB has room for 100 000."""
    coded = PACK[name](b"")
    assert asyncio.run(decoded(coded * 64, Decoder(name, MIB))) == b""
    with pytest.raises(BadRequest, match="too many parts"):
        asyncio.run(decoded(coded * 66, Decoder(name, MIB)))
    big = PACK[name](bytes(100_000))
    assert asyncio.run(decoded(big * 100, Decoder(name, 10 * MIB))) == bytes(10_000_000)


@pytest.mark.parametrize(("coded", "why"), FRAMES)
def test_frames_beyond_the_standard_are_refused(coded: bytes, why: str) -> None:
    with pytest.raises(BadRequest, match=why):
        asyncio.run(decoded(coded, Decoder("zstd", 20 * MIB)))


def test_large_window_brotli_is_another_format() -> None:
    with pytest.raises(BadRequest):
        asyncio.run(decoded(b"\x11\x1e" + bytes(20), Decoder("br", MIB)))


@pytest.mark.parametrize("name", NAMES)
def test_arbitrary_bytes_are_refused_or_decoded(name: str) -> None:
    chance = random.Random(7)
    good = PACK[name](LINES[:3000])
    for _ in range(300):
        data = bytearray(good)
        for _ in range(chance.randrange(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        with suppress(BadRequest, ContentTooLarge):
            assert len(asyncio.run(decoded(bytes(data), Decoder(name, 4000)))) <= 4000


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("content", [LINES, NOISE], ids=["lines", "noise"])
def test_a_response_can_be_decoded_by_others(name: str, content: bytes) -> None:
    async def main() -> None:
        reply = await encoded(Reply(TEXT, content), name, (name,))
        assert isinstance(reply, Reply)
        assert dict(reply.fields) == {"vary": "accept-encoding", "content-encoding": name}
        assert await decoded(reply.body, Decoder(name, MIB)) == content

    asyncio.run(main())


@pytest.mark.parametrize("name", NAMES)
def test_each_chunk_of_a_stream_can_be_read_when_it_arrives(name: str) -> None:
    async def main() -> None:
        sent = [b"first", LINES, b"x", NOISE, b"last"]

        async def chunks() -> AsyncIterator[bytes]:
            for chunk in sent:
                yield chunk

        reply = await encoded(StreamReply(TEXT, chunks()), name, (name,))
        assert isinstance(reply, StreamReply)
        decoder, got, wanted = Decoder(name, MIB * 2), b"", list(sent)
        async for coded in reply.chunks:
            got += b"".join(decoder.feed(coded))
            while wanted and len(got) >= len(wanted[0]):
                assert got.startswith(wanted[0])
                got = got[len(wanted.pop(0)) :]
            assert not got or len(wanted[0]) > 64 * 1024  # nothing small is held back
        decoder.end()
        assert (got, wanted) == (b"", [])

    asyncio.run(main())


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate, br;q=0.5", "gzip"),
        ("br;q=0, *", "gzip"),
        ("*", "br"),
        ("BR;q=1.0, gzip;q=0.9", "br"),
        ("br;q=0.1, identity;q=0.5", None),
    ],
)
def test_the_order_of_the_declaration_decides_between_equal_weights(accept: str, expected: str | None) -> None:
    assert "br" in CODINGS
    assert negotiated(accept, ("br", "gzip")) == expected
