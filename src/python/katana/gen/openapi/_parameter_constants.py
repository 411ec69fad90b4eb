"""Constants of `routes.py` that parameters are read with: the texts of closed sets, and patterns.

In: the arguments of all operations. Out: lines, and the name of each constant. Never: sets of which two values are
spelled alike, or of values that are no scalars.
"""

from __future__ import annotations

from katana import ir
from katana.gen.openapi._annotations import Annotations
from katana.gen.openapi._decoders import Decoders
from katana.gen.openapi._names import Names, constant
from katana.gen.openapi._plan import Argument, Plan
from katana.gen.openapi._types import Types
from katana.gen.source import Doc, Group, Module, flat, literal


class ParameterConstants:
    """Names and prints the constants."""

    def __init__(self, plan: Plan, module: Module, spell_type: Annotations) -> None:
        self._plan = plan
        self._module = module
        self._spell = spell_type
        self._names = Names()
        self._by_key: dict[str, str] = {}

    def emit(self) -> None:
        """The constants that some decoder needs."""
        for method in self._plan.methods:
            for argument in method.arguments:
                for type_ in self._needed(argument):
                    if not self._by_key:
                        self._module.space()
                    if self._key(type_) not in self._by_key:
                        own = f"{method.operation.name}_{argument.name}"
                        wanted = type_.name if isinstance(type_, ir.RefType) else own
                        self._by_key[self._key(type_)] = self._line(type_, constant(wanted))

    def _needed(self, argument: Argument) -> list[ir.Type]:
        """The types whose constants the decoder of an argument asks for."""
        needed: list[ir.Type] = []

        def ask(type_: ir.Type) -> str | None:
            if not self._key(type_):
                return None
            needed.append(type_)
            return "constant"

        decoders = Decoders(self._plan.types, constants=ask)
        found = decoders.array(argument, 0) or decoders.of(argument, "text")
        return [] if found is None else needed

    def name_of(self, type_: ir.Type) -> str | None:
        """The constant for a type; None when it has none."""
        return self._by_key.get(self._key(type_))

    def _line(self, type_: ir.Type, wanted: str) -> str:
        """Prints the constant for a type; returns its name."""
        final = self._module.use("typing", "Final")
        resolved = self._plan.types.resolve(type_)
        if isinstance(resolved, ir.StringType):
            name = self._names.new(f"_PATTERN_OF_{wanted}")
            pattern = self._module.use("katana.runtime.generated", "Pattern")
            made: Doc = Group(f"{final} = {pattern}(", (literal(resolved.pattern),), ")")
        else:
            name = self._names.new(f"_TEXTS_OF_{wanted}")
            texts = _spelled(type_, self._plan.types) or {}
            rows = tuple(f"{literal(text)}: {literal(value)}" for text, value in texts.items())
            made = Group(f"{final}[dict[str, {flat(self._spell.of(type_))}]] = {{", rows, "}")
        self._module.line((f"{name}: ", made))
        return name

    def _key(self, type_: ir.Type) -> str:
        """The same for types that share a constant; empty for one that has none."""
        resolved = self._plan.types.resolve(type_)
        if isinstance(resolved, ir.StringType) and resolved.pattern is not None:
            return f"pattern {resolved.pattern}"
        if not isinstance(resolved, ir.EnumType) or _spelled(type_, self._plan.types) is None:
            return ""
        return f"set {type_.name if isinstance(type_, ir.RefType) else resolved.values}"


def text_of(value: ir.Json) -> str:
    """How a parameter spells a value of a closed set."""
    return value if isinstance(value, str) else "null" if value is None else str(value)


def _spelled(type_: ir.Type, types: Types) -> dict[str, ir.Json] | None:
    """The values of a closed set by their texts; None when the texts do not tell."""
    resolved = types.resolve(type_)
    if not isinstance(resolved, ir.EnumType) or not types.exact(type_):
        return None
    texts = {text_of(value): value for value in resolved.values}
    return texts if len(texts) == len(resolved.values) else None
