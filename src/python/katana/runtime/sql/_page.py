"""Pages of rows, and the cursors between them.

In: rows in a total order. Out: `Page` and its cursor: the values of the last row's keys, as text for a URL. Never: a
position that is counted; trust in a cursor: whoever sends one may have made it up, and what does not decode as this
query's keys is InvalidCursor. A cursor is not secret: who has it can read those values.

A cursor is base64url (RFC 4648, 5) without padding: six bytes that tell queries and orders apart, then for each key its
length (4 bytes, -1 for NULL) and its value in PostgreSQL's binary format.
"""

from __future__ import annotations

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from hashlib import blake2b
from typing import Any, Final

from msgspec import Struct

from katana.runtime._problem_statuses import UnprocessableContent
from katana.runtime.sql._codec_numbers import pack_int8
from katana.runtime.sql._errors import DataError
from katana.runtime.sql._rows import Result, all_rows
from katana.runtime.sql._statement import Statement

MAX_ROWS: Final = 10_000
"""Of a page. More rows are read by `:stream`."""

MAX_CURSOR: Final = 4096
"""Characters; it has to fit into the first line of a request."""

_MARK: Final = 6
_LENGTH: Final = struct.Struct("!i")
_UNDECODABLE: Final = (TypeError, ValueError, IndexError, KeyError, OverflowError, struct.error)

Key = tuple[int, Callable[[bytes], Any], Callable[[Any], bytes]]
"""The column of a key, from 0, and its codec."""


class Page[T](Struct, frozen=True, kw_only=True):
    """Rows of a query in order.

    `next` is the cursor for the rows behind them, to be given as `after`; None when there were none.
    """

    items: list[T]
    next: str | None = None


class InvalidCursor(DataError, UnprocessableContent):
    """The cursor is none of this query and order: 422."""

    def __init__(self, query: str) -> None:
        UnprocessableContent.__init__(self, "database.invalid_cursor")
        DataError.__init__(self, "the cursor is none of this query and order", sqlstate="22023", statement=query)
        self.detail = "The cursor is none that this operation has given for this order."


def page_size(limit: int) -> bytes:
    """The number of rows to ask for, packed: one more than `limit`, which tells whether there is a next page.

    Raises:
        ValueError: `limit` is not between 1 and `MAX_ROWS`. The contract of an operation can say so to its clients.
    """
    if not 1 <= limit <= MAX_ROWS:
        raise ValueError(f"the limit of a page is a number from 1 to {MAX_ROWS}, not {limit}")
    return pack_int8(limit + 1)


class Keyset:
    """What makes the cursors of one query in one order, and reads them.

    Args:
        name: the query and its order; a cursor of another is refused.
        keys: column and codec of each key.
    """

    __slots__ = ("_keys", "_mark", "name")

    def __init__(self, name: str, *keys: Key) -> None:
        self.name: Final = name
        self._keys: Final = keys
        self._mark: Final = blake2b(name.encode(), digest_size=_MARK).digest()

    def page[T](self, statement: Statement, result: Result, decode: Callable[[Result, int], T], limit: int) -> Page[T]:
        """The page, of a result with one row more if there is a next one."""
        rows = all_rows(statement, result, decode)
        if len(rows) <= limit:
            return Page(items=rows)
        del rows[limit:]
        return Page(items=rows, next=self._cursor(result, limit - 1))

    def behind(self, cursor: str | None) -> tuple[bytes | None, ...]:
        """The parameters that a page behind `cursor` needs; none for the first one.

        Raises:
            InvalidCursor: no cursor of this query and order.
        """
        if cursor is None:
            return ()
        if len(cursor) > MAX_CURSOR:
            raise InvalidCursor(self.name)
        try:
            data = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            if data[:_MARK] != self._mark or urlsafe_b64encode(data).rstrip(b"=") != cursor.encode():
                raise InvalidCursor(self.name)
            return self._values(data)
        except (DataError, *_UNDECODABLE):
            raise InvalidCursor(self.name) from None

    def _values(self, data: bytes) -> tuple[bytes | None, ...]:
        """The values, each decoded and packed again, so that only what is a value of its type goes on."""
        values: list[bytes | None] = []
        at = _MARK
        for _, unpack, pack in self._keys:
            (length,) = _LENGTH.unpack_from(data, at)
            at += _LENGTH.size
            if length == -1:
                values.append(None)
                continue
            value = data[at : at + length]
            if length < 0 or len(value) != length:
                raise ValueError
            values.append(pack(unpack(value)))
            at += length
        if at != len(data):
            raise ValueError
        return tuple(values)

    def _cursor(self, result: Result, row: int) -> str:
        parts = [self._mark]
        for column, _, _ in self._keys:
            value = result.get_value(row, column)
            parts.append(_LENGTH.pack(-1 if value is None else len(value)))
            parts.append(value or b"")
        cursor = urlsafe_b64encode(b"".join(parts)).rstrip(b"=").decode()
        if len(cursor) > MAX_CURSOR:
            raise DataError(f"a cursor of {self.name} would have {len(cursor)} characters", sqlstate="54000")
        return cursor
