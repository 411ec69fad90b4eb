"""Elements of sequential media types.

In: a Media Type Object. Out: `ir.Item`. Never: where in the document the element is described (`spec.model` knows).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from katana.ir import AnyType, Event, Item, NullType, Type, UnionType
from katana.spec.lower._identifiers import extend
from katana.spec.lower._values import Values
from katana.spec.model import EVENT_STREAM, Kind, Node, Workspace, bare, element, events, is_array, is_sequential

Json = Any


class _Data(NamedTuple):
    """What a value is: its type, canonical schema and checks, and whether it is sent as the text that it is."""

    type: Type
    schema: Json
    checks: tuple[str, ...]
    text: bool


def item_of(node: Node, media_type: str, hint: str, values: Values, workspace: Workspace) -> Item | None:
    """The element of the sequence at `node`; None for other media types. `hint` names a type that needs a name."""
    if not is_sequential(media_type):
        return None
    schema = element(node, workspace)
    whole = node.get("schema")
    resolved = workspace.resolve(whole) if whole is not None else None
    if node.get("itemSchema") is not None or (resolved is not None and is_array(resolved)):
        hint = extend(hint, "Item")
    if bare(media_type) != EVENT_STREAM:
        found = _value(schema, hint, values)
        return Item(type=found.type, schema=found.schema, checks=found.checks)
    if schema is None:
        return Item(type=AnyType(), schema={}, text=True)
    kinds = events(schema, workspace)
    if kinds is None:
        return _plain(_value(schema, hint, values))
    by_name: dict[str, list[_Data]] = {}
    for kind in kinds:
        by_name.setdefault(kind.name, []).append(_data(kind, hint, values))
    each = {name: _either(found) for name, found in by_name.items()}
    if list(each) == [""]:
        return _plain(each[""])
    every = _either(list(each.values()))
    kinds_of_events = tuple(Event(name=name, **found._asdict()) for name, found in each.items())
    return Item(type=every.type, schema=every.schema, checks=every.checks, text=every.text, events=kinds_of_events)


def _plain(found: _Data) -> Item:
    return Item(**found._asdict())


def _data(kind: Kind, hint: str, values: Values) -> _Data:
    if kind.data is None and not kind.json:
        return _Data(NullType(), {"type": "null"}, (), text=False)
    found = _value(kind.data, extend(hint, kind.name or "Data"), values)
    return found._replace(text=False) if kind.json else found


def _value(schema: Node | None, hint: str, values: Values) -> _Data:
    if schema is None:
        return _Data(AnyType(), {}, (), text=False)
    value = values.of(schema, hint)
    return _Data(value.type, value.schema, value.checks, _is_text(value.schema, values.canonical.defs, set()))


def _either(found: list[_Data]) -> _Data:
    """A value that is one of several; the same ones count once."""
    variants = [data for index, data in enumerate(found) if data not in found[:index]]
    if len(variants) == 1:
        return variants[0]
    types = [data.type for data in variants]
    return _Data(
        UnionType(variants=tuple(type_ for index, type_ in enumerate(types) if type_ not in types[:index])),
        {"anyOf": [data.schema for data in variants]},
        tuple(dict.fromkeys(check for data in variants for check in data.checks)),
        text=all(data.text for data in variants),
    )


def _is_text(schema: Json, defs: dict[str, Json], seen: set[str]) -> bool:
    """Whether every valid value is a string."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name in seen or name not in defs:
            return False
        return _is_text(defs[name], defs, seen | {name})
    if schema.get("type") == "string":
        return True
    if "type" not in schema and ("enum" in schema or "const" in schema):
        return all(isinstance(value, str) for value in schema.get("enum", [schema.get("const")]))
    variants = schema.get("anyOf") or schema.get("oneOf") or ()
    return bool(variants) and all(_is_text(variant, defs, seen) for variant in variants)
