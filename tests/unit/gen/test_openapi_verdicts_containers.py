"""Tables of verdicts: what the schemas of arrays and objects accept.

Each row is a schema, JSON texts that it accepts and JSON texts that it refuses (JSON Schema 2020-12).
"""

from __future__ import annotations

import pytest

_TABLE = [
    ({"type": "array", "maxItems": 2**63}, ["[]", "[1]"], ["1"]),
    ({"type": "array", "minItems": 10**30}, [], ["[]", "[1]"]),
    ({"type": "object", "additionalProperties": True, "minProperties": 2**63}, [], ["{}"]),
    ({"type": "object", "additionalProperties": True, "maxProperties": 2**64}, ["{}", '{"a":1}'], ["[]"]),
    (
        {"type": "array", "uniqueItems": True},
        [
            "[1,true]",
            "[0,false]",
            "[[1],[true]]",
            "[1,2]",
            "[[0],[false]]",
            '[{"a":0},{"a":false}]',
            "[9007199254740993,9007199254740992]",
        ],
        ["[1,1.0]", '[{"a":1},{"a":1.0}]', '["a","a"]', '[{"a":1,"b":2},{"b":2,"a":1}]', "[null,null]", "[0.0,-0.0]"],
    ),
    ({"type": "array", "items": {"type": "integer"}, "uniqueItems": True}, ["[1,2]"], ["[1,1.0]", "[1,1]"]),
    ({"type": "array", "contains": {"type": "integer"}}, ["[1]", "[1.0]"], ["[]", '["a"]']),
    ({"type": "array", "contains": {"type": "integer"}, "minContains": 0}, ["[]", "[1]", '["a"]'], []),
    (
        {"type": "array", "contains": {"type": "integer"}, "minContains": 2, "maxContains": 2},
        ["[1,2]", '[1,"a",2]'],
        ["[1]", "[1,2,3]"],
    ),
    ({"type": "array", "contains": {"type": "integer"}, "minContains": 0, "maxContains": 1}, ["[1]", "[]"], ["[1,2]"]),
    ({"type": "array", "minContains": 3}, ["[]", "[1]"], []),
    (
        {
            "type": "object",
            "properties": {"a": {"type": "integer"}},
            "patternProperties": {"^x": {"type": "string"}},
            "additionalProperties": False,
        },
        ['{"a":1}', '{"x1":"s"}', "{}"],
        ['{"x1":1}', '{"b":1}', '{"a":"s"}'],
    ),
    (
        {"type": "object", "patternProperties": {"^x": True}, "additionalProperties": {"type": "integer"}},
        ['{"x":"s"}', '{"y":1}'],
        ['{"y":"s"}'],
    ),
    (
        {"type": "object", "propertyNames": {"pattern": "^[a-z]+$", "maxLength": 3}},
        ['{"abc":1}', "{}"],
        ['{"abcd":1}', '{"A":1}'],
    ),
    (
        {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "items": False},
        ["[]", "[1]", '[1,"a"]', '[1.0,"a"]'],
        ['[1,"a",2]', '["a"]'],
    ),
    (
        {"type": "array", "prefixItems": [{"type": "integer"}], "items": {"type": "string"}},
        ['[1,"a"]', "[]"],
        ["[1,2]"],
    ),
    ({"type": "array", "items": False}, ["[]"], ["[1]"]),
    ({"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 2}, ['["a"]'], ["[]", '["a","b","c"]']),
    ({"type": "array", "minItems": 1.0}, ["[1]"], ["[]"]),
    ({"type": "object", "properties": {"a": False}}, ["{}"], ['{"a":1}']),
    ({"type": "object", "properties": {"a": True}, "required": ["a"]}, ['{"a":null}'], ["{}"]),
    ({"type": "object", "required": ["z"]}, ['{"z":null}'], ["{}"]),
    (
        {"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 1, "maxProperties": 2},
        ['{"a":1}', '{"a":1.0}'],
        ["{}", '{"a":1,"b":2,"c":3}'],
    ),
    (
        {"type": "object", "properties": {"a": {"type": "integer", "default": 5}}, "minProperties": 1},
        ['{"a":1}', '{"z":1}'],
        ["{}"],
    ),
    (
        {"type": "object", "properties": {"a": {"type": "integer"}}, "maxProperties": 1},
        ["{}", '{"a":1}'],
        ['{"a":1,"z":1}', '{"y":1,"z":1}'],
    ),
    ({"type": ["object", "array"]}, ["{}", "[]"], ["1"]),
    ({"type": "object", "properties": {"a": {"type": "integer", "writeOnly": True}}}, ['{"a":1}', "{}"], ['{"a":"x"}']),
    ({"type": "object", "properties": {"a": {"type": "integer", "readOnly": True}}}, ['{"a":1}', '{"a":"x"}'], []),
    (
        {"type": "object", "properties": {"a": {"type": ["string", "null"], "default": None}}},
        ['{"a":null}', "{}"],
        ['{"a":1}'],
    ),
    (
        {
            "type": "object",
            "properties": {
                "class": {"type": "string"},
                "self": {"type": "string"},
                "_x": {"type": "string"},
                "x y": {"type": "string"},
                "": {"type": "string"},
                "__class__": {"type": "integer"},
            },
        },
        ['{"class":"a","self":"b"}', '{"":"a"}', '{"__class__":1}'],
        ['{"":1}', '{"__class__":"x"}', '{"x y":2}'],
    ),
    (
        {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}},
        ["[[1]]", "[[1.0]]"],
        ['[["a"]]', "[1]"],
    ),
    ({"type": "object", "properties": {"t": {"const": "x"}}, "required": ["t"]}, ['{"t":"x"}'], ['{"t":"y"}', "{}"]),
]


@pytest.mark.parametrize(("schema", "valid", "invalid"), _TABLE, ids=str)
def test_the_endpoint_accepts_what_the_schema_accepts_containers(verdicts, schema, valid, invalid):
    assert verdicts(schema, *valid, *invalid) == [*(True for _ in valid), *(False for _ in invalid)]


def test_a_closed_object_may_have_fewer_members_than_it_declares(verdicts):
    member = {"type": "integer"}
    schema = {"type": "object", "properties": {"a": member, "b": member}, "additionalProperties": False}
    texts = ("{}", '{"a":1}', '{"a":1,"b":2}')
    assert verdicts({**schema, "maxProperties": 1}, *texts) == [True, True, False]
    assert verdicts({**schema, "maxProperties": 2}, *texts) == [True, True, True]
