"""Bodies that a service hands over as they are, whatever their schema says.

In: a media type and the schema beside it. Out: whether the schema is left out, because nothing can hold the body to it.
Never: findings, types.

The model of OpenAPI is that of JSON. A schema with structure beside XML, CSV or a PDF tells readers what is in there;
no reader of the format is named that would make JSON of it. So the body is text, or octets, as it was sent.
"""

from __future__ import annotations

from collections.abc import Iterator

from katana.spec.model._node import Node
from katana.spec.model._sequences import bare, is_sequential
from katana.spec.model._workspace import Workspace

MULTIPART = "multipart/form-data"

_FORMS = frozenset(("application/x-www-form-urlencoded", MULTIPART))
_JSON = frozenset(("application/json", "text/json"))
_MEANT_AS_JSON = frozenset(("*/*", "application/*"))
_XML = frozenset(("application/xml", "text/xml"))
_PARTS = ("allOf", "anyOf", "oneOf")
_STRUCTURE = frozenset(("additionalProperties", "items", "patternProperties", "prefixItems", "properties", "required"))
_OF_OCTETS = frozenset(
    (
        "$comment",
        "$ref",
        "allOf",
        "contentEncoding",
        "contentMediaType",
        "default",
        "deprecated",
        "description",
        "example",
        "examples",
        "externalDocs",
        "format",
        "maxLength",
        "minLength",
        "readOnly",
        "title",
        "type",
        "writeOnly",
        "xml",
    )
)
"""What a schema of octets may say: how many they are, and what does not assert anything."""


def is_xml(media_type: str) -> bool:
    """Whether a media type is XML by its name (RFC 7303)."""
    return media_type in _XML or media_type.endswith("+xml")


def is_unread(media_type: str, schema: Node | None, workspace: Workspace) -> bool:
    """Whether a body of the media type cannot be held to its schema; one that says nothing holds anything."""
    media_type = bare(media_type)
    if schema is None or schema.value in ({}, True) or _is_understood(media_type):
        return False
    if media_type.startswith("multipart/"):
        return True
    nodes = list(_conjuncts(schema, workspace))
    if is_xml(media_type) or media_type.startswith("text/"):
        return any(_is_structured(node) for node in nodes)
    # What the media type leaves open is JSON when the schema describes objects and arrays.
    if media_type in _MEANT_AS_JSON or media_type.startswith("application/vnd."):
        return False
    return any(_is_structured(node) or not _is_of_octets(node) for node in nodes)


def _is_understood(media_type: str) -> bool:
    """Whether there is a reader that makes values of the format."""
    return media_type in _JSON | _FORMS or media_type.endswith("+json") or is_sequential(media_type)


def _conjuncts(schema: Node, workspace: Workspace) -> Iterator[Node]:
    """The schema, what it refers to, and its parts: each speaks of the same value."""
    waiting, seen = [schema], {schema.identity}
    while waiting:
        node = waiting.pop()
        yield node
        reference = workspace.reference(node)
        target = workspace.target(reference) if reference is not None else None
        listed = [node.get(name) for name in _PARTS]
        parts = [part for entries in listed if entries is not None for part in entries.items()]
        for below in parts if target is None else [target, *parts]:
            if below.identity not in seen:
                seen.add(below.identity)
                waiting.append(below)


def _is_structured(schema: Node) -> bool:
    """Whether the schema has something to say about other values than strings."""
    if not isinstance(schema.value, dict):
        return False
    given = schema.value.get("type", "string")
    types = given if isinstance(given, list) else [given]
    return schema.flag("nullable") or types != ["string"] or not _STRUCTURE.isdisjoint(schema.value)


def _is_of_octets(schema: Node) -> bool:
    value = schema.value
    return not isinstance(value, dict) or all(name in _OF_OCTETS or name.startswith("x-") for name in value)
