"""Types of what is received and of what is sent."""

from __future__ import annotations

import pytest

_ID = {"type": "integer", "readOnly": True}
_SECRET = {"type": "string", "writeOnly": True}


def _object(**properties):
    return {"type": "object", "properties": properties}


def _reference(name):
    return {"$ref": f"#/components/schemas/{name}"}


@pytest.fixture
def members(bench):
    """The members of every type, by name, of an API that receives and sends some of its schemas."""

    def compile_(schemas, *, received=(), sent=(), **more):
        content = lambda name: {"content": {"application/json": {"schema": _reference(name)}}}  # noqa: E731
        operations = {
            f"/{name}": {
                "post": {
                    **({"requestBody": content(name)} if name in received else {}),
                    "responses": {"200": {"description": "", **(content(name) if name in sent else {})}},
                }
            }
            for name in sorted({*received, *sent})
        }
        head = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}}
        api = bench.compile({**head, "paths": operations, "components": {"schemas": schemas}, **more}).api
        return {one.name: [field.name for field in getattr(one.type, "fields", ())] for one in api.types}

    return compile_


def test_a_type_in_both_directions_is_split_where_it_differs(members):
    schemas = {"User": _object(id=_ID, name={}, password=_SECRET), "Same": _object(a={})}
    found = members(schemas, received=["User", "Same"], sent=["User", "Same"])
    assert found == {"Same": ["a"], "User": ["id", "name"], "UserRequest": ["name", "password"]}


def test_a_type_in_one_direction_has_one_form(members):
    schemas = {"In": _object(id=_ID, secret=_SECRET), "Out": _object(id=_ID, secret=_SECRET), "Unused": _object(id=_ID)}
    assert members(schemas, received=["In"], sent=["Out"]) == {"In": ["secret"], "Out": ["id"], "Unused": ["id"]}


@pytest.mark.parametrize(
    "around",
    [
        _object(user=_reference("User")),
        {"type": "array", "items": _reference("User")},
        {"type": "object", "additionalProperties": _reference("User")},
        {"anyOf": [_reference("User"), {"type": "null"}]},
        {"oneOf": [_reference("User"), {"type": "string"}]},
        {"allOf": [_reference("User"), _object(more={})]},
    ],
)
def test_what_contains_a_split_type_is_split_as_well(members, around):
    found = members({"Around": around, "User": _object(id=_ID, name={})}, received=["Around"], sent=["Around"])
    assert set(found) == {"Around", "AroundRequest", "User", "UserRequest"}


def test_recursive_types_are_split_together(members):
    tree = _object(id=_ID, children={"type": "array", "items": _reference("Tree")}, leaf=_reference("Leaf"))
    found = members({"Tree": tree, "Leaf": _object(tree=_reference("Tree"))}, received=["Tree"], sent=["Leaf"])
    assert found == {
        "Leaf": ["tree"],
        "LeafRequest": ["tree"],
        "Tree": ["id", "children", "leaf"],
        "TreeRequest": ["children", "leaf"],
    }


def test_what_only_a_dropped_member_needs_is_not_in_that_direction(members):
    owner = {**_reference("Owner"), "readOnly": True}
    schemas = {"Pet": _object(owner=owner, name={}), "Owner": _object(id=_ID, name={})}
    found = members(schemas, received=["Pet"], sent=["Pet"])
    assert found == {"Owner": ["id", "name"], "Pet": ["owner", "name"], "PetRequest": ["name"]}


def test_a_type_of_the_document_keeps_its_name(members):
    schemas = {"User": _object(id=_ID), "UserRequest": _object(a={}), "UserRequest2": _object(b={})}
    found = members(schemas, received=["User", "UserRequest", "UserRequest2"], sent=["User"])
    assert found == {"User": ["id"], "UserRequest": ["a"], "UserRequest2": ["b"], "UserRequest3": []}


def test_an_annotation_behind_a_reference_counts(members):
    schemas = {"Id": _ID, "User": _object(id=_reference("Id"), name={})}
    assert members(schemas, received=["User"], sent=["User"])["UserRequest"] == ["name"]


def test_the_schema_lets_a_dropped_member_be_anything(bench):
    user = {**_object(id=_ID, name={"type": "string"}), "required": ["id", "name"], "additionalProperties": False}
    body = {"content": {"application/json": {"schema": _reference("User")}}}
    operation = {"requestBody": body, "responses": {"204": {"description": ""}}}
    head = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}}
    api = bench.compile({**head, "paths": {"/": {"post": operation}}, "components": {"schemas": {"User": user}}}).api
    assert api.types[0].schema == {
        "type": "object",
        "required": ["name"],
        "properties": {"id": {}, "name": {"type": "string"}},
        "additionalProperties": {"not": {}},
    }
    assert api.types[0].checks == ("additionalProperties",)
