"""What a controller's test can do with streams and negotiation, without a server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from katana.runtime import ByteStream, Ctx, Headers, NotAcceptable, ServerSentEvent
from katana.runtime._media import acceptable
from katana.runtime._server import NO_DATABASE


def context(accept: str | None = None) -> Ctx:
    pairs = () if accept is None else (("accept", accept),)
    return Ctx(method="GET", path="/", headers=Headers(pairs), db=NO_DATABASE)


def test_a_stream_of_chunks_gives_them_in_order_and_none_that_is_empty() -> None:
    async def scenario() -> None:
        stream = ByteStream.of(b"ab", b"", b"c")
        assert stream.length == 3
        assert [chunk async for chunk in stream] == [b"ab", b"c"]
        assert await stream.read() == b""

    asyncio.run(scenario())


def test_reading_goes_on_where_iterating_stopped() -> None:
    async def scenario() -> None:
        stream = ByteStream.of(b"a", b"b", b"c")
        async for chunk in stream:
            assert chunk == b"a"
            break
        assert await stream.read() == b"bc"

    asyncio.run(scenario())


def test_a_stream_can_be_made_of_any_async_iterable() -> None:
    async def numbers() -> AsyncIterator[bytes]:
        yield b"1"
        yield b"2"

    async def scenario() -> None:
        stream = ByteStream(numbers())
        assert stream.length is None
        assert await stream.read() == b"12"

    asyncio.run(scenario())


def test_a_context_without_a_body_has_an_empty_stream() -> None:
    async def scenario() -> None:
        assert await context().stream.read() == b""
        ctx = Ctx(method="PUT", path="/", db=NO_DATABASE, stream=ByteStream.of(b"x"))
        assert await ctx.stream.read() == b"x"

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "a/json"),
        ("", "a/json"),
        ("*/*", "a/json"),
        ("a/*", "a/json"),
        ("a/csv", "a/csv"),
        ("a/csv, a/json", "a/json"),
        ("a/csv;q=0.5, a/json;q=0.4", "a/csv"),
        ("a/*;q=0.5, a/csv;q=0.9", "a/csv"),
        ("a/json;q=0, */*", "a/csv"),
        ("a/json;q=nan, a/csv;q=0.1", "a/csv"),
        ("a/json;q=-1, a/csv;q=0.1", "a/csv"),
        ("a/json;q=2, a/csv;q=0.1", "a/csv"),
        ("a/csv;version=2;q=0.1, a/csv;q=0.9, a/json;q=0.5", "a/csv"),
        ("A/CSV", "a/csv"),
    ],
)
def test_the_preferred_media_type_is_the_one_with_the_highest_weight(accept: str | None, expected: str) -> None:
    assert context(accept).preferred("a/json", "a/csv") == expected


def test_nothing_acceptable_is_a_problem() -> None:
    with pytest.raises(NotAcceptable, match="a/json"):
        context("b/*").preferred("a/json", "a/csv")


@pytest.mark.parametrize(
    ("accept", "expected"), [("image/png", True), ("image/*", True), ("text/plain", False), ("image/*;q=0", False)]
)
def test_a_declared_range_meets_what_it_covers(accept: str, *, expected: bool) -> None:
    assert acceptable(accept, ("image/*",)) is expected


def test_an_event_needs_its_data_alone() -> None:
    event = ServerSentEvent({"id": 1}, event="made")
    assert (event.data, event.event, event.id, event.retry, event.comment) == ({"id": 1}, "made", None, None, None)
