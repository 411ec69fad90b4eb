"""Endpoints: what happens between a matched request and its reply.

In: a `Plan`. Out: a class for each controller with one method for each operation. Never: loops, look-ups by name.
"""

from __future__ import annotations

from katana.gen.openapi import _formats, _sending
from katana.gen.openapi._annotations import Annotations
from katana.gen.openapi._guards import Guards
from katana.gen.openapi._names import Names
from katana.gen.openapi._plan import Controller, Method, Plan
from katana.gen.openapi._read_bodies import BodyReaders
from katana.gen.openapi._read_parameters import ParameterReaders
from katana.gen.openapi._replies import Replies
from katana.gen.openapi._validators import Validators
from katana.gen.source import Group, Module, identifier

_RUNTIME = "katana.runtime"
_GENERATED = "katana.runtime.generated"

_LOCALS = frozenset(
    (
        "INVALID",
        "REJECTED",
        "UNSET",
        "body",
        "bool",
        "boolean",
        "bytes",
        "checked",
        "chosen",
        "content_type",
        "cookie",
        "ctx",
        "dict",
        "distinct",
        "float",
        "int",
        "integer",
        "isinstance",
        "item",
        "items",
        "list",
        "listed",
        "listed_in_path",
        "number",
        "parameter",
        "problem_reply",
        "query",
        "read_events",
        "read_lines",
        "read_sequence",
        "recover",
        "repeated",
        "result",
        "self",
        "separated",
        "single",
        "str",
        "string",
        "text",
        "to_date",
        "to_datetime",
        "to_uuid",
        "undeclared_response",
        "uploads",
        "utf8_text",
        "validators",
        *_formats.PREDICATES.values(),
        *_sending.NAMES,
    )
)
"""Names that an endpoint uses itself."""


class Endpoints:
    """Prints endpoint classes into `routes.py`."""

    def __init__(
        self,
        plan: Plan,
        module: Module,
        validators: Validators,
        guards: Guards,
        replies: Replies,
        *,
        spell_type: Annotations,
    ) -> None:
        self._plan = plan
        self._module = module
        self._validators = validators
        self._guards = guards
        self._replies = replies
        self._parameters = ParameterReaders(plan, module, spell_type)
        self._bodies = BodyReaders(plan, module, validators)

    def constants(self) -> None:
        """What endpoints need at the level of the module."""
        self._parameters.constants()

    def emit(self, controller: Controller, name: str) -> None:
        """The endpoints of a controller."""
        module = self._module
        module.space()
        with module.block(f"class {name}:"):
            api = module.use(f"{self._plan.package}.api", controller.name)
            guarded = self._guards.used_by(controller)
            security = f", security: {module.use(f'{self._plan.package}.api', 'Security')}" if guarded else ""
            with module.block(f"def __init__(self, api: {api}{security}) -> None:"):
                module.line("self._api = api")
                if guarded:
                    module.line("self._security = security")
            for method in controller.methods:
                module.space()
                module.comment(method.title)
                parameters = ("self", f"ctx: {self._use('Ctx')}")
                name = identifier(method.operation.name)
                with module.block(Group(f"async def {name}(", parameters, f") -> {self._replies.annotation(method)}:")):
                    self._method(method)

    def _method(self, method: Method) -> None:
        guard = self._guards.function(method.operation)
        if guard:
            self._module.line(f"await {guard}(ctx, self._security)")
        local = _locals(method)
        if method.has_body:
            self._bodies.prepare(method)
        if self._parameters.may_fail(method):
            self._decode(method, local)
        else:
            self._parameters.path(method, local, "")
        arguments = ["ctx", *(local[a.name] for a in method.path_arguments)]
        arguments += ["body"] * method.has_body
        arguments += [f"{a.name}={local[a.name]}" for a in method.keyword_arguments]
        call = Group(f"await self._api.{identifier(method.operation.name)}(", tuple(arguments), ")")
        if method.streams:
            self._bodies.receive(method, ("result = ", call), self._replies)
            return
        self._module.line(("result = ", call))
        self._replies.emit(method)

    def _decode(self, method: Method, local: dict[str, str]) -> None:
        module = self._module
        module.use_submodule(self._plan.package, "validators")
        table = f"validators.{self._validators.tables[method.operation.name]}"
        read_now = method.has_body and not method.streams
        with module.block("try:"):
            self._parameters.path(method, local, table)
            if read_now:
                self._bodies.bind(method, table)
            self._parameters.others(method, local, table)
        with module.block(f"except {self._use_generated('INVALID')}:"):
            names = [local[a.name] for a in method.path_arguments]
            names += ["body"] * read_now
            names += [local[a.name] for a in method.keyword_arguments]
            targets = Group("(", tuple(names), ")", lone=True, bare=len(names) > 1)
            module.line((targets, " = ", Group(f"{self._use_generated('recover')}(", ("ctx", table), ")")))

    def _use(self, name: str) -> str:
        return self._module.use(_RUNTIME, name)

    def _use_generated(self, name: str) -> str:
        return self._module.use(_GENERATED, name)


def _locals(method: Method) -> dict[str, str]:
    """A variable for each argument: its own name, unless the endpoint needs that itself."""
    names = Names((*_LOCALS, *(argument.name for argument in method.arguments)))
    return {
        argument.name: names.new(f"{argument.name}_") if argument.name in _LOCALS else identifier(argument.name)
        for argument in method.arguments
    }
