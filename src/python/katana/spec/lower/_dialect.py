"""OpenAPI 3.0's own dialect of JSON Schema, read as 2020-12.

In: the value of a Schema Object and the version. Out: types and bounds as 2020-12 spells them. Never: references.
OAS 3.0.3 (clarified by its proposal "nullable"): `nullable` adds null to the `type` beside it, has no effect without
one, and does not add null to `enum`. `exclusiveMinimum` and `exclusiveMaximum` are booleans that sharpen a bound.
"""

from __future__ import annotations

from typing import Any

Json = Any

_BOUNDS = (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum"))


def normalised(schema: dict[str, Json], version: str) -> dict[str, Json]:
    """`schema` with the keywords of 2020-12; one level, subschemas as they are."""
    if version != "3.0":
        return schema
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}  # OAS 3.0.3, Reference Object: "any properties added SHALL be ignored"
    if schema.keys().isdisjoint(("nullable", "exclusiveMinimum", "exclusiveMaximum")):
        return schema
    out = {key: value for key, value in schema.items() if key != "nullable"}
    if schema.get("nullable") is True and isinstance(schema.get("type"), str):
        out["type"] = [schema["type"], "null"]
    for bound, exclusive in _BOUNDS:
        sharp = out.pop(exclusive, False)
        if sharp is True and bound in out:
            out[exclusive] = out.pop(bound)
    return out


def types(schema: dict[str, Json]) -> tuple[str, ...]:
    """The types that a normalised schema names; empty when it names none."""
    given = schema.get("type", ())
    return (given,) if isinstance(given, str) else tuple(given)
