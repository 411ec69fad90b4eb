"""Binary format of the geometric types: coordinates, `float8` each; before those of a path a flag and their number.

In: values, or bytes. Out: the other. Never: a check of the geometry, which PostgreSQL makes.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final

from katana.runtime.sql._geometry import Box, Circle, Line, Path, Point, Polygon, Segment

_two: Final = struct.Struct(">dd")
_three: Final = struct.Struct(">ddd")
_four: Final = struct.Struct(">dddd")
_length: Final = struct.Struct(">i")


def pack_point(value: Point, /) -> bytes:
    """A `point`."""
    return _two.pack(value.x, value.y)


def unpack_point(data: bytes, /) -> Point:
    """A `point`."""
    return Point(*_two.unpack(data))


def pack_line(value: Line, /) -> bytes:
    """A `line`."""
    return _three.pack(value.a, value.b, value.c)


def unpack_line(data: bytes, /) -> Line:
    """A `line`."""
    return Line(*_three.unpack(data))


def pack_lseg(value: Segment, /) -> bytes:
    """An `lseg`."""
    return _four.pack(value.start.x, value.start.y, value.end.x, value.end.y)


def unpack_lseg(data: bytes, /) -> Segment:
    """An `lseg`."""
    x1, y1, x2, y2 = _four.unpack(data)
    return Segment(Point(x1, y1), Point(x2, y2))


def pack_box(value: Box, /) -> bytes:
    """A `box`."""
    return _four.pack(value.high.x, value.high.y, value.low.x, value.low.y)


def unpack_box(data: bytes, /) -> Box:
    """A `box`."""
    x1, y1, x2, y2 = _four.unpack(data)
    return Box(Point(x1, y1), Point(x2, y2))


def pack_path(value: Path, /) -> bytes:
    """A `path`."""
    return (b"\x01" if value.closed else b"\x00") + _pack_points(value.points)


def unpack_path(data: bytes, /) -> Path:
    """A `path`."""
    return Path(_points(data, 1), closed=data[0] == 1)


def pack_polygon(value: Polygon, /) -> bytes:
    """A `polygon`."""
    return _pack_points(value.points)


def unpack_polygon(data: bytes, /) -> Polygon:
    """A `polygon`."""
    return Polygon(_points(data, 0))


def pack_circle(value: Circle, /) -> bytes:
    """A `circle`."""
    return _three.pack(value.center.x, value.center.y, value.radius)


def unpack_circle(data: bytes, /) -> Circle:
    """A `circle`."""
    x, y, radius = _three.unpack(data)
    return Circle(Point(x, y), radius)


def _pack_points(points: Sequence[Point]) -> bytes:
    return _length.pack(len(points)) + b"".join([_two.pack(point.x, point.y) for point in points])


def _points(data: bytes, position: int) -> tuple[Point, ...]:
    count: int = _length.unpack_from(data, position)[0]
    return tuple(Point(*_two.unpack_from(data, position + 4 + 16 * n)) for n in range(count))
