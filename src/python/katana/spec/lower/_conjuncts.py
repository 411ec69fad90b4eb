"""A schema as the list of conditions that hold together.

In: a canonical schema and the named ones. Out: schemas without `allOf` and without a `$ref` beside other keywords.
Never: types. `{allOf: [A, {..}], ..}` holds when A, the inline part and the siblings hold; a named schema is taken
apart in turn, each once, so that no nest of references grows beyond the number of names.
"""

from __future__ import annotations

from typing import Any

from katana.spec.model.keywords import ASSERTIONS

Json = Any
Schema = dict[str, Json]

MAX_CONJUNCTS = 200
"""More conditions than that are not merged; the shape is then any value."""


def conjuncts(schema: Schema, defs: dict[str, Schema], looked_into: set[str] | None = None) -> list[Schema] | None:
    """The conditions of `schema` in document order; None when there are too many.

    A schema that only refers to one other stays `[{"$ref": ...}]`. The references that were taken apart are added to
    `looked_into`.
    """
    top = _members(schema)
    if len(top) == 1:
        only = top[0]
        if only is schema or only == {"$ref": only.get("$ref")}:
            return top
        return conjuncts(only, defs, looked_into)
    out: list[Schema] = []
    seen: set[str] = set() if looked_into is None else looked_into
    pending = list(reversed(top))
    while pending:
        part = pending.pop()
        if "allOf" in part or ("$ref" in part and not _is_reference(part)):
            pending.extend(reversed(_members(part)))
        elif "$ref" in part:
            if part["$ref"] not in seen:
                seen.add(part["$ref"])
                pending.append(defs[part["$ref"][8:]])
        elif part not in out[-8:]:
            out.append(part)
        if len(out) > MAX_CONJUNCTS or len(seen) > MAX_CONJUNCTS:
            return None
    return out


def _members(schema: Schema) -> list[Schema]:
    """One step of taking apart: the reference, each member of `allOf`, the rest. Parts that assert nothing fall."""
    if "allOf" not in schema and "$ref" not in schema:
        return [schema]
    out = [{"$ref": schema["$ref"]}] if "$ref" in schema else []
    out += [part for part in schema.get("allOf", ()) if not ASSERTIONS.isdisjoint(part)]
    rest = {key: value for key, value in schema.items() if key not in ("allOf", "$ref")}
    if not ASSERTIONS.isdisjoint(rest):
        out.append(rest)
    return out or [{}]


def _is_reference(schema: Schema) -> bool:
    return ASSERTIONS.isdisjoint(schema.keys() - {"$ref"})
