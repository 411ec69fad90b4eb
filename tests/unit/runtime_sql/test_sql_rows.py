"""Rows: how many an annotation promises, and what happens to values that do not fit."""

import pytest

from katana.runtime.sql import (
    DataError,
    NoRows,
    Statement,
    TooManyRows,
    affected_rows,
    all_rows,
    optional_row,
    pack_int8,
    single_row,
    unpack_date,
    unpack_int8,
)

STATEMENT = Statement("users.get_user", "SELECT 1")


class FakeResult:
    def __init__(self, *rows, command_tuples=None):
        self._rows = rows
        self.command_tuples = command_tuples

    @property
    def ntuples(self):
        return len(self._rows)

    def get_value(self, row_number, column_number):
        return self._rows[row_number][column_number]


def _decode(result, row):
    return unpack_int8(result.get_value(row, 0))


ONE, TWO, NULL = (pack_int8(1),), (pack_int8(2),), (None,)


def test_an_optional_row_is_none_when_there_is_none():
    assert optional_row(STATEMENT, FakeResult(), _decode) is None
    assert optional_row(STATEMENT, FakeResult(ONE), _decode) == 1


def test_a_single_row_must_be_there():
    assert single_row(STATEMENT, FakeResult(ONE), _decode) == 1
    with pytest.raises(NoRows, match=r"users\.get_user: the query found no row"):
        single_row(STATEMENT, FakeResult(), _decode)


@pytest.mark.parametrize("take", [optional_row, single_row])
def test_a_second_row_is_an_error(take):
    with pytest.raises(TooManyRows, match="2 rows"):
        take(STATEMENT, FakeResult(ONE, TWO), _decode)


def test_all_rows_come_in_order():
    assert all_rows(STATEMENT, FakeResult(ONE, TWO), _decode) == [1, 2]
    assert all_rows(STATEMENT, FakeResult(), _decode) == []


@pytest.mark.parametrize("row", [NULL, (b"short",)])
@pytest.mark.parametrize("take", [optional_row, single_row, all_rows])
def test_a_value_that_is_not_as_declared_is_a_typed_error(take, row):
    with pytest.raises(DataError, match=r"users\.get_user: .*NULL in a NOT NULL column"):
        take(STATEMENT, FakeResult(row), _decode)


def test_an_error_of_a_codec_gets_the_name_of_the_statement():
    with pytest.raises(DataError, match=r"users\.get_user: a date from the database has no Python value"):
        single_row(STATEMENT, FakeResult((b"\x7f\xff\xff\xff",)), lambda r, row: unpack_date(r.get_value(row, 0)))


def test_affected_rows_are_zero_for_commands_without_a_count():
    assert affected_rows(FakeResult(command_tuples=3)) == 3
    assert affected_rows(FakeResult()) == 0


def test_a_statement_shows_its_text_and_name():
    assert (STATEMENT.sql, repr(STATEMENT)) == ("SELECT 1", "Statement('users.get_user')")
