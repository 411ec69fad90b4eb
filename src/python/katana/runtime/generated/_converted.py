"""Plain JSON values as values of types, or as what their schema says against them.

In: a plain value, its schema and its type. Out: the value, or errors. Never: texts.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
from jsonschema_rs import Draft202012Validator, ValidationError

from katana.runtime.generated._details import explain
from katana.runtime.generated._schemas import Schemas, too_large
from katana.runtime.generated._shapes import Shape

Errors = list[tuple[str, str]]
"""Pairs of JSON pointer and sentence."""


def converted(value: Any, schema: str, shape: Shape[Any], schemas: Schemas) -> tuple[Any, Errors]:
    """A plain JSON value as what a type makes of it, or what its schema says against it."""
    errors = schema_errors(value, schema, schemas)
    return (None, errors) if errors else typed(value, shape)


def schema_errors(value: Any, schema: str, schemas: Schemas) -> Errors:
    """What a schema says against a plain JSON value; nothing when it is valid."""
    validator = schemas.validator(schema)
    if validator.is_valid(value):
        return []
    return [pair for error in _errors(validator, value) for pair in explain(error)]


def typed[T](value: Any, shape: Shape[T]) -> tuple[T, Errors]:
    """A valid plain JSON value as what a type makes of it; the value means something only when there are no errors."""
    try:
        return shape.convert(value), []
    except (msgspec.ValidationError, ValueError) as error:
        return value, [(_place(str(error)), "is valid but has no value here (a leap second, or a year beyond 9999)")]


def _errors(validator: Draft202012Validator, value: Any) -> Iterable[ValidationError]:
    """All errors of a value, the first of a very large one."""
    if not too_large(value):
        return validator.iter_errors(value)
    try:
        validator.validate(value)
    except ValidationError as error:
        return (error,)
    return ()


def _place(message: str) -> str:
    """The path at the end of a message of msgspec, `$.a[0].b`, as a JSON pointer; the root if it has a wildcard."""
    path = message.rpartition("`$")[2].rstrip("`") if "`$" in message else ""
    return "" if "[...]" in path else path.replace("[", "/").replace("]", "").replace(".", "/")
