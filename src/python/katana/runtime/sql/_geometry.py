"""PostgreSQL's geometric types (manual, 8.8).

In: coordinates, `float8`. Out: values. Never: geometry; PostgreSQL has operators for that.
"""

from __future__ import annotations

from msgspec import Struct


class Point(Struct, frozen=True):
    """A `point`."""

    x: float
    y: float


class Line(Struct, frozen=True):
    """A `line`: where `a*x + b*y + c` is 0. `a` and `b` are not both 0."""

    a: float
    b: float
    c: float


class Segment(Struct, frozen=True):
    """An `lseg`: what lies between two points."""

    start: Point
    end: Point


class Box(Struct, frozen=True):
    """A `box`, by two opposite corners; PostgreSQL makes `high` the upper right one and `low` the lower left."""

    high: Point
    low: Point


class Path(Struct, frozen=True):
    """A `path` through points; a closed one returns to the first."""

    points: tuple[Point, ...]
    closed: bool = False


class Polygon(Struct, frozen=True):
    """A `polygon`, by its corners."""

    points: tuple[Point, ...]


class Circle(Struct, frozen=True):
    """A `circle`."""

    center: Point
    radius: float
