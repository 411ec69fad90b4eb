"""Errors of the schema validator as what a client reads.

In: jsonschema-rs errors. Out: (JSON pointer, sentence). Never: the offending value, which may be huge or secret, and
never more of the contract than one limit or one list of choices.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple, cast

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
    types = [t for b in branches for e in b if e.kind.name == "type" for t in _types(e.kind)]
    if not meant and types:
        yield pointer(error.instance_path), _type_sentence(types)
        return
    found = _told_apart(meant, depth) if len(meant) > 1 else meant[0] if meant else []
    if not found:
        yield pointer(error.instance_path), "fits none of the alternatives"
    elif isinstance(found, Tag):
        yield pointer([*error.instance_path, found.member]), _choices(found.choices)
    else:
        for inner in found:
            yield from explain(inner)


class Tag(NamedTuple):
    """A member whose constants tell alternatives apart, and all of these."""

    member: str | int
    choices: list[Any]


def _told_apart(branches: list[list[ValidationError]], depth: int) -> "list[ValidationError] | Tag":
    """The errors of the one alternative whose tag the value has, or the tag, or what all of them miss."""
    members: dict[str | int, list[tuple[int, ValidationError]]] = {}
    for index, branch in enumerate(branches):
        for each in branch:
            if len(each.instance_path) > depth:
                members.setdefault(each.instance_path[depth], []).append((index, each))
    for member, errors in members.items():
        if any(each.kind.name not in ("const", "enum") or len(each.instance_path) > depth + 1 for _, each in errors):
            continue
        fitting = set(range(len(branches))) - {index for index, _ in errors}
        if len(fitting) == 1:
            return branches[fitting.pop()]
        if not fitting:
            return Tag(member, [value for _, each in errors for value in _values(each.kind)])
    missing = [_missing(branch, depth) for branch in branches]
    return [each for name, each in missing[0].items() if all(name in other for other in missing)]


def _missing(branch: list[ValidationError], depth: int) -> dict[str, ValidationError]:
    required = [each for each in branch if each.kind.name == "required" and len(each.instance_path) == depth]
    return {cast(Any, each.kind).property: each for each in required}


def _values(kind: Any) -> list[Any]:
    return list(kind.options) if kind.name == "enum" else [kind.expected_value]


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
