"""Rows of the tables of inputs that describe parameters.

In: an argument. Out: the `Input` or `ContentInput` that reads it. Never: bodies; those are rows of `_validators`.
"""

from __future__ import annotations

import json
from dataclasses import replace

from msgspec import UNSET

from katana import ir
from katana.gen.openapi import _media
from katana.gen.openapi._annotations import Annotations
from katana.gen.openapi._plan import Argument, Method
from katana.gen.openapi._schemas import asserting
from katana.gen.openapi._types import Types
from katana.gen.openapi._wire import Wire, wire
from katana.gen.source import Doc, Group, literal

_GENERATED = "katana.runtime.generated"
_FORM = "application/x-www-form-urlencoded"
_OWN_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
"""The standard's default style of each location."""


def parameter_input(
    method: Method, types: Types, spell_type: Annotations, argument: Argument, position: int = 0
) -> Doc:
    """The row of a parameter; `position` is the index of a path parameter in `Ctx.args`."""
    parameter = argument.parameter
    unbounded = replace(spell_type, limits=False)
    content = bool(parameter.media_type) and parameter.media_type != _FORM
    shape: tuple[Doc, ...] = (unbounded.of(types.resolve(parameter.type)),)
    shape += ("decimal=True",) if content and types.decimal(parameter.type) else ()
    items: list[Doc] = [
        f"location={literal(parameter.location)}",
        f"name={literal(parameter.name)}",
        f"schema={literal(json.dumps(asserting(parameter.schema)))}",
        Group(f"shape={spell_type.name(_GENERATED, 'Shape')}(", shape, ")"),
    ]
    items += [f"json={is_json(parameter)}"] if content else _forms(method, parameter, types, spell_type)
    if parameter.location == "path":
        items.append(f"position={position}")
    if parameter.required:
        items.append("required=True")
    elif parameter.default is not UNSET:
        items.append(f"default={literal(parameter.default)}")
    return Group(f"{spell_type.name(_GENERATED, 'ContentInput' if content else 'Input')}(", tuple(items), ")")


def is_json(parameter: ir.Parameter) -> bool:
    """Whether a parameter that is described by its content is a JSON document."""
    return _media.is_json(parameter.media_type)


def _forms(method: Method, parameter: ir.Parameter, types: Types, spell_type: Annotations) -> list[Doc]:
    """How the value is written."""
    forms = wire(parameter.type, types)
    items: list[Doc] = []
    if forms.scalars and parameter.location != "querystring":
        items.append(f"kinds={literal(forms.scalars)}")
    if forms.items is not None and parameter.location != "querystring":
        items.append(f"items={literal(forms.items)}")
    if forms.members is not None:
        members = _members(method, parameter, forms, f"{spell_type.name(_GENERATED, 'Members')}(")
        items.append(("members=", members))
    if parameter.style and parameter.style != _OWN_STYLES[parameter.location]:
        items.append(f"style={literal(parameter.style)}")
    structured = forms.items is not None or forms.members is not None
    if parameter.location == "querystring" or (parameter.explode and structured):
        items.append("explode=True")
    if parameter.allow_empty:
        items.append("allow_empty=True")
    return items


def _members(method: Method, parameter: ir.Parameter, forms: Wire, head: str) -> Doc:
    names = tuple(f"{literal(name)}: {literal(member)}" for name, member in (forms.members or {}).items())
    items: list[Doc] = [Group("names={", names, "}"), f"rest={literal(forms.rest)}"]
    shared = parameter.location in ("query", "cookie") and parameter.explode and parameter.style != "deepObject"
    if shared and forms.free:
        others = [a.parameter.name for a in method.arguments if a.parameter.location == parameter.location]
        items += ["free=True", f"others={literal(tuple(name for name in others if name != parameter.name))}"]
    return Group(head, tuple(items), ")")
