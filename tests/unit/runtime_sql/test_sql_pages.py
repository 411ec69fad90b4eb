"""Cursors: what this query has given comes back as it was, anything else is refused as a 422 and nothing worse."""

from __future__ import annotations

import random
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from katana.runtime import UnprocessableContent
from katana.runtime.sql import (
    DataError,
    InvalidCursor,
    Keyset,
    Statement,
    enum_decoder,
    pack_int8,
    pack_numeric,
    pack_text,
    pack_timestamptz,
    page_size,
    unpack_int8,
    unpack_numeric,
    unpack_text,
    unpack_timestamptz,
)


class _Mood(StrEnum):
    SAD = "sad"
    HAPPY = "happy"


_KEYS = Keyset("users.list by name text, id int8", (1, unpack_text, pack_text), (0, unpack_int8, pack_int8))
_OTHER = Keyset("users.list by id int8, name text", (0, unpack_int8, pack_int8), (1, unpack_text, pack_text))
_TYPED = Keyset(
    "t",
    (0, unpack_timestamptz, pack_timestamptz),
    (1, unpack_numeric, pack_numeric),
    (2, enum_decoder(_Mood), pack_text),
)
_MOMENT = struct.pack("!q", 820_000_000_123_456)
_STATEMENT = Statement("users.list", "SELECT")


class _Result:
    """A result as libpq gives it."""

    command_tuples = None

    def __init__(self, *rows: tuple[bytes | None, ...]) -> None:
        self._rows = rows

    @property
    def ntuples(self) -> int:
        return len(self._rows)

    def get_value(self, row_number: int, column_number: int, /) -> bytes | None:
        return self._rows[row_number][column_number]


def _cursor(keys: Keyset, *values: bytes | None) -> str:
    page = keys.page(_STATEMENT, _Result(values, values), lambda *_: None, 1)
    assert page.next is not None
    return page.next


def _changed(cursor: str, data: bytes) -> str:
    """A cursor with the sign of this one and other values."""
    return urlsafe_b64encode(urlsafe_b64decode(cursor + "==")[:6] + data).rstrip(b"=").decode()


def test_the_keys_of_the_last_row_come_back() -> None:
    rows = [(pack_int8(n), pack_text(f"n{n}")) for n in range(4)]
    page = _KEYS.page(_STATEMENT, _Result(*rows), lambda result, row: unpack_int8(result.get_value(row, 0)), 3)
    assert page.items == [0, 1, 2]
    assert _KEYS.behind(page.next) == (pack_text("n2"), pack_int8(2))
    assert _KEYS.behind(None) == ()


@given(
    st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=200) | st.none(),
    st.integers(-(2**63), 2**63 - 1),
)
def test_every_value_comes_back(name: str | None, number: int) -> None:
    values = (pack_int8(number), None if name is None else pack_text(name))
    assert _KEYS.behind(_cursor(_KEYS, *values)) == (values[1], values[0])


def test_a_cursor_of_another_order_is_refused() -> None:
    cursor = _cursor(_KEYS, pack_int8(1), pack_text("a"))
    with pytest.raises(InvalidCursor):
        _OTHER.behind(cursor)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "=",
        "AAAA",
        "A" * 5000,
        "☃",
        "\0",
        "' OR 1=1 --",
        "../../etc/passwd",
        '{"id": 1}',
        "MTI=",
        "%00",
        "next",
    ],
)
def test_what_is_no_cursor_is_a_problem_of_the_client(cursor: str) -> None:
    with pytest.raises(InvalidCursor) as caught:
        _KEYS.behind(cursor)
    assert isinstance(caught.value, UnprocessableContent)
    assert isinstance(caught.value, DataError)
    assert (caught.value.status, caught.value.code) == (422, "database.invalid_cursor")
    assert cursor == "" or cursor not in str(caught.value.detail)


def _field(value: bytes, length: int | None = None) -> bytes:
    return struct.pack("!i", len(value) if length is None else length) + value


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\0\0",
        _field(b"a"),
        _field(b"a") + _field(b"1234567"),
        _field(b"a") + _field(pack_int8(1)) + b"x",
        _field(b"a", 1000) + _field(pack_int8(1)),
        _field(b"a", -2) + _field(pack_int8(1)),
        _field(b"a", -(2**31)) + _field(pack_int8(1)),
        _field(b"a", 2**31 - 1) + _field(pack_int8(1)),
        _field(b"a\0b") + _field(pack_int8(1)),
        _field(b"\xff\xfe") + _field(pack_int8(1)),
    ],
)
def test_values_that_are_none_of_their_type_are_refused(data: bytes) -> None:
    with pytest.raises(InvalidCursor):
        _KEYS.behind(_changed(_cursor(_KEYS, pack_int8(1), pack_text("a")), data))


def test_enums_and_numbers_that_do_not_exist_are_refused() -> None:
    good = (_MOMENT, pack_numeric(Decimal("1.5")), b"happy")
    cursor = _cursor(_TYPED, *good)
    assert _TYPED.behind(cursor) == good
    for values in (
        (good[0], good[1], b"angry"),
        (good[0], b"\0\0\0\0\xff\xff\0\0", b"sad"),
        (b"\x7f" + b"\xff" * 7, good[1], b"sad"),
        (good[0][:-1], good[1], b"sad"),
    ):
        with pytest.raises(InvalidCursor):
            _TYPED.behind(_changed(cursor, b"".join(map(_field, values))))


def test_changed_cursors_are_read_or_refused() -> None:
    """Never another exception, and never bytes that are no value of the type."""
    chance = random.Random(4)
    cursor = _cursor(_TYPED, _MOMENT, pack_numeric(Decimal("-12.50")), b"sad")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for _ in range(3000):
        letters: list[Any] = list(cursor)
        for _ in range(chance.randint(1, 4)):
            letters[chance.randrange(8, len(letters))] = chance.choice(alphabet)
        changed = "".join(letters[: chance.choice((None, len(letters) - 1))])
        try:
            moment, number, mood = _TYPED.behind(changed)
        except InvalidCursor:
            continue
        assert moment is None or unpack_timestamptz(moment).tzinfo is not None
        assert number is None or unpack_numeric(number) is not None
        assert mood in (None, b"sad", b"happy")


def test_one_cursor_has_one_spelling() -> None:
    cursor = _cursor(_KEYS, pack_int8(1), pack_text("ab"))
    for other in (
        cursor + "=",
        cursor + "==",
        cursor + "\n",
        f" {cursor}",
        cursor[:4] + "\n" + cursor[4:],
        cursor + "A",
    ):
        with pytest.raises(InvalidCursor):
            _KEYS.behind(other)


def test_a_key_that_is_too_long_for_a_url_is_an_error_that_says_so() -> None:
    with pytest.raises(DataError, match=r"users\.list by name text, id int8 would have \d+ characters") as caught:
        _cursor(_KEYS, pack_int8(1), pack_text("x" * 4000))
    assert not isinstance(caught.value, InvalidCursor)


@pytest.mark.parametrize("limit", [0, -1, 10_001, 2**63])
def test_a_page_has_a_size(limit: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 10000"):
        page_size(limit)


def test_a_page_asks_for_one_row_more() -> None:
    assert (page_size(1), page_size(10_000)) == (pack_int8(2), pack_int8(10_001))
