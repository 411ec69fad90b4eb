"""The class `Security` of `api.py`: one abstract hook for each scheme that is used.

In: a `Plan`. Out: the class. Never: a scheme without an abstract method, so that no service can be made without it.
"""

from __future__ import annotations

from katana.gen.openapi._plan import Plan
from katana.gen.openapi._schemes import Kind, Scheme
from katana.gen.source import Group, Module, identifier, literal, one_line

_RUNTIME = "katana.runtime"
_SCOPES = "`scopes` are those that the operation needs: raise `ctx.problem.forbidden(...)` for a caller who lacks one."
_WORDS: dict[Kind, str] = {
    "basic": "user and password (RFC 7617)",
    "bearer": "a bearer token (RFC 6750)",
    "certificate": "a client certificate (RFC 9440 when a proxy terminates TLS)",
    "cookie": "the cookie `{field}`",
    "header": "the header `{field}`",
    "http": "the credentials of the HTTP scheme `{field}` (RFC 9110, 11.4), as they were sent",
    "query": "the query parameter `{field}`",
}
_CHALLENGES: dict[Kind, str] = {
    "basic": 'Basic realm={realm}, charset="UTF-8"',
    "bearer": "Bearer realm={realm}",
    "certificate": "ClientCertificate realm={realm}",
    "cookie": "ApiKey realm={realm}",
    "header": "ApiKey realm={realm}",
    "http": "{field} realm={realm}",
    "query": "ApiKey realm={realm}",
}


def emit(module: Module, plan: Plan) -> None:
    """The class."""
    scoped = any(scheme.scoped for scheme in plan.schemes.values())
    module.space()
    with module.block(f"class Security({module.use('abc', 'ABC')}):"):
        module.docstring(
            "Who may call. A hook gets what the client claims and returns who that is; the handler finds it in "
            "`ctx.principal`. None refuses: the client gets 401. " + (_SCOPES if scoped else "")
        )
        for scheme in plan.schemes.values():
            _hook(module, scheme)
            if scheme.kind == "http":
                _challenge(module, plan, scheme)


def challenge(plan: Plan, scheme: Scheme) -> str:
    """The `www-authenticate` field that asks for the scheme (RFC 9110, 11.6.1)."""
    return _CHALLENGES[scheme.kind].format(field=scheme.field, realm=_realm(plan))


def _hook(module: Module, scheme: Scheme) -> None:
    module.space()
    module.line(f"@{module.use('abc', 'abstractmethod')}")
    parameters = ("self", f"ctx: {module.use(_RUNTIME, 'Ctx')}", *_credentials(module, scheme))
    with module.block(Group(f"async def {identifier(scheme.hook)}(", parameters, ") -> object | None:")):
        words = _WORDS[scheme.kind].format(field=one_line(scheme.field))
        module.docstring(f"Scheme `{one_line(scheme.name)}`: {words}.")


def _challenge(module: Module, plan: Plan, scheme: Scheme) -> None:
    module.space()
    ctx = f"ctx: {module.use(_RUNTIME, 'Ctx')}"
    with module.block(Group(f"def {identifier(scheme.hook)}_challenge(", ("self", ctx), ") -> str:")):
        module.docstring(f"What a 401 asks for: override it when `{one_line(scheme.field)}` needs parameters.")
        module.line(f"return {literal(challenge(plan, scheme))}")


def _credentials(module: Module, scheme: Scheme) -> tuple[str, ...]:
    scopes = ("scopes: tuple[str, ...]",) if scheme.scoped else ()
    if scheme.kind == "basic":
        return ("username: str", "password: str", *scopes)
    if scheme.kind == "certificate":
        return (f"certificate: {module.use(_RUNTIME, 'ClientCertificate')}", *scopes)
    names: dict[Kind, str] = {"bearer": "token", "http": "credentials"}
    return (f"{names.get(scheme.kind, 'key')}: str", *scopes)


def _realm(plan: Plan) -> str:
    """The title of the API as a quoted string (RFC 9110, 5.6.4), without what a field cannot hold."""
    title = "".join(c for c in one_line(plan.api.title) if " " <= c <= "~")
    escaped = title.strip().replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped or "api"}"'
