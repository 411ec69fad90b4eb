"""What OpenAPI can say and this version of Katana cannot do yet, as data.

In: nothing. Out: tables. Never: logic beyond a predicate on the member. A construct in `REFUSED` is an error
wherever it stands, because a service generated without it would not keep its contract. What only documents (`servers`,
`externalDocs`, `examples`, `xml` beside JSON, `tags`) is not in it: a server behaves the same without it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from katana.spec.model import Node

Json = Any


def _always(_member: Node) -> bool:
    return True


class Construct(NamedTuple):
    """Member `name` of an object of `kind`; counts when `when` holds for the member."""

    kind: str
    name: str
    code: str
    message: str
    hint: str = ""
    when: Callable[[Node], bool] = _always

    @property
    def always(self) -> bool:
        """Whether the member counts whatever its value is."""
        return self.when is _always


DIALECTS = (
    "https://json-schema.org/draft/2020-12/schema",
    "https://spec.openapis.org/oas/3.1/dialect/base",
    "https://spec.openapis.org/oas/3.1/dialect/2024-10-25",
    "https://spec.openapis.org/oas/3.1/dialect/2024-11-10",
    "https://spec.openapis.org/oas/3.2/dialect/2025-09-17",
)
"""Values of `$schema` and `jsonSchemaDialect` that mean what Katana implements."""


def _foreign_dialect(member: Node) -> bool:
    return isinstance(member.value, str) and member.value.rstrip("#") not in DIALECTS


REFUSED: tuple[Construct, ...] = (
    Construct(
        "document",
        "jsonSchemaDialect",
        "unsupported-dialect",
        "this dialect of JSON Schema is not supported",
        "remove it: the default dialect is JSON Schema 2020-12",
        _foreign_dialect,
    ),
    *(
        Construct(
            "media-type",
            name,
            "unsupported-encoding",
            "multipart without names is not supported",
            "use `multipart/form-data`, whose parts have names",
        )
        for name in ("prefixEncoding", "itemEncoding")
    ),
    *(
        Construct("encoding", name, "unsupported-encoding", "parts that have parts are not supported", "send JSON")
        for name in ("encoding", "prefixEncoding", "itemEncoding")
    ),
    *(
        Construct("schema", name, "unsupported-keyword", f"`{name}` is not supported", hint)
        for name, hint in (
            ("$recursiveRef", "it is of JSON Schema 2019-09; use `$dynamicRef`, or `$ref` to the schema itself"),
            ("$recursiveAnchor", "it is of JSON Schema 2019-09; use `$dynamicAnchor`, or remove it"),
            ("$vocabulary", ""),
            ("dependencies", "use `dependentRequired` or `dependentSchemas`"),
            ("additionalItems", "use `prefixItems` and `items`"),
        )
    ),
    Construct(
        "schema",
        "$dynamicRef",
        "unsupported-dynamic-ref",
        "`$dynamicRef` beside `$ref` is not supported",
        "put one of them into `allOf`",
        lambda member: member.parent is not None and "$ref" in member.parent.value,
    ),
    Construct(
        "schema",
        "$schema",
        "unsupported-dialect",
        "this dialect of JSON Schema is not supported",
        "remove `$schema`",
        _foreign_dialect,
    ),
)

WITHOUT_EFFECT: dict[str, Json] = {
    "x-katana-cache": None,
    "x-katana-consistency": "strong",
    "x-katana-idempotency": None,
    "x-katana-rate-limit": None,
}
"""Policies that the IR carries and nothing acts on yet, each a warning `policy-without-effect`.

By name: the value that describes what happens anyway, None when there is none.
"""
