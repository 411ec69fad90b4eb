"""What the emitter has to know about types: which ones a decoder can be trusted with.

In: the named types of an `Api`. Out: answers, remembered by name. Never: text.

Rules, because msgspec decodes by shape and the JSON Schema decides:

1. A type is *exact* when what msgspec accepts for its annotation, after the generated checks, is a subset of what the
   schema accepts. Then the fast path is the typed decoder; otherwise the schema validates the plain document first.
2. A type is *loose* when it contains times or UUIDs, of which msgspec reads spellings that the formats exclude.
3. A union is *native* when msgspec can tell its variants apart by their JSON type; otherwise it gets a stand-in. One
   whose variants have a *tag* is exact nevertheless: the tag decides, and msgspec converts to the one variant.
4. A named type that is no object and refers to itself is *recursive*; msgspec cannot take it. Where it holds nothing
   but JSON's own values it is *plain*, and they pass as they are; otherwise it gets a stand-in.
"""

from collections.abc import Callable, Iterator

from msgspec import UNSET

from katana import ir
from katana.gen.openapi import _formats
from katana.gen.openapi._tags import Tags, tags_of

_BIG = 2**53
_INT64 = 2**63


class RawType(ir.AnyType, frozen=True, tag_field="kind", tag="raw"):
    """Any JSON value, of which only the text is kept."""


class Types:
    """The named types of an API and what is known about them."""

    def __init__(self, api: ir.Api) -> None:
        self.named = {each.name: each for each in api.types}
        self.forms = frozenset(_multipart_types(api))
        self._exact: dict[str, bool] = {}
        self._found: dict[tuple[str, Callable[[ir.Type], bool]], bool] = {}
        self._mentions: dict[str, tuple[str, ...]] = {}
        self._reachable: dict[str, tuple[str, ...]] = {}
        self._recursive: dict[str, bool] = {}

    def resolve(self, type_: ir.Type) -> ir.Type:
        """The type behind references; a reference to an object or to a recursive type stays."""
        seen: set[str] = set()
        while isinstance(type_, ir.RefType) and type_.name not in seen:
            seen.add(type_.name)
            if self.is_object(type_.name) or self.recursive(type_.name):
                return type_
            type_ = self.named[type_.name].type
        return type_

    def is_object(self, name: str) -> bool:
        """Whether the named type becomes a class."""
        return isinstance(self.named[name].type, ir.ObjectType)

    def reachable(self, type_: ir.Type) -> Iterator[str]:
        """The names that a type refers to, itself and below, each once, in order of first mention."""
        if not isinstance(type_, ir.RefType):
            return iter(self._reached(_mentioned(type_)))
        if type_.name not in self._reachable:
            self._reachable[type_.name] = self._reached((type_.name,))
        return iter(self._reachable[type_.name])

    def _reached(self, names: tuple[str, ...]) -> tuple[str, ...]:
        seen: dict[str, None] = {}
        waiting = list(reversed(names))
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen[name] = None
                if name not in self._mentions:
                    self._mentions[name] = _mentioned(self.named[name].type)
                waiting.extend(reversed(self._mentions[name]))
        return tuple(seen)

    def holds(self, type_: ir.Type, wanted: Callable[[ir.Type], bool]) -> bool:
        """Whether a type, or one below it, through references, is `wanted`, which says the same every time."""
        return any(map(wanted, nodes(type_))) or any(self._has(name, wanted) for name in self.reachable(type_))

    def _has(self, name: str, wanted: Callable[[ir.Type], bool]) -> bool:
        key = name, wanted
        if key not in self._found:
            self._found[key] = any(map(wanted, nodes(self.named[name].type)))
        return self._found[key]

    def recursive(self, name: str) -> bool:
        """Whether a named type that is no object contains itself without an object in between."""
        if name not in self._recursive:
            self._recursive[name] = not self.is_object(name) and self._returns(name)
        return self._recursive[name]

    def plain(self, name: str) -> bool:
        """Whether a named type holds nothing that would have to be converted: no classes, dates, bytes or decimals."""
        return not self.holds(self.named[name].type, _is_converted)

    def _returns(self, name: str) -> bool:
        seen: set[str] = set()
        waiting = children(self.named[name].type) or [self.named[name].type]
        while waiting:
            node = waiting.pop()
            if isinstance(node, ir.RefType):
                if node.name == name:
                    return True
                if node.name not in seen and not self.is_object(node.name):
                    seen.add(node.name)
                    waiting.append(self.named[node.name].type)
            elif not isinstance(node, ir.ObjectType):
                waiting += children(node)
        return False

    def exact(self, type_: ir.Type, checks: tuple[str, ...] = ()) -> bool:
        """Rule 1. `checks` are those of the schema that stands beside the type."""
        if checks or not self._exact_here(type_):
            return False
        for name in self.reachable(type_):
            if name not in self._exact:
                definition = self.named[name]
                self._exact[name] = not definition.checks and self._exact_here(definition.type)
            if not self._exact[name] or self.recursive(name):
                return False
        return True

    def _exact_here(self, type_: ir.Type) -> bool:
        """Rule 1 for one type down to the next references."""
        return all(self._exact_node(node) for node in nodes(type_))

    def _exact_node(self, node: ir.Type) -> bool:
        match node:
            case ir.IntegerType():
                step = node.multiple_of
                whole = step is None or (float(step).is_integer() and 0 < step < _INT64)
                return whole and all(abs(bound) < _INT64 for bound in bounds(node))
            case ir.NumberType(format="decimal"):
                return True
            case ir.NumberType():
                return node.multiple_of is None and all(abs(bound) < _BIG for bound in bounds(node))
            case ir.StringType():
                sized = node.min_length or node.max_length is not None or node.pattern is not None
                return not (sized and _formats.python_type(node.format))
            case ir.EnumType():
                return literal_values(node)
            case ir.ArrayType():
                return not node.unique_items or self.comparable(node.items)
            case ir.ObjectType():
                most = node.max_properties
                fits = most is None or (node.closed and len(node.fields) <= most)
                return fits and node.min_properties <= countable(node)
            case ir.UnionType():
                told_apart = self.native(node) and (node.mode != "one_of" or self._disjoint(node))
                return told_apart or self.tags(node) is not None
        return True

    def comparable(self, type_: ir.Type) -> bool:
        """Whether values that JSON Schema holds for equal are equal in Python, and can stand in a set."""
        resolved = self.resolve(type_)
        scalar = isinstance(resolved, ir.BooleanType | ir.IntegerType | ir.NumberType | ir.StringType)
        return scalar or (isinstance(resolved, ir.EnumType) and literal_values(resolved))

    def loose(self, type_: ir.Type) -> bool:
        """Rule 2."""
        return self.holds(type_, _is_loose)

    def decimal(self, type_: ir.Type) -> bool:
        """Whether the type contains decimals."""
        return self.holds(type_, is_decimal)

    def raw(self, type_: ir.Type) -> bool:
        """Whether the type contains texts of JSON values."""
        return self.holds(type_, _is_raw)

    def tags(self, union: ir.UnionType) -> Tags | None:
        """How a member tells the variants of a union apart, if one does; such a union is exact."""
        return tags_of(union, self.named)

    def native(self, union: ir.UnionType) -> bool:
        """Rule 3."""
        if _only(union) is not None:
            return True  # whatever stands for that variant alone stands beside null, too
        kinds = self.kinds(union)
        shapes = [kind for kind in kinds if kind != "null"]
        if "any" in kinds:
            return len(shapes) == 1
        if len(shapes) > 1 and any(is_decimal(leaf) for leaf in self._leaves(union)):
            return False  # to msgspec a decimal is a class of its own, which it takes beside null only
        if {"integer", "number"} <= set(shapes) and any(_bounded(leaf) for leaf in self._leaves(union)):
            return False  # msgspec would hold every integer to the bounds of the one variant
        return len(set(shapes)) == len(shapes)

    def kinds(self, type_: ir.Type) -> list[str]:
        """The JSON types of the values, one per variant of a union; text with a type of its own counts as a string."""
        if isinstance(type_, ir.UnionType):
            return [kind for variant in type_.variants for kind in self.kinds(variant)]
        if isinstance(type_, ir.RefType):
            if self.is_object(type_.name) or self.recursive(type_.name):
                return ["object" if self.is_object(type_.name) else "any"]
            return self.kinds(self.named[type_.name].type)
        if isinstance(type_, ir.EnumType):
            return list(dict.fromkeys(json_kind(value) for value in type_.values))
        return [_KINDS[type(type_)]]

    def _leaves(self, type_: ir.Type) -> list[ir.Type]:
        """The variants of a union, those of unions among them taken apart."""
        resolved = self.resolve(type_)
        if isinstance(resolved, ir.UnionType):
            return [leaf for variant in resolved.variants for leaf in self._leaves(variant)]
        return [resolved]

    def _disjoint(self, union: ir.UnionType) -> bool:
        only = _only(union)
        if only is not None:
            return not {"any", "null"} & set(self.kinds(only))
        kinds = self.kinds(union)
        return len(set(kinds)) == len(kinds) and "any" not in kinds and not {"integer", "number"} <= set(kinds)


def _multipart_types(api: ir.Api) -> Iterator[str]:
    """The names of the types of multipart bodies, whose binary members are files."""
    for operation in api.operations:
        for content in operation.body.contents if operation.body is not None else ():
            if content.media_type == "multipart/form-data" and isinstance(content.type, ir.RefType):
                yield content.type.name


_KINDS: dict[type, str] = {
    RawType: "any",
    ir.AnyType: "any",
    ir.NullType: "null",
    ir.BooleanType: "boolean",
    ir.IntegerType: "integer",
    ir.NumberType: "number",
    ir.StringType: "string",
    ir.ArrayType: "array",
    ir.MapType: "object",
    ir.ObjectType: "object",
}


def is_decimal(type_: ir.Type) -> bool:
    """Whether values of the type are `decimal.Decimal`."""
    return isinstance(type_, ir.NumberType) and type_.format == "decimal"


def _is_loose(type_: ir.Type) -> bool:
    return isinstance(type_, ir.StringType) and type_.format in _formats.LOOSE


def _is_raw(type_: ir.Type) -> bool:
    return isinstance(type_, RawType)


def _is_converted(type_: ir.Type) -> bool:
    if isinstance(type_, ir.StringType):
        return bool(_formats.python_type(type_.format))
    return isinstance(type_, ir.ObjectType | RawType) or is_decimal(type_)


def _only(union: ir.UnionType) -> ir.Type | None:
    """The variant of a union that has no other beside null."""
    others = [variant for variant in union.variants if not isinstance(variant, ir.NullType)]
    return others[0] if len(others) == 1 else None


def _bounded(type_: ir.Type) -> bool:
    """Whether a type takes some integers only."""
    if isinstance(type_, ir.EnumType):
        return any(isinstance(value, int) for value in type_.values)
    return isinstance(type_, ir.IntegerType) and (bool(bounds(type_) or type_.format) or type_.multiple_of is not None)


def json_kind(value: object) -> str:
    """The JSON type of a value."""
    if value is None:
        return "null"
    for kind, python in (("boolean", bool), ("integer", int), ("number", float), ("string", str), ("array", list)):
        if isinstance(value, python):
            return kind
    return "object"


def countable(type_: ir.ObjectType) -> int:
    """How many members are known to have been there when they are: one with a default may have been absent."""
    return sum(field.required or field.default is UNSET for field in type_.fields)


def literal_values(enum: ir.EnumType) -> bool:
    """Whether msgspec can take the enum as a `Literal`: strings, null, and integers of 64 bits."""
    return all(
        value is None or isinstance(value, str) or (type(value) is int and abs(value) < _INT64) for value in enum.values
    )


def bounds(type_: ir.IntegerType | ir.NumberType) -> list[int | float]:
    """The bounds that are set."""
    each = (type_.minimum, type_.maximum, type_.exclusive_minimum, type_.exclusive_maximum)
    return [bound for bound in each if bound is not None]


def children(type_: ir.Type) -> list[ir.Type]:
    """The types directly inside a type; none for a reference."""
    match type_:
        case ir.ArrayType():
            return [type_.items]
        case ir.MapType():
            return [type_.values]
        case ir.ObjectType():
            return [field.type for field in type_.fields]
        case ir.UnionType():
            return list(type_.variants)
    return []


def _mentioned(type_: ir.Type) -> tuple[str, ...]:
    """The names that a type refers to directly."""
    return tuple(node.name for node in nodes(type_) if isinstance(node, ir.RefType))


def nodes(type_: ir.Type) -> Iterator[ir.Type]:
    """A type and all below it, not through references."""
    waiting = [type_]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(children(node)))
