"""Security schemes: which of them an API uses, and what their hooks get.

In: an `Api`. Out: a `Scheme` for each scheme that some operation needs. Never: Python text; `_security` prints the
hooks, `_guards` the functions that call them.
"""

from __future__ import annotations

import keyword
from dataclasses import dataclass
from typing import Literal

from katana import ir
from katana.gen.openapi._names import Names, snake
from katana.gen.source import SourceError

_KEYWORDS = frozenset(keyword.kwlist)

Kind = Literal["basic", "bearer", "http", "header", "query", "cookie", "certificate"]
"""How credentials come; `http` is any scheme of the field `authorization` but the two that have a kind of their own."""

_KEYS: dict[str, Kind] = {"header": "header", "query": "query", "cookie": "cookie"}
_TYPES: dict[str, Kind] = {"oauth2": "bearer", "openIdConnect": "bearer", "mutualTLS": "certificate"}


@dataclass(frozen=True)
class Scheme:
    """A security scheme that some operation uses.

    `hook` is the method of the class `Security`; a `scoped` one also gets the scopes that the operation needs. `field`
    is the name of an API key, or the name of an HTTP scheme as the contract spells it.
    """

    name: str
    hook: str
    kind: Kind
    field: str
    scoped: bool


def used_schemes(api: ir.Api) -> dict[str, Scheme]:
    """The schemes that operations need, sorted by name.

    Raises:
        SourceError: an operation needs a scheme that the API does not declare.
    """
    scopes: dict[str, int] = {}
    for operation in api.operations:
        for alternative in operation.security:
            for name, needed in alternative.items():
                scopes[name] = scopes.get(name, 0) + len(needed)
    hooks = Hooks()
    schemes: dict[str, Scheme] = {}
    for name in sorted(scopes):
        scheme = api.security_schemes.get(name)
        if not isinstance(scheme, dict):
            raise SourceError(f"an operation needs the security scheme {name!r}, which is not declared")
        schemes[name] = _scheme(name, scheme, hooks, scoped=scopes[name] > 0)
    return schemes


def _scheme(name: str, scheme: dict[str, str], hooks: Hooks, *, scoped: bool) -> Scheme:
    kind = _kind(scheme)
    field = scheme.get("name" if scheme.get("type") == "apiKey" else "scheme", "")
    always = scheme.get("type") in ("oauth2", "openIdConnect")
    return Scheme(name, hooks.new(name, kind), kind, field, scoped or always)


def _kind(scheme: dict[str, str]) -> Kind:
    type_ = scheme.get("type", "")
    if type_ == "apiKey":
        return _KEYS[scheme.get("in", "header")]
    if type_ == "http":
        spelled = scheme.get("scheme", "").lower()
        return "basic" if spelled == "basic" else "bearer" if spelled == "bearer" else "http"
    return _TYPES[type_]


class Hooks:
    """Gives out the names of methods: of hooks, and `{hook}_challenge` beside the hook of an `http` scheme."""

    def __init__(self) -> None:
        self._names = Names()

    def new(self, scheme: str, kind: Kind) -> str:
        """The hook of a scheme."""
        wanted = snake(scheme)
        hook = self._names.new(f"{wanted}_" if wanted in _KEYWORDS else wanted, "scheme_")
        if kind == "http":
            self._names.new(f"{hook}_challenge")
        return hook
