"""`-- cache:` at work: one query for many callers, nothing older than allowed, nothing inside transactions."""

import asyncio

import pytest

from katana.runtime import Ctx
from katana.runtime.sql import (
    CountedDatabase,
    QueryTimeout,
    SqlError,
    Statement,
    cached,
    pack_int8,
    unpack_int8,
    within,
)

NUMBER = Statement("test.number", "SELECT n FROM numbers WHERE id = $1", (20,), (20,), read_only=True, cache=60)
BRIEF = Statement("test.brief", "SELECT n FROM numbers WHERE id = $1", (20,), (20,), read_only=True, cache=0.05)
SLEEP = Statement("test.sleep", "SELECT pg_sleep(600)", read_only=True, cache=60)
WRONG = Statement("test.wrong", "SELECT 1 / (n - n) FROM numbers WHERE id = $1", (20,), (20,), read_only=True, cache=60)
LARGE = Statement("test.large", "SELECT repeat('x', 1000) || $1::text", (25,), (25,), read_only=True, cache=60)
SET = Statement("test.set", "UPDATE numbers SET n = $1", (20,))


@pytest.fixture
def numbers(fetch):
    async def make(db):
        await fetch(db, "CREATE TABLE numbers (id bigint PRIMARY KEY, n bigint NOT NULL)")
        await fetch(db, "INSERT INTO numbers VALUES (1, 10), (2, 20)")

    return make


async def _ask(db, statement, number, deadline=None):
    return unpack_int8((await cached(db, statement, (pack_int8(number),), deadline)).get_value(0, 0) or b"")


def test_an_answer_is_kept_for_its_time_and_each_set_of_parameters(run, opened, dsn, numbers):
    async def scenario():
        async with opened(dsn) as db:
            await numbers(db)
            assert [await _ask(db, NUMBER, n) for n in (1, 2, 1, 2)] == [10, 20, 10, 20]
            assert (db.answers.misses, db.answers.hits, len(db.answers)) == (2, 2, 2)
            assert {"cache.hits": 2, "cache.misses": 2, "cache.bytes": db.answers.size} == db.status()
            await db.execute(SET, (pack_int8(30),))
            assert await _ask(db, NUMBER, 1) == 10
            assert await _ask(db, BRIEF, 1) == 30
            await db.execute(SET, (pack_int8(40),))
            async with asyncio.timeout(10):
                while await _ask(db, BRIEF, 1) != 40:
                    await asyncio.sleep(0.01)

    run(scenario())


def test_callers_that_ask_the_same_at_once_share_one_query(run, opened, dsn, numbers):
    async def scenario():
        async with opened(dsn) as database:
            await numbers(database)
            db = CountedDatabase(database)
            assert await asyncio.gather(*(_ask(db, NUMBER, 1) for _ in range(50))) == [10] * 50
            assert (db.answers.misses, db.answers.joined, db.counts[NUMBER]) == (1, 49, 1)

    run(scenario())


def test_a_caller_that_leaves_takes_nothing_from_the_others(run, opened, dsn, numbers):
    async def scenario():
        async with opened(dsn) as db:
            await numbers(db)
            first = asyncio.create_task(_ask(db, NUMBER, 1))
            others = [asyncio.create_task(_ask(db, NUMBER, 1)) for _ in range(3)]
            await asyncio.sleep(0)
            first.cancel()
            assert await asyncio.gather(*others) == [10] * 3
            assert first.cancelled()

    run(scenario())


def test_a_query_that_nobody_waits_for_any_more_ends_on_the_server(run, opened, dsn, fetch):
    async def scenario():
        async with opened(dsn, lanes=1) as db, opened(dsn, lanes=1) as observer:
            loop = asyncio.get_running_loop()
            with pytest.raises(QueryTimeout):
                await cached(db, SLEEP, (), loop.time() + 0.1)
            active = (
                "SELECT count(*)::text FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT pg_sleep(600)'"
            )
            while await fetch(observer, active) != [("0",)]:
                await asyncio.sleep(0.01)
            assert len(db.answers) == 0

    run(scenario())


def test_each_caller_waits_until_its_own_deadline(run, opened, dsn):
    late = Statement("test.late", "SELECT 1::bigint FROM pg_sleep(0.3)", (), (20,), read_only=True, cache=60)

    async def scenario():
        async with opened(dsn, lanes=1, query_timeout=0.1) as db:
            now = asyncio.get_running_loop().time()
            patient, hasty, plain = await asyncio.gather(
                cached(db, late, (), now + 60),
                cached(db, late, (), now + 0.05),
                cached(db, late),
                return_exceptions=True,
            )
            assert (type(hasty), type(plain)) == (QueryTimeout, QueryTimeout)
            assert not isinstance(patient, BaseException)
            assert patient.get_value(0, 0) == pack_int8(1)

    run(scenario())


def test_the_age_of_an_answer_counts_from_the_question(run, opened, dsn):
    slow = Statement("test.slow", "SELECT 1::bigint FROM pg_sleep(0.2)", (), (20,), read_only=True, cache=0.1)

    async def scenario():
        async with opened(dsn, lanes=1) as db:
            await cached(db, slow)
            assert (db.answers.misses, len(db.answers), db.answers.size) == (1, 0, 0)

    run(scenario())


def test_a_failure_is_not_kept(run, opened, dsn, numbers):
    async def scenario():
        async with opened(dsn) as db:
            await numbers(db)
            for _ in range(2):
                outcomes = await asyncio.gather(*(_ask(db, WRONG, 1) for _ in range(5)), return_exceptions=True)
                assert {type(outcome).__name__ for outcome in outcomes} == {"DataError"}
                assert isinstance(outcomes[0], SqlError)
            assert (db.answers.misses, len(db.answers)) == (2, 0)

    run(scenario())


def test_inside_a_transaction_nothing_is_kept_and_nothing_kept_is_given(run, opened, dsn, numbers):
    async def scenario():
        async with opened(dsn) as db:
            await numbers(db)
            ctx = Ctx(method="GET", path="/", db=db)
            assert await _ask(ctx.db, NUMBER, 1) == 10
            async with ctx.tx():
                await ctx.db.execute(SET, (pack_int8(50),))
                assert await _ask(ctx.db, NUMBER, 1) == 50
            assert await _ask(ctx.db, NUMBER, 1) == 10

    run(scenario())


def test_memory_is_bounded_and_what_was_not_used_for_longest_goes_first(run, opened, dsn):
    async def scenario():
        async with opened(dsn, cache=20_000) as db:
            for number in range(100):
                await cached(db, LARGE, (str(number).encode(),))
                await cached(db, LARGE, (b"0",))
            answers = db.answers
            assert answers.size <= 20_000
            assert len(answers) < 20
            assert answers.evicted > 80
            assert answers.misses == 100, "the one in use stayed"
        async with opened(dsn, cache=1000) as db:
            await cached(db, LARGE, (b"0",))
            assert (len(db.answers), db.answers.size) == (0, 0), "larger than its share"

    run(scenario())


def test_a_timeout_is_the_sooner_of_two(run):
    async def scenario():
        now = asyncio.get_running_loop().time()
        assert now + 1 <= within(1, None) < now + 2
        assert within(1, now + 0.5) == now + 0.5
        assert now + 1 <= within(1, now + 60) < now + 2

    run(scenario())
