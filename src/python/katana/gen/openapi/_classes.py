"""Types as the classes of their values, for `isinstance`.

In: IR types. Out: names of classes, imported where they are used. Never: what is inside a list or a dict.
"""

from __future__ import annotations

from katana import ir
from katana.gen.openapi._annotations import Annotations
from katana.gen.openapi._types import Types
from katana.gen.source import Chain, Doc, flat

_PYTHON: dict[type, str] = {str: "str", int: "int", bool: "bool", float: "float", type(None): "None"}


class Classes:
    """Spells classes in one module."""

    def __init__(self, types: Types, spell_type: Annotations) -> None:
        self._types = types
        self._spell = spell_type

    def of(self, type_: ir.Type) -> list[str] | None:
        """The classes of the values of a type; None when it may be anything."""
        type_ = self._types.resolve(type_)
        match type_:
            case ir.AnyType():
                return None
            case ir.UnionType():
                each = [self.of(variant) for variant in type_.variants]
                if any(classes is None for classes in each):
                    return None
                return list(dict.fromkeys(name for classes in each for name in classes or ()))
            case ir.EnumType():
                names = [_PYTHON.get(type(value)) for value in type_.values]
                return None if None in names else list(dict.fromkeys(name for name in names if name))
            case ir.ArrayType():
                return ["list"]
            case ir.MapType() | ir.ObjectType():
                return ["dict"]
            case ir.NumberType() if type_.format != "decimal":
                return ["float", "int"]
            case ir.RefType():
                return None if self._types.recursive(type_.name) else [flat(self._spell.named(type_.name))]
        return [flat(self._spell.of(type_))]

    def expression(self, type_: ir.Type) -> Doc:
        """What `isinstance` takes: a class, a union, `object` for any value; `None` when that is the only value."""
        classes = self.of(type_)
        if classes is None:
            return "object"
        return Chain("|", tuple(classes)) if len(classes) > 1 else classes[0]
