"""Schemas for the variants of a union, by which a stand-in chooses.

In: a variant. Out: JSON Schema text. Never: every assertion: the document is valid already, its shape is enough.
"""

import json
from typing import Any

from katana import ir

_SIMPLE: dict[type, str] = {
    ir.BooleanType: "boolean",
    ir.IntegerType: "integer",
    ir.NullType: "null",
    ir.NumberType: "number",
}


def variant_schema(type_: ir.Type) -> str:
    """JSON text of a schema that accepts what the variant accepts, by its shape."""
    return json.dumps(_schema(type_), separators=(",", ":"))


def _schema(type_: ir.Type) -> Any:
    match type_:
        case ir.RefType():
            return {"$ref": f"#/$defs/{type_.name}"}
        case ir.StringType():
            return {"type": "string", "format": type_.format} if type_.format else {"type": "string"}
        case ir.EnumType():
            return {"enum": list(type_.values)}
        case ir.ArrayType():
            return {"type": "array", "items": _schema(type_.items)}
        case ir.MapType():
            return {"type": "object", "additionalProperties": _schema(type_.values)}
        case ir.UnionType():
            return {"anyOf": [_schema(variant) for variant in type_.variants]}
        case ir.ObjectType():
            return {"type": "object", "required": [field.name for field in type_.fields if field.required]}
    name = _SIMPLE.get(type(type_))
    return {"type": name} if name else True
