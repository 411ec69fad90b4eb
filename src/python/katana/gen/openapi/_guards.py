"""Security: functions in `routes.py` that let a request pass or answer 401.

In: the requirements of the operations. Out: one function for each distinct requirement. Never: an operation with a
requirement and without its function: a requirement that cannot be met is refused before anything is printed.
"""

from __future__ import annotations

from katana import ir
from katana.gen.openapi._names import Names, snake
from katana.gen.openapi._plan import Controller, Plan
from katana.gen.openapi._schemes import Scheme
from katana.gen.source import Chain, Doc, Group, Module, identifier, literal

_GENERATED = "katana.runtime.generated"
_MAX_NAME = 60
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

_Alternative = tuple[tuple[str, tuple[str, ...]], ...]
_Requirement = tuple[_Alternative, ...]


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
                self._functions[requirement] = names.new(f"_require_{_words(requirement)}"[:_MAX_NAME].rstrip("_"))

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
        security = module.use(f"{self._plan.package}.api", "Security")
        ctx = module.use("katana.runtime", "Ctx")
        with module.block(
            Group(f"async def {identifier(name)}(", (f"ctx: {ctx}", f"security: {security}"), ") -> None:")
        ):
            for alternative in requirement:
                if len(alternative) == 1:
                    self._attempt(*alternative[0])
                elif alternative:
                    self._attempt_all(alternative)
            if () not in requirement:
                schemes = [self._plan.schemes[each] for alternative in requirement for each, _ in alternative]
                challenges = tuple(dict.fromkeys(literal(_CHALLENGES[scheme.kind]) for scheme in schemes))
                module.line(Group(f"raise {module.use(_GENERATED, 'unauthenticated')}(", challenges, ")"))

    def _attempt(self, name: str, scopes: tuple[str, ...]) -> None:
        """One scheme: who its hook names is the principal."""
        module, scheme = self._module, self._plan.schemes[name]
        claim = _claim(scheme)
        module.line(f"{claim} = {self._read(scheme)}")
        with module.block(f"if {claim} is not None:"):
            module.line(("ctx.principal = ", self._ask(scheme, claim, scopes)))
            with module.block("if ctx.principal is not None:"):
                module.line("return")

    def _attempt_all(self, alternative: _Alternative) -> None:
        """Schemes that are needed together: the principal is a dict of who each hook named, by the hook's name."""
        module = self._module
        asked: list[Doc] = []
        claims: list[str] = []
        for number, (name, scopes) in enumerate(alternative, 1):
            scheme = self._plan.schemes[name]
            claims.append(f"{_claim(scheme)}_{number}")
            module.line(f"{claims[-1]} = {self._read(scheme)}")
            asked.append((f"{literal(scheme.hook)}: ", self._ask(scheme, claims[-1], scopes)))
        given = Chain("and", tuple(f"{claim} is not None" for claim in claims))
        with module.block(("if ", given, ":")):
            module.line(Group("principals = {", tuple(asked), "}"))
            with module.block("if all(principal is not None for principal in principals.values()):"):
                module.line("ctx.principal = principals")
                module.line("return")

    def _read(self, scheme: Scheme) -> str:
        """What the client claims."""
        function, arguments = _CLAIMS[scheme.kind]
        return f"{self._module.use(_GENERATED, function)}({arguments.format(field=literal(scheme.field))})"

    def _ask(self, scheme: Scheme, claim: str, scopes: tuple[str, ...]) -> Doc:
        """The call of the hook."""
        arguments: list[Doc] = ["ctx", f"*{claim}" if scheme.kind == "basic" else claim]
        if scheme.scoped:
            arguments.append(Group("(", tuple(literal(scope) for scope in scopes), ")", lone=True))
        return Group(f"await security.{identifier(scheme.hook)}(", tuple(arguments), ")")


def _claim(scheme: Scheme) -> str:
    return "credentials" if scheme.kind == "basic" else "token" if scheme.kind == "bearer" else "key"


def _words(requirement: _Requirement) -> str:
    """`token_or_key_and_session`; scopes stand behind their scheme."""
    alternatives = (
        "_and_".join("_".join(snake(word) for word in (name, *scopes)) for name, scopes in alternative)
        for alternative in requirement
        if alternative
    )
    return "_or_".join(alternatives) or "nothing"


def _requirement(operation: ir.Operation) -> _Requirement:
    return tuple(tuple(sorted(alternative.items())) for alternative in operation.security)
