"""Random schemas of everything that can be generated, and values that are nearly valid.

In: a source of randomness. Out: schemas, components, JSON values with exact numbers. Never: verdicts.
"""

from __future__ import annotations

import json
from decimal import Decimal
from random import Random
from typing import Any

Json = Any
NAMES = ("a", "b", "c", "in", "kind")
_REFERENCES = [f"#/components/schemas/{name}" for name in ("Named", "Tree", "Recursive")]
_IDENTIFIED = ["https://e.example/own", "https://e.example/own#part", "https://e.example/own#/$defs/d"]
_DYNAMIC = ["https://e.example/list", "https://e.example/numbers", "https://e.example/strict"]
_TEXTS = ("", "a", "ab", "abc", "A1", "é😀", "1", "2026-01-02", "1.2.3.4", "a@b.de", "cat", "dog", "x-1")
_NUMBERS = (
    0,
    1,
    2,
    3,
    -1,
    5,
    2**31,
    2**53 + 1,
    2**63,
    2**70,
    *map(Decimal, ("1.0", "1.5", "2.50", "0.3", "19.90", "1E+2")),
)
_BOUNDS = (-3, 0, 1, 2, 2.5, 5)


class Samples:
    """Makes schemas and instances; `dialect` is 3.0 or 3.1."""

    def __init__(self, random: Random, dialect: str = "3.1") -> None:
        self._random = random
        self._old = dialect == "3.0"
        self._references = _REFERENCES if self._old else [*_REFERENCES, *_IDENTIFIED, *_DYNAMIC]

    def components(self) -> dict[str, Json]:
        """What the schemas refer to: recursive types, and those with names of their own."""
        tree = {
            "type": "object",
            "required": ["a"],
            "properties": {"a": self._leaf(), "b": _array("Tree", unique=True)},
        }
        deep = {"type": "object", "additionalProperties": {"$ref": _REFERENCES[2]}}
        found = {
            "Named": self.schema(2),
            "Tree": tree,
            "Recursive": {"anyOf": [{"type": "integer"}, _array("Recursive"), deep]},
        }
        if self._old:
            return found
        own = {"$anchor": "part", "type": "array", "items": {"$ref": "#"}, "uniqueItems": True}
        node = {"type": "array", "items": {"$dynamicRef": "#node"}}
        return found | {
            "Own": {
                "$id": _IDENTIFIED[0],
                "$defs": {"d": own},
                "type": "object",
                "properties": {"a": {"$ref": "#part"}},
            },
            "List": {
                "$id": _DYNAMIC[0],
                "$defs": {"any": {"$dynamicAnchor": "T"}},
                "type": "array",
                "items": {"$dynamicRef": "#T"},
            },
            "Numbers": {"$id": _DYNAMIC[1], "$ref": "list", "$defs": {"t": {"$dynamicAnchor": "T", "type": "integer"}}},
            "Open": {
                "$id": "https://e.example/open",
                "$dynamicAnchor": "node",
                "type": "object",
                "properties": {"a": {}, "b": node},
            },
            "Strict": {"$id": _DYNAMIC[2], "$dynamicAnchor": "node", "$ref": "open", "unevaluatedProperties": False},
        }

    def schema(self, depth: int) -> dict[str, Json]:
        """A schema of at most `depth` levels."""
        if depth == 0 or self._random.random() < 0.2:
            return self._leaf()
        makers = [self._object, self._object, self._array, self._parts, self._tagged]
        makers += [] if self._old else [self._object_of_2020, self._array_of_2020, self._conditional]
        return self._random.choice(makers)(depth - 1)

    def _leaf(self) -> dict[str, Json]:
        pick = self._random.choice
        kinds: list[dict[str, Json]] = [
            {"type": "boolean"},
            {},
            {"enum": [pick(_TEXTS), True, 1]},
            {"$ref": pick(self._references)},
            self._some({"type": "integer"}, multipleOf=(2, 2.5), format=("int32", "int64")),
            self._limits({"type": "number"}),
            self._limits({"type": "number", "format": "decimal", "multipleOf": pick((0.01, 0.5))}),
            self._some(
                {"type": "string"},
                minLength=(1, 2),
                maxLength=(1, 3),
                pattern=("^[a-z]+$", "b"),
                format=("date", "ipv4"),
            ),
        ]
        kinds += [] if self._old else [{"const": self.value(1)}, {"type": ["integer", "null", "string"]}]
        found = pick(kinds)
        if self._old and "type" in found and "format" not in found and self._random.random() < 0.3:
            found["nullable"] = True
        return found

    def _some(self, schema: dict[str, Json], **choices: tuple[Json, ...]) -> dict[str, Json]:
        chosen = {key: self._random.choice(values) for key, values in choices.items() if self._random.random() < 0.3}
        return schema | chosen

    def _limits(self, schema: dict[str, Json]) -> dict[str, Json]:
        found = self._some(schema, minimum=_BOUNDS, maximum=_BOUNDS)
        if self._old and "minimum" in found:
            return self._some(found, exclusiveMinimum=(True, False))
        return found if self._old else self._some(found, exclusiveMaximum=_BOUNDS)

    def _properties(self, depth: int) -> dict[str, Json]:
        return {name: self.schema(depth) for name in self._random.sample(NAMES, self._random.randrange(1, 4))}

    def _object(self, depth: int) -> dict[str, Json]:
        found = {"type": "object", "properties": self._properties(depth)}
        return self._some(
            found, required=(["a"], ["b", "in"]), additionalProperties=(False, self.schema(depth)), maxProperties=(2,)
        )

    def _object_of_2020(self, depth: int) -> dict[str, Json]:
        return self._some(
            self._object(depth),
            patternProperties=({"^x-": self.schema(depth)}, {"b": self._leaf()}),
            propertyNames=({"maxLength": 2},),
            dependentRequired=({"a": ["b"]},),
            dependentSchemas=({"a": self.schema(depth)},),
            unevaluatedProperties=(False, self._leaf()),
        )

    def _array(self, depth: int) -> dict[str, Json]:
        found = {"type": "array", "items": self.schema(depth)}
        return self._some(found, minItems=(1, 2), maxItems=(2, 3), uniqueItems=(True,))

    def _array_of_2020(self, depth: int) -> dict[str, Json]:
        return self._some(
            {"type": "array"},
            prefixItems=([self.schema(depth)], [self._leaf(), self.schema(depth)]),
            items=(False, self.schema(depth)),
            contains=(self.schema(depth),),
            maxContains=(1, 2),
            uniqueItems=(True,),
            unevaluatedItems=(False, self._leaf()),
        )

    def _parts(self, depth: int) -> dict[str, Json]:
        parts = [self.schema(depth) for _ in range(self._random.randrange(1, 4))]
        found: dict[str, Json] = {self._random.choice(("allOf", "anyOf", "oneOf")): parts}
        return found if self._old else self._some(found, unevaluatedProperties=(False,), unevaluatedItems=(False,))

    def _tagged(self, depth: int) -> dict[str, Json]:
        variants = []
        for tag in self._random.sample(("cat", "dog", "a"), 2):
            properties = {**self._properties(depth), "kind": {"type": "string", "enum": [tag]}}
            variant = {"type": "object", "required": ["kind"], "properties": properties}
            variants.append(self._some(variant, additionalProperties=(False,)))
        return {self._random.choice(("oneOf", "anyOf")): variants}

    def _conditional(self, depth: int) -> dict[str, Json]:
        return {"if": self._leaf(), "then": self.schema(depth), "else": self._leaf()}

    def value(self, depth: int) -> Json:
        """Any value."""
        pick = self._random.choice
        kind = self._random.randrange(6) if depth else 0
        if kind == 4:
            return [self.value(depth - 1) for _ in range(self._random.randrange(4))]
        if kind == 5:
            return {pick((*NAMES, "x-q")): self.value(depth - 1) for _ in range(self._random.randrange(4))}
        return pick((None, True, False, pick(_NUMBERS), pick(_NUMBERS), pick(_TEXTS), pick(_TEXTS)))

    def instance(self, schema: Json, components: dict[str, Json], depth: int = 5) -> Json:
        """A value that is often valid."""
        if not isinstance(schema, dict) or depth == 0 or self._random.random() < 0.05:
            return self.value(1)
        below = [part for key in ("anyOf", "oneOf", "allOf") for part in schema.get(key, ())]
        if "$ref" in schema:
            below.append(components.get(schema["$ref"].rpartition("/")[2], components["Named"]))
        if below:
            return self.instance(self._random.choice(below), components, depth - 1)
        if "const" in schema or "enum" in schema:
            return schema.get("const", self._random.choice(schema.get("enum", [None])))
        if schema.get("type") == "array":
            items = [*schema.get("prefixItems", ()), *[schema.get("items", {})] * self._random.randrange(3)]
            return [self.instance(item, components, depth - 1) for item in items]
        if schema.get("type") == "object":
            members = schema.get("properties", {}).items()
            return {
                name: self.instance(one, components, depth - 1) for name, one in members if self._random.random() < 0.7
            }
        kinds = {"integer": _NUMBERS, "number": _NUMBERS, "string": _TEXTS, "boolean": (True, False)}
        return self._random.choice(kinds.get(str(schema.get("type")), (*_NUMBERS, *_TEXTS)))

    def near(self, value: Json) -> Json:
        """The value with something else in one place."""
        if isinstance(value, list) and value and self._random.random() < 0.8:
            index = self._random.randrange(len(value))
            return [*value[:index], self.near(value[index]), *value[index:]]
        if isinstance(value, dict) and value and self._random.random() < 0.8:
            name = self._random.choice(list(value))
            rest = {key: one for key, one in value.items() if key != name}
            return rest if self._random.random() < 0.3 else {**rest, name: self.near(value[name])}
        return self.value(1)


def _array(name: str, *, unique: bool = False) -> dict[str, Json]:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}, "uniqueItems": unique}


def exact(value: Json) -> Json:
    """A value whose numbers with a fraction are decimals."""
    return json.loads(text(value), parse_float=Decimal)


def text(value: Json) -> str:
    """JSON with every digit of decimals."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{text(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(text, value)) + "]"
    return str(value) if isinstance(value, Decimal) else json.dumps(value)
