"""Types against an independent validator: every valid instance has the shape, and a shape without checks is exact."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from katana import ir, spec
from katana.diagnostics import DiagnosticsError

Json = Any

NAMES = ["a", "b", "class"]
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from([0.5, 1.0, -2.5]),
    st.sampled_from(["", "a", "bb", "ccc"]),
)
instances = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from([*NAMES, "z"]), inner, max_size=3)
    ),
    max_leaves=6,
)
_TYPES = ["null", "boolean", "integer", "number", "string", "array", "object"]
_small = st.integers(0, 2)
_keywords: dict[str, st.SearchStrategy[Json]] = {
    "type": st.one_of(st.sampled_from(_TYPES), st.lists(st.sampled_from(_TYPES), min_size=1, max_size=3, unique=True)),
    "enum": st.lists(scalars, min_size=1, max_size=3, unique_by=json.dumps),
    "const": scalars,
    "minimum": st.integers(-2, 2),
    "exclusiveMaximum": st.integers(-2, 2),
    "multipleOf": st.sampled_from([1, 2, 0.5]),
    "minLength": _small,
    "maxLength": st.integers(2, 3),
    "pattern": st.sampled_from(["^a", "b"]),
    "minItems": _small,
    "maxItems": st.integers(2, 3),
    "uniqueItems": st.booleans(),
    "minProperties": _small,
    "maxProperties": st.integers(2, 3),
    "required": st.lists(st.sampled_from(NAMES), max_size=2, unique=True),
    "dependentRequired": st.dictionaries(st.sampled_from(NAMES), st.just(["a"]), max_size=1),
}


def _with_subschemas(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    named = st.dictionaries(st.sampled_from(NAMES), inner, max_size=2)
    several = st.lists(inner, min_size=1, max_size=3)
    applicators: dict[str, st.SearchStrategy[Json]] = {
        "properties": named,
        "patternProperties": st.dictionaries(st.just("^a"), inner, max_size=1),
        "additionalProperties": inner,
        "propertyNames": inner,
        "unevaluatedProperties": inner,
        "items": inner,
        "prefixItems": several,
        "contains": inner,
        "unevaluatedItems": inner,
        "allOf": several,
        "anyOf": several,
        "oneOf": several,
        "not": inner,
        "if": inner,
        "then": inner,
        "else": inner,
        "dependentSchemas": named,
        "$ref": st.sampled_from(["#/components/schemas/Other", "#/components/schemas/Third"]),
    }
    return _schema_of({**_keywords, **applicators})


def _schema_of(keywords: dict[str, st.SearchStrategy[Json]]) -> st.SearchStrategy[Json]:
    chosen = st.lists(st.sampled_from(sorted(keywords)), min_size=0, max_size=4, unique=True)
    return chosen.flatmap(lambda names: st.fixed_dictionaries({name: keywords[name] for name in names}))


def _objects(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    """Objects as people write them, alone, merged and told apart; random keywords hardly ever make one."""
    plain = st.fixed_dictionaries(
        {"type": st.sampled_from(["object", "object", ["object", "null"]])},
        optional={
            "properties": st.dictionaries(st.sampled_from(NAMES), inner, min_size=1, max_size=3),
            "required": st.lists(st.sampled_from(NAMES), max_size=2, unique=True),
            "additionalProperties": st.one_of(st.just(False), inner),
            "unevaluatedProperties": st.just(False),
            "allOf": st.lists(inner, min_size=1, max_size=2),
            "anyOf": st.lists(inner, min_size=1, max_size=2),
        },
    )
    references = st.sampled_from([{"$ref": "#/components/schemas/Other"}, {"$ref": "#/components/schemas/Third"}])
    parts = st.lists(st.one_of(plain, references), min_size=1, max_size=3)
    return st.one_of(plain, *(st.fixed_dictionaries({key: parts}) for key in ("allOf", "anyOf", "oneOf")), references)


anything = st.recursive(st.one_of(st.booleans(), _schema_of(_keywords)), _with_subschemas, max_leaves=5)

schemas = st.one_of(anything, st.recursive(_schema_of(_keywords), _objects, max_leaves=5))


def document(schema: Json, other: Json, third: Json) -> dict[str, Json]:
    return {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {},
        "components": {"schemas": {"Subject": schema, "Other": other, "Third": third}},
    }


def fits(type_: ir.Type, value: Json, types: dict[str, ir.Type]) -> bool:
    """What `katana.ir` says about its types, word by word."""
    match type_:
        case ir.AnyType():
            return True
        case ir.NullType():
            return value is None
        case ir.BooleanType():
            return isinstance(value, bool)
        case ir.IntegerType():
            return _is_number(value) and float(value).is_integer() and _in_bounds(type_, value)
        case ir.NumberType():
            return _is_number(value) and _in_bounds(type_, value)
        case ir.StringType():
            schema = {"pattern": type_.pattern} if type_.pattern is not None else {}
            return (
                isinstance(value, str)
                and type_.min_length <= len(value)
                and (type_.max_length is None or len(value) <= type_.max_length)
                and jsonschema_rs.is_valid(schema, value)
            )
        case ir.EnumType(values=values):
            return jsonschema_rs.is_valid({"enum": list(values)}, value)
        case ir.ArrayType():
            bounds: dict[str, Json] = {"minItems": type_.min_items, "uniqueItems": type_.unique_items}
            if type_.max_items is not None:
                bounds["maxItems"] = type_.max_items
            return (
                isinstance(value, list)
                and jsonschema_rs.is_valid(bounds, value)
                and all(fits(type_.items, item, types) for item in value)
            )
        case ir.MapType():
            return (
                isinstance(value, dict)
                and _size_fits(type_, value)
                and all(fits(type_.values, member, types) for member in value.values())
            )
        case ir.ObjectType():
            return isinstance(value, dict) and _size_fits(type_, value) and _members_fit(type_, value, types)
        case ir.UnionType(variants=variants):
            # Exclusiveness of `one_of` is a check unless the variants exclude each other by themselves.
            return any(fits(variant, value, types) for variant in variants)
        case ir.RefType(name=name):
            return fits(types[name], value, types)
    raise AssertionError(type_)


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _in_bounds(type_: ir.IntegerType | ir.NumberType, value: float) -> bool:
    return (
        (type_.minimum is None or value >= type_.minimum)
        and (type_.maximum is None or value <= type_.maximum)
        and (type_.exclusive_minimum is None or value > type_.exclusive_minimum)
        and (type_.exclusive_maximum is None or value < type_.exclusive_maximum)
        and (type_.multiple_of is None or value % type_.multiple_of == 0)
    )


def _size_fits(type_: ir.MapType | ir.ObjectType, value: dict[str, Json]) -> bool:
    return type_.min_properties <= len(value) and (type_.max_properties is None or len(value) <= type_.max_properties)


def _members_fit(type_: ir.ObjectType, value: dict[str, Json], types: dict[str, ir.Type]) -> bool:
    fields = {field.name: field for field in type_.fields}
    if any(field.required and field.name not in value for field in type_.fields):
        return False
    if type_.closed and not value.keys() <= fields.keys():
        return False
    return all(fits(fields[name].type, member, types) for name, member in value.items() if name in fields)


def reached_checks(api: ir.Api, name: str) -> bool:
    """Whether the type or one that it refers to has checks."""
    by_name = {one.name: one for one in api.types}
    pending, seen = [name], set()
    while pending:
        current = by_name[pending.pop()]
        if current.name in seen:
            continue
        seen.add(current.name)
        if current.checks:
            return True
        pending += _references(current.type)
    return False


def _references(type_: ir.Type) -> list[str]:
    match type_:
        case ir.RefType(name=name):
            return [name]
        case ir.ArrayType(items=inner) | ir.MapType(values=inner):
            return _references(inner)
        case ir.UnionType(variants=variants):
            return [name for variant in variants for name in _references(variant)]
        case ir.ObjectType(fields=fields):
            return [name for field in fields for name in _references(field.type)]
    return []


@settings(max_examples=1000, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(schema=schemas, other=schemas, third=schemas, values=st.lists(instances, min_size=4, max_size=10))
def test_a_type_is_never_narrower_than_its_schema_and_equal_to_it_without_checks(
    tmp_path: Path, schema: Json, other: Json, third: Json, values: list[Json]
) -> None:
    text = document(schema, other, third)
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(text), encoding="utf-8")
    try:
        api = spec.compile(path).api
    except DiagnosticsError as error:
        codes = {found.code for found in error.diagnostics if found.severity == "error"}
        if not codes <= {"endless-schema", "empty-range"}:
            raise
        return
    types = {one.name: one.type for one in api.types}
    canonical = {one.name: one.schema for one in api.types}
    definition = next(one for one in api.types if one.name == "Subject")
    oracle = jsonschema_rs.Draft202012Validator(
        {"$ref": "#/components/schemas/Subject", "components": text["components"]}
    )
    compiled = jsonschema_rs.Draft202012Validator({**definition.schema, "$defs": canonical})
    for value in values:
        valid = oracle.is_valid(value)
        assert compiled.is_valid(value) == valid, (definition.schema, value)
        if valid:
            assert fits(definition.type, value, types), (definition.type, value)
        elif not reached_checks(api, "Subject"):
            assert not fits(definition.type, value, types), (definition, value)
