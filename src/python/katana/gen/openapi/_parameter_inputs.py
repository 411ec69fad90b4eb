"""Rows of the tables of inputs that describe parameters.

In: an argument. Out: the `Input` that reads it. Never: bodies; those are rows of `_validators`.
"""

from __future__ import annotations

import json
from dataclasses import replace

from msgspec import UNSET

from katana import ir
from katana.gen.openapi._annotations import Annotations
from katana.gen.openapi._plan import Argument
from katana.gen.openapi._schemas import asserting
from katana.gen.openapi._types import Types
from katana.gen.source import Doc, Group, literal

_GENERATED = "katana.runtime.generated"
_SCALARS = ("boolean", "decimal", "integer", "null", "number", "string")
_ANY = ("boolean", "integer", "null", "number", "string")


def parameter_input(argument: Argument, position: int, types: Types, spell_type: Annotations) -> Doc:
    """The `Input` of a parameter; `position` is the index of a path parameter in `Ctx.args`."""
    parameter = argument.parameter
    unbounded = replace(spell_type, limits=False)
    array = isinstance(types.resolve(parameter.type), ir.ArrayType)
    shape = spell_type.name(_GENERATED, "Shape")
    items: list[Doc] = [
        f"location={literal(parameter.location)}",
        f"name={literal(parameter.name)}",
        f"schema={literal(json.dumps(asserting(parameter.schema)))}",
        Group(f"shape={shape}(", (unbounded.of(types.resolve(parameter.type)),), ")"),
        f"kinds={literal(spelled_kinds(parameter.type, types))}",
    ]
    if parameter.location == "path":
        items.append(f"position={position}")
    if array:
        items.append(f"separator={literal(separator(parameter))}")
    if parameter.required:
        items.append("required=True")
    elif parameter.default is not UNSET:
        items.append(f"default={literal(parameter.default)}")
    return Group(f"{spell_type.name(_GENERATED, 'Input')}(", tuple(items), ")")


def spelled_kinds(type_: ir.Type, types: Types) -> tuple[str, ...]:
    """The scalar types of JSON that a text of the type (of an item, if it is an array) may spell."""
    resolved = types.resolve(type_)
    of = resolved.items if isinstance(resolved, ir.ArrayType) else resolved
    kinds = set(types.kinds(of))
    if types.decimal(of):
        kinds = {"decimal" if kind == "number" else kind for kind in kinds}
    return _ANY if "any" in kinds else tuple(kind for kind in _SCALARS if kind in kinds)


def separator(parameter: ir.Parameter) -> str:
    """What stands between the items of an array; empty when the parameter is repeated."""
    if parameter.location == "query" and parameter.explode:
        return ""
    return {"spaceDelimited": " ", "pipeDelimited": "|"}.get(parameter.style, ",")
