"""Values at the edges of a schema, and beyond them.

In: a schema and a value that fits it. Out: values that fit too, but barely (`edges`), and values that do not
(`mistakes`), each with words about what is special. Never: a guess: the validator has confirmed each verdict.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from katana.probe._values import MOST_LETTERS, Values, bounds, kind_of

Variant = tuple[str, Any]

_MOST_CHOICES: Final = 10
_WRONG: Final[tuple[Any, ...]] = ("no", -0.5, True, [], {}, None)
_HOSTILE: Final = (
    ("a NUL character", "k\0k"),
    ("SQL", "'; DROP TABLE users; --"),
    ("a character beyond the BMP", "\N{CROSSED SWORDS}\N{JAPANESE OGRE}"),
)


class Variants:
    """Makes variants of the values of one view."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self.view = values.view

    def edges(self, schema: Any, value: Any) -> Iterator[Variant]:
        """Values that fit; members of objects are varied one at a time."""
        seen = set[str]()
        for what, variant in self._edges(schema, value, 0):
            if what not in seen and self.view.is_valid(schema, variant):
                seen.add(what)
                yield what, variant

    def mistakes(self, schema: Any, value: Any) -> Iterator[Variant]:
        """Values that do not fit."""
        for what, variant in self._mistakes(schema, value, 0):
            if not self.view.is_valid(schema, variant):
                yield what, variant

    def _edges(self, schema: Any, value: Any, depth: int) -> Iterator[Variant]:
        flat = self.values.flat(schema)
        if isinstance(value, dict) and depth <= 1:
            for name, member in flat.get("properties", {}).items():
                if name in value:
                    for what, variant in self._edges(member, value[name], depth + 1):
                        yield _inside(name, what), {**value, name: variant}
        for each in flat.get("enum", ())[:_MOST_CHOICES]:
            yield _shown(each), each
        if "enum" not in flat and "const" not in flat:
            yield from self._leaf_edges(flat, value)
        yield "null", None

    def _leaf_edges(self, flat: dict[str, Any], value: Any) -> Iterator[Variant]:
        kind = kind_of(flat)
        if kind in ("integer", "number"):
            yield from ((_shown(edge), edge) for edge in bounds(flat) if edge is not None)
            yield "0", 0
        elif kind == "boolean":
            yield "false", False
        elif kind == "string":
            yield from self._lengths(flat, 0)
            yield from _HOSTILE if "format" not in flat else ()
        elif kind == "array" and isinstance(value, list):
            yield "empty", []
            if value and 1 < flat.get("maxItems", 0) <= 100:
                yield f"{flat['maxItems']} items", (value * flat["maxItems"])[: flat["maxItems"]]

    def _lengths(self, flat: dict[str, Any], beyond: int) -> Iterator[Variant]:
        """Texts as short and as long as allowed, or `beyond` that."""
        for length, way in ((flat.get("minLength"), -1), (flat.get("maxLength"), 1)):
            if length is not None and 0 <= length + way * beyond <= MOST_LETTERS:
                text = self.values.text(flat, length + way * beyond)
                if len(text) == length + way * beyond:
                    yield f"{len(text)} characters long", text

    def _mistakes(self, schema: Any, value: Any, depth: int) -> Iterator[Variant]:
        flat = self.values.flat(schema)
        if isinstance(value, dict) and depth <= 1:
            yield from self._mistakes_in_members(flat, value, depth)
        wrong = [each for each in _WRONG if not self.view.is_valid(schema, each)]
        yield from ((_shown(each), each) for each in wrong[:3])
        kind = kind_of(flat)
        if kind in ("integer", "number"):
            low, high = bounds(flat)
            beyond = ([] if low is None else [low - 1]) + ([] if high is None else [high + 1])
            yield from ((_shown(edge), edge) for edge in beyond)
        elif kind == "string" and isinstance(value, str):
            yield from self._lengths({key: flat[key] for key in ("minLength", "maxLength") if key in flat}, 1)
        elif kind == "array" and isinstance(value, list) and value:
            most = flat.get("maxItems", MOST_LETTERS)
            if most < 1000:
                yield f"{most + 1} items", (value * (most + 1))[: most + 1]
            if flat.get("minItems", 0) > 0:
                yield "empty", []

    def _mistakes_in_members(self, flat: dict[str, Any], value: dict[str, Any], depth: int) -> Iterator[Variant]:
        for name in flat.get("required", ()):
            yield f"`{name}` is left out", {key: each for key, each in value.items() if key != name}
        for name, member in flat.get("properties", {}).items():
            if name in value and member is not True:
                for what, variant in self._mistakes(member, value[name], depth + 1):
                    yield _inside(name, what), {**value, name: variant}
        yield "there is an unknown member", {**value, "katana-unknown": 1}


def _inside(name: str, what: str) -> str:
    """`app` is "no"; below that, `source.app` is "no"."""
    return f"`{name}.{what[1:]}" if what.startswith("`") else f"`{name}` is {what}"


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
