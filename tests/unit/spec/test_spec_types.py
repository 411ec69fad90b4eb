"""Schemas to types: what each keyword becomes, and what is left to the schema."""

from __future__ import annotations

import pytest

from katana import ir

S = ir.StringType
OBJECT = {"type": "object"}


@pytest.mark.parametrize(
    ("schema", "type_"),
    [
        ({}, ir.AnyType()),
        (True, ir.AnyType()),
        ({"type": "boolean"}, ir.BooleanType()),
        ({"type": "null"}, ir.NullType()),
        (
            {"type": "integer", "format": "int64", "minimum": 1, "exclusiveMaximum": 9.0, "multipleOf": 2},
            ir.IntegerType(format="int64", minimum=1, exclusive_maximum=9, multiple_of=2),
        ),
        ({"type": "number", "format": "double", "maximum": 0.5}, ir.NumberType(format="double", maximum=0.5)),
        (
            {"type": "string", "minLength": 1, "maxLength": 5, "pattern": "^a", "format": "slug"},
            S(min_length=1, max_length=5, pattern="^a", format="slug"),
        ),
        ({"type": ["string", "null"]}, ir.UnionType(variants=(S(), ir.NullType()))),
        ({"type": ["null", "string"]}, ir.UnionType(variants=(S(), ir.NullType()))),
        ({"enum": ["b", "a"]}, ir.EnumType(values=("b", "a"))),
        ({"type": "string", "enum": ["a", 1, "b", "a"]}, ir.EnumType(values=("a", "b"))),
        ({"const": 1}, ir.EnumType(values=(1,))),
        (
            {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 3, "uniqueItems": True},
            ir.ArrayType(items=S(), min_items=1, max_items=3, unique_items=True),
        ),
        ({"type": "array"}, ir.ArrayType(items=ir.AnyType())),
        (OBJECT, ir.MapType(values=ir.AnyType())),
        ({**OBJECT, "additionalProperties": {"type": "string"}}, ir.MapType(values=S())),
        ({**OBJECT, "additionalProperties": False}, ir.MapType(values=ir.AnyType(), max_properties=0)),
        (
            {**OBJECT, "minProperties": 1, "maxProperties": 2},
            ir.MapType(values=ir.AnyType(), min_properties=1, max_properties=2),
        ),
        (
            {**OBJECT, "required": ["a"]},
            ir.ObjectType(fields=(ir.Field(name="a", py_name="a", type=ir.AnyType(), required=True),)),
        ),
        (
            {**OBJECT, "properties": {"a": {"type": "string"}}, "additionalProperties": False},
            ir.ObjectType(fields=(ir.Field(name="a", py_name="a", type=S()),), closed=True),
        ),
        (
            {**OBJECT, "properties": {"a": {"type": "string"}}, "unevaluatedProperties": False},
            ir.ObjectType(fields=(ir.Field(name="a", py_name="a", type=S()),), closed=True),
        ),
        ({"allOf": [{"type": "string"}, {"maxLength": 3}], "minLength": 1}, S(min_length=1, max_length=3)),
        ({"allOf": [{"type": "number", "minimum": 1}, {"type": "integer", "minimum": 2}]}, ir.IntegerType(minimum=2)),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, ir.UnionType(variants=(S(), ir.NullType()))),
        (
            {"oneOf": [{"type": "string"}, {"type": "integer"}]},
            ir.UnionType(variants=(S(), ir.IntegerType()), mode="one_of"),
        ),
        ({"oneOf": [{"const": "a", "title": "A"}, {"const": "b"}]}, ir.EnumType(values=("a", "b"))),
        ({"anyOf": [{"type": "string"}]}, S()),
        ({"$ref": "#/components/schemas/Other", "description": "d"}, ir.RefType(name="Other")),
        ({"allOf": [{"$ref": "#/components/schemas/Other"}], "description": "d"}, ir.RefType(name="Other")),
    ],
)
def test_a_schema_whose_meaning_is_its_shape_has_no_checks(one_type, schema, type_):
    definition = one_type(schema, Other={"type": "string"})
    assert definition.type == type_
    assert definition.checks == ()


@pytest.mark.parametrize(
    ("schema", "type_", "checks"),
    [
        (False, ir.AnyType(), ("not",)),
        ({"type": "string", "not": {"const": "x"}}, S(), ("not",)),
        (
            {"type": "array", "contains": {}, "minContains": 2},
            ir.ArrayType(items=ir.AnyType()),
            ("contains", "minContains"),
        ),
        (
            {"type": "array", "prefixItems": [{}], "items": False},
            ir.ArrayType(items=ir.AnyType()),
            ("items", "prefixItems"),
        ),
        ({"type": "array", "items": {"type": "string", "not": {}}}, ir.ArrayType(items=S()), ("not",)),
        ({**OBJECT, "propertyNames": {"maxLength": 1}}, ir.MapType(values=ir.AnyType()), ("propertyNames",)),
        ({**OBJECT, "patternProperties": {"^a": {}}}, ir.MapType(values=ir.AnyType()), ("patternProperties",)),
        ({**OBJECT, "dependentRequired": {"a": ["b"]}}, ir.MapType(values=ir.AnyType()), ("dependentRequired",)),
        ({**OBJECT, "if": {"required": ["a"]}, "then": {"required": ["b"]}}, ir.MapType(values=ir.AnyType()), ("if",)),
        ({"minLength": 1}, ir.AnyType(), ("minLength",)),
        ({"properties": {"a": {"type": "string"}}}, ir.AnyType(), ("properties",)),
        (
            {"oneOf": [{"type": "integer"}, {"type": "number"}]},
            ir.UnionType(variants=(ir.IntegerType(), ir.NumberType()), mode="one_of"),
            ("oneOf",),
        ),
        ({"allOf": [{"type": "string"}, {"type": "integer"}]}, S(), ("allOf",)),
        ({"allOf": [{"pattern": "a", "type": "string"}, {"pattern": "b"}]}, S(pattern="a"), ("allOf",)),
        ({"anyOf": [{"type": "string"}, {}]}, ir.AnyType(), ("anyOf",)),
    ],
)
def test_what_the_shape_does_not_say_is_named_as_a_check(one_type, schema, type_, checks):
    definition = one_type(schema)
    assert (definition.type, definition.checks) == (type_, checks)


def test_all_of_with_objects_is_one_object_in_document_order(bench):
    types = bench.schemas(
        {
            "Pet": {
                "allOf": [
                    {"$ref": "#/components/schemas/Base"},
                    {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
                ],
                "required": ["id"],
            },
            "Base": {
                "type": "object",
                "properties": {"id": {"type": "integer"}, "home": {"type": "object", "properties": {"x": {}}}},
            },
        }
    )
    pet = types["Pet"]
    assert isinstance(pet.type, ir.ObjectType)
    assert [(field.name, field.required) for field in pet.type.fields] == [
        ("id", True),
        ("home", False),
        ("name", True),
    ]
    assert pet.type.fields[1].type == ir.RefType(name="BaseHome")
    assert pet.checks == ()


def test_a_closed_part_of_all_of_forbids_what_the_others_declare(one_type):
    part = {"type": "object", "properties": {"a": {}}, "additionalProperties": False}
    definition = one_type({"allOf": [part, {"type": "object", "properties": {"b": {}}}]})
    assert definition.type.closed
    assert definition.checks == ("additionalProperties",)


def test_extra_members_of_a_typed_object_are_a_check(one_type):
    definition = one_type({"type": "object", "properties": {"a": {}}, "additionalProperties": {"type": "string"}})
    assert definition.checks == ("additionalProperties",)


def test_required_alternatives_stay_beside_the_object(one_type):
    definition = one_type(
        {"type": "object", "properties": {"a": {}, "b": {}}, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}
    )
    assert isinstance(definition.type, ir.ObjectType)
    assert definition.checks == ("anyOf",)


def test_inline_types_are_named_after_where_they_stand(bench):
    types = bench.schemas(
        {
            "user": {
                "type": "object",
                "properties": {
                    "home-address": {"type": "object", "properties": {"city": {"type": "string"}}},
                    "tags": {"type": "array", "items": {"enum": ["a", "b"]}},
                    "by": {"type": "object", "additionalProperties": {"type": "object", "required": ["x"]}},
                    "pet": {
                        "oneOf": [
                            {"type": "object", "properties": {"k": {"const": 1}}, "required": ["k"]},
                            {"type": "null"},
                        ]
                    },
                    "kind": {"const": "user"},
                },
            }
        }
    )
    assert sorted(types) == ["User", "UserByValue", "UserHomeAddress", "UserPetOption1", "UserTagsItem"]
    assert types["User"].schema["properties"]["home-address"] == {"$ref": "#/$defs/UserHomeAddress"}
    assert types["UserHomeAddress"].pointer == "#/components/schemas/user/properties/home-address"


def test_an_object_that_may_be_null_is_the_named_object_or_null(bench):
    types = bench.schemas(
        {
            "Owner": {"type": "object", "properties": {"pet": {"type": ["object", "null"], "properties": {"a": {}}}}},
            "Maybe": {"type": ["object", "null"], "properties": {"a": {}}},
            "Mood": {"type": ["string", "null"], "enum": ["good", "bad", None]},
        }
    )
    field = types["Owner"].type.fields[0]
    assert field.type == ir.UnionType(variants=(ir.RefType(name="OwnerPet"), ir.NullType()))
    assert types["Maybe"].type == ir.UnionType(variants=(ir.RefType(name="MaybeValue"), ir.NullType()))
    assert types["MaybeValue"].schema == {"type": "object", "properties": {"a": {}}}
    assert types["MoodValue"].type == ir.EnumType(values=("good", "bad"))
    assert all(one.checks == () for one in types.values())


def test_recursion_goes_by_name(bench):
    tree = {
        "type": "object",
        "properties": {"children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}},
    }
    types = bench.schemas({"Tree": tree})
    assert types["Tree"].type.fields[0].type == ir.ArrayType(items=ir.RefType(name="Tree"))


def test_a_list_of_itself_with_a_condition_ends(one_type):
    subject = {"$ref": "#/components/schemas/Subject"}
    definition = one_type({"type": "array", "items": {"allOf": [subject, {"minItems": 1}]}})
    assert "allOf" in definition.checks


def test_names_are_unique_and_reserved_ones_get_a_suffix(bench):
    types = bench.schemas({"user": {}, "User": {}, "Problem": {}, "list": {}, "int": {}, "Any": {}, "NotFound": {}})
    assert sorted(types) == ["AnyModel", "Int", "List", "NotFoundModel", "ProblemModel", "User", "User2"]


def test_members_keep_their_text_and_get_safe_names(bench):
    hostile = ['"]; import os', "class", "__init__", "self\n", "2", "", "date"]
    types = bench.schemas({"Subject": {"type": "object", "properties": {name: {} for name in hostile}}})
    assert [(field.name, field.py_name) for field in types["Subject"].type.fields] == list(
        zip(hostile, ["import_os", "class_", "init", "self", "field_2", "field", "date_"], strict=True)
    )


def test_defaults_absence_and_null_stay_apart(bench):
    types = bench.schemas(
        {
            "Subject": {
                "type": "object",
                "properties": {
                    "plain": {"type": "string"},
                    "null": {"type": ["string", "null"], "default": None},
                    "own": {"$ref": "#/components/schemas/Limit", "default": 5},
                    "lent": {"$ref": "#/components/schemas/Limit"},
                },
            },
            "Limit": {"type": "integer", "default": 20},
        }
    )
    defaults = {field.name: field.default for field in types["Subject"].type.fields}
    assert str(defaults.pop("plain")) == "UNSET"
    assert defaults == {"null": None, "own": 5, "lent": 20}
    assert "default" not in str(types["Subject"].schema)


def test_read_only_and_write_only_are_on_the_field_and_in_the_schema(one_type):
    schema = {"type": "object", "properties": {"id": {"type": "integer", "readOnly": True}, "pw": {"writeOnly": True}}}
    definition = one_type(schema)
    first, second = definition.type.fields
    assert (first.read_only, first.write_only, second.read_only, second.write_only) == (True, False, False, True)
    assert definition.schema["properties"]["id"] == {"type": "integer", "readOnly": True}


def variant(tag: str) -> dict:
    return {"type": "object", "required": ["kind"], "properties": {"kind": {"const": tag}}}


def test_a_discriminator_names_types_by_value(bench):
    refs = [{"$ref": "#/components/schemas/cat"}, {"$ref": "#/components/schemas/dog"}]
    types = bench.schemas(
        {
            "cat": variant("cat"),
            "dog": variant("hound"),
            "Pet": {
                "oneOf": refs,
                "discriminator": {"propertyName": "kind", "mapping": {"hound": "#/components/schemas/dog"}},
            },
        }
    )
    assert types["Pet"].type == ir.UnionType(
        variants=(ir.RefType(name="Cat"), ir.RefType(name="Dog")),
        mode="one_of",
        discriminator=ir.Discriminator(property_name="kind", mapping={"hound": "Dog", "cat": "Cat"}),
    )
    assert types["Pet"].checks == ()
    assert "discriminator" not in types["Pet"].schema


def test_variants_without_a_telling_constant_are_checked(bench):
    plain = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}
    refs = [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}]
    types = bench.schemas({"A": plain, "B": plain, "Pet": {"oneOf": refs, "discriminator": {"propertyName": "kind"}}})
    assert types["Pet"].checks == ("oneOf",)


def test_the_canonical_schema_has_no_annotations_and_one_spelling(one_type):
    definition = one_type(
        {
            "title": "t",
            "description": "d",
            "examples": [1],
            "deprecated": True,
            "x-a": 1,
            "$comment": "c",
            "externalDocs": {"url": "u"},
            "type": ["object"],
            "required": ["b", "a"],
            "minProperties": 0,
            "properties": {"title": {"type": ["null", "string"], "description": "d", "minLength": 1.0}},
            "dependentRequired": {"a": ["c", "b"]},
            "else": {},
            "$defs": {"x": {}},
        }
    )
    assert definition.schema == {
        "type": "object",
        "required": ["a", "b"],
        "properties": {"title": {"type": ["string", "null"], "minLength": 1}},
        "dependentRequired": {"a": ["b", "c"]},
    }


@pytest.mark.parametrize(
    ("schema", "canonical"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": "integer", "minimum": 1, "exclusiveMinimum": True}, {"type": "integer", "exclusiveMinimum": 1}),
        ({"type": "integer", "maximum": 1, "exclusiveMaximum": False}, {"type": "integer", "maximum": 1}),
        ({"$ref": "#/components/schemas/Other", "maxLength": 1}, {"$ref": "#/$defs/Other"}),
        ({"type": "string", "example": "a", "xml": {}}, {"type": "string"}),
        ({"nullable": True, "allOf": [{"$ref": "#/components/schemas/Other"}]}, {"allOf": [{"$ref": "#/$defs/Other"}]}),
    ],
)
def test_the_dialect_of_3_0_becomes_2020_12(one_type, schema, canonical):
    assert one_type(schema, "3.0.3", Other={"type": "string"}).schema == canonical
