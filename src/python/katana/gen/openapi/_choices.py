"""Constants of `routes.py` that map the texts of a closed set to its values.

In: the arguments of all operations. Out: lines, and the name of each constant. Never: sets of which two values are
spelled alike, or of values that are no scalars.
"""

from __future__ import annotations

from katana import ir
from katana.gen.openapi._annotations import Annotations
from katana.gen.openapi._names import Names, constant
from katana.gen.openapi._plan import Argument, Plan
from katana.gen.openapi._types import Types
from katana.gen.source import Group, Module, flat, literal


class Choices:
    """Names and prints the constants."""

    def __init__(self, plan: Plan, module: Module, spell_type: Annotations) -> None:
        self._plan = plan
        self._module = module
        self._spell = spell_type
        self._names = Names()
        self._by_type: dict[str, str] = {}

    def emit(self) -> None:
        """The constants that some parameter needs."""
        arguments = [(m.operation.name, argument) for m in self._plan.methods for argument in m.arguments]
        for operation, argument in arguments:
            type_ = _set_of(argument, self._plan.types)
            texts = None if type_ is None else spelled(type_, self._plan.types)
            if type_ is not None and texts is not None and self._key(type_) not in self._by_type:
                if not self._by_type:
                    self._module.space()
                wanted = type_.name if isinstance(type_, ir.RefType) else f"{operation}_{argument.name}"
                self._line(type_, self._names.new(f"_TEXTS_OF_{constant(wanted)}"), texts)

    def name_of(self, type_: ir.Type) -> str | None:
        """The constant for a type; None when it has none."""
        return self._by_type.get(self._key(type_))

    def _line(self, type_: ir.Type, name: str, texts: dict[str, ir.Json]) -> None:
        self._by_type[self._key(type_)] = name
        final = self._module.use("typing", "Final")
        rows = tuple(f"{literal(text)}: {literal(value)}" for text, value in texts.items())
        table = Group(f"{final}[dict[str, {flat(self._spell.of(type_))}]] = {{", rows, "}")
        self._module.line((f"{name}: ", table))

    def _key(self, type_: ir.Type) -> str:
        return flat(self._spell.of(type_)) if isinstance(self._plan.types.resolve(type_), ir.EnumType) else ""


def spelled(type_: ir.Type, types: Types) -> dict[str, ir.Json] | None:
    """The values of a closed set by their texts; None when the texts do not tell."""
    resolved = types.resolve(type_)
    if not isinstance(resolved, ir.EnumType) or not types.exact(type_):
        return None
    texts = {text_of(value): value for value in resolved.values}
    return texts if len(texts) == len(resolved.values) else None


def text_of(value: ir.Json) -> str:
    """How a parameter spells a value of a closed set."""
    return value if isinstance(value, str) else "null" if value is None else str(value)


def _set_of(argument: Argument, types: Types) -> ir.Type | None:
    """The type of a parameter, or of its items, that may be a closed set."""
    parameter = argument.parameter
    if parameter.media_type or parameter.checks or parameter.allow_empty:
        return None
    resolved = types.resolve(parameter.type)
    return resolved.items if isinstance(resolved, ir.ArrayType) else parameter.type
