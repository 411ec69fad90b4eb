"""Loading related rows: the keys of a result, several loads at once, rows that are made together."""

import asyncio

import pytest

from katana.runtime.sql import (
    DataError,
    NoRows,
    Statement,
    TooManyRows,
    all_assembled,
    key_chunks,
    optional_assembled,
    pack_int8,
    second_row,
    single_assembled,
    together,
    unpack_int8,
)
from katana.runtime.sql._prefetch import KEYS_AT_ONCE

STATEMENT = Statement("users.list_users", "SELECT 1")


class FakeResult:
    def __init__(self, *values):
        self._values = values
        self.command_tuples = len(values)

    @property
    def ntuples(self):
        return len(self._values)

    def get_value(self, row_number, _column_number):
        return self._values[row_number]


def test_each_key_occurs_once_in_the_order_of_the_rows_and_null_is_none():
    result = FakeResult(pack_int8(3), None, pack_int8(1), pack_int8(3), None)
    assert list(key_chunks(STATEMENT, result, 0, unpack_int8)) == [[3, 1]]
    assert list(key_chunks(STATEMENT, FakeResult(), 0, unpack_int8)) == []
    assert list(key_chunks(STATEMENT, FakeResult(None), 0, unpack_int8)) == []


def test_many_keys_come_in_several_lists():
    result = FakeResult(*(pack_int8(n) for n in range(KEYS_AT_ONCE + 1)))
    assert [len(chunk) for chunk in key_chunks(STATEMENT, result, 0, unpack_int8)] == [KEYS_AT_ONCE, 1]


def test_a_key_that_is_no_key_names_its_statement():
    with pytest.raises(DataError) as caught:
        list(key_chunks(STATEMENT, FakeResult(b"\0"), 0, unpack_int8))
    assert caught.value.statement == "users.list_users"


def test_loads_run_at_the_same_time_and_give_their_results_in_order(run):
    async def scenario():
        first, second = asyncio.Event(), asyncio.Event()

        async def one():
            first.set()
            await second.wait()
            return 1

        async def two():
            await first.wait()
            second.set()
            return "two"

        return await together(one(), two())

    assert run(scenario()) == (1, "two")


@pytest.mark.parametrize("ends", ["fails", "is cancelled"])
def test_when_a_load_fails_or_the_caller_is_cancelled_no_load_goes_on(run, ends):
    async def scenario():
        left = []

        async def waits():
            try:
                await asyncio.Event().wait()
            finally:
                left.append("waits")

        async def other():
            await asyncio.sleep(0)
            if ends == "fails":
                raise second_row(STATEMENT)
            task.cancel()
            await asyncio.Event().wait()

        task = asyncio.ensure_future(together(waits(), other()))
        expected = TooManyRows if ends == "fails" else asyncio.CancelledError
        with pytest.raises(expected):
            await task
        assert left == ["waits"]
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run(scenario())


def _doubled(result, by_key):
    return [by_key[unpack_int8(result.get_value(row, 0))] for row in range(result.ntuples)]


def test_rows_that_are_made_together_keep_the_promises_of_their_command():
    by_key = {1: "a", 2: "b"}
    one, two = FakeResult(pack_int8(1)), FakeResult(pack_int8(1), pack_int8(2))
    assert all_assembled(STATEMENT, two, _doubled, by_key) == ["a", "b"]
    assert optional_assembled(STATEMENT, one, _doubled, by_key) == "a"
    assert optional_assembled(STATEMENT, FakeResult(), _doubled, by_key) is None
    assert single_assembled(STATEMENT, one, _doubled, by_key) == "a"
    with pytest.raises(TooManyRows, match=r"users\.list_users: the query found 2 rows"):
        optional_assembled(STATEMENT, two, _doubled, by_key)
    with pytest.raises(NoRows):
        single_assembled(STATEMENT, FakeResult(), _doubled, by_key)
    with pytest.raises(DataError, match=r"users\.list_users"):
        all_assembled(STATEMENT, FakeResult(None), _doubled, by_key)
