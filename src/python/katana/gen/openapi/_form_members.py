"""How the members of a form are read, as the tables of generated code say it.

In: the type of a form and its encodings. Out: `Member(...)` and `Part(...)`. Never: members that have no single
spelling; `_survey_requests` has refused them.

Without an encoding (OAS 3.1.1, 4.8.15.1): a scalar is text, an object a JSON document, an array is sent by repeating
its name. An encoding with a style is that of a query parameter; one with a JSON media type makes the whole value, an
array too, one JSON document.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from katana import ir
from katana.gen.openapi._files import is_file
from katana.gen.openapi._schemas import asserting
from katana.gen.openapi._types import Types
from katana.gen.openapi._wire import spelled_kinds
from katana.gen.source import Doc, Group, Module, literal

_GENERATED = "katana.runtime.generated"
_SEPARATORS = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}
_NESTED = frozenset(("array", "object"))


@dataclass(frozen=True)
class FormMember:
    """What `katana.runtime.generated.Member` holds."""

    kinds: tuple[str, ...] = ()
    many: bool = False
    separator: str = ""
    json: bool = False
    members: dict[str, FormMember] = field(default_factory=dict)
    rest: FormMember | None = None
    item: FormMember | None = None

    def spell(self, name: str) -> Doc:
        """The constructor; `name` is how the class is written."""
        items: list[Doc] = [literal(self.kinds)] if self.kinds else []
        items += [f"{flag}=True" for flag in ("many", "json") if getattr(self, flag)]
        if self.separator:
            items.append(f"separator={literal(self.separator)}")
        if self.members:
            items.append(("members=", spell_members(self.members, name)))
        for key, one in (("rest", self.rest), ("item", self.item)):
            if one is not None:
                items.append((f"{key}=", one.spell(name)))
        return Group(f"{name}(", tuple(items), ")")


def spell_members(members: dict[str, FormMember], name: str) -> Doc:
    """The members of an object as a dictionary."""
    return Group("{", tuple((f"{literal(key)}: ", one.spell(name)) for key, one in members.items()), "}")


def form_members(form: ir.ObjectType, encodings: tuple[ir.Encoding, ...], types: Types) -> dict[str, FormMember]:
    """The members of a form by name."""
    by_name = {encoding.name: encoding for encoding in encodings}
    return {each.name: _member(each.type, by_name.get(each.name), types) for each in form.fields}


def form_rest(type_: ir.MapType, types: Types) -> FormMember:
    """How the members of a form without declared members are read; any value is text."""
    if isinstance(types.resolve(type_.values), ir.AnyType):
        return FormMember(("string",))
    return _member(type_.values, None, types)


def undecided(form: ir.ObjectType, encodings: tuple[ir.Encoding, ...], types: Types) -> list[str]:
    """The members whose style spells no objects, or no arrays of what they hold."""
    found = []
    for encoding in encodings:
        type_ = next((each.type for each in form.fields if each.name == encoding.name), None)
        if type_ is None or encoding.style in ("", "deepObject"):
            continue
        resolved = types.resolve(type_)
        inner = types.kinds(resolved.items if isinstance(resolved, ir.ArrayType) else resolved)
        if _NESTED.intersection(inner):
            found.append(f"the member `{encoding.name}` of the style `{encoding.style}`")
    return found


def _member(type_: ir.Type, encoding: ir.Encoding | None, types: Types) -> FormMember:
    resolved = types.resolve(type_)
    array = isinstance(resolved, ir.ArrayType)
    if is_file(type_, types):
        return FormMember(many=array)
    if encoding is not None and encoding.style == "deepObject":
        return _deep(type_, types, frozenset())
    if encoding is not None and encoding.media_types and all(_is_json(name) for name in encoding.media_types):
        return FormMember(json=True)
    inner = resolved.items if isinstance(resolved, ir.ArrayType) else resolved
    member = FormMember(spelled_kinds(inner, types), many=array, json=bool(_NESTED.intersection(types.kinds(inner))))
    if array and encoding is not None and encoding.style and not encoding.explode:
        return FormMember(member.kinds, many=True, separator=_SEPARATORS[encoding.style])
    return member


def _deep(type_: ir.Type, types: Types, outer: frozenset[str]) -> FormMember:
    """A value whose members stand in brackets, at any depth; below a type that contains itself there is only text."""
    resolved = types.resolve(type_)
    name = resolved.name if isinstance(resolved, ir.RefType) else ""
    if name in outer:
        return FormMember(("string",), rest=FormMember(("string",)))
    if name:
        resolved, outer = types.named[name].type, outer | {name}
    match resolved:
        case ir.ObjectType():
            members = {each.name: _deep(each.type, types, outer) for each in resolved.fields}
            return FormMember(members=members, rest=FormMember(("string",)))
        case ir.MapType():
            return FormMember(rest=_deep(resolved.values, types, outer))
        case ir.ArrayType():
            item = _deep(resolved.items, types, outer)
            return FormMember(item.kinds, many=True, item=item)
        case ir.UnionType():
            return _merged([_deep(variant, types, outer) for variant in resolved.variants])
    return FormMember(spelled_kinds(resolved, types))


def _merged(variants: list[FormMember]) -> FormMember:
    kinds = tuple(dict.fromkeys(kind for variant in variants for kind in variant.kinds))
    members = {name: one for variant in reversed(variants) for name, one in variant.members.items()}
    rest = next((variant.rest for variant in variants if variant.rest is not None), None)
    item = next((variant.item for variant in variants if variant.item is not None), None)
    many = any(variant.many for variant in variants) and not members and rest is None
    return FormMember(kinds, many=many, members=members, rest=rest, item=item if many else None)


def _is_json(media_type: str) -> bool:
    return media_type == "application/json" or media_type.endswith("+json")


def spell_parts(form: ir.ObjectType, encodings: tuple[ir.Encoding, ...], types: Types, module: Module) -> Doc:
    """What is said about parts beyond their values, as a dictionary; only of parts of which something is."""
    by_name = {encoding.name: encoding for encoding in encodings}
    rows: list[Doc] = []
    for each in form.fields:
        items = _part(each.type, by_name.get(each.name), types, module)
        if items:
            part = Group(f"{module.use(f'{_GENERATED}.multipart', 'Part')}(", items, ")")
            rows.append((f"{literal(each.name)}: ", part))
    return Group("{", tuple(rows), "}")


def _part(type_: ir.Type, encoding: ir.Encoding | None, types: Types, module: Module) -> tuple[Doc, ...]:
    items: list[Doc] = []
    if is_file(type_, types):
        items.append("file=True")
    if encoding is not None and encoding.media_types:
        items.append(f"media_types={literal(encoding.media_types)}")
    if is_file(type_, types):
        resolved = types.resolve(type_)
        one = types.resolve(resolved.items) if isinstance(resolved, ir.ArrayType) else resolved
        if isinstance(one, ir.StringType):
            items += [f"minimum={one.min_length}"] if one.min_length else []
            items += [f"maximum={one.max_length}"] if one.max_length is not None else []
    if encoding is not None and encoding.headers:
        headers = tuple(_header(header, types, module) for header in encoding.headers)
        items.append(("headers=", Group("(", headers, ")", lone=True)))
    return tuple(items)


def _header(header: ir.Header, types: Types, module: Module) -> Doc:
    items = [f"name={literal(header.name)}", f"schema={literal(json.dumps(asserting(header.schema)))}"]
    items.append(f"kinds={literal(spelled_kinds(header.type, types))}")
    items += ["many=True"] if isinstance(types.resolve(header.type), ir.ArrayType) else []
    items += ["required=True"] if header.required else []
    return Group(f"{module.use(f'{_GENERATED}.multipart', 'PartHeader')}(", tuple(items), ")")
