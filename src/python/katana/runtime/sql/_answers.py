"""Answers that several callers share: those of queries with `-- cache:`, and those that are under way just now.

In: a statement that only reads, its parameters, whom to ask. Out: its result, perhaps some seconds old. Never: more
than so many bytes; a failure that is remembered.

1. What is kept is the result as the server sent it. Each caller decodes rows of its own, so nobody can change those of
   another.
2. Callers that ask the same at once share one query (single flight). It ends when the last of them has gone.
3. An answer ends by its age alone. There is no call that forgets one: it would reach this process only, and a program
   that relies on it would be wrong in the others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from psycopg.pq.abc import PGresult

from katana.runtime.sql._errors import QueryTimeout
from katana.runtime.sql._statement import Statement

if TYPE_CHECKING:
    from katana.runtime.sql._database import Database

_Key = tuple[Statement, tuple[bytes | None, ...]]

_OVERHEAD: Final = 512
"""Bytes that an entry costs beside its values, about."""
_PER_VALUE: Final = 24
_SHARE: Final = 8
_LONGEST: Final = 86_400.0
"""Seconds: each caller has a deadline of its own, and a shared query ends when the last of them has gone."""


class _Entry:
    __slots__ = ("result", "size", "until")

    def __init__(self, result: PGresult, size: int, until: float) -> None:
        self.result = result
        self.size = size
        self.until = until


class _Flight:
    """A query that is under way, and how many wait for it."""

    __slots__ = ("callers", "task")

    def __init__(self, task: asyncio.Task[PGresult]) -> None:
        self.task = task
        self.callers = 0


class Answers:
    """The answers of one process.

    Args:
        most: bytes that are kept at most, about; 0: none, and callers that ask at once still share. An answer larger
            than an eighth of it is not kept.

    Attributes:
        hits: calls that were given a kept answer; `joined`: an answer that was under way; `misses`: neither.
        evicted: answers that made room for others before their time.
        size: bytes that are kept.
    """

    def __init__(self, most: int) -> None:
        self.hits = 0
        self.joined = 0
        self.misses = 0
        self.evicted = 0
        self.size = 0
        self._most = most
        self._entries: dict[_Key, _Entry] = {}  # the one that was not used for longest is the first
        self._flights: dict[_Key, _Flight] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def figures(self) -> dict[str, int]:
        """The counters, by the names that `/status` has for them."""
        return {
            "cache.bytes": self.size,
            "cache.evicted": self.evicted,
            "cache.hits": self.hits,
            "cache.joined": self.joined,
            "cache.misses": self.misses,
        }

    async def get(
        self, database: Database, statement: Statement, params: Sequence[bytes | None], deadline: float | None
    ) -> PGresult:
        """See `cached`; `database` is asked what is not kept."""
        loop = asyncio.get_running_loop()
        if deadline is None:
            deadline = loop.time() + database.query_timeout
        key = (statement, tuple(params))
        entry = self._entries.pop(key, None)
        if entry is not None:
            if entry.until > loop.time():
                self._entries[key] = entry
                self.hits += 1
                return entry.result
            self.size -= entry.size
        flight = self._flights.get(key)
        if flight is None:
            self.misses += 1
            flight = self._flights[key] = _Flight(loop.create_task(self._ask(database, key)))
        else:
            self.joined += 1
        return await self._wait(key, flight, deadline)

    async def _wait(self, key: _Key, flight: _Flight, deadline: float) -> PGresult:
        flight.callers += 1
        try:
            async with asyncio.timeout_at(deadline):
                return await asyncio.shield(flight.task)
        except TimeoutError:
            raise QueryTimeout("the query did not end before its deadline", statement=key[0].name) from None
        finally:
            flight.callers -= 1
            if not flight.callers:
                if self._flights.get(key) is flight:
                    del self._flights[key]
                flight.task.cancel()

    async def _ask(self, database: Database, key: _Key) -> PGresult:
        statement, params = key
        loop = asyncio.get_running_loop()
        asked = loop.time()  # The answer is what the server saw then, or later.
        result = await database.execute(statement, params, asked + _LONGEST)
        if asked + statement.cache > loop.time():
            self._keep(key, result, asked + statement.cache)
        return result

    def _keep(self, key: _Key, result: PGresult, until: float) -> None:
        size = _OVERHEAD + sum(len(value) for value in key[1] if value is not None) + _size(result)
        if size * _SHARE > self._most:
            return
        self.size += size
        self._entries[key] = _Entry(result, size, until)
        while self.size > self._most:
            oldest = next(iter(self._entries))
            self.size -= self._entries.pop(oldest).size
            self.evicted += 1


def _size(result: PGresult) -> int:
    columns = range(result.nfields)
    return sum(
        _PER_VALUE + len(result.get_value(row, column) or b"") for row in range(result.ntuples) for column in columns
    )
