"""Tables of verdicts: what OpenAPI 3.0 says differently from JSON Schema 2020-12."""

from __future__ import annotations

import pytest

_TABLE = [
    ({"type": "integer", "minimum": 1, "exclusiveMinimum": True}, ["2"], ["1", "1.0", "1.5"]),
    ({"type": "integer", "minimum": 1, "exclusiveMinimum": False}, ["1"], ["0"]),
    ({"type": "number", "maximum": 1.5, "exclusiveMaximum": True}, ["1.4"], ["1.5"]),
    ({"type": "string", "nullable": True}, ["null", '"a"'], ["1"]),
    ({"type": "string", "nullable": False}, ['"a"'], ["null"]),
    ({"type": "string", "nullable": True, "enum": ["a", None]}, ["null", '"a"'], ['"b"']),
    ({"type": "string", "nullable": True, "enum": ["a"]}, ['"a"'], ["null", '"b"']),
    ({"nullable": True, "allOf": [{"type": "string"}]}, ['"a"'], ["null"]),
    (
        {"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "nullable": True}}},
        ['{"a":null}', '{"a":"x"}'],
        ["{}", '{"a":1}'],
    ),
    (
        {"type": "array", "nullable": True, "items": {"type": "integer", "nullable": True}},
        ["null", "[null]"],
        ['["a"]'],
    ),
    ({"$ref": "#/components/schemas/N", "minimum": 100}, ["5"], ['"x"']),
]


@pytest.mark.parametrize(("schema", "valid", "invalid"), _TABLE, ids=str)
def test_the_endpoint_accepts_what_the_schema_accepts_3_0(verdicts_3_0, schema, valid, invalid):
    assert verdicts_3_0(schema, *valid, *invalid) == [*(True for _ in valid), *(False for _ in invalid)]
