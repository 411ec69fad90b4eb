"""A query that one request repeats is reported once, with its place; another request starts at zero."""

import logging
from typing import cast

from katana.runtime import Ctx
from katana.runtime.sql import CountedDatabase, Database, Statement

ONE = Statement("test.one", "SELECT 1")
TWO = Statement("test.two", "SELECT 2")


def test_a_repeated_query_is_reported_once_with_the_place_that_sends_it(run, opened, dsn, caplog):
    async def load_one_by_one(db, times):
        for _ in range(times):
            await db.execute(ONE)

    async def scenario():
        async with opened(dsn, lanes=1) as db:
            await load_one_by_one(CountedDatabase(db), 10)
            await load_one_by_one(CountedDatabase(db), 10)
            assert caplog.records == []
            watched = CountedDatabase(db)
            await load_one_by_one(watched, 30)
            await watched.execute(TWO)
            assert (watched.counts[ONE], watched.counts[TWO]) == (30, 1)

    with caplog.at_level(logging.ERROR, "katana.sql"):
        run(scenario())
    (record,) = caplog.records
    first, place, *_ = record.getMessage().splitlines()
    assert first.startswith("test.one is sent more than 10 times by one request")
    assert place.endswith(" in load_one_by_one")
    assert "test_sql_repeats.py:" in place


def test_queries_of_a_transaction_count_and_its_own_commands_do_not(run, opened, dsn, caplog):
    async def scenario():
        async with opened(dsn, lanes=1) as db:
            watched = CountedDatabase(db)
            ctx = Ctx(method="GET", path="/", db=cast("Database", watched))
            for _ in range(20):
                async with ctx.tx():
                    await ctx.db.execute(TWO)
                    async with ctx.tx():
                        pass
            assert dict(watched.counts) == {TWO: 20}

    with caplog.at_level(logging.ERROR, "katana.sql"):
        run(scenario())
    assert [record.args[0] for record in caplog.records] == ["test.two"]
