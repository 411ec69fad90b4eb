"""What an operation has to give to a query.

In: a method of the plan. Out: its arguments and the members of its body, by name. Never: what the query wants.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from msgspec import UNSET

from katana import ir
from katana.gen import openapi
from katana.gen.crud._misfit import Misfit
from katana.gen.crud._resources import key
from katana.gen.crud._shapes import Shape, shape_of

Absent = Literal["", "None", "UNSET"]


@dataclass(frozen=True)
class Input:
    """One value of a request.

    `title` names it in messages; `absent` is what the expression is when the client did not send it, empty when it
    always has a value. `ignorable` is one that a query may leave alone.
    """

    name: str
    title: str
    expression: str
    shape: Shape
    absent: Absent = ""
    in_path: bool = False
    in_body: bool = False
    ignorable: bool = False

    @property
    def maybe_none(self) -> bool:
        """Whether there may be nothing to give."""
        return self.absent != "" or self.shape.nullable


class Inputs:
    """The inputs of one operation."""

    def __init__(self, method: openapi.Method, plan: openapi.Plan) -> None:
        self.arguments = {key(each.name): each for each in (_argument(a, plan) for a in method.arguments)}
        self.members = {key(each.name): each for each in _members(method, plan)}
        self.path = [each for each in self.arguments.values() if each.in_path]

    def __iter__(self) -> Iterator[Input]:
        yield from self.arguments.values()
        yield from self.members.values()


def refuse_body(method: openapi.Method, plan: openapi.Plan) -> Misfit | None:
    """Why the body of an operation cannot be stored member by member; None when it can, or when there is none."""
    if not method.has_body:
        return None
    if any(reading.kind not in _STORED for reading in method.readings):
        listed = ", ".join(media_type for reading in method.readings for media_type in reading.media_types)
        return Misfit("crud-body", f"takes a body ({listed}) that no query can store", _BY_HAND)
    if not method.body_required:
        return Misfit("crud-body", "may be called without a body", "write `required: true` in the request body")
    if _object(method, plan) is None:
        return Misfit("crud-body", "takes a body that is no object with members of its own", _BY_HAND)
    return None


_BY_HAND = "write the method in a controller"
_STORED = ("json", "form")


def _argument(argument: openapi.Argument, plan: openapi.Plan) -> Input:
    parameter = argument.parameter
    return Input(
        name=argument.name,
        title=f"the {parameter.location} parameter `{parameter.name}`",
        expression=argument.name,
        shape=shape_of(parameter.type, plan),
        absent="None" if argument.optional else "",
        in_path=parameter.location == "path",
        ignorable=parameter.location in ("header", "cookie"),
    )


def _members(method: openapi.Method, plan: openapi.Plan) -> list[Input]:
    type_ = _object(method, plan)
    return [
        Input(
            name=field.py_name,
            title=f"the member `{field.name}` of the body",
            expression=f"body.{field.py_name}",
            shape=shape_of(field.type, plan),
            absent="" if field.required or field.default is not UNSET else "UNSET",
            in_body=True,
            ignorable=field.read_only,
        )
        for field in (type_.fields if type_ is not None else ())
    ]


def _object(method: openapi.Method, plan: openapi.Plan) -> ir.ObjectType | None:
    """The type of the body, when all its media types have the same, a named object."""
    types = [reading.content.type for reading in method.readings]
    if not types or types[0] is None or any(type_ != types[0] for type_ in types):
        return None
    resolved = plan.types.resolve(types[0])
    definition = plan.types.named[resolved.name].type if isinstance(resolved, ir.RefType) else None
    return definition if isinstance(definition, ir.ObjectType) else None
