"""Loading related rows for all rows of a result at once.

In: a result whose rows have keys; what loads rows for keys. Out: the keys, each once, in the order of the result;
several loads side by side. Never: a query without keys, a load that goes on when another has failed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Final, overload

from katana.runtime.sql._errors import SqlError, TooManyRows
from katana.runtime.sql._rows import UNDECODABLE, Result, undecodable
from katana.runtime.sql._statement import Statement

KEYS_AT_ONCE: Final = 10_000
"""Keys in one array: more of them are loaded by several queries, so that none runs for too long."""


def key_chunks[K](statement: Statement, result: Result, column: int, unpack: Callable[[Any], K]) -> Iterator[list[K]]:
    """The values of a column, each once and without NULL, in lists of up to `KEYS_AT_ONCE`."""
    value = result.get_value
    # The raw bytes tell keys apart as well as their values do, and a repeated key is decoded once.
    distinct = dict.fromkeys(value(row, column) for row in range(result.ntuples))
    distinct.pop(None, None)
    try:
        keys = [unpack(data) for data in distinct]
    except (SqlError, *UNDECODABLE) as error:
        raise undecodable(statement, error) from error
    for start in range(0, len(keys), KEYS_AT_ONCE):
        yield keys[start : start + KEYS_AT_ONCE]


def second_row(statement: Statement) -> TooManyRows:
    """The error that a query returned two rows for a key that has one at most."""
    return TooManyRows("the query found two rows for one key", sqlstate="P0003", statement=statement.name)


@overload
async def together[A, B](a: Awaitable[A], b: Awaitable[B], /) -> tuple[A, B]: ...
@overload
async def together[A, B, C](a: Awaitable[A], b: Awaitable[B], c: Awaitable[C], /) -> tuple[A, B, C]: ...
@overload
async def together[A, B, C, D](
    a: Awaitable[A], b: Awaitable[B], c: Awaitable[C], d: Awaitable[D], /
) -> tuple[A, B, C, D]: ...
@overload
async def together(*loads: Awaitable[Any]) -> tuple[Any, ...]: ...
async def together(*loads: Awaitable[Any]) -> tuple[Any, ...]:
    """Waits for several loads that are under way at the same time; when one fails, the others are cancelled."""
    tasks = [asyncio.ensure_future(load) for load in loads]
    try:
        return tuple(await asyncio.gather(*tasks))
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        raise
