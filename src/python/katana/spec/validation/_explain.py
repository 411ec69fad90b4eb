"""Errors of a JSON Schema validator as sentences.

In: the errors of jsonschema-rs. Out: `Complaint`: where, and what is wrong in the words of OpenAPI. Never: places.

A failed `oneOf` says little by itself. Of its branches the one counts that the author most likely meant: not the
Reference Object (unless there is a `$ref`), and else the one whose errors lie deepest; its errors are explained in
turn. That is what a person does who reads the output of a validator.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import jsonschema_rs

from katana.spec.validation._official import known_members

Json = Any
Error = jsonschema_rs.ValidationError
Kind = jsonschema_rs.ValidationErrorKind

_MAX_SHOWN = 80

_MEANT_AS_BOOLEAN = ("true", "false", "yes", "no", "on", "off")  # the last four are booleans in YAML 1.1
_FIXED = (
    ((Kind.UniqueItems,), "an item is given twice"),
    ((Kind.OneOfMultipleValid,), "fits more than one of the forms of which exactly one is allowed here"),
    ((Kind.MinProperties, Kind.MinItems), "must not be empty"),
    ((Kind.Not, Kind.FalseSchema), "is not allowed here"),
)


class Complaint(NamedTuple):
    """One problem: the path of the value, whether its key is meant, a message and a hint."""

    path: tuple[str, ...]
    message: str
    hint: str = ""
    key: bool = False


def explain(error: Error, version: str, members: Sequence[str] | None = None) -> Iterator[Complaint]:
    """What `error` says about the document.

    Args:
        error: of the official schema of `version`, or of one that allows `members` and no others.
        version: `3.0`, `3.1` or `3.2`.
        members: what an object outside the standard may have.
    """
    kind = error.kind
    path = tuple(str(token) for token in error.instance_path)
    if isinstance(kind, Kind.OneOfNotValid | Kind.AnyOf):
        tag = _tag(kind.context)
        if tag is not None:
            yield tag
            return
        branch = _meant(kind.context, error.instance)
        for cause in branch:
            yield from explain(cause, version, members)
        if not branch:
            yield Complaint(path, "fits none of the forms that are allowed here")
    elif isinstance(kind, Kind.AdditionalProperties | Kind.UnevaluatedProperties):
        for name in kind.unexpected:
            yield _foreign(path, name, members) if members is not None else _unknown(path, name, error, version)
    else:
        yield _simple(kind, path, error)


def _simple(kind: Kind, path: tuple[str, ...], error: Error) -> Complaint:
    """The errors that speak for themselves."""
    match kind:
        case Kind.Required(property=name):
            return Complaint(path, f"`{name}` is missing", key=True)
        case Kind.Type(types=types):
            return Complaint(
                path, f"has to be {_either(types)}, not {_shown(error.instance)}", _respelling(types, error.instance)
            )
        case Kind.Enum(options=options):
            return _choice(path, error.instance, options)
        case Kind.Constant(expected_value=value):
            return Complaint(path, f"has to be {_shown(value)}, not {_shown(error.instance)}")
        case Kind.Pattern(pattern=pattern):
            return Complaint(path, f"{_shown(error.instance)} does not match {pattern}")
        case Kind.PropertyNames():
            return Complaint(path, f"a name in it is not allowed: {_cut(kind.error.message)}", key=True)
    fixed = next((message for kinds, message in _FIXED if isinstance(kind, kinds)), None)
    return Complaint(path, fixed, key=True) if fixed else Complaint(path, _cut(error.message))


def _meant(context: list[list[Error]], instance: Json) -> list[Error]:
    """The branch whose errors explain best."""
    is_reference = isinstance(instance, dict) and "$ref" in instance
    candidates = [branch for branch in context if is_reference or not _wants_reference(branch)]
    return min(candidates or context, key=_distance, default=[])


def _tag(context: list[list[Error]]) -> Complaint | None:
    """When every branch wants another value of one member (`in`), all these values in one sentence."""
    refused = [[error for error in branch if isinstance(error.kind, Kind.Enum)] for branch in context]
    paths = {tuple(error.instance_path) for errors in refused for error in errors}
    if len(paths) != 1 or not all(refused) or not next(iter(paths)):
        return None
    error = refused[0][0]
    options = [option for errors in refused for option in errors[0].kind.as_dict()["options"]]
    return _choice(tuple(str(token) for token in error.instance_path), error.instance, options)


def _choice(path: tuple[str, ...], given: Json, options: list[Json]) -> Complaint:
    hint = _suggestion(given, [option for option in options if isinstance(option, str)])
    return Complaint(path, f"{_shown(given)} is not one of {_listed(options)}", hint)


def _wants_reference(branch: list[Error]) -> bool:
    return any(isinstance(error.kind, Kind.Required) and error.kind.property == "$ref" for error in branch)


def _distance(branch: list[Error]) -> tuple[bool, int, int]:
    """Sorts branches: a mismatch of the tag (`in`, `type`) last, then deep errors before shallow ones, then few."""
    shallowest = min((len(error.instance_path) for error in branch), default=0)
    tag = any(isinstance(error.kind, Kind.Enum | Kind.Constant) for error in branch)
    whole = any(isinstance(error.kind, Kind.Type) and len(error.instance_path) == shallowest for error in branch)
    return (tag or whole, -max((len(error.instance_path) for error in branch), default=0), len(branch))


def _unknown(path: tuple[str, ...], name: str, error: Error, version: str) -> Complaint:
    place = [str(token) for token in error.schema_path]
    kind = place[1] if len(place) > 1 and place[0] in ("$defs", "definitions") else ""
    label = kind.replace("-", " ").title() if kind else "OpenAPI"
    hint = _suggestion(name, known_members(version, kind)) or _elsewhere(name, version, kind)
    return Complaint((*path, name), f"`{_cut(name)}` is no member of the {label} Object", hint, key=True)


def _elsewhere(name: str, version: str, kind: str) -> str:
    """A hint for a member that is no slip of the pen."""
    if kind == "responses":
        return "a status has three digits; `2XX` is a range of them, `default` all others"
    if version != "3.2" and name in known_members("3.2", kind):
        return "it is of OpenAPI 3.2: start with `openapi: 3.2.0`"
    return "extensions start with `x-`"


def _foreign(path: tuple[str, ...], name: str, members: Sequence[str]) -> Complaint:
    hint = _suggestion(name, members) or f"known are {', '.join(members)}"
    return Complaint((*path, name), f"there is no `{_cut(name)}`", hint, key=True)


def _suggestion(given: Json, known: Sequence[str]) -> str:
    if not isinstance(given, str) or len(given) > _MAX_SHOWN:
        return ""
    close = difflib.get_close_matches(given, known, n=1, cutoff=0.7)
    return f"did you mean `{close[0]}`?" if close else ""


def _respelling(types: list[str], given: Json) -> str:
    """A hint when the value would fit if it were written otherwise."""
    if "string" in types and isinstance(given, bool | int | float):
        return "put it in quotes"
    if "boolean" in types and isinstance(given, str) and given.lower() in _MEANT_AS_BOOLEAN:
        return "write true or false, without quotes"
    return ""


def _either(types: list[str]) -> str:
    article = {"array": "an array", "integer": "an integer", "object": "an object", "null": "null"}
    return " or ".join(article.get(name, f"a {name}") for name in types)


def _listed(options: list[Json]) -> str:
    return ", ".join(_shown(option) for option in options[:12]) + (", ..." if len(options) > 12 else "")


def _shown(value: Json) -> str:
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "an array"
    names: dict[str, str] = {"None": "null", "True": "true", "False": "false"}
    return f"`{_cut(value)}`" if isinstance(value, str) else names.get(str(value), _cut(str(value)))


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_SHOWN * 2 else text[: _MAX_SHOWN * 2 - 3] + "..."
