"""Server-Sent Events over time: comments that keep a connection alive, events that are late, clients that leave."""

from __future__ import annotations

import asyncio

import pytest

from katana.runtime import ServerSentEvent
from katana.runtime.generated import event_stream


def test_a_comment_is_sent_while_no_event_comes():
    async def run():
        released = asyncio.Event()

        async def source():
            await released.wait()
            yield ServerSentEvent("x")

        stream = event_stream(source(), "op", {"": str}, text=("",), keep_alive=0.001)
        first = [await anext(stream), await anext(stream)]
        released.set()
        rest = [chunk async for chunk in stream]
        return first, rest

    first, rest = asyncio.run(run())
    assert first == [b":\n\n", b":\n\n"]
    assert [chunk for chunk in rest if chunk != b":\n\n"] == [b"data: x\n\n"]


def test_a_client_that_leaves_cancels_the_event_that_is_waited_for():
    async def run():
        seen = []

        async def source():
            try:
                await asyncio.Event().wait()
                yield ServerSentEvent("x")
            except asyncio.CancelledError:
                seen.append("cancelled")
                raise
            finally:
                seen.append("closed")

        stream = event_stream(source(), "op", {"": str}, keep_alive=0.001)
        await anext(stream)
        await stream.aclose()
        return seen

    assert asyncio.run(run()) == ["cancelled", "closed"]


def test_cancelling_who_waits_for_an_event_cancels_its_source():
    async def run():
        seen = []
        started = asyncio.Event()

        async def source():
            try:
                started.set()
                await asyncio.Event().wait()
                yield ServerSentEvent("x")
            finally:
                seen.append("closed")

        async def read():
            async for _ in event_stream(source(), "op", {"": str}):
                pass

        task = asyncio.create_task(read())
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return seen

    assert asyncio.run(run()) == ["closed"]


def test_an_error_of_the_source_is_that_of_the_stream():
    async def source():
        yield ServerSentEvent("x")
        raise LookupError("gone")

    async def run():
        stream = event_stream(source(), "op", {"": str}, text=("",))
        assert await anext(stream) == b"data: x\n\n"
        with pytest.raises(LookupError, match="gone"):
            await anext(stream)

    asyncio.run(run())
