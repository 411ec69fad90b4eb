"""Schemas as the validators of generated code take them.

In: canonical JSON Schemas of the IR. Out: the same with the bounds of `int32` and `int64` written out, and which named
ones are needed. Never: a change of what is valid otherwise.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from katana import ir

_PREFIX = "#/$defs/"
_SPANS = {"int32": 2**31, "int64": 2**63}
_LIMITS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_LITERAL = ("const", "default", "enum", "examples")


def asserting(schema: Any) -> Any:
    """`schema` with the bounds that its integer formats stand for, and those of decimals where they are exact."""
    if isinstance(schema, list):
        return [asserting(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    out = {key: value if key in _LITERAL else asserting(value) for key, value in schema.items()}
    if out.get("format") == "decimal":
        limits = {key: out.pop(key) for key in _LIMITS if key in out}
        return {**out, "decimalLimits": limits} if limits else out
    span = _SPANS.get(schema["format"]) if isinstance(schema.get("format"), str) else None
    if span is not None:
        low, high = schema.get("minimum", -span), schema.get("maximum", span - 1)
        if isinstance(low, int | float) and isinstance(high, int | float):
            out["minimum"], out["maximum"] = max(low, -span), min(high, span - 1)
    return out


def references(schema: Any) -> Iterator[str]:
    """The names that a schema refers to, itself and below."""
    waiting = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            target = node.get("$ref")
            if isinstance(target, str) and target.startswith(_PREFIX):
                yield target[len(_PREFIX) :]
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node


def reached(roots: Iterable[Any], api: ir.Api) -> list[str]:
    """The named types whose schemas the roots need, sorted."""
    schemas = {definition.name: definition.schema for definition in api.types}
    names: set[str] = set()
    waiting = [name for root in roots for name in references(root)]
    while waiting:
        name = waiting.pop()
        if name not in names and name in schemas:
            names.add(name)
            waiting += references(schemas[name])
    return sorted(names)
