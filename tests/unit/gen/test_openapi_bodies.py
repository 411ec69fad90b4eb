"""JSON bodies: what the fast path says, what the slow path says, what the controller gets."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import msgspec
import pytest
from msgspec import UNSET

_USER = {
    "type": "object",
    "required": ["name", "email"],
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 5},
        "email": {"type": "string", "format": "email"},
        "bio": {"type": ["string", "null"]},
        "age": {"type": "integer", "minimum": 0, "maximum": 150},
        "tags": {"type": "array", "items": {"type": "string", "pattern": "^[a-z]+$"}},
    },
}


def test_a_valid_body_reaches_the_controller_as_a_dto_with_absent_members_unset(build_body):
    package = build_body({"$ref": "#/components/schemas/User"}, {"User": _USER})
    (body,), _ = package.arguments("POST", "/", {"name": "Ada", "email": "a@b.de", "bio": None, "tags": ["x"]})
    assert type(body).__name__ == "User"
    assert (body.name, body.email, body.bio, body.age, body.tags) == ("Ada", "a@b.de", None, UNSET, ["x"])


def test_every_mistake_is_listed_in_the_order_of_its_place(build_body):
    package = build_body({"$ref": "#/components/schemas/User"}, {"User": _USER})
    assert package.errors("POST", "/", {"name": "", "email": "nobody", "age": 1.5, "tags": ["ok", "NO", 7]}) == [
        ("body", "/age", "must be an integer"),
        ("body", "/email", "must have the format `email`"),
        ("body", "/name", "must have at least 1 character"),
        ("body", "/tags/1", "must match the pattern ^[a-z]+$"),
        ("body", "/tags/2", "must be a string"),
    ]


def test_a_missing_member_is_reported_where_it_should_be(build_body):
    package = build_body({"$ref": "#/components/schemas/User"}, {"User": _USER})
    assert package.errors("POST", "/", {}) == [("body", "/email", "is required"), ("body", "/name", "is required")]


def test_a_missing_body_is_reported_as_such(build_body):
    assert build_body({"type": "integer"}).errors("POST", "/") == [("body", "", "is required")]


def test_a_range_of_media_types_with_structure_is_read_as_json(build):
    body = {"required": True, "content": {"*/*": {"schema": {"type": "array", "items": {"type": "integer"}}}}}
    operation = {"operationId": "op", "requestBody": body, "responses": {"204": {"description": ""}}}
    package = build({"paths": {"/": {"post": operation}}})
    package.result = package.module("routes").NoContent()
    assert package.arguments("POST", "/", [1, 2]) == (([1, 2],), {})
    assert package.errors("POST", "/", ["1"]) == [("body", "/0", "must be an integer")]


def test_an_optional_body_may_be_absent(build_body):
    package = build_body({"type": "integer"}, required=False)
    assert package.arguments("POST", "/") == ((UNSET,), {})
    assert package.arguments("POST", "/", 5) == ((5,), {})


@pytest.mark.parametrize(
    ("body", "detail", "position"),
    [
        (b'{"a" 1}', "The body is not JSON: expected ':'.", 5),
        (b"[1,]", "The body is not JSON: trailing comma in array.", 3),
        (b'{"a": "\\ud800"}', "The body is not JSON: input data was truncated.", None),
        (b'"\xff"', "The body is not UTF-8.", 0),
        (b"[" * 5000, "The body nests too deep.", None),
        (b"[" * 200 + b"]" * 200, "The body nests too deep.", None),
    ],
)
def test_malformed_json_is_a_400_with_the_position(build_body, body, detail, position):
    problem = build_body({"type": "integer"}).problem("POST", "/", body)
    assert (problem.status, problem.detail, problem.members.get("position")) == (400, detail, position)


def test_a_whole_float_is_an_integer_to_json_schema_and_so_to_the_controller(build_body):
    schema = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 1}}}
    package = build_body({"$ref": "#/components/schemas/N"}, {"N": schema})
    (body,), _ = package.arguments("POST", "/", b'{"n": 3.0}')
    assert body.n == 3
    assert type(body.n) is int


def test_formats_become_their_python_types(build_body):
    formats = {"at": "date-time", "on": "date", "id": "uuid", "raw": "byte", "big": "int64"}
    schema = {
        "type": "object",
        "properties": {
            name: {"type": "integer" if name == "big" else "string", "format": format_}
            for name, format_ in formats.items()
        },
    }
    package = build_body({"$ref": "#/components/schemas/F"}, {"F": schema})
    value = {
        "at": "2026-01-02T03:04:05Z",
        "on": "2026-01-02",
        "id": "12345678-1234-1234-1234-123456789012",
        "raw": "aGk=",
        "big": 2**63 - 1,
    }
    (body,), _ = package.arguments("POST", "/", value)
    assert body.at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert body.on == date(2026, 1, 2)
    assert body.id == UUID(str(value["id"]))
    assert body.raw == b"hi"
    assert package.errors("POST", "/", {"big": 2**63}) == [("body", "/big", "must be at most 9223372036854775807")]


@pytest.mark.parametrize(
    "value",
    ["2026-01-02 03:04:05Z", "2026-01-02T03:04:05+0100", "2026-01-02T03:04:05", "2026-13-02T03:04:05Z"],
)
def test_spellings_of_times_that_only_msgspec_reads_are_refused(build_body, value):
    package = build_body(
        {"$ref": "#/components/schemas/T"}, {"T": _object(at={"type": "string", "format": "date-time"})}
    )
    assert package.errors("POST", "/", {"at": value}) == [("body", "/at", "must have the format `date-time`")]


def test_a_leap_second_is_valid_and_refused_because_nothing_can_hold_it(build_body):
    package = build_body(
        {"$ref": "#/components/schemas/T"}, {"T": _object(at={"type": "string", "format": "date-time"})}
    )
    ((place, pointer, detail),) = package.errors("POST", "/", {"at": "2016-12-31T23:59:60Z"})
    assert (place, pointer) == ("body", "/at")
    assert "leap second" in detail


def test_a_uuid_without_hyphens_is_refused(build_body):
    package = build_body({"$ref": "#/components/schemas/T"}, {"T": _object(id={"type": "string", "format": "uuid"})})
    assert package.errors("POST", "/", {"id": "1234567812341234123412345678901a"})


def test_the_least_number_of_members_is_checked_on_the_fast_path_too(build_body):
    schema = {"type": "object", "minProperties": 1, **_object(a={"type": "string"}, b={"type": ["string", "null"]})}
    package = build_body({"$ref": "#/components/schemas/P"}, {"P": schema})
    assert package.errors("POST", "/", {}) == [("body", "", "must have at least 1 member")]
    (body,), _ = package.arguments("POST", "/", {"b": None})
    assert (body.a, body.b) == (UNSET, None)
    package.request("POST", "/", {"unknown": 1})


def test_multiples_of_decimals_are_exact(build_body):
    package = build_body({"type": "number", "multipleOf": 0.1})
    for valid in (0.3, 19.9, 1e10):
        package.request("POST", "/", valid)
    assert package.errors("POST", "/", 0.35) == [("body", "", "must be a multiple of 0.1")]


def test_unknown_members_count_where_the_declared_ones_are_too_few(build_body):
    schema = {"required": ["a"], "minProperties": 3, **_object(a={"type": "string"}, b={"default": 1})}
    package = build_body({"$ref": "#/components/schemas/P"}, {"P": schema})
    package.request("POST", "/", {"a": "", "x": 1, "y": 2})
    assert package.errors("POST", "/", {"a": "", "b": 1}) == [("body", "", "must have at least 3 members")]


def test_unknown_members_pass_unless_the_object_is_closed(build_body):
    fields = _object(a={"type": "string"})
    package = build_body({"$ref": "#/components/schemas/P"}, {"P": {**fields, "additionalProperties": False}})
    assert package.errors("POST", "/", {"a": "x", "z": 1, "y/~": 2}) == [
        ("body", "/y~1~0", "is not allowed here"),
        ("body", "/z", "is not allowed here"),
    ]


def test_members_that_are_no_identifiers_are_renamed(build_body):
    schema = _object(**{"in": {"type": "string"}, "a-b": {"type": "integer"}, "class": {"type": "boolean"}})
    package = build_body({"$ref": "#/components/schemas/R"}, {"R": schema})
    (body,), _ = package.arguments("POST", "/", {"in": "x", "a-b": 1, "class": True})
    assert msgspec.to_builtins(body) == {"in": "x", "a-b": 1, "class": True}


def test_defaults_stand_in_for_absent_members(build_body):
    schema = _object(
        n={"type": "integer", "default": 7},
        xs={"type": "array", "items": {"type": "integer"}, "default": [1, 2]},
        f={"type": "number", "default": 1},
        s={"type": ["string", "null"], "default": None},
        d={"type": "string", "format": "date", "default": "2026-01-02"},
        e={"type": "array", "items": {"type": "string"}, "default": []},
    )
    package = build_body({"$ref": "#/components/schemas/D"}, {"D": schema})
    (body,), _ = package.arguments("POST", "/", {})
    assert (body.n, body.xs, body.f, body.s, body.d, body.e) == (7, [1, 2], 1.0, None, date(2026, 1, 2), [])


def test_a_union_of_objects_is_decided_by_the_schema(build_body):
    schemas = {
        "Cat": {**_object(lives={"type": "integer"}), "required": ["lives"]},
        "Dog": {**_object(tricks={"type": "array", "items": {"type": "string"}}), "required": ["tricks"]},
        "Pet": {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]},
        "Owner": {**_object(pet={"$ref": "#/components/schemas/Pet"}), "required": ["pet"]},
    }
    package = build_body({"$ref": "#/components/schemas/Owner"}, schemas)
    (body,), _ = package.arguments("POST", "/", {"pet": {"tricks": ["sit"]}})
    assert type(body.pet).__name__ == "Dog"
    assert package.errors("POST", "/", {"pet": {"tricks": [], "lives": 9}}) == [
        ("body", "/pet", "fits more than one of the alternatives, exactly one must fit")
    ]
    assert package.errors("POST", "/", {"pet": {}}) == [("body", "/pet", "fits none of the alternatives")]


def test_mistakes_in_a_union_with_a_tag_are_those_of_the_variant_that_was_meant(build_body):
    schemas = {
        "Cat": {
            **_object(kind={"const": "Cat"}, lives={"type": "integer", "maximum": 9}),
            "required": ["kind", "lives"],
        },
        "Dog": {**_object(kind={"const": "Dog"}, name={"type": "string"}), "required": ["kind", "name"]},
        "Cow": {**_object(kind={"enum": ["Cow"]}, name={"type": "integer"}), "required": ["kind", "name"]},
        "Pet": {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("Cat", "Dog", "Cow")]},
        "Owner": {**_object(pet={"$ref": "#/components/schemas/Pet"}), "required": ["pet"]},
    }
    package = build_body({"$ref": "#/components/schemas/Owner"}, schemas)
    for pet, place, detail in (
        ({"kind": "Cat", "lives": 10}, "/pet/lives", "must be at most 9"),
        ({"kind": "Dog"}, "/pet/name", "is required"),
        ({"kind": "Pig", "name": "x"}, "/pet/kind", "must be one of 'Cat', 'Dog', 'Cow'"),
        ({"kind": 1, "lives": "x"}, "/pet/kind", "must be one of 'Cat', 'Dog', 'Cow'"),
        ({"name": "x"}, "/pet/kind", "is required"),
        ("Cat", "/pet", "must be an object"),
    ):
        assert package.errors("POST", "/", {"pet": pet}) == [("body", place, detail)]


def test_recursive_types_are_decoded_and_explained(build_body):
    schemas = {"Node": _object(name={"type": "string", "format": "email"}, next={"$ref": "#/components/schemas/Node"})}
    package = build_body({"$ref": "#/components/schemas/Node"}, schemas)
    (body,), _ = package.arguments("POST", "/", {"next": {"next": {"name": "a@b.c"}}})
    assert body.next.next.name == "a@b.c"
    assert package.errors("POST", "/", {"next": {"next": {"name": "a"}}}) == [
        ("body", "/next/next/name", "must have the format `email`")
    ]


def test_what_only_a_schema_can_say_is_decided_by_the_schema(build_body):
    schema = {**_object(a={"type": "integer"}, b={"type": "integer"}), "dependentRequired": {"a": ["b"]}}
    package = build_body({"$ref": "#/components/schemas/X"}, {"X": schema})
    package.request("POST", "/", {"a": 1, "b": 2})
    assert package.errors("POST", "/", {"a": 1}) == [("body", "/b", "is required")]


def test_of_a_very_large_body_the_first_error_is_listed(build_body):
    package = build_body({"type": "array", "items": {"type": "integer"}})
    assert package.errors("POST", "/", ["x"] * 100_000) == [("body", "/0", "must be an integer")]


def test_at_most_a_hundred_errors_are_listed_and_no_value_is_echoed(build_body):
    package = build_body({"type": "array", "items": {"type": "integer"}})
    errors = package.errors("POST", "/", ["secret" * 50] * 500)
    assert len(errors) == 100
    assert not any("secret" in detail for _, _, detail in errors)


_UUID = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
_UPPER_AND_LOWER = f'["{_UUID}","{_UUID.upper()}"]'
_INTEGER = {"type": "integer"}
_MOMENT = {"type": "string", "format": "date-time"}


def _object(**properties):
    return {"type": "object", "properties": properties}


@pytest.mark.parametrize(
    ("schema", "text", "place"),
    [
        ({"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}, '{"a":1,"a":2}', "/a"),
        ({"type": "object", "required": ["a"], "properties": {"a": {}}}, '{"a":{"b":1,"b":2}}', "/a/b"),
        ({"type": "object", "properties": {"a": {"not": {"type": "null"}}}}, '{"x":[1,{"b":1,"b":2}]}', "/x/1/b"),
        ({}, '[{"b":1,"\\u0062":2}]', "/0/b"),
        (_object(a=_INTEGER, b=_INTEGER), '{"a":1,"a":2}', "/a"),
        (_object(a=_INTEGER, b=_INTEGER), '{"b":1,"a":1,"a":2}', "/a"),
        (_object(a=_INTEGER, b={"type": "integer", "default": 5}), '{"b":6,"b":7}', "/b"),
        (_object(a={"type": "string", "default": "x"}), '{"a":"y","a":"z"}', "/a"),
        (_object(a={"type": ["string", "null"], "default": None}), '{"a":"y","a":"z"}', "/a"),
        (_object(a={"type": "boolean", "default": True}), '{"a":false,"a":false}', "/a"),
        (_object(at=_MOMENT), '{"at":"2026-01-02T03:04:05Z","at":"2026-01-02T03:04:06Z"}', "/at"),
        (_object(at=_MOMENT, a=_INTEGER), '{"at":"2026-01-02T03\\u003a04:05Z","a":1,"a":2}', "/a"),
        (_object(at={**_MOMENT, "default": "2026-01-01T00:00:00Z"}, a={}), '{"a":1,"a":2}', "/a"),
        ({"type": "array", "items": _object(a=_INTEGER)}, '[{"a":1},{"a":2,"a":3}]', "/1/a"),
        ({"type": "object", "additionalProperties": _INTEGER}, '{"x":1,"x":2}', "/x"),
        (_object(a={"type": "array", "items": {**_object(b=_INTEGER), "required": ["b"]}}), '{"a":[],"a":[]}', "/a"),
        (_object(a={"type": "string"}, b={"type": "string"}), '{"a":"b:","a":"\\"b\\":"}', "/a"),
    ],
)
def test_a_member_that_stands_twice_makes_a_body_malformed(build_body, schema, text, place):
    problem = build_body(schema).problem("POST", "/", text.encode())
    assert (problem.status, problem.members["pointer"]) == (400, place)


@pytest.mark.parametrize(
    ("items", "right", "wrong"),
    [
        ({"type": "integer"}, "[1,2,3]", "[1,2,1]"),
        ({"type": "integer"}, "[1,1e1]", "[1,1.0]"),
        ({"type": "number"}, "[1,1.5]", "[1,1.0]"),
        ({"type": "string"}, '["a","A"]', '["a","\\u0061"]'),
        ({"type": "boolean"}, "[true,false]", "[true,true]"),
        ({"enum": ["a", 1, None]}, '["a",1,null]', '["a",null,null]'),
        ({"type": "string", "format": "uuid"}, _UPPER_AND_LOWER, f'["{_UUID}","{_UUID}"]'),
        ({"type": "array", "items": {"type": "integer"}}, "[[1],[2]]", "[[1],[1]]"),
        ({"type": ["integer", "boolean"]}, "[1,true]", "[true,true]"),
        ({}, '[1,true,"1",null]', "[1,null,null]"),
    ],
)
def test_items_are_compared_as_json_schema_does(build_body, items, right, wrong):
    package = build_body({"type": "array", "uniqueItems": True, "items": items})
    assert package.arguments("POST", "/", right.encode())
    assert package.problem("POST", "/", wrong.encode()).status == 422
