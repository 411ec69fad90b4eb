"""Values that fit a schema.

In: a schema of a view. Out: one value after the other, the same in every run, unlike each other where the schema lets
them be (a second user needs a second address). Never: a value that the validator refuses: `Impossible` instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from katana.probe._patterns import matching
from katana.probe._view import View

MOST_LETTERS: Final = 20_000
"""Texts and arrays that have to be longer are not tried."""

_DEEP_ENOUGH: Final = 3
_TOO_DEEP: Final = 12
_FORMATS: Final[dict[str, Callable[[int], str]]] = {
    "date": lambda n: f"2024-02-{n % 28 + 1:02}",
    "date-time": lambda n: f"2024-02-29T12:{n // 60 % 60:02}:{n % 60:02}Z",
    "time": lambda n: f"12:{n // 60 % 60:02}:{n % 60:02}Z",
    "duration": lambda n: f"P{n + 1}D",
    "email": lambda n: f"someone.{n}@example.com",
    "hostname": lambda n: f"host-{n}.invalid",
    "ipv4": lambda n: f"192.0.2.{n % 254 + 1}",
    "ipv6": lambda n: f"2001:db8::{n + 1:x}",
    "uri": lambda n: f"https://host.invalid/{n}",
    "uri-reference": lambda n: f"/{n}",
    "url": lambda n: f"https://host.invalid/{n}",
    "uuid": lambda n: f"00000000-0000-4000-8000-{n:012x}",
    "byte": lambda _: "a2F0YW5h",
    "regex": lambda _: "^k",
    "json-pointer": lambda n: f"/{n}",
}
"""Hosts are names that never resolve (RFC 6761), so a service that calls back reaches nobody."""


class Impossible(Exception):
    """No value was found for a schema."""


class Values:
    """Makes values of one view. `made` counts them, so that each is new."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.made = 0

    def best(self, schema: Any, examples: tuple[Any, ...] = ()) -> Any:
        """The example that a person gave, if it is valid; else a value of our own.

        Raises:
            Impossible: neither.
        """
        for example in (*examples, *_examples(self.flat(schema))):
            if self.view.is_valid(schema, example):
                return example
        return self.fresh(schema)

    def fresh(self, schema: Any, *, full: bool = True) -> Any:
        """A value unlike those before; `full` with every optional member, else without any.

        Raises:
            Impossible: none was found.
        """
        self.made += 1
        value = self._value(schema, 0, full)
        if not self.view.is_valid(schema, value):
            raise Impossible
        return value

    def flat(self, schema: Any) -> dict[str, Any]:
        """A schema without references and `allOf`, and with the first alternative of a union taken."""
        return self._flat(schema, 0)

    def _flat(self, schema: Any, depth: int) -> dict[str, Any]:
        schema = self.view.resolve(schema)
        if not isinstance(schema, dict):
            return {}
        if depth > _TOO_DEEP:
            return schema
        parts = list(schema.get("allOf", ()))
        for union in ("oneOf", "anyOf"):
            arms = [arm for arm in schema.get(union, ()) if self.view.resolve(arm) != {"type": "null"}]
            parts += arms[:1]
        rest = {key: value for key, value in schema.items() if key not in ("allOf", "oneOf", "anyOf")}
        made: dict[str, Any] = {}
        for part in (*(self._flat(part, depth + 1) for part in parts), rest):
            made = _merged(made, part)
        return made

    def _value(self, schema: Any, depth: int, full: bool) -> Any:
        if depth > _TOO_DEEP:
            raise Impossible
        flat = self.flat(schema)
        if "const" in flat:
            return flat["const"]
        if flat.get("enum"):
            return next((value for value in flat["enum"] if value is not None), None)
        match kind_of(flat):
            case "object":
                return self._object(flat, depth, full)
            case "array":
                return self._array(flat, depth, full)
            case "string":
                return self.text(flat)
            case "integer" | "number":
                return number(flat)
            case "boolean":
                return True
            case "null":
                return None
        return "text"

    def _object(self, flat: dict[str, Any], depth: int, full: bool) -> dict[str, Any]:
        properties = flat.get("properties", {})
        required = list(flat.get("required", ()))
        made: dict[str, Any] = {}
        for name, schema in properties.items():
            if name in required:
                made[name] = self._value(schema, depth + 1, full)
            elif full and depth < _DEEP_ENOUGH and schema is not True:
                value = self._optional(schema, depth)
                made |= {} if value is None else {name: value[0]}
        rest = flat.get("additionalProperties", True)
        for name in required:
            if name not in made:
                made[name] = self._value(rest, depth + 1, full)
        names = [name for name in properties if name not in made] + [f"member{n}" for n in range(50)]
        while len(made) < flat.get("minProperties", 0) and names:
            name = names.pop(0)
            made[name] = self._value(properties.get(name, rest), depth + 1, full)
        return made

    def _optional(self, schema: Any, depth: int) -> tuple[Any] | None:
        try:
            value = self._value(schema, depth + 1, True)
        except Impossible:
            return None
        return (value,) if self.view.is_valid(schema, value) else None

    def _array(self, flat: dict[str, Any], depth: int, full: bool) -> list[Any]:
        first = [self._value(schema, depth + 1, full) for schema in flat.get("prefixItems", ())]
        items, least = flat.get("items", {}), flat.get("minItems", 0)
        if least > MOST_LETTERS:
            raise Impossible
        wanted = max(least, 1 if full and depth < _DEEP_ENOUGH and items is not False else 0)
        made = first[: flat.get("maxItems", len(first))]
        while len(made) < min(wanted, flat.get("maxItems", wanted)):
            self.made += 1
            made.append(self._value(items, depth + 1, full))
        return made

    def text(self, flat: dict[str, Any], length: int | None = None) -> str:
        """A text of a flat schema; `length` in characters, None: any."""
        least, most = min(flat.get("minLength", 0), MOST_LETTERS), flat.get("maxLength", MOST_LETTERS)
        if "pattern" in flat:
            return matching(flat["pattern"], least if length is None else length) or ""
        if flat.get("format") in _FORMATS:
            return _FORMATS[flat["format"]](self.made)
        if length is None:
            made = f"text {self.made}"
            return (made if len(made) <= most else str(self.made)[-most:] if most else "").ljust(least, "k")
        return "k" * length


def kind_of(flat: dict[str, Any]) -> str:
    """The type of the value to make; empty for any."""
    types = flat.get("type", "")
    if isinstance(types, list):
        types = next((each for each in types if each != "null"), "null")
    if types:
        return str(types)
    for kind, keywords in (
        ("object", ("properties", "required", "additionalProperties", "minProperties")),
        ("array", ("items", "prefixItems", "minItems")),
        ("string", ("pattern", "minLength", "maxLength")),
        ("number", ("minimum", "maximum", "multipleOf")),
    ):
        if any(keyword in flat for keyword in keywords):
            return kind
    return "string" if flat.get("format") in _FORMATS else ""


def number(flat: dict[str, Any]) -> int | float:
    """A number inside the bounds of a flat schema."""
    low, high = bounds(flat)
    value = 1 if low is None and high is None else low if low is not None and low > 1 else 1
    if high is not None and value > high:
        value = high if low is None else max(low, 0 if low <= 0 <= high else low)
    step = flat.get("multipleOf")
    return value if not step else -(-value // step) * step


def bounds(flat: dict[str, Any]) -> tuple[Any, Any]:
    """The least and the greatest number that a flat schema allows, as far as it says; floats keep their distance."""
    whole = kind_of(flat) == "integer"
    low, high = flat.get("minimum"), flat.get("maximum")
    if "exclusiveMinimum" in flat:
        above = flat["exclusiveMinimum"] + (1 if whole else 0.5)
        low = above if low is None else max(low, above)
    if "exclusiveMaximum" in flat:
        below = flat["exclusiveMaximum"] - (1 if whole else 0.5)
        high = below if high is None else min(high, below)
    return low, high


def _examples(flat: dict[str, Any]) -> Iterator[Any]:
    yield from [flat["example"]] if "example" in flat else []
    yield from flat.get("examples", ()) if isinstance(flat.get("examples"), list) else ()


_STRICTEST: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "minimum": max,
    "minLength": max,
    "minItems": max,
    "maximum": min,
    "maxLength": min,
    "maxItems": min,
    "required": lambda one, other: [*one, *(name for name in other if name not in one)],
    "properties": lambda one, other: {**one, **other},
}


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    both = {key: _STRICTEST[key](one[key], other[key]) for key in _STRICTEST if key in one and key in other}
    return {**one, **other, **both}
