"""Can a value fit two variants of a union?

In: canonical schemas. Out: False when that is impossible, for reasons a reader sees at once: other JSON types, other
members of an enum, another constant in a required property. Never: a proof in general; in doubt, True.
"""

from __future__ import annotations

from typing import Any

from katana.spec.lower._conjuncts import conjuncts
from katana.spec.lower._dialect import types
from katana.spec.model.keywords import ALL_TYPES, spelled

Json = Any
Schema = dict[str, Json]
_EVERY = frozenset(ALL_TYPES)


class Exclusive:
    """Answers for one set of named schemas; remembers what it learned about each."""

    def __init__(self, defs: dict[str, Schema]) -> None:
        self._defs = defs
        self._kinds: dict[str, frozenset[str]] = {}

    def overlap(self, variants: list[Schema]) -> bool:
        """Whether one value may fit two of `variants`."""
        kinds = [self.kinds(variant) for variant in variants]
        for kind in ALL_TYPES:
            if kind == "integer":
                continue  # an integer is a number: compared there
            wanted = {"number", "integer"} if kind == "number" else {kind}
            sharing = [variant for variant, own in zip(variants, kinds, strict=True) if own & wanted]
            if len(sharing) > 1 and not self._apart(kind, sharing):
                return True
        return False

    def kinds(self, schema: Schema) -> frozenset[str]:
        """The JSON types that a value of `schema` may have."""
        if "$ref" in schema and len(schema) == 1:
            name = schema["$ref"][8:]
            if name not in self._kinds:
                self._kinds[name] = _EVERY  # what a cycle sees of itself
                self._kinds[name] = self.kinds(self._defs[name])
            return self._kinds[name]
        if schema == {"not": {}}:
            return frozenset()
        own = _EVERY
        if types(schema):
            own = frozenset(types(schema))
            own |= {"integer"} if "number" in own else frozenset()
        if "$ref" in schema:
            own &= self.kinds({"$ref": schema["$ref"]})
        values = _values(schema)
        if values is not None:
            own &= frozenset(_kind(value) for value in values)
        for part in schema.get("allOf", ()):
            own &= self.kinds(part)
        for key in ("anyOf", "oneOf"):
            if key in schema:
                own &= frozenset().union(*(self.kinds(part) for part in schema[key]))
        return own

    def _apart(self, kind: str, variants: list[Schema]) -> bool:
        parts = [conjuncts(variant, self._defs) for variant in variants]
        resolved = [self._resolved(part) for part in parts]
        if kind == "object":
            return _different_tags(resolved, self._defs)
        sets = [next((found for one in part if (found := _values(one)) is not None), None) for part in resolved]
        return _disjoint(sets)

    def _resolved(self, parts: list[Schema] | None) -> list[Schema]:
        """The conditions with a lone reference followed to what it names."""
        for _ in range(20):
            if parts is None or len(parts) != 1 or set(parts[0]) != {"$ref"}:
                break
            parts = conjuncts(self._defs[parts[0]["$ref"][8:]], self._defs)
        return parts or []


def _different_tags(variants: list[list[Schema]], defs: dict[str, Schema]) -> bool:
    """Whether a required property has another constant in each variant."""
    tags = [_tags(variant, defs) for variant in variants]
    common = set(tags[0]).intersection(*tags[1:])
    return any(_disjoint([tag[name] for tag in tags]) for name in common)


def _tags(parts: list[Schema], defs: dict[str, Schema]) -> dict[str, list[Json]]:
    required = {name for part in parts for name in part.get("required", ())}
    found: dict[str, list[Json]] = {}
    for part in parts:
        for name, schema in part.get("properties", {}).items():
            target = defs[schema["$ref"][8:]] if set(schema) == {"$ref"} else schema
            values = _values(target)
            if name in required and values is not None:
                found[name] = values
    return found


def _disjoint(sets: list[list[Json] | None]) -> bool:
    seen: set[str] = set()
    for values in sets:
        if values is None:
            return False
        own = {spelled(value) for value in values}
        if seen & own:
            return False
        seen |= own
    return True


def _values(schema: Schema) -> list[Json] | None:
    if "const" in schema:
        return [schema["const"]]
    return schema.get("enum")


def _kind(value: Json) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, float):
        return "integer" if value.is_integer() else "number"
    names: dict[type, str] = {type(None): "null", int: "integer", str: "string", list: "array", dict: "object"}
    return names[type(value)]
