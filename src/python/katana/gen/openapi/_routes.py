"""`routes.py`: the router and one endpoint for each operation.

In: a `Plan` and the names in `validators.py`. Out: the module's text. Never: decisions that could have been made
before: an endpoint is straight-line code.
"""

from __future__ import annotations

from katana import ir
from katana.gen.openapi._annotations import Annotations
from katana.gen.openapi._codings import KNOWN
from katana.gen.openapi._endpoint import Endpoints
from katana.gen.openapi._guards import Guards
from katana.gen.openapi._header import module_of
from katana.gen.openapi._match import Matcher
from katana.gen.openapi._names import Names, snake
from katana.gen.openapi._paths import Segment, segments
from katana.gen.openapi._plan import Controller, Method, Plan
from katana.gen.openapi._policies import alloc_of, endpoint_limits
from katana.gen.openapi._replies import Replies
from katana.gen.openapi._validators import Validators
from katana.gen.source import Doc, Group, Module, identifier, literal

_RUNTIME = "katana.runtime"
_GENERATED = "katana.runtime.generated"


def emit(plan: Plan, validators: Validators) -> str:
    """The text of `routes.py`."""
    module = module_of(plan, f"How requests of {plan.title} reach their controllers.")
    module.define(plan.router, "validators", *(_endpoints_class(controller) for controller in plan.controllers))
    spell_type = Annotations(plan.types, plan.stand_ins, module, f"{plan.package}.dto", constrained=False)
    guards = Guards(plan, module)
    replies = Replies(plan, module, spell_type)
    endpoints = Endpoints(plan, module, validators, guards, replies, spell_type=spell_type)
    replies.heads()
    endpoints.constants()
    _Router(plan, module, guards).emit()
    for controller in plan.controllers:
        endpoints.emit(controller, _endpoints_class(controller))
    guards.emit()
    return module.render()


def _endpoints_class(controller: Controller) -> str:
    return f"_{controller.name.removesuffix('Api')}"


class _Router:
    def __init__(self, plan: Plan, module: Module, guards: Guards) -> None:
        self._plan = plan
        self._module = module
        self._guards = guards
        self._names = Names(("_exact", "match", "resources"))
        self._templates: dict[str, tuple[tuple[Segment, ...], str]] = {}
        self._methods: dict[str, list[tuple[Controller, Method]]] = {}
        for controller in plan.controllers:
            for method in controller.methods:
                self._methods.setdefault(method.operation.path, []).append((controller, method))
        for method in plan.methods:
            path = method.operation.path
            if path not in self._templates:
                parsed = segments(path)
                self._templates[path] = (parsed, self._names.new(f"_{snake(path) or 'root'}"))

    def emit(self) -> None:
        """The class."""
        module = self._module
        module.use(_RUNTIME, "Resource")
        module.space()
        with module.block(f"class {self._plan.router}:"):
            module.docstring("The route table: exact paths by one look-up, templates by decisions on their parts.")
            module.space()
            matcher = Matcher([t for t in self._templates.values() if any(s.names for s in t[0])], self._names)
            methods = module.apart()
            tables = matcher.emit(methods)
            self._constructor(tables)
            module.space()
            module.verbatim(methods.body())

    def _constructor(self, tables: list[tuple[str, dict[str, str]]]) -> None:
        module, plan = self._module, self._plan
        parameters: list[Doc] = [
            f"{identifier(c.argument)}: {module.use(f'{plan.package}.api', c.name)}" for c in plan.controllers
        ]
        if plan.schemes:
            parameters.append(f"security: {module.use(f'{plan.package}.api', 'Security')}")
        star = ["*"] if parameters else []
        with module.block(Group("def __init__(", ("self", *star, *parameters), ") -> None:")):
            for controller in plan.controllers:
                arguments = [controller.argument, *(["security"] if self._guards.used_by(controller) else [])]
                module.line(f"{_instance(controller)} = {_endpoints_class(controller)}({', '.join(arguments)})")
            for path, (_, attribute) in self._templates.items():
                module.line(self._resource(path, attribute))
            attributes = tuple(f"self.{attribute}" for _, attribute in self._templates.values())
            module.line(Group("self.resources = (", attributes, ")", lone=True))
            exact = tuple(
                f"{literal('/' + '/'.join(s.texts[0] for s in parsed))}: self.{attribute}"
                for parsed, attribute in self._templates.values()
                if not any(s.names for s in parsed)
            )
            module.line(Group(f"self._exact: dict[str, {module.use(_RUNTIME, 'Resource')}] = {{", exact, "}"))
            for name, table in tables:
                rows = tuple(f"{literal(text)}: self.{target}" for text, target in table.items())
                module.line(Group(f"self.{name} = {{", rows, "}"))

    def _resource(self, path: str, attribute: str) -> Doc:
        methods = tuple(
            (f"{literal(method.operation.method)}: ", self._endpoint(controller, method))
            for controller, method in self._methods[path]
        )
        resource = self._module.use(_RUNTIME, "Resource")
        return Group(f"self.{attribute} = {resource}(", (literal(path), Group("{", methods, "}")), ")")

    def _endpoint(self, controller: Controller, method: Method) -> Doc:
        operation = method.operation
        items: list[Doc] = [
            f"operation={literal(operation.operation_id)}",
            f"call={_instance(controller)}.{identifier(operation.name)}",
            f"controller={literal(controller.name)}",
        ]
        if operation.body is not None:
            items.append(("consumes=", _texts([c.media_type for c in operation.body.contents])))
        produces = list(
            dict.fromkeys(
                answer.media_type
                for answer in method.answers
                if answer.content is not None and answer.response.status.startswith("2")
            )
        )
        if produces:
            items.append(("produces=", _texts(produces)))
        if self._guards.wants_certificate(operation):
            items.append("client_certificate=True")
        if alloc_of(operation) != "arena":
            items.append(f"alloc={literal(alloc_of(operation))}")
        if method.streams:
            items += ["body_required=True"] * method.body_required + ["streams=True"]
        items += [f"{name}={literal(value)}" for name, value in endpoint_limits(operation.extensions).items()]
        items += self._codings(operation)
        return Group(f"{self._module.use(_RUNTIME, 'Endpoint')}(", tuple(items), ")")

    def _codings(self, operation: ir.Operation) -> list[Doc]:
        codings = self._plan.codings[operation.name]
        rows = tuple((f"{literal(status)}: ", self._coding_names(names)) for status, names in codings.responses.items())
        items: list[Doc] = [("codings=", Group("{", rows, "}"))] if rows else []
        return items + ([("request_codings=", self._coding_names(codings.request))] if codings.request else [])

    def _coding_names(self, names: tuple[str, ...]) -> Doc:
        """Those that need a library by their constants, whose import brings it."""
        return Group("(", tuple(self._coding_name(name) for name in names), ")", lone=True)

    def _coding_name(self, name: str) -> str:
        place = KNOWN.get(name)
        return literal(name) if place is None else self._module.use(f"{_GENERATED}.{place[0]}", place[1])


def _texts(texts: list[str]) -> Doc:
    return Group("(", tuple(literal(text) for text in texts), ")", lone=True)


def _instance(controller: Controller) -> str:
    return f"{controller.argument}_endpoints"
