"""Texts of parameters that are read without a table: arrays, cookies, closed sets, and formats with a type.

In: a query, a field or a part of a path. Out: texts or values; None for what is absent. Never: more than the table
accepts: what needs a closer look (an encoded comma) is rejected, so that the table has it.
"""

from collections.abc import Hashable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from katana.runtime import Ctx, Query
from katana.runtime._percent import percent_decode
from katana.runtime.generated._rejected import REJECTED
from katana.runtime.generated._scalars import single
from katana.runtime.generated.formats import is_date, is_date_time, is_uuid


def repeated(query: Query, name: str, minimum: int = 0, maximum: int | None = None) -> Sequence[str] | None:
    """The texts of an array that repeats its name."""
    found = query.all(name)
    if not found:
        return None
    if len(found) < minimum or (maximum is not None and len(found) > maximum):
        raise REJECTED
    return found


def separated(
    query: Query, name: str, separator: str, minimum: int = 0, maximum: int | None = None
) -> Sequence[str] | None:
    """The texts of an array with a separator between them; a blank and a bar are encoded in a URL, a comma is not."""
    text = single(query, name)
    if text is None:
        return None
    if separator == "," and "%2" in query.raw:  # perhaps an encoded comma, which belongs to its item
        raise REJECTED
    return _bounded(text.split(separator) if text else [], minimum, maximum)


def listed(text: str | None, minimum: int = 0, maximum: int | None = None) -> Sequence[str] | None:
    """The texts of an array in a header field."""
    if text is None:
        return None
    return _bounded([item.strip(" \t") for item in text.split(",")] if text else [], minimum, maximum)


def listed_in_path(text: str, minimum: int = 0, maximum: int | None = None) -> Sequence[str]:
    """The texts of an array in a part of a path, which is still encoded."""
    if "%" in text:
        raise REJECTED
    return _bounded(text.split(","), minimum, maximum)


def distinct[T: Hashable](items: list[T]) -> list[T]:
    """Items of which no two are equal."""
    if len(set(items)) < len(items):
        raise REJECTED
    return items


def cookie(ctx: Ctx, name: str) -> str | None:
    """The text of a cookie in the style `form`, which is percent-encoded."""
    text = ctx.cookies().get(name)
    return text if text is None or "%" not in text else percent_decode(text)


def chosen[T](choices: Mapping[str, T], text: str) -> T:
    """The value of a closed set that a text spells."""
    try:
        return choices[text]
    except KeyError:
        raise REJECTED from None


def to_date(text: str) -> date:
    """RFC 3339, 5.6: full-date."""
    if not is_date(text):
        raise REJECTED
    return date.fromisoformat(text)


def to_datetime(text: str) -> datetime:
    """RFC 3339, 5.6: date-time."""
    if not is_date_time(text):
        raise REJECTED
    return msgspec.convert(text, datetime)


def to_uuid(text: str) -> UUID:
    """RFC 9562, 4."""
    if not is_uuid(text):
        raise REJECTED
    return UUID(text)


def _bounded(items: list[str], minimum: int, maximum: int | None) -> list[str]:
    if len(items) < minimum or (maximum is not None and len(items) > maximum):
        raise REJECTED
    return items
