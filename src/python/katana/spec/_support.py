"""What Katana makes of every member of OpenAPI and every keyword of JSON Schema.

In: the official schemas, and the tables that the compiler itself works with. Out: rows for docs/reference. Never: a
second list of what is refused.
"""

from __future__ import annotations

from typing import NamedTuple

from katana.spec.model import METHODS, keywords
from katana.spec.validation import REFUSED, VERSIONS, known_members

OBJECTS: dict[str, str] = {
    "": "document",
    "components": "components",
    "path-item": "path-item",
    "operation": "operation",
    "parameter": "parameter",
    "request-body": "request-body",
    "media-type": "media-type",
    "encoding": "encoding",
    "response": "response",
    "header": "header",
    "link": "link",
}
"""The objects that generated code depends on: names in the official schemas of 3.1 and 3.2, and in the grammar."""

_NAMES_3_0 = {
    "components": "Components",
    "path-item": "PathItem",
    "operation": "Operation",
    "parameter": "Parameter",
    "request-body": "RequestBody",
    "media-type": "MediaType",
    "encoding": "Encoding",
    "response": "Response",
    "header": "Header",
    "link": "Link",
}

_DOCUMENTATION = frozenset(
    ("deprecated", "description", "example", "examples", "externalDocs", "server", "servers", "summary", "tags")
)
_OF_OPERATIONS = frozenset(("deprecated", "summary", "tags"))  # these reach the generated interface


class Row(NamedTuple):
    """A member of an object, the first version that has it, and what is made of it."""

    member: str
    since: str
    state: str


def members(kind: str) -> list[Row]:
    """The members of an object of `OBJECTS`, sorted by name."""
    since = {method: "3.2" if method == "query" else "3.0" for method in METHODS} if kind == "path-item" else {}
    for version in VERSIONS:
        name = _NAMES_3_0.get(kind, kind) if version == "3.0" else kind
        for member in known_members(version, name):
            since.setdefault(member, version)
    return [Row(member, version, _state(OBJECTS[kind], member)) for member, version in sorted(since.items())]


def schema_keywords() -> dict[str, str]:
    """Every keyword of Schema Objects, with what is made of it."""
    found = dict.fromkeys((*keywords.VALUES, *keywords.ONE, *keywords.LIST, *keywords.MAP), "checked")
    found |= dict.fromkeys(("$ref", "$dynamicRef", "$defs", "$id", "$anchor", "$dynamicAnchor"), "followed")
    found |= dict.fromkeys((*keywords.CARRIED, "contentSchema"), "used")
    found |= dict.fromkeys(keywords.ANNOTATIONS - found.keys(), "documentation")
    found["nullable"] = "checked in 3.0, `unknown-keyword` in later versions"
    for construct in REFUSED:
        if construct.kind == "schema" and construct.name not in found:
            found[construct.name] = f"refused: `{construct.code}`"
    return dict(sorted(found.items()))


def _state(kind: str, member: str) -> str:
    for construct in REFUSED:
        if (construct.kind, construct.name) == (kind, member):
            return f"{'refused' if construct.always else 'some values refused'}: `{construct.code}`"
    if member in _DOCUMENTATION and not (kind == "operation" and member in _OF_OPERATIONS):
        return "documentation"
    return "used"
