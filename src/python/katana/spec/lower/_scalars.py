"""Conditions on the same value as one schema.

In: canonical schemas without `allOf`. Out: one schema with the same meaning, or None. Never: objects with properties,
which `_objects` merges.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from katana.spec.lower._dialect import types

Json = Any
Schema = dict[str, Json]

_TIGHTEST: dict[str, Callable[[Any, Any], Any]] = {
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), min),
    "uniqueItems": lambda one, other: one or other,
    "required": lambda one, other: sorted({*one, *other}),
}
_IGNORED = frozenset(("default", "readOnly", "writeOnly"))


def combine(parts: list[Schema]) -> Schema | None:
    """One schema for all of `parts`; None when two of them say different things that cannot be put into one."""
    if len(parts) > 1 and any("unevaluatedItems" in part for part in parts):
        return None  # it sees the items that its own part evaluates, not those of the others
    out: Schema = {}
    for part in parts:
        for key, value in part.items():
            if key not in out or key in _IGNORED:
                out[key] = value
            elif key == "type":
                common = _common(types(out), types(part))
                if not common:
                    return None
                out["type"] = common[0] if len(common) == 1 else common
            elif key in _TIGHTEST:
                out[key] = _TIGHTEST[key](out[key], value)
            elif out[key] != value or type(out[key]) is not type(value):
                return None
    return out


def fits_type(value: Json, named: tuple[str, ...]) -> bool:
    """Whether `value` has one of the JSON types `named`; 1.0 is an integer (JSON Schema 2020-12, section 6.1.1)."""
    if isinstance(value, bool):
        return "boolean" in named
    if isinstance(value, int):
        return "integer" in named or "number" in named
    if isinstance(value, float):
        return "number" in named or ("integer" in named and value.is_integer())
    names: dict[type, str] = {type(None): "null", str: "string", list: "array", dict: "object"}
    return names[type(value)] in named


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> list[str]:
    """The types in both; `integer` is within `number`."""
    both = set(one) & set(other)
    for narrow, wide in ((one, other), (other, one)):
        if "integer" in narrow and "number" in wide:
            both.add("integer")
    return sorted(both)
