"""Blocking work beside the event loop that nobody has to wait for.

In: a function that blocks. Out: its result. Never: a process that cannot end before the function does, which is what
`asyncio.to_thread` gives: its threads are joined when the loop is closed.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from functools import partial


async def apart[T](work: Callable[[], T]) -> T:
    """The result of `work()`, run in a thread that ends with the process. Whoever is cancelled leaves it alone."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: Callable[[], None]) -> None:
        if not future.done():
            result()

    def run() -> None:
        try:
            value = work()
        except Exception as error:  # noqa: BLE001 - handed to the caller
            done = partial(future.set_exception, error)
        else:
            done = partial(future.set_result, value)
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, done)

    threading.Thread(target=run, name="apart", daemon=True).start()
    return await future
