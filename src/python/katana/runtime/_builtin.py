"""The resources that every service has: health, and the documents in the dev profile.

In: what to ask for readiness, and documents. Out: a `Router`. Never: a path that the contract declares: the server
leaves those out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from msgspec import json

from katana.runtime._ctx import Ctx
from katana.runtime._docs_page import render_docs
from katana.runtime._reply import Head, Reply
from katana.runtime._routing import Endpoint, Resource

_NO_STORE: Final = (("cache-control", "no-store"),)
_OK: Final = Head(200, "application/json", _NO_STORE)
_NOT_READY: Final = Head(503, "application/json", (*_NO_STORE, ("retry-after", "1")))
_DOCUMENT: Final = Head(200, "application/json")
_PAGE: Final = Head(
    200,
    "text/html; charset=utf-8",
    (
        (
            "content-security-policy",
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
        ),
        ("x-content-type-options", "nosniff"),
    ),
)

Reasons = Callable[[], list[str]]


class BuiltinRouter:
    """Exact paths only."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.resources = tuple(resources)
        self._by_path = {resource.template: resource for resource in self.resources}

    def match(self, path: str) -> tuple[Resource, tuple[str, ...]] | None:
        """See `Router`."""
        resource = self._by_path.get(path)
        return None if resource is None else (resource, ())


def health_resources(reasons: Reasons) -> list[Resource]:
    """`/livez` (the process answers) and `/readyz` (it can do its work). `reasons` says what is missing."""

    async def livez(_: Ctx) -> Reply:
        return Reply(_OK, b'{"status":"ok"}')

    async def readyz(_: Ctx) -> Reply:
        missing = reasons()
        if missing:
            return Reply(_NOT_READY, json.encode({"status": "not ready", "reasons": missing}))
        return Reply(_OK, b'{"status":"ready"}')

    return [
        Resource("*", {}),  # OPTIONS * asks about the server as a whole (RFC 9110, 9.3.7)
        Resource("/livez", {"GET": Endpoint(operation="livez", call=livez, controller="(built in)", vital=True)}),
        Resource("/readyz", {"GET": Endpoint(operation="readyz", call=readyz, controller="(built in)", vital=True)}),
    ]


def document_resources(documents: Mapping[str, bytes]) -> list[Resource]:
    """`/docs`, `/openapi/NAME.json` for every document, and `/openapi.json` for the first. Empty without documents."""
    if not documents:
        return []
    fixed = [("/docs", "docs", Reply(_PAGE, render_docs(documents)))]
    fixed.append(("/openapi.json", "openapi", Reply(_DOCUMENT, next(iter(documents.values())))))
    fixed += [(f"/openapi/{name}.json", f"openapi_{name}", Reply(_DOCUMENT, body)) for name, body in documents.items()]
    return [_fixed_resource(path, operation, reply) for path, operation, reply in fixed]


def _fixed_resource(path: str, operation: str, reply: Reply) -> Resource:
    async def call(_: Ctx) -> Reply:
        return reply

    return Resource(path, {"GET": Endpoint(operation=operation, call=call, controller="(built in)")})
