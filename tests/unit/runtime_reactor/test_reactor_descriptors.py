"""The low layer moves bytes whole, in order, and leaves nothing behind, on both event loops."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvloop

from katana.runtime.reactor import Reactor
from unit.runtime.runtime_samples import no_descriptors

Play = Callable[[Callable[[Reactor], Coroutine[Any, Any, None]]], None]


@pytest.fixture(params=["uvloop", "asyncio"])
def play(request: pytest.FixtureRequest) -> Play:
    """Runs a scenario in a reactor; its error is the test's."""

    def run(scenario: Callable[[Reactor], Coroutine[Any, Any, None]]) -> None:
        reactor = Reactor(uvloop.new_event_loop() if request.param == "uvloop" else asyncio.SelectorEventLoop())

        async def limited() -> None:
            try:
                async with asyncio.timeout(30):
                    await scenario(reactor)
            finally:
                reactor.stop()

        task = reactor.spawn(limited())
        reactor.run()
        task.result()

    return run


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two ends of a connection that do not block."""
    left, right = socket.socketpair()
    left.setblocking(False)
    right.setblocking(False)
    with left, right:
        yield left, right


async def _all(reactor: Reactor, fd: int, count: int) -> bytes:
    buffer = bytearray(count)
    view, read = memoryview(buffer), 0
    while read < count:
        now = await reactor.readv(fd, [view[read:]])
        assert now
        read += now
    return bytes(buffer)


def test_callbacks_come_in_their_order_and_a_cancelled_one_does_not(play: Play) -> None:
    async def scenario(reactor: Reactor) -> None:
        calls: list[str] = []
        done = asyncio.Event()
        reactor.schedule(lambda: calls.append("now"))
        reactor.schedule(lambda: calls.append("later"), 0.02)
        reactor.schedule(done.set, 0.03)
        reactor.schedule(lambda: calls.append("never"), 0.01).cancel()
        await done.wait()
        assert calls == ["now", "later"]

    play(scenario)


def test_another_thread_wakes_the_reactor(play: Play) -> None:
    async def scenario(reactor: Reactor) -> None:
        woken = asyncio.Event()
        threading.Thread(target=lambda: reactor.wake(woken.set)).start()
        await woken.wait()

    play(scenario)


def test_stopping_cancels_what_was_spawned() -> None:
    reactor = Reactor(asyncio.SelectorEventLoop())
    ends: list[str] = []

    async def forever() -> None:
        try:
            await asyncio.sleep(1000)
        finally:
            ends.append("cancelled")

    reactor.spawn(forever())
    reactor.schedule(reactor.stop, 0.01)
    reactor.run()
    assert ends == ["cancelled"]
    assert reactor.loop.is_closed()


def test_a_watched_descriptor_calls_back_until_it_is_cancelled(play: Play, pair) -> None:
    async def scenario(reactor: Reactor) -> None:
        left, right = pair
        received = bytearray()
        done = asyncio.Event()

        def readable() -> None:
            received.extend(left.recv(2))
            if len(received) == 6:
                watch.cancel()
                watch.cancel()
                done.set()

        watch = reactor.watch(left, readable=readable)
        with pytest.raises(RuntimeError, match="is being read already"):
            reactor.watch(left, readable=readable)
        right.send(b"abcdefgh")
        await done.wait()
        await asyncio.sleep(0.01)
        assert received == b"abcdef"
        reactor.watch(left, readable=readable, writable=lambda: None).cancel()

    play(scenario)


def test_buffers_are_gathered_and_scattered_whole_even_when_the_socket_is_full(play: Play, pair) -> None:
    async def scenario(reactor: Reactor) -> None:
        left, right = pair
        pieces = [os.urandom(size) for size in (1, 0, 70_000, 3, 500_000)] + [bytes([n % 256]) for n in range(3000)]
        sent = reactor.spawn(reactor.writev(left.fileno(), pieces))
        whole = b"".join(pieces)
        assert await _all(reactor, right.fileno(), len(whole)) == whole
        assert await sent == len(whole)
        await reactor.writev(left.fileno(), [b"abc", b"defg"])
        first, second = bytearray(2), bytearray(10)
        assert await reactor.readv(right.fileno(), [first, second]) == 7
        assert (bytes(first), bytes(second[:5])) == (b"ab", b"cdefg")

    play(scenario)


def test_the_end_of_the_other_side_is_zero_bytes(play: Play, pair) -> None:
    async def scenario(reactor: Reactor) -> None:
        left, right = pair
        left.close()
        assert await reactor.readv(right.fileno(), [bytearray(5)]) == 0

    play(scenario)


def test_a_part_of_a_file_is_sent(play: Play, pair, tmp_path: Path) -> None:
    async def scenario(reactor: Reactor) -> None:
        left, right = pair
        content = os.urandom(3_000_000)
        path = tmp_path / "file"
        path.write_bytes(content)
        with path.open("rb") as file:
            sent = reactor.spawn(reactor.sendfile(left.fileno(), file.fileno(), 1000, 10_000_000))
            assert await _all(reactor, right.fileno(), len(content) - 1000) == content[1000:]
            assert await sent == len(content) - 1000

    play(scenario)


@pytest.mark.parametrize("count", [None, 1_500_000])
def test_bytes_are_spliced_from_socket_to_socket(play: Play, pair, count: int | None) -> None:
    async def scenario(reactor: Reactor) -> None:
        left, right = pair
        source, sink = socket.socketpair()
        with source, sink:
            source.setblocking(False)
            sink.setblocking(False)
            content = os.urandom(1_500_000)
            writing = reactor.spawn(reactor.writev(right.fileno(), [content]))
            moving = reactor.spawn(reactor.splice(left.fileno(), source.fileno(), count))
            assert await _all(reactor, sink.fileno(), len(content)) == content
            await writing
            right.close()
            assert await moving == len(content)

    play(scenario)


def test_a_wait_that_is_cancelled_frees_the_descriptor_and_leaks_none(play: Play, pair) -> None:
    async def scenario(reactor: Reactor) -> None:
        left, right = pair
        before = len(os.listdir("/proc/self/fd"))
        for _ in range(20):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.001):
                    await reactor.readv(left.fileno(), [bytearray(5)])
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.001):
                    await reactor.splice(left.fileno(), right.fileno())
        assert len(os.listdir("/proc/self/fd")) == before

    play(scenario)


def test_who_cannot_be_accepted_for_want_of_descriptors_waits(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(reactor: Reactor) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.setblocking(False)
            with socket.create_connection(listener.getsockname()) as client:
                await reactor.readable(listener.fileno())
                with no_descriptors():
                    accepting = reactor.spawn(reactor.accept(listener))
                    assert not accepting.done()
                with await accepting as server:
                    assert server.getpeername() == client.getsockname()

    play(scenario)
    assert [record.getMessage() for record in caplog.records] == [
        "nobody can be accepted for the moment: Too many open files"
    ]


def test_connections_are_accepted_and_made(play: Play) -> None:
    async def scenario(reactor: Reactor) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.setblocking(False)
            accepting = reactor.spawn(reactor.accept(listener))
            client = await reactor.connect(listener.getsockname())
            server = await accepting
            with client, server:
                await reactor.writev(client.fileno(), [b"ping"])
                assert await _all(reactor, server.fileno(), 4) == b"ping"
            port = listener.getsockname()[1]
        with pytest.raises(ConnectionRefusedError):
            await reactor.connect(("127.0.0.1", port))

    play(scenario)


def test_an_eager_task_that_does_not_wait_is_done_at_once(play: Play) -> None:
    async def scenario(reactor: Reactor) -> None:
        async def quick() -> float:
            return time.monotonic()

        assert reactor.spawn(quick()).done()

    play(scenario)
