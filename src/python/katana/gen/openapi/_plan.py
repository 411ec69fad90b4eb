"""What will be printed: the decisions of the emitter, made once for all modules.

In: an `Api` without unsupported constructs. Out: a `Plan`: classes, methods, arguments, responses with their names.
Never: Python text.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterable
from dataclasses import dataclass

from msgspec import UNSET

from katana import ir
from katana.gen.openapi._answers import Answer, answers_of
from katana.gen.openapi._codings import Codings, split
from katana.gen.openapi._contents import typed
from katana.gen.openapi._names import Names, pascal, snake
from katana.gen.openapi._outgoing import Sends, sends_of
from katana.gen.openapi._readings import Reading, readings
from katana.gen.openapi._schemes import Scheme, used_schemes
from katana.gen.openapi._stand_ins import StandIns
from katana.gen.openapi._types import Types
from katana.gen.source import one_line

_KEYWORDS = frozenset(keyword.kwlist)
_SIGNATURE = frozenset(("body", "ctx", "self"))


@dataclass(frozen=True)
class Argument:
    """A parameter as an argument of the controller's method."""

    parameter: ir.Parameter
    name: str

    @property
    def optional(self) -> bool:
        """Whether the controller gets None when the parameter is absent."""
        return not self.parameter.required and self.parameter.default is UNSET


@dataclass(frozen=True)
class Method:
    """One operation. `readings` are the ways to read its body; none: it has no body."""

    operation: ir.Operation
    path_arguments: tuple[Argument, ...]
    keyword_arguments: tuple[Argument, ...]
    readings: tuple[Reading, ...]
    body_required: bool
    answers: tuple[Answer, ...]

    @property
    def arguments(self) -> tuple[Argument, ...]:
        """All arguments but the body."""
        return self.path_arguments + self.keyword_arguments

    @property
    def has_body(self) -> bool:
        """Whether the controller gets a body."""
        return bool(self.readings)

    @property
    def streams(self) -> bool:
        """Whether a body of the operation is read while it arrives, after all other inputs."""
        return any(reading.streams for reading in self.readings)

    @property
    def has_uploads(self) -> bool:
        """Whether files may come with the body."""
        return any(reading.kind == "multipart" for reading in self.readings)

    @property
    def title(self) -> str:
        """`GET /users/{user_id}`."""
        return one_line(f"{self.operation.method} {self.operation.path or 'to a receiver'}")


@dataclass(frozen=True)
class Controller:
    """The operations of one tag. `name` is the class (`UsersApi`), `argument` the router's keyword (`users`)."""

    tag: str
    name: str
    argument: str
    methods: tuple[Method, ...]


@dataclass(frozen=True)
class Plan:
    """Everything the printers need."""

    api: ir.Api
    package: str
    types: Types
    stand_ins: StandIns
    controllers: tuple[Controller, ...]
    schemes: dict[str, Scheme]
    sends: tuple[Sends, ...]
    sent_methods: dict[str, Method]
    codings: dict[str, Codings]
    router: str
    digest: str

    @property
    def title(self) -> str:
        """Title and version of the API, for docstrings."""
        return one_line(f"{self.api.title} {self.api.version}")

    @property
    def methods(self) -> tuple[Method, ...]:
        """All operations, by controller."""
        return tuple(method for controller in self.controllers for method in controller.methods)


def make_plan(api: ir.Api, package: str, digest: str) -> Plan:
    """Decides on every name and form; `digest` is that of the IR as it was given."""
    api, codings = split(api)
    types = Types(api)
    classes = Names()
    methods = {operation.name: _method(operation, classes, types) for operation in api.operations}
    tags = dict.fromkeys(operation.tag for operation in api.operations)
    names, arguments = Names(("Security",)), Names(("self", "security"))
    controllers = tuple(
        Controller(
            tag=tag,
            name=names.new(pascal(tag), "Tag") + "Api",
            argument=arguments.new(_attribute(tag), "tag_"),
            methods=tuple(methods[o.name] for o in api.operations if o.tag == tag),
        )
        for tag in tags
    )
    stem = pascal(package.rpartition(".")[2].removesuffix("_api").replace("_", " ")) or "Api"
    sends = sends_of(api, stem, types)
    sent = [request.operation for each in sends for request in each.requests]
    return Plan(
        api=api,
        package=package,
        types=types,
        stand_ins=StandIns(types, _roots((*api.operations, *sent))),
        controllers=controllers,
        schemes=used_schemes(api),
        sends=sends,
        sent_methods={operation.name: _method(operation, classes, types) for operation in sent},
        codings=codings,
        digest=digest,
        router=f"{stem}Router",
    )


def _attribute(tag: str) -> str:
    name = snake(tag)
    return f"{name}_api" if name in _KEYWORDS else name


def _method(operation: ir.Operation, classes: Names, types: Types) -> Method:
    arguments = [Argument(p, _argument_name(p, operation)) for p in operation.parameters]
    body = operation.body
    return Method(
        operation=operation,
        path_arguments=tuple(a for a in arguments if a.parameter.location == "path"),
        keyword_arguments=tuple(a for a in arguments if a.parameter.location != "path"),
        readings=readings(body, types),
        body_required=body is not None and body.required,
        answers=answers_of(operation, classes, types),
    )


def _argument_name(parameter: ir.Parameter, operation: ir.Operation) -> str:
    taken = parameter.py_name in _SIGNATURE and (parameter.py_name != "body" or operation.body is not None)
    return f"{parameter.py_name}_" if taken else parameter.py_name


def _roots(operations: Iterable[ir.Operation]) -> list[ir.Type]:
    """The types of parameters, bodies, headers and responses, in document order."""
    roots: list[ir.Type] = []
    for operation in operations:
        roots += [parameter.type for parameter in operation.parameters]
        contents = list(operation.body.contents) if operation.body else []
        for response in operation.responses:
            roots += [header.type for header in response.headers]
            contents += response.contents
        roots += [type_ for content in contents for type_, _ in typed(content)]
    return roots
