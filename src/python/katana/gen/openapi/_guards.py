"""Security: functions in `routes.py` that let a request pass or answer 401.

In: the requirements of the operations. Out: one function for each distinct requirement. Never: an operation with a
requirement and without its function. A function ends in one of two ways: someone was named, or it raises. The one that
also ends otherwise is that of a requirement with an empty alternative, which asks for nothing.

A hook that raises 401 or 403 has refused one alternative; the next one may still let the caller pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from katana import ir
from katana.gen.openapi._names import Names, snake
from katana.gen.openapi._plan import Controller, Plan
from katana.gen.openapi._schemes import Kind, Scheme
from katana.gen.openapi._security import challenge
from katana.gen.source import Chain, Doc, Group, Module, identifier, literal

_GENERATED = "katana.runtime.generated"
_MAX_NAME = 60
_CLAIMS: dict[Kind, tuple[str, str]] = {
    "basic": ("basic_credentials", "ctx"),
    "bearer": ("bearer_token", "ctx"),
    "certificate": ("", "ctx.client_certificate"),
    "cookie": ("cookie_key", "ctx, {field}"),
    "header": ("header_key", "ctx, {field}"),
    "http": ("http_credentials", "ctx, {field}"),
    "query": ("query_key", "ctx, {field}"),
}
_CLAIM_NAMES: dict[Kind, str] = {
    "basic": "credentials",
    "bearer": "token",
    "certificate": "certificate",
    "http": "credentials",
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

    def wants_certificate(self, operation: ir.Operation) -> bool:
        """Whether a hook of the operation gets the certificate of the client."""
        return any(scheme.kind == "certificate" for scheme in self._schemes(_requirement(operation)))

    def emit(self) -> None:
        """Prints the functions."""
        for requirement, name in self._functions.items():
            self._module.space()
            self._function(requirement, name)

    def _function(self, requirement: _Requirement, name: str) -> None:
        module = self._module
        security = module.use(f"{self._plan.package}.api", "Security")
        ctx = module.use("katana.runtime", "Ctx")
        head = Group(f"async def {identifier(name)}(", (f"ctx: {ctx}", f"security: {security}"), ") -> None:")
        wanted = [alternative for alternative in requirement if alternative]
        several = len(requirement) > 1
        with module.block(head):
            module.line(("ctx.challenges = ", self._challenges(requirement)))
            if several:
                module.line(f"refusals = {module.use(_GENERATED, 'Refusals')}()")
            for alternative in wanted:
                if len(alternative) == 1:
                    self._attempt(*alternative[0], several=several)
                else:
                    self._attempt_all(alternative, several=several)
            if len(wanted) < len(requirement):
                return
            if any(scheme.kind == "http" for scheme in self._schemes(requirement)):
                module.line(("ctx.challenges = ", self._challenges(requirement, asked=True)))
            refuse = "refusals.problem" if several else module.use(_GENERATED, "unauthenticated")
            module.line(f"raise {refuse}(ctx)")

    def _schemes(self, requirement: _Requirement) -> list[Scheme]:
        return [self._plan.schemes[name] for alternative in requirement for name, _ in alternative]

    def _challenges(self, requirement: _Requirement, *, asked: bool = False) -> Doc:
        """What a 401 asks for; a scheme with parameters of its own is `asked` when there is someone to refuse."""
        texts = dict.fromkeys(
            f"security.{identifier(scheme.hook)}_challenge(ctx)"
            if asked and scheme.kind == "http"
            else literal(challenge(self._plan, scheme))
            for scheme in self._schemes(requirement)
        )
        return Group("(", tuple(texts), ")", lone=True)

    @contextmanager
    def _guarded(self, *, several: bool) -> Iterator[None]:
        """Whether a refusal of a hook is the last word."""
        if several:
            with self._module.block("with refusals:"):
                yield
        else:
            yield

    def _attempt(self, name: str, scopes: tuple[str, ...], *, several: bool) -> None:
        """One scheme: who its hook names is the principal."""
        module, scheme = self._module, self._plan.schemes[name]
        claim = _claim(scheme)
        module.line(f"{claim} = {self._read(scheme)}")
        with module.block(f"if {claim} is not None:"), self._guarded(several=several):
            module.line(("ctx.principal = ", self._ask(scheme, claim, scopes)))
            with module.block("if ctx.principal is not None:"):
                module.line("return")

    def _attempt_all(self, alternative: _Alternative, *, several: bool) -> None:
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
        with module.block(("if ", given, ":")), self._guarded(several=several):
            module.line(Group("principals = {", tuple(asked), "}"))
            with module.block("if all(principal is not None for principal in principals.values()):"):
                module.line("ctx.principal = principals")
                module.line("return")

    def _read(self, scheme: Scheme) -> str:
        """What the client claims."""
        function, arguments = _CLAIMS[scheme.kind]
        if not function:
            return arguments
        return f"{self._module.use(_GENERATED, function)}({arguments.format(field=literal(scheme.field))})"

    def _ask(self, scheme: Scheme, claim: str, scopes: tuple[str, ...]) -> Doc:
        """The call of the hook."""
        arguments: list[Doc] = ["ctx", f"*{claim}" if scheme.kind == "basic" else claim]
        if scheme.scoped:
            arguments.append(Group("(", tuple(literal(scope) for scope in scopes), ")", lone=True))
        return Group(f"await security.{identifier(scheme.hook)}(", tuple(arguments), ")")


def _claim(scheme: Scheme) -> str:
    return _CLAIM_NAMES.get(scheme.kind, "key")


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
