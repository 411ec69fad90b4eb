"""Binary format of date, time, timetz, timestamp, timestamptz and interval: integers since 2000-01-01, microseconds.

In: Python values, or the bytes of one. Out: the other. Never: a guess about a time zone: timestamptz is aware (UTC),
timestamp is naive. What Python's types cannot hold (infinity, BC, years past 9999, 24:00) raises DataError.
"""

from __future__ import annotations

import struct
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

from katana.runtime.sql._codec_errors import invalid_value, not_in_python, out_of_range, wrong_type
from katana.runtime.sql._interval import Interval

_int4: Final = struct.Struct(">i")
_int8: Final = struct.Struct(">q")
_timetz: Final = struct.Struct(">qi")
_interval: Final = struct.Struct(">qii")

_DAY_ZERO: Final = date(2000, 1, 1).toordinal()
_NAIVE_ZERO: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - timestamp is without time zone
_UTC_ZERO: Final = datetime(2000, 1, 1, tzinfo=UTC)
_SECOND: Final = 1_000_000
_DAY: Final = 86_400 * _SECOND
_WHY: Final = "it is infinite, BC, or after the year 9999"


def pack_date(value: date, /) -> bytes:
    """A `date`. Raises DataError for a datetime, whose time would be lost."""
    if isinstance(value, datetime) or not isinstance(value, date):
        raise wrong_type(value, "a date")
    return _int4.pack(value.toordinal() - _DAY_ZERO)


def unpack_date(data: bytes, /) -> date:
    """A `date`. Raises DataError outside of the years 1 to 9999."""
    try:
        return date.fromordinal(_int4.unpack(data)[0] + _DAY_ZERO)
    except (ValueError, OverflowError):
        raise not_in_python("date", _WHY) from None


def pack_time(value: time, /) -> bytes:
    """A `time`. Raises DataError for one with a time zone."""
    if not isinstance(value, time):
        raise wrong_type(value, "a time")
    if value.tzinfo is not None:
        raise invalid_value("time", "it has a time zone; use timetz or remove it")
    return _int8.pack(_since_midnight(value))


def unpack_time(data: bytes, /) -> time:
    """A `time`. Raises DataError for 24:00."""
    return _clock(_int8.unpack(data)[0])


def pack_timetz(value: time, /) -> bytes:
    """A `timetz`. Raises DataError for a time without offset from UTC."""
    if not isinstance(value, time):
        raise wrong_type(value, "a time")
    offset = value.utcoffset()
    if offset is None:
        raise invalid_value("timetz", "it has no fixed offset from UTC")
    seconds = _microseconds(offset) // _SECOND
    return _timetz.pack(_since_midnight(value), -seconds)


def unpack_timetz(data: bytes, /) -> time:
    """A `timetz`, with a fixed offset. Raises DataError for 24:00."""
    microseconds, west = _timetz.unpack(data)
    return _clock(microseconds).replace(tzinfo=timezone(timedelta(seconds=-west)) if west else UTC)


def pack_timestamp(value: datetime, /) -> bytes:
    """A `timestamp`. Raises DataError for an aware datetime."""
    try:
        return _int8.pack(_microseconds(value - _NAIVE_ZERO))
    except TypeError:
        if not isinstance(value, datetime):
            raise wrong_type(value, "a datetime") from None
        raise invalid_value("timestamp", "it has a time zone; use timestamptz or remove it") from None


def unpack_timestamp(data: bytes, /) -> datetime:
    """A `timestamp`, naive. Raises DataError outside of the years 1 to 9999."""
    try:
        return _NAIVE_ZERO + timedelta(microseconds=_int8.unpack(data)[0])
    except OverflowError:
        raise not_in_python("timestamp", _WHY) from None


def pack_timestamptz(value: datetime, /) -> bytes:
    """A `timestamptz`. Raises DataError for a naive datetime."""
    try:
        since = value - _UTC_ZERO
        return _int8.pack(since.days * _DAY + since.seconds * _SECOND + since.microseconds)
    except TypeError:
        if not isinstance(value, datetime):
            raise wrong_type(value, "a datetime") from None
        raise invalid_value("timestamptz", "it has no time zone; add one, such as datetime.UTC") from None


def unpack_timestamptz(data: bytes, /) -> datetime:
    """A `timestamptz`, aware, in UTC. Raises DataError outside of the years 1 to 9999."""
    try:
        return _UTC_ZERO + timedelta(microseconds=_int8.unpack(data)[0])
    except OverflowError:
        raise not_in_python("timestamptz", _WHY) from None


def pack_interval(value: Interval, /) -> bytes:
    """An `interval`. Raises DataError when a field is out of range."""
    try:
        return _interval.pack(value.microseconds, value.days, value.months)
    except struct.error:
        raise out_of_range("interval", "months and days are int4, microseconds int8") from None
    except AttributeError:
        raise wrong_type(value, "an Interval") from None


def unpack_interval(data: bytes, /) -> Interval:
    """An `interval`, its three fields as they are."""
    microseconds, days, months = _interval.unpack(data)
    return Interval(months=months, days=days, microseconds=microseconds)


def _microseconds(value: timedelta) -> int:
    return value.days * _DAY + value.seconds * _SECOND + value.microseconds


def _since_midnight(value: time) -> int:
    return ((value.hour * 60 + value.minute) * 60 + value.second) * _SECOND + value.microsecond


def _clock(microseconds: int) -> time:
    seconds, microsecond = divmod(microseconds, _SECOND)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    try:
        return time(hour, minute, second, microsecond)
    except ValueError:
        raise not_in_python("time", "it is 24:00") from None
