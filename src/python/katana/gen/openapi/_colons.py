"""How many colons a document of a type has: what tells, nearly for free, that no member of it stands twice.

In: a type. Out: a number, and an expression over the decoded value. Never: too many: what cannot be told counts none.

Every member of a document brings a colon, every time of day two more, and a decoder keeps one member of each name. So a
document that has no more colons than the decoded value stands for has each of its members once. (An escape could hide
the colons of a time; a shape with times refuses those.) The number is what every document of the type has; the
expression adds those that may be absent.
"""

from __future__ import annotations

from msgspec import UNSET

from katana import ir
from katana.gen.openapi import _formats
from katana.gen.openapi._forms import object_type
from katana.gen.openapi._types import Types
from katana.gen.source import identifier, literal

_MOST_TERMS = 12
"""Beyond so many, the search for repeated members is as fast."""

_DEPTH = 6
"""Objects below count nothing: they may go on for ever, or fan out."""


class Colons:
    """Counts, once for each type and depth."""

    def __init__(self, types: Types) -> None:
        self._types = types
        self._known: dict[tuple[str, int], int] = {}

    def least(self, type_: ir.Type) -> int:
        """How many colons a JSON document of the type has at least."""
        return self._least(self._types.resolve(type_), _DEPTH)

    def terms(self, type_: ir.Type, value: str) -> tuple[str, ...]:
        """The sum of how many colons the document of `value` has at least; empty when only the number is known."""
        resolved = self._types.resolve(type_)
        terms = self._terms(resolved, value, _DEPTH)
        if not terms or len(terms) > _MOST_TERMS:
            return ()
        least = self._least(resolved, _DEPTH)
        return (*([str(least)] if least else []), *terms)

    def _least(self, type_: ir.Type, depth: int) -> int:
        if isinstance(type_, ir.StringType) and type_.format in ("date-time", "time"):
            return 2
        if not isinstance(type_, ir.RefType) or not self._types.is_object(type_.name) or depth == 0:
            return 0
        key = type_.name, depth
        if key not in self._known:
            fields = [field for field in object_type(type_, self._types).fields if field.required]
            self._known[key] = sum(1 + self._least(self._types.resolve(field.type), depth - 1) for field in fields)
        return self._known[key]

    def _terms(self, type_: ir.Type, value: str, depth: int) -> list[str]:
        """What comes to the least number; enough of them when there are too many."""
        match type_:
            case ir.ArrayType():
                each = self._least(self._types.resolve(type_.items), depth)
                return [_times(each, value)] if each else []
            case ir.MapType():
                return [_times(1 + self._least(self._types.resolve(type_.values), depth), value)]
            case ir.RefType() if self._types.is_object(type_.name) and depth:
                return self._of_object(type_, value, depth)
        return []

    def _of_object(self, type_: ir.RefType, value: str, depth: int) -> list[str]:
        terms = list[str]()
        for field in object_type(type_, self._types).fields:
            resolved, attribute = self._types.resolve(field.type), f"{value}.{identifier(field.py_name)}"
            if field.required:
                terms += self._terms(resolved, attribute, depth - 1)
            elif present := self._present(field, resolved):
                each = 1 + self._least(resolved, depth - 1)
                terms.append(f"{f'{each} * ' if each > 1 else ''}({attribute} {present})")
            if len(terms) > _MOST_TERMS:
                break
        return terms

    def _present(self, field: ir.Field, type_: ir.Type) -> str:
        """The comparison that tells that a member was there; empty when none can.

        One with a default was there when it differs from that; a default may have another type in the class.
        """
        default = field.default
        if default is UNSET:
            return "is not UNSET"
        if default is None:
            return "is not None"
        if isinstance(default, bool):
            return f"is not {default}"
        plain = isinstance(type_, ir.StringType) and not _formats.python_type(type_.format)
        same = isinstance(default, int) or (isinstance(default, str) and (plain or isinstance(type_, ir.EnumType)))
        return f"!= {literal(default)}" if same else ""


def _times(each: int, value: str) -> str:
    return f"len({value})" if each == 1 else f"{each} * len({value})"
