"""Security: functions in `routes.py` that let a request pass or answer 401.

In: the requirements of the operations. Out: one function for each distinct requirement. Never: an operation with a
requirement and without its function: a requirement that cannot be met is refused before anything is printed.
"""

from __future__ import annotations

from katana import ir
from katana.gen.openapi._names import Names, snake
from katana.gen.openapi._plan import Controller, Plan, Scheme
from katana.gen.source import Group, Module, identifier, literal

_GENERATED = "katana.runtime.generated"
_CLAIMS = {
    "basic": ("basic_credentials", "ctx"),
    "bearer": ("bearer_token", "ctx"),
    "cookie": ("cookie_key", "ctx, {field}"),
    "header": ("header_key", "ctx, {field}"),
    "query": ("query_key", "ctx, {field}"),
}
_CHALLENGES = {
    "basic": 'Basic realm="api", charset="UTF-8"',
    "bearer": 'Bearer realm="api"',
    "cookie": 'ApiKey realm="api"',
    "header": 'ApiKey realm="api"',
    "query": 'ApiKey realm="api"',
}

_Requirement = tuple[tuple[str, ...], ...]


class Guards:
    """The functions of all requirements."""

    def __init__(self, plan: Plan, module: Module) -> None:
        self._plan = plan
        self._module = module
        self._functions: dict[_Requirement, str] = {}
        names = Names()
        for method in plan.methods:
            requirement = _requirement(method.operation)
            if requirement and requirement not in self._functions:
                schemes = "_or_".join(snake(name) for alternative in requirement for name in alternative)
                self._functions[requirement] = names.new(f"_require_{schemes or 'nothing'}")

    def function(self, operation: ir.Operation) -> str | None:
        """The function that an endpoint awaits first; None when the operation is open to all."""
        return self._functions.get(_requirement(operation))

    def used_by(self, controller: Controller) -> bool:
        """Whether any of the controller's operations has a requirement."""
        return any(self.function(method.operation) for method in controller.methods)

    def emit(self) -> None:
        """Prints the functions."""
        for requirement, name in self._functions.items():
            self._module.space()
            self._function(requirement, name)

    def _function(self, requirement: _Requirement, name: str) -> None:
        module = self._module
        schemes = [self._plan.schemes[each] for alternative in requirement for each in alternative]
        security = module.use(f"{self._plan.package}.api", "Security")
        ctx = module.use("katana.runtime", "Ctx")
        with module.block(
            Group(f"async def {identifier(name)}(", (f"ctx: {ctx}", f"security: {security}"), ") -> None:")
        ):
            for scheme in schemes:
                self._attempt(scheme)
            if () not in requirement:
                challenges = tuple(dict.fromkeys(literal(_CHALLENGES[scheme.kind]) for scheme in schemes))
                module.line(Group(f"raise {module.use(_GENERATED, 'unauthenticated')}(", challenges, ")"))

    def _attempt(self, scheme: Scheme) -> None:
        module = self._module
        function, arguments = _CLAIMS[scheme.kind]
        call = f"{module.use(_GENERATED, function)}({arguments.format(field=literal(scheme.field))})"
        claim = "credentials" if scheme.kind == "basic" else "token" if scheme.kind == "bearer" else "key"
        module.line(f"{claim} = {call}")
        with module.block(f"if {claim} is not None:"):
            star = "*" if scheme.kind == "basic" else ""
            module.line(f"ctx.principal = await security.{identifier(scheme.hook)}(ctx, {star}{claim})")
            with module.block("if ctx.principal is not None:"):
                module.line("return")


def _requirement(operation: ir.Operation) -> _Requirement:
    return tuple(tuple(sorted(alternative)) for alternative in operation.security)
