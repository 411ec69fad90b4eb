"""Errors of the schema validator as what a client reads.

In: jsonschema-rs errors. Out: (JSON pointer, sentence). Never: the offending value, which may be huge or secret, and
never more of the contract than one limit or one list of choices.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, cast

from jsonschema_rs import ValidationError

_MAX_CHOICES = 200
_NOUNS = {
    "array": "an array",
    "boolean": "true or false",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}


def explain(error: ValidationError) -> Iterator[tuple[str, str]]:
    """Pointers and sentences of one error; several when it stands for the errors of one alternative."""
    path = error.instance_path
    kind: Any = error.kind  # its attributes depend on the keyword
    match kind.name:
        case "required":
            yield pointer([*path, kind.property]), "is required"
        case "additionalProperties" | "unevaluatedProperties":
            for name in kind.unexpected:
                yield pointer([*path, name]), "is not a member that the contract knows"
        case "unevaluatedItems":
            for index in kind.unexpected:
                yield pointer([*path, index]), "is an item too many"
        case "decimalLimits":
            yield pointer(path), kind.message
        case "anyOf" | "oneOf" if _context(kind):
            yield from _alternatives(error, _context(kind))
        case name:
            sentence = _SENTENCES.get(name)
            yield pointer(path), sentence(kind) if sentence else f"breaks the rule `{name[:40]}`"


def pointer(path: Iterable[str | int]) -> str:
    """RFC 6901."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def _context(kind: Any) -> list[list[ValidationError]]:
    return cast(list[list[ValidationError]], getattr(kind, "context", []))


def _alternatives(error: ValidationError, branches: list[list[ValidationError]]) -> Iterator[tuple[str, str]]:
    """The errors of the one alternative that was meant, if it can be told: the only one of the right type."""
    if type(error.kind).__name__ == "OneOfMultipleValid":
        yield pointer(error.instance_path), "fits more than one of the alternatives, exactly one must fit"
        return
    depth = len(error.instance_path)
    meant = [b for b in branches if not any(e.kind.name == "type" and len(e.instance_path) == depth for e in b)]
    if len(meant) == 1 and meant[0]:
        for inner in meant[0]:
            yield from explain(inner)
        return
    types = [t for b in branches for e in b if e.kind.name == "type" for t in _types(e.kind)]
    if not meant and types:
        yield pointer(error.instance_path), _type_sentence(types)
    else:
        yield pointer(error.instance_path), "fits none of the alternatives"


def _types(kind: Any) -> list[str]:
    return cast(list[str], kind.types)


def _type_sentence(types: Iterable[str]) -> str:
    ordered = sorted(dict.fromkeys(types), key=lambda name: name == "null")
    return "must be " + " or ".join(_NOUNS.get(name, name) for name in ordered)


def _choices(values: Iterable[Any]) -> str:
    text = ", ".join("null" if v is None else str(v).lower() if isinstance(v, bool) else f"{v!r}" for v in values)
    return f"must be one of {text}" if len(text) <= _MAX_CHOICES else "is not one of the allowed values"


def _counted(limit: int, noun: str) -> str:
    return f"{limit} {noun}" if limit == 1 else f"{limit} {noun}s"


_SENTENCES: Final[dict[str, Callable[[Any], str]]] = {
    "const": lambda kind: _choices([kind.expected_value]).replace("must be one of", "must be"),
    "contains": lambda _: "does not contain the items that it must contain",
    "enum": lambda kind: _choices(kind.options),
    "exclusiveMaximum": lambda kind: f"must be less than {kind.limit}",
    "exclusiveMinimum": lambda kind: f"must be greater than {kind.limit}",
    "falseSchema": lambda _: "is not allowed here",
    "format": lambda kind: f"must have the format `{kind.format}`",
    "maxItems": lambda kind: f"must have at most {_counted(kind.limit, 'item')}",
    "maxLength": lambda kind: f"must have at most {_counted(kind.limit, 'character')}",
    "maxProperties": lambda kind: f"must have at most {_counted(kind.limit, 'member')}",
    "maximum": lambda kind: f"must be at most {kind.limit}",
    "minItems": lambda kind: f"must have at least {_counted(kind.limit, 'item')}",
    "minLength": lambda kind: f"must have at least {_counted(kind.limit, 'character')}",
    "minProperties": lambda kind: f"must have at least {_counted(kind.limit, 'member')}",
    "minimum": lambda kind: f"must be at least {kind.limit}",
    "multipleOf": lambda kind: f"must be a multiple of {kind.multiple_of}",
    "not": lambda kind: "is of a form that is excluded" if kind.schema else "is not allowed here",
    "pattern": lambda kind: f"must match the pattern {kind.pattern[:_MAX_CHOICES]}",
    "propertyNames": lambda _: "has a member whose name is not allowed",
    "type": lambda kind: _type_sentence(kind.types),
    "uniqueItems": lambda _: "must not contain an item twice",
}
