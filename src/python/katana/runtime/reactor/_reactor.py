"""A reactor: one event loop that runs callbacks, coroutines and descriptors.

In: callbacks, file descriptors that do not block. Out: their turn. Never: a thread; nothing here may be called from
another one, but for `wake`.

A descriptor has one watcher for reading and one for writing at a time. Operations that wait (`read_into`, `write_all`,
...) are watchers too; two of one kind on one descriptor at once raise RuntimeError, because the second would take the
place of the first without a word.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import socket
from collections.abc import Callable, Coroutine
from typing import Any, Final

from katana.runtime._poll import new_loop
from katana.runtime.reactor._transfer import Transfers

_log = logging.getLogger("katana.server")

_FULL: Final = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM))
_FULL_PAUSE: Final = 0.25


class Timer:
    """A callback that is still to come."""

    __slots__ = ("_handle",)

    def __init__(self, handle: asyncio.TimerHandle) -> None:
        self._handle = handle

    def cancel(self) -> None:
        """It does not come. Nothing happens if it came already."""
        self._handle.cancel()


class Watch:
    """A descriptor that is watched until `cancel`."""

    __slots__ = ("_cancel",)

    def __init__(self, cancel: Callable[[], None]) -> None:
        self._cancel = cancel

    def cancel(self) -> None:
        """Stops watching. Nothing happens if that was done before."""
        cancel, self._cancel = self._cancel, _nothing
        cancel()


class Reactor(Transfers):
    """The reactor of this thread.

    Args:
        loop: an event loop to run on; None: a new one, of the fastest kind there is.

    Attributes:
        loop: the event loop, for libraries that speak asyncio.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        super().__init__(new_loop() if loop is None else loop)
        self._tasks: set[asyncio.Task[Any]] = set()

    def run(self) -> None:
        """Runs until `stop`; then cancels what was spawned and closes the loop."""
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_forever()
        finally:
            try:
                self._cancel_all()
                self.loop.run_until_complete(self.loop.shutdown_asyncgens())
            finally:
                asyncio.set_event_loop(None)
                self.loop.close()

    def stop(self) -> None:
        """Ends `run` after the current turn."""
        self.loop.stop()

    def wake(self, callback: Callable[[], object]) -> None:
        """Calls `callback` in the next turn; the one method that other threads and signal handlers may call."""
        self.loop.call_soon_threadsafe(callback)

    def schedule(self, callback: Callable[[], object], delay: float = 0.0) -> Timer:
        """Calls `callback` once, after `delay` seconds or more."""
        return Timer(self.loop.call_later(delay, callback))

    def spawn[T](self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Runs a coroutine at once up to where it first waits, and the rest when it can go on.

        The reactor keeps the task until it is done; an error of one that nobody awaits goes to the loop's handler.
        """
        task: asyncio.Task[T] = asyncio.Task(work, loop=self.loop, eager_start=self.loop.is_running())
        if not task.done():
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return task

    def watch(
        self,
        fd: int | socket.socket,
        *,
        readable: Callable[[], object] | None = None,
        writable: Callable[[], object] | None = None,
    ) -> Watch:
        """Calls back whenever a descriptor can be read or written, level-triggered.

        Raises:
            RuntimeError: it is watched for that already.
        """
        number = fd if isinstance(fd, int) else fd.fileno()
        if readable is not None:
            self.claim_reader(number, readable)
        if writable is not None:
            try:
                self.claim_writer(number, writable)
            except RuntimeError:
                if readable is not None:
                    self.free_reader(number)
                raise

        def cancel() -> None:
            if readable is not None:
                self.free_reader(number)
            if writable is not None:
                self.free_writer(number)

        return Watch(cancel)

    async def accept(self, listener: socket.socket) -> socket.socket:
        """The next connection of a listening socket, non-blocking, without Nagle's delay.

        While there is no descriptor or memory left for one, clients wait.
        """
        told = False
        while True:
            try:
                connection, _ = listener.accept()
            except BlockingIOError:
                await self.readable(listener.fileno())
                continue
            except ConnectionAbortedError:  # the client gave up before it was accepted
                continue
            except OSError as error:
                if error.errno not in _FULL:
                    raise
                if not told:
                    _log.warning("nobody can be accepted for the moment: %s", os.strerror(error.errno))
                told = True
                await asyncio.sleep(_FULL_PAUSE)
                continue
            connection.setblocking(False)
            if connection.family in (socket.AF_INET, socket.AF_INET6):
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection

    async def connect(self, address: tuple[str, int] | str) -> socket.socket:
        """A connection to an IP address and port, or to the path of a Unix socket. Raises OSError."""
        family = (
            socket.AF_UNIX if isinstance(address, str) else socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        )
        connection = socket.socket(family, socket.SOCK_STREAM)
        try:
            connection.setblocking(False)
            try:
                connection.connect(address)
            except BlockingIOError:
                await self.writable(connection.fileno())
                error = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if error:
                    raise OSError(error, os.strerror(error)) from None
        except BaseException:
            connection.close()
            raise
        return connection

    def _cancel_all(self) -> None:
        tasks = [task for task in self._tasks if not task.done()]
        for task in tasks:
            task.cancel()
        if tasks:
            self.loop.run_until_complete(asyncio.wait(tasks))


def _nothing() -> None:
    """A watch that was cancelled."""
