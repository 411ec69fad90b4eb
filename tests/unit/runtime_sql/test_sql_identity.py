"""Every answer reaches the caller who asked, whatever happens to callers, queries and connections.

The number of queries is `KATANA_IDENTITY_QUERIES` (4000 where nobody says).
"""

import asyncio
import os
import random

import pytest

from katana.runtime import Ctx
from katana.runtime.sql import (
    Database,
    DatabaseUnavailable,
    DataError,
    QueryTimeout,
    Statement,
    pack_float8,
    pack_int4,
    pack_int8,
    unpack_int8,
)
from katana.runtime.sql import _lane as lane

QUERIES = int(os.environ.get("KATANA_IDENTITY_QUERIES", "4000"))
CALLERS = 40
TERMINATE = (
    "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'identity'"
    " ORDER BY random() LIMIT 1"
)
ECHOES = [
    Statement(f"test.echo_{i}", f"SELECT $1::bigint, {i}::bigint", (20,), (20, 20), read_only=i % 2 == 0)
    for i in range(12)
]
SLEEP = Statement("test.sleep", "SELECT $2::bigint, 12::bigint FROM pg_sleep($1)", (701, 20), (20, 20))
FAIL = Statement("test.fail", "SELECT $1::bigint / 0", (20,), (20,))
SERIES = Statement("test.series", "SELECT $1::bigint, 13::bigint FROM generate_series(1, $2)", (20, 23), (20, 20))


class _Run:
    def __init__(self, db, generator):
        self.db = db
        self.ctx = Ctx(method="GET", path="/", db=db)
        self.choose = generator
        self.outcomes = dict.fromkeys(("answered", "cancelled", "timed out", "refused", "lost"), 0)

    async def query(self, number):
        kind = self.choose.random()
        db, deadline = self.db, None
        params: tuple[bytes, ...]
        if kind < 0.05:
            deadline = asyncio.get_running_loop().time() + self.choose.choice((0.0, 0.002, 0.02))
        if kind < 0.1:
            expected, sql, params = (
                (number, 12),
                SLEEP,
                (pack_float8(self.choose.choice((0, 0.005, 0.05))), pack_int8(number)),
            )
        elif kind < 0.15:
            expected, sql, params = None, FAIL, (pack_int8(number),)
        elif kind < 0.2:
            expected, sql, params = (number, 13), SERIES, (pack_int8(number), pack_int4(500))
        else:
            variant = self.choose.randrange(len(ECHOES))
            expected, sql, params = (number, variant), ECHOES[variant], (pack_int8(number),)
        if self.choose.random() < 0.03:
            async with Ctx(method="GET", path="/", db=db).tx():
                await self.db.execute(ECHOES[0], (pack_int8(1),))
        result = await db.execute(sql, params, deadline)
        assert expected is not None, "a division by zero has no answer"
        rows = {
            (unpack_int8(result.get_value(r, 0)), unpack_int8(result.get_value(r, 1))) for r in range(result.ntuples)
        }
        assert rows == {expected}

    async def attempt(self, number):
        task = asyncio.create_task(self.query(number))
        if self.choose.random() < 0.05:
            await asyncio.sleep(self.choose.choice((0, 0.001, 0.01)))
            task.cancel()
        try:
            await task
            outcome = "answered"
        except asyncio.CancelledError:
            outcome = "cancelled"
        except QueryTimeout:
            outcome = "timed out"
        except DataError:
            outcome = "refused"
        except DatabaseUnavailable:
            outcome = "lost"
            await self.db.wait_ready(30)
        self.outcomes[outcome] += 1

    async def all(self):
        numbers = iter(range(QUERIES))

        async def caller():
            for number in numbers:
                await self.attempt(number)

        await asyncio.gather(*(caller() for _ in range(CALLERS)))
        assert sum(self.outcomes.values()) == QUERIES


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    """Lost connections are made again at once: here they are lost all the time."""
    monkeypatch.setattr(lane, "_FIRST", 0.001)
    monkeypatch.setattr(lane, "_LONGEST", 0.01)


async def _while(work, disturb):
    running = asyncio.ensure_future(work)
    while not running.done():
        await disturb()
        await asyncio.sleep(0.05)
    await running


def test_under_cancellations_errors_timeouts_and_terminated_connections(run, opened, dsn, fetch):
    async def scenario():
        async with opened(f"{dsn}&application_name=identity", lanes=3) as db, opened(dsn, lanes=1) as other:
            everything = _Run(db, random.Random(5))

            async def terminate():
                await fetch(other, TERMINATE)

            await _while(everything.all(), terminate)
            assert all(count > 0 for count in everything.outcomes.values()), everything.outcomes

    run(scenario())


def test_when_connections_are_cut_at_any_byte(run, proxied):
    generator = random.Random(6)
    proxy, dsn = proxied()

    async def scenario():
        async with proxy:
            proxy.limit = lambda: int(10 ** generator.uniform(1.5, 5.5))
            db = Database(dsn(), lanes=3)
            db.start()
            await db.wait_ready(30)
            everything = _Run(db, generator)
            await everything.all()
            proxy.limit = lambda: None
            await db.wait_ready(30)
            assert everything.outcomes["answered"] > 0
            assert everything.outcomes["lost"] > 0
            assert proxy.cuts > 0
            await db.close(1)

    run(scenario())


def test_a_connection_cut_in_any_state_ends_in_an_error_or_an_answer_and_never_in_a_hang(run, proxied):
    proxy, dsn = proxied()

    async def cut_after(cut):
        proxy.limit = lambda: cut
        db = Database(dsn(), lanes=1, leases=1)
        db.start()
        for number in range(3):
            try:
                result = await db.execute(ECHOES[1], (pack_int8(number),))
                assert unpack_int8(result.get_value(0, 0) or b"") == number
                async with Ctx(method="GET", path="/", db=db).tx():
                    pass
            except DatabaseUnavailable as error:
                seen.append(error.message)
        proxy.limit = lambda: None
        assert await db.wait_ready(30)
        await db.close(1)

    seen: list[str] = []

    async def scenario():
        async with proxy:
            for cut in range(1, 1500, 23):
                await cut_after(cut)

    run(scenario())
    assert len(seen) > 50
    assert not any("password" in message for message in seen)
