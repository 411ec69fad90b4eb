"""Unsupported constructs in types and schemas.

In: an `Api`. Out: code, pointer, name. Never: operations' own parts (`_survey_bodies`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from jsonschema_rs import Draft202012Validator, RegexOptions, ValidationError

from katana import ir
from katana.gen.openapi._contents import typed
from katana.gen.openapi._types import nodes

_Finding = tuple[str, str, str]
_MAX_SHOWN = 100
_MAX_VARIANTS = 1000  # the compiler of Python recurses once for each operand of `|`
_ESCAPED = re.compile(r'["\\\x00-\x1f]')


def survey(api: ir.Api) -> Iterator[_Finding]:
    """Everything in types and schemas that cannot be generated."""
    for operation in (*api.operations, *(each.operation for each in api.outgoing)):
        for pointer, type_, schema in _uses(operation):
            yield from _patterns(schema, pointer)
            yield from _unions(type_, pointer)
    for definition in api.types:
        yield from _patterns(definition.schema, definition.pointer)
        yield from _unions(definition.type, definition.pointer)
        yield from _members(definition)


def _uses(operation: ir.Operation) -> Iterator[tuple[str, ir.Type, Any]]:
    """Pointer, type and schema of everything that has them."""
    for parameter in operation.parameters:
        yield parameter.pointer, parameter.type, parameter.schema
    if operation.body is not None:
        for content in operation.body.contents:
            yield from ((operation.body.pointer, *each) for each in typed(content))
    for response in operation.responses:
        for header in response.headers:
            yield response.pointer, header.type, header.schema
        for content in response.contents:
            if content.media_type != "application/problem+json":
                yield from ((response.pointer, *each) for each in typed(content))


def _unions(type_: ir.Type, pointer: str) -> Iterator[_Finding]:
    """Unions with more variants than an annotation may have operands."""
    for node in nodes(type_):
        if isinstance(node, ir.UnionType) and len(node.variants) > _MAX_VARIANTS:
            yield "unsupported-union", pointer, f"{len(node.variants)} types"


def _members(definition: ir.TypeDef) -> Iterator[_Finding]:
    """Members whose names msgspec cannot decode."""
    if isinstance(definition.type, ir.ObjectType):
        for field in definition.type.fields:
            if _ESCAPED.search(field.name):
                yield "unsupported-member-name", definition.pointer, f"`{definition.name}.{field.name[:_MAX_SHOWN]}`"


def _patterns(schema: Any, pointer: str) -> Iterator[_Finding]:
    for expression in dict.fromkeys(_expressions(schema)):
        if not _linear(expression):
            yield "unsupported-pattern", pointer, f"`{expression[:_MAX_SHOWN]}`"


def _expressions(schema: Any) -> Iterable[str]:
    """The regular expressions in a schema."""
    waiting = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if isinstance(node.get("pattern"), str):
                yield node["pattern"]
            if isinstance(node.get("patternProperties"), dict):
                yield from node["patternProperties"]
            waiting += [value for key, value in node.items() if key not in ("const", "enum")]
        elif isinstance(node, list):
            waiting += node


@cache
def _linear(expression: str) -> bool:
    """Whether the engine of the validators takes the expression."""
    try:
        Draft202012Validator({"pattern": expression}, pattern_options=RegexOptions())
    except (ValidationError, ValueError):
        return False
    return True
