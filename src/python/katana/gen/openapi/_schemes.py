"""Security schemes: which of them an API uses, and what their hooks get.

In: an `Api`. Out: a `Scheme` for each scheme that some operation needs. Never: Python text; `_api` prints the hooks,
`_guards` the functions that call them.
"""

from __future__ import annotations

import keyword
from dataclasses import dataclass
from typing import Literal

from katana import ir
from katana.gen.openapi._names import Names, snake

_KEYWORDS = frozenset(keyword.kwlist)

Kind = Literal["basic", "bearer", "header", "query", "cookie"]


@dataclass(frozen=True)
class Scheme:
    """A security scheme that some operation uses.

    `hook` is the method of the class `Security`; a `scoped` one also gets the scopes that the operation needs.
    """

    name: str
    hook: str
    kind: Kind
    field: str
    scoped: bool


def used_schemes(api: ir.Api) -> dict[str, Scheme]:
    """The schemes that operations need, sorted by name."""
    scopes: dict[str, int] = {}
    for operation in api.operations:
        for alternative in operation.security:
            for name, needed in alternative.items():
                scopes[name] = scopes.get(name, 0) + len(needed)
    hooks = Names()
    schemes: dict[str, Scheme] = {}
    for name in sorted(scopes):
        scheme = api.security_schemes.get(name)
        if isinstance(scheme, dict):
            schemes[name] = _scheme(name, scheme, hooks, scoped=scopes[name] > 0)
    return schemes


def _scheme(name: str, scheme: dict[str, str], hooks: Names, *, scoped: bool) -> Scheme:
    hook = hooks.new(snake(name), "scheme_")
    hook = f"{hook}_" if hook in _KEYWORDS else hook
    type_ = scheme.get("type")
    if type_ == "apiKey":
        location = scheme.get("in", "header")
        kind: Kind = "query" if location == "query" else "cookie" if location == "cookie" else "header"
        return Scheme(name, hook, kind, scheme.get("name", ""), scoped)
    if type_ in ("oauth2", "openIdConnect"):
        return Scheme(name, hook, "bearer", "Authorization", scoped=True)
    basic = str(scheme.get("scheme")).lower() == "basic"
    return Scheme(name, hook, "basic" if basic else "bearer", "Authorization", scoped)
