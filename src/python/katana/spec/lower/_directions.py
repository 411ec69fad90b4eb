"""`readOnly` and `writeOnly`: types of what is received and of what is sent, two only where they differ.

In: an `Api` whose types have all members. Out: the same, where a received value has no member that is `readOnly` and a
sent one none that is `writeOnly`. Never: schemas from inside, see `_members`. Theory of operation:

1. Each named type has two forms. What a use reaches through forms of one direction is used in that direction.
2. A type *differs* when its forms do, or when it refers to one that does.
3. A type that differs and is used in both directions is split: the form that is sent keeps the name, the one that is
   received is called `<name>Request`. Any other type has the form of its only direction.
4. The member by which a discriminator tells types apart stays in both directions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from msgspec.structs import replace

from katana.ir import (
    Api,
    ArrayType,
    Content,
    Discriminator,
    Event,
    Header,
    Item,
    MapType,
    ObjectType,
    Parameter,
    RefType,
    Type,
    TypeDef,
    UnionType,
)
from katana.spec.lower._identifiers import Names, extend
from katana.spec.lower._members import Members, references, renamed
from katana.spec.lower._reserved import TYPE_NAMES
from katana.spec.lower._uses import roots, visited

Json = Any


class _Form(NamedTuple):
    """A named type in one direction."""

    type: Type
    schema: Json
    checks: tuple[str, ...]


class _Direction:
    """One direction: the forms of types, and which are used."""

    def __init__(self, types: Mapping[str, TypeDef], flag: str, kept: Mapping[str, frozenset[str]]) -> None:
        self._types = types
        self.members = Members({name: one.schema for name, one in types.items()}, flag, kept)
        self.forms = {name: self._form(one) for name, one in types.items()}
        self.used: set[str] = set()

    def _form(self, definition: TypeDef) -> _Form:
        type_, checks = definition.type, definition.checks
        gone = self.members.flagged(definition.name)
        if isinstance(type_, ObjectType) and gone:
            fields = tuple(field for field in type_.fields if field.name not in gone)
            if type_.closed and len(fields) < len(type_.fields):
                # A class that refuses unknown members would refuse those to be ignored.
                checks = tuple(sorted({*checks, "additionalProperties"}))
                type_ = replace(type_, closed=False)
            type_ = replace(type_, fields=fields)
        return _Form(type_, self.members.definition(definition.name), checks)

    def use(self, type_: Type, schema: Json) -> None:
        """Marks what a value reaches."""
        waiting = [*references(schema), *_names(type_)]
        while waiting:
            name = waiting.pop()
            if name not in self.used:
                self.used.add(name)
                form = self.forms[name]
                waiting += [*references(form.schema), *_names(form.type)]

    def changed(self, name: str) -> bool:
        """Whether the form is another than what the document says."""
        return self.forms[name].type != self._types[name].type or self.forms[name].schema != self._types[name].schema


def directed(api: Api) -> Api:
    """The API with types that fit their directions."""
    if not any(_flagged(schema) for schema in _schemas(api)):
        return api
    types = {definition.name: definition for definition in api.types}
    kept = _discriminating(types, [*(each.type for each in api.types), *roots(api)])
    received, sent = _Direction(types, "readOnly", kept), _Direction(types, "writeOnly", kept)

    def mark[T: (Content, Event, Header, Item, Parameter)](value: T, /, *, received: bool) -> T:
        if value.type is not None:
            directions[received].use(value.type, directions[received].members.schema(value.schema))
        return value

    directions = {True: received, False: sent}
    visited(api, mark)
    split = _split(types, received, sent)

    def fit[T: (Content, Event, Header, Item, Parameter)](value: T, /, *, received: bool) -> T:
        if value.type is None:
            return value
        names = split if received else {}
        schema = renamed(directions[received].members.schema(value.schema), names)
        return replace(value, type=_renamed(value.type, names), schema=schema)

    definitions = [each for name in types for each in _definitions(types[name], received, sent, split)]
    return replace(visited(api, fit), types=tuple(sorted(definitions, key=lambda each: each.name)))


def _definitions(
    definition: TypeDef, received: _Direction, sent: _Direction, split: Mapping[str, str]
) -> Iterator[TypeDef]:
    """Rule 3: a type in the forms that are used."""
    name = definition.name
    if name in sent.used:
        yield _formed(definition, name, sent.forms[name], {})
    if name in received.used and (name not in sent.used or name in split):
        yield _formed(definition, split.get(name, name), received.forms[name], split)
    if name not in received.used and name not in sent.used:
        yield definition


def _formed(definition: TypeDef, name: str, form: _Form, names: Mapping[str, str]) -> TypeDef:
    return TypeDef(
        name=name,
        pointer=definition.pointer,
        type=_renamed(form.type, names),
        schema=renamed(form.schema, names),
        checks=form.checks,
    )


def _split(types: Mapping[str, TypeDef], received: _Direction, sent: _Direction) -> dict[str, str]:
    """The types that are split, and the names of their received forms."""
    users: dict[str, set[str]] = {}
    for name in types:
        for form in (received.forms[name], sent.forms[name]):
            for target in (*references(form.schema), *_names(form.type)):
                users.setdefault(target, set()).add(name)
    differing = {name for name in types if received.changed(name) or sent.changed(name)}
    waiting = list(differing)
    while waiting:
        new = users.get(waiting.pop(), set()) - differing
        differing |= new
        waiting += new
    names = Names(TYPE_NAMES, suffix="Model")
    for name in types:
        names.take(name)
    return {name: names.take(extend(name, "Request")) for name in sorted(differing & received.used & sent.used)}


def _schemas(api: Api) -> list[Json]:
    """The schemas of all types, and of values that have none."""
    found = [definition.schema for definition in api.types]

    def note[T: (Content, Event, Header, Item, Parameter)](value: T, /, *, received: bool) -> T:  # noqa: ARG001
        found.append(value.schema)
        return value

    visited(api, note)
    return found


def _flagged(schema: Json) -> bool:
    """Whether a schema says anywhere that a value travels in one direction only."""
    waiting = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if node.get("readOnly") is True or node.get("writeOnly") is True:
                return True
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    return False


def _discriminating(types: Mapping[str, TypeDef], everywhere: Iterable[Type]) -> dict[str, frozenset[str]]:
    """Rule 4, by type; what a variant is made of (`allOf`) keeps the member, too."""
    kept: dict[str, frozenset[str]] = {}
    for type_ in everywhere:
        for union in _unions(type_):
            if union.discriminator is not None:
                waiting, seen = list(union.discriminator.mapping.values()), set[str]()
                while waiting:
                    name = waiting.pop()
                    if name not in seen:
                        seen.add(name)
                        kept[name] = kept.get(name, frozenset()) | {union.discriminator.property_name}
                        waiting += _made_of(types[name].schema)
    return kept


def _made_of(schema: Json) -> Iterator[str]:
    """The named types of which a value of the schema has to be one."""
    if "$ref" in schema:
        yield schema["$ref"].rpartition("/")[2]
    for part in schema.get("allOf", ()):
        yield from _made_of(part)


def _unions(type_: Type) -> Iterator[UnionType]:
    waiting = [type_]
    while waiting:
        node = waiting.pop()
        if isinstance(node, UnionType):
            yield node
        waiting += _inside(node)


def _names(type_: Type) -> Iterator[str]:
    """The names that a type refers to, not through references."""
    waiting = [type_]
    while waiting:
        node = waiting.pop()
        if isinstance(node, RefType):
            yield node.name
        waiting += _inside(node)


def _inside(type_: Type) -> list[Type]:
    match type_:
        case ArrayType():
            return [type_.items]
        case MapType():
            return [type_.values]
        case ObjectType():
            return [field.type for field in type_.fields]
        case UnionType():
            return list(type_.variants)
    return []


def _renamed(type_: Type, names: Mapping[str, str]) -> Type:
    """A type with references to other names."""
    match type_:
        case RefType():
            return RefType(name=names.get(type_.name, type_.name))
        case ArrayType():
            return replace(type_, items=_renamed(type_.items, names))
        case MapType():
            return replace(type_, values=_renamed(type_.values, names))
        case ObjectType():
            fields = tuple(replace(field, type=_renamed(field.type, names)) for field in type_.fields)
            return replace(type_, fields=fields)
        case UnionType():
            return replace(
                type_,
                variants=tuple(_renamed(variant, names) for variant in type_.variants),
                discriminator=_mapped(type_.discriminator, names),
            )
    return type_


def _mapped(discriminator: Discriminator | None, names: Mapping[str, str]) -> Discriminator | None:
    if discriminator is None:
        return None
    mapping = {value: names.get(name, name) for value, name in discriminator.mapping.items()}
    return replace(discriminator, mapping=mapping)
