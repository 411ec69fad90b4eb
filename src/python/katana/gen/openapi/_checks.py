"""Checks on decoded values for what msgspec cannot say: formats, patterns, distinct items, the least number of members.

In: exact types (see `_types.py`). Out: functions that are true for valid values. Never: a check on types that are
validated by their schema anyway.
"""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import UNSET

from katana import ir
from katana.gen.openapi import _formats
from katana.gen.openapi._annotations import Annotations
from katana.gen.openapi._bounds import decimal_limits
from katana.gen.openapi._names import Names, snake
from katana.gen.openapi._types import Types, is_decimal
from katana.gen.source import Chain, Doc, Group, Module, flat, identifier


@dataclass(frozen=True)
class _Guard:
    """A condition and its opposite."""

    holds: str
    fails: str


@dataclass(frozen=True)
class _Term:
    """One check: where all guards hold, the test must."""

    guards: tuple[_Guard, ...]
    test: str
    opposite: str = ""

    def assertion(self) -> Doc:
        """True for valid values."""
        parts = (*(guard.fails for guard in self.guards), self.test)
        return parts[0] if len(parts) == 1 else Chain("or", parts)

    def refutation(self) -> Doc:
        """True for invalid values."""
        parts = (*(guard.holds for guard in self.guards), self.opposite or f"not {self.test}")
        return parts[0] if len(parts) == 1 else Chain("and", parts)


class Checks:
    """Writes `valid_...` functions into a module, each when it is first needed.

    Args:
        types: the named types.
        spell_type: annotations for the module that gets the functions.
        names: the names taken there.
    """

    def __init__(self, types: Types, spell_type: Annotations, names: Names) -> None:
        self._types = types
        self._spell = spell_type
        self._names = names
        self._functions: dict[str, str] = {}
        self.patterns: dict[str, str] = {}
        self.limits: dict[tuple[str, ...], str] = {}
        self._pending: list[tuple[str, str, ir.Type, Doc]] = []

    def needed(self, type_: ir.Type) -> bool:
        """Whether values of the type have to be checked after decoding."""
        return self._types.holds(type_, _needed_node)

    def named(self, name: str) -> str:
        """The function that checks a named type; `emit` writes it."""
        if name not in self._functions:
            self._functions[name] = self._names.new(f"valid_{snake(name)}")
            self._pending.append((self._functions[name], name, self._types.named[name].type, self._spell.named(name)))
        return self._functions[name]

    def function(self, type_: ir.Type, wanted: str) -> str:
        """The function that checks a type; one without a name of its own is called after `wanted`."""
        if isinstance(type_, ir.RefType):
            return self.named(type_.name)
        function = self._names.new(f"valid_{wanted}")
        self._pending.append((function, wanted, type_, self._spell.of(type_)))
        return function

    def pattern(self, expression: str) -> str:
        """The constant of a pattern."""
        if expression not in self.patterns:
            self.patterns[expression] = self._names.new(f"PATTERN_{len(self.patterns) + 1}")
        return self.patterns[expression]

    def _limit(self, type_: ir.NumberType) -> str:
        """The constant of the limits of a decimal."""
        arguments = decimal_limits(type_)
        if arguments not in self.limits:
            self.limits[arguments] = self._names.new(f"LIMITS_{len(self.limits) + 1}")
        return self.limits[arguments]

    def emit(self, module: Module) -> None:
        """Writes the functions that were asked for, and those that they ask for."""
        written = 0
        while written < len(self._pending):
            function, name, type_, annotation = self._pending[written]
            written += 1
            module.space()
            with module.block(Group(f"def {function}(", (("value: ", annotation),), ") -> bool:")):
                module.docstring(f"What decoding cannot check of `{name}`.")
                *terms, last = self._terms(type_, "value", ())
                for term in terms:
                    with module.block(("if ", term.refutation(), ":")):
                        module.line("return False")
                module.line(("return ", last.assertion()))

    def _terms(self, type_: ir.Type, value: str, guards: tuple[_Guard, ...]) -> list[_Term]:
        """What has to hold for `value`, an expression that is evaluated only where the guards hold."""
        if not self.needed(type_):
            return []
        match type_:
            case ir.StringType():
                return [_Term(guards, test) for test in self._string(type_, value)]
            case ir.NumberType():
                return [_Term(guards, f"{self._limit(type_)}.hold({value})")]
            case ir.RefType():
                target = self._types.named[type_.name].type
                if isinstance(target, ir.StringType):  # a call of a function that makes one call says less
                    return self._terms(target, value, guards)
                return [_Term(guards, f"{self.named(type_.name)}({value})")]
            case ir.ArrayType():
                each = self._all(type_.items, value, guards) if self.needed(type_.items) else []
                return [*self._distinct(type_, value, guards), *each]
            case ir.MapType():
                return self._all(type_.values, f"{value}.values()", guards)
            case ir.UnionType():
                return self._union(type_, value, guards)
            case ir.ObjectType():
                return self._object(type_, value)
        return []

    def _string(self, type_: ir.StringType, value: str) -> list[str]:
        tests: list[str] = []
        if predicate := _formats.PREDICATES.get(type_.format):
            tests.append(f"{self._spell.name('katana.runtime.generated.formats', predicate)}({value})")
        if type_.pattern is not None:
            tests.append(f"{self.pattern(type_.pattern)}.matches({value})")
        return tests

    def _distinct(self, type_: ir.ArrayType, value: str, guards: tuple[_Guard, ...]) -> list[_Term]:
        if not type_.unique_items:
            return []
        different = f"{self._spell.builtin('len')}({self._spell.builtin('set')}({value}))"
        length = f"{self._spell.builtin('len')}({value})"
        return [_Term(guards, f"{different} == {length}", f"{different} != {length}")]

    def _all(self, items: ir.Type, values: str, guards: tuple[_Guard, ...]) -> list[_Term]:
        tests = [flat(term.assertion()) for term in self._terms(items, "item", ())]
        inner = " and ".join(f"({test})" if " or " in test and len(tests) > 1 else test for test in tests)
        return [_Term(guards, f"all({inner} for item in {values})")]

    def _union(self, union: ir.UnionType, value: str, guards: tuple[_Guard, ...]) -> list[_Term]:
        """The checks of each variant, guarded by its class; for a nullable type by `is not None`."""
        others = [variant for variant in union.variants if not isinstance(variant, ir.NullType)]
        if len(others) == 1:
            nullable = len(others) < len(union.variants)
            guard = (_Guard(f"{value} is not None", f"{value} is None"),) if nullable else ()
            return self._terms(others[0], value, (*guards, *guard))
        terms: list[_Term] = []
        for variant in others:
            if self.needed(variant):
                test = f"isinstance({value}, {self._class(variant)})"
                terms += self._terms(variant, value, (*guards, _Guard(test, f"not {test}")))
        return terms

    def _class(self, variant: ir.Type) -> str:
        resolved = self._types.resolve(variant)
        if isinstance(resolved, ir.RefType):
            return flat(self._spell.named(resolved.name))
        return {"string": "str", "array": "list", "object": "dict"}[self._types.kinds(resolved)[0]]

    def _object(self, type_: ir.ObjectType, value: str) -> list[_Term]:
        terms = [self._count(type_, value)] if needs_count(type_) else []
        for field in type_.fields:
            name = f"{value}.{identifier(field.py_name)}"
            if not self.needed(field.type):
                continue
            guards: tuple[_Guard, ...] = ()
            if not field.required and field.default is UNSET:
                guards = (_Guard(f"{name} is not {self._unset()}", f"{name} is {self._unset()}"),)
            terms += self._terms(field.type, name, guards)
        return terms

    def _count(self, type_: ir.ObjectType, value: str) -> _Term:
        """At least so many members. One that has a default may have been absent, so it does not count."""
        optional = [field for field in type_.fields if not field.required and field.default is UNSET]
        missing = type_.min_properties - sum(field.required for field in type_.fields)
        names = [f"{value}.{identifier(field.py_name)}" for field in optional]
        if missing == 1 and names:
            guards = tuple(_Guard(f"{n} is {self._unset()}", f"{n} is not {self._unset()}") for n in names[:-1])
            return _Term(guards, f"{names[-1]} is not {self._unset()}", f"{names[-1]} is {self._unset()}")
        present = ", ".join(f"{name} is not {self._unset()}" for name in names)
        return _Term((), f"sum(({present},)) >= {missing}", f"sum(({present},)) < {missing}")

    def _unset(self) -> str:
        return self._spell.name("msgspec", "UNSET")


def needs_count(type_: ir.ObjectType) -> bool:
    """Whether the required members alone do not make up the least number of members."""
    return type_.min_properties > sum(field.required for field in type_.fields)


def _needed_node(node: ir.Type) -> bool:
    if isinstance(node, ir.StringType):
        return node.pattern is not None or node.format in _formats.PREDICATES
    if isinstance(node, ir.NumberType):
        return is_decimal(node) and bool(decimal_limits(node))
    if isinstance(node, ir.ArrayType):
        return node.unique_items
    return isinstance(node, ir.ObjectType) and needs_count(node)
