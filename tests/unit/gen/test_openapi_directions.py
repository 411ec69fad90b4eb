"""Members that only travel one way, in generated code."""

from __future__ import annotations

import json

import pytest

_USER = {
    "type": "object",
    "required": ["id", "name", "password"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string"},
        "password": {"type": "string", "writeOnly": True},
    },
}


def _reference(name):
    return {"$ref": f"#/components/schemas/{name}"}


def _service(schemas, name="User", sent=None):
    operation = {
        "operationId": "put_it",
        "requestBody": {"required": True, "content": {"application/json": {"schema": _reference(name)}}},
        "responses": {
            "200": {"description": "", "content": {"application/json": {"schema": _reference(sent or name)}}}
        },
    }
    return {"paths": {"/": {"put": operation}}, "components": {"schemas": schemas}}


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_what_was_read_can_be_sent_back(build, version):
    package = build(_service({"User": _USER}), version)
    dto = package.module("dto")
    package.result = dto.User(id=7, name="Ann")
    sent = package.request("PUT", "/", {"name": "Ann", "password": "x"})
    assert json.loads(sent.body) == {"id": 7, "name": "Ann"}
    (body,), _ = package.arguments("PUT", "/", {**json.loads(sent.body), "password": "y"})
    assert body == dto.UserRequest(name="Ann", password="y")
    (body,), _ = package.arguments("PUT", "/", {"id": ["never", "looked", "at"], "name": "Ann", "password": "y"})
    assert body == dto.UserRequest(name="Ann", password="y")


def test_the_rest_of_the_schema_holds_as_before(build):
    package = build(_service({"User": _USER}))
    package.result = package.module("dto").User(id=7, name="Ann")
    assert package.errors("PUT", "/", {"id": 1, "role": "root", "name": 2}) == [
        ("body", "/name", "must be a string"),
        ("body", "/password", "is required"),
        ("body", "/role", "is not allowed here"),
    ]


def test_an_open_object_is_decoded_without_a_look_at_its_schema(build):
    user = {key: value for key, value in _USER.items() if key != "additionalProperties"}
    package = build(_service({"User": user}))
    assert "CheckedShape" not in package.tree[f"{package.name}/validators.py"]
    package.result = package.module("dto").User(id=7, name="Ann")
    (body,), _ = package.arguments("PUT", "/", {"id": 1, "name": "Ann", "password": "y"})
    assert body == package.module("dto").UserRequest(name="Ann", password="y")


def test_a_demand_in_another_part_than_the_declaration_is_dropped_with_it(build):
    base = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
    schemas = {
        "Base": base,
        "Late": {"allOf": [_reference("Base"), {"type": "object", "properties": {"id": {"readOnly": True}}}]},
        "Early": {
            "allOf": [
                {"type": "object", "properties": {"id": {"type": "integer", "readOnly": True}}},
                {"required": ["id"]},
            ]
        },
    }
    for name in ("Late", "Early"):
        package = build(_service(schemas, name))
        package.result = package.module("dto").__dict__[name](id=1)
        assert package.request("PUT", "/", {}).body == b'{"id":1}'
        assert package.request("PUT", "/", {"id": "?"}).body == b'{"id":1}'


def test_a_discriminator_stays_though_it_is_read_only(build):
    def pet(kind):
        kind_schema = {"type": "string", "enum": [kind], "readOnly": True}
        properties = {"kind": kind_schema, "id": {"type": "integer", "readOnly": True}, "n": {"type": "integer"}}
        return {"type": "object", "required": ["kind", "id"], "properties": properties}

    one_of = {"oneOf": [_reference("Cat"), _reference("Dog")], "discriminator": {"propertyName": "kind"}}
    package = build(_service({"Cat": pet("Cat"), "Dog": pet("Dog"), "Pet": one_of}, "Pet"))
    dto = package.module("dto")
    package.result = dto.Cat(kind="Cat", id=3, n=1)
    (body,), _ = package.arguments("PUT", "/", {"kind": "Dog", "n": 2})
    assert body == dto.DogRequest(kind="Dog", n=2)


@pytest.mark.parametrize(
    "schema",
    [
        {"required": ["id"], "properties": {"id": {"type": "integer", "readOnly": True}}},
        {"type": "array", "prefixItems": [{"required": ["id"], "properties": {"id": {"enum": [1], "readOnly": True}}}]},
    ],
)
def test_members_of_schemas_without_a_type_travel_one_way_too(build_body, schema):
    package = build_body(schema)
    for member in ({"id": "x"}, {}):
        body = [member] if "prefixItems" in schema else member
        assert package.arguments("POST", "/", body)[0] == (body,)
