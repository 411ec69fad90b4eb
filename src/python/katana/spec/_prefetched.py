"""What `x-katana-prefetch` of an operation names: members of the objects that it answers with.

In: the lowered API. Out: what names nothing, with its pointer. Never: how a member is loaded, which the queries of a
service say.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from katana.diagnostics import Diagnostic
from katana.ir import Api, ArrayType, Field, MapType, ObjectType, Operation, RefType, Type, UnionType

_EXTENSION = "x-katana-prefetch"


def unknown_prefetches(api: Api) -> Iterator[Diagnostic]:
    """A diagnostic for each name of each operation that is no member of what it answers with."""
    types = {each.name: each.type for each in api.types}
    for operation in api.operations:
        names = operation.extensions.get(_EXTENSION)
        for number, name in enumerate(names if isinstance(names, list) else ()):
            wrong = _look(name, operation, types) if isinstance(name, str) and "." in name else None
            if wrong is not None:
                message, hint = wrong
                pointer = f"{operation.pointer}/{_EXTENSION}/{number}"
                yield Diagnostic(file=api.source, message=message, code="unknown-prefetch", hint=hint, pointer=pointer)


def _look(name: str, operation: Operation, types: dict[str, Type]) -> tuple[str, str] | None:
    """What is wrong with `user.posts`, and what to write instead."""
    first, *members = name.split(".")
    answered = _answered(operation, types)
    owner = next((each for each in answered if _fold(each) == _fold(first)), None)
    if owner is None:
        return f"the operation answers with no object `{first}`", _start(first, members[0], answered, types)
    for member in members:
        definition = types[owner]
        fields = definition.fields if isinstance(definition, ObjectType) else ()
        field = next((each for each in fields if _fold(each.name) == _fold(member)), None)
        if field is None:
            return f"`{owner}` has no member `{member}`", _near(member, [each.name for each in fields])
        inner = _objects(field, types)
        if len(inner) != 1:
            hint = "a member that is loaded is an object of `components/schemas`, or an array of them"
            return f"`{owner}.{field.name}` holds no objects of one kind", hint
        owner = inner[0]
    return None


def _start(first: str, member: str, answered: list[str], types: dict[str, Type]) -> str:
    """What a name should begin with: the object that has such a member, which may be in a list in the response."""
    for each in answered:
        definition = types[each]
        if isinstance(definition, ObjectType) and any(
            _fold(field.name) == _fold(member) for field in definition.fields
        ):
            return f"a name begins with an object of `components/schemas`: write `{each}.{member}`"
    return _near(first, answered)


def _near(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean `{near[0]}`?" if near else f"there are {', '.join(f'`{one}`' for one in known) or 'none'}"


def _fold(name: str) -> str:
    """What two spellings of one name share."""
    return name.replace("_", "").replace("-", "").lower()


def _answered(operation: Operation, types: dict[str, Type]) -> list[str]:
    """The objects in responses, with those inside them, in order."""
    contents = [content for response in operation.responses for content in response.contents]
    waiting = [content.type for content in contents] + [content.item.type for content in contents if content.item]
    found: dict[str, None] = {}
    while waiting:
        type_ = waiting.pop(0)
        if isinstance(type_, RefType) and type_.name not in found:
            found[type_.name] = None
            waiting.append(types[type_.name])
        waiting += _below(type_)
    return [name for name in found if isinstance(types[name], ObjectType)]


def _objects(field: Field, types: dict[str, Type]) -> list[str]:
    """The objects that a member is, or is a list of."""
    found: list[str] = []
    waiting: list[Type] = [field.type]
    seen: set[str] = set()
    while waiting:
        type_ = waiting.pop()
        if isinstance(type_, RefType) and isinstance(types[type_.name], ObjectType):
            found.append(type_.name)
        elif isinstance(type_, RefType) and type_.name not in seen:
            seen.add(type_.name)
            waiting.append(types[type_.name])
        elif isinstance(type_, ArrayType | UnionType):
            waiting += _below(type_)
    return found


def _below(type_: Type | None) -> list[Type]:
    match type_:
        case ArrayType():
            return [type_.items]
        case MapType():
            return [type_.values]
        case UnionType():
            return list(type_.variants)
        case ObjectType():
            return [field.type for field in type_.fields]
    return []
