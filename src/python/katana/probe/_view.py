"""A document as one direction sees it: requests, or responses.

In: a bundled OpenAPI document (3.0, 3.1, 3.2). Out: the same in the words of JSON Schema 2020-12, without the members
that travel the other way only, and validators over it. Never: a change of what is only data (examples, constants).
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final, Literal

from jsonschema_rs import Draft202012Validator, Registry

_ROOT: Final = "katana:document"
_DATA: Final = frozenset({"const", "default", "enum", "example", "examples"})
_NAMED: Final = frozenset(
    {"$defs", "callbacks", "content", "definitions", "dependentSchemas", "encoding", "headers", "links", "parameters"}
    | {"pathItems", "paths", "patternProperties", "properties", "requestBodies", "responses", "schemas"}
    | {"mediaTypes", "securitySchemes"}
)
"""Keywords whose members are named by people: `default` below `responses` is no keyword."""

_RANGES: Final = {"int32": 2**31, "int64": 2**63}
_MOST_HOPS: Final = 50

Direction = Literal["request", "response"]


class View:
    """The document in one direction. `root` is the converted document."""

    def __init__(self, document: dict[str, Any], direction: Direction) -> None:
        self._old = str(document.get("openapi", "")).startswith("3.0")
        self._other = "readOnly" if direction == "request" else "writeOnly"
        self._document = document
        self._validators: dict[int, tuple[Any, Draft202012Validator]] = {}
        self.root: dict[str, Any] = self._converted(document)

    def resolve(self, node: Any) -> Any:
        """What a node refers to, with what stands beside the reference; the node itself if it does not."""
        for _ in range(_MOST_HOPS):
            if not isinstance(node, dict) or not isinstance(node.get("$ref"), str):
                return node
            found = self._at(node["$ref"])
            beside = {key: value for key, value in node.items() if key != "$ref"}
            node = {**found, **beside} if beside and isinstance(found, dict) else found
        return {}

    def is_valid(self, schema: Any, value: Any) -> bool:
        """Whether a value fits a schema of the view; formats count."""
        return self.validator(schema).is_valid(value)

    def mistakes(self, schema: Any, value: Any) -> list[str]:
        """What is wrong with a value, as `/pointer: sentence`, at most three."""
        found = []
        for error in self.validator(schema).iter_errors(value):
            pointer = "".join(f"/{part}" for part in error.instance_path)
            found.append(f"{pointer or 'the body'}: {error.message}"[:200])
            if len(found) == 3:
                break
        return found

    def validator(self, schema: Any) -> Draft202012Validator:
        """The validator of a schema; it is made once."""
        known = self._validators.get(id(schema))
        if known is None:
            validator = Draft202012Validator(schema, registry=self._registry, validate_formats=True)
            # The schema is kept too, so that its identity stays its own.
            known = self._validators[id(schema)] = (schema, validator)
        return known[1]

    @cached_property
    def _registry(self) -> Registry:
        return Registry([(_ROOT, self.root)])

    def _at(self, reference: str) -> Any:
        node: Any = self.root
        for part in reference.partition("#")[2].split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            if isinstance(node, list) and key.isdecimal() and int(key) < len(node):
                node = node[int(key)]
            elif isinstance(node, dict) and key in node:
                node = node[key]
            else:
                return {}
        return node

    def _converted(self, node: Any, *, named: bool = False) -> Any:
        if isinstance(node, list):
            return [self._converted(each) for each in node]
        if not isinstance(node, dict):
            return node
        made = {
            key: value
            if key in _DATA and not named
            else self._converted(value, named=key in _NAMED and not named and isinstance(value, dict))
            for key, value in node.items()
        }
        return made if named else self._schema(made)

    def _schema(self, node: dict[str, Any]) -> dict[str, Any]:
        reference = node.get("$ref")
        if isinstance(reference, str) and reference.startswith("#"):
            node = {**({} if self._old else node), "$ref": f"{_ROOT}{reference}"}
        if self._old:
            node = _modern(node)
        if isinstance(node.get("properties"), dict):
            node = self._one_way(node)
        reach = _RANGES.get(str(node.get("format")))
        if reach is not None and "properties" not in node:
            node = {"minimum": -reach, "maximum": reach - 1, **node}
        return node

    def _one_way(self, node: dict[str, Any]) -> dict[str, Any]:
        other = {name for name, schema in node["properties"].items() if self._travels_the_other_way(schema)}
        if not other:
            return node
        kept = {name: True if name in other else schema for name, schema in node["properties"].items()}
        required = [name for name in node.get("required", ()) if name not in other]
        return {**node, "properties": kept, "required": required}

    def _travels_the_other_way(self, schema: Any) -> bool:
        if isinstance(schema, dict) and "$ref" in schema and self._other not in schema:
            parts = str(schema["$ref"]).partition("#")[2].split("/")[1:]
            schema = self._document
            for part in parts:
                schema = schema.get(part.replace("~1", "/").replace("~0", "~"), {}) if isinstance(schema, dict) else {}
        return isinstance(schema, dict) and schema.get(self._other) is True


def _modern(node: dict[str, Any]) -> dict[str, Any]:
    """A schema of OpenAPI 3.0 in the words of 2020-12."""
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(node.get(exclusive), bool):
            node = {**node}
            if node.pop(exclusive) and bound in node:
                node[exclusive] = node.pop(bound)
    if node.get("nullable") is True and "type" in node:  # without a type it means nothing (3.0.3, 4.7.24)
        rest = {key: value for key, value in node.items() if key != "nullable"}
        return {"anyOf": [rest, {"type": "null"}]}
    return node
