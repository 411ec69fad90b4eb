"""Checks on decoded values for what msgspec cannot say: formats, patterns, the least number of members.

In: exact types (see `_types.py`). Out: expressions that are true for valid values, and functions for named types. Never:
a check on types that are validated by their schema anyway.
"""

from msgspec import UNSET

from katana import ir
from katana.gen.openapi import _formats
from katana.gen.openapi._annotations import Annotations
from katana.gen.openapi._names import Names, snake
from katana.gen.openapi._types import Types, nodes
from katana.gen.source import Chain, Doc, Group, Module, flat, identifier


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
        self._pending: list[tuple[str, str, ir.Type, Doc]] = []

    def needed(self, type_: ir.Type) -> bool:
        """Whether values of the type have to be checked after decoding."""
        if any(_needed_node(node) for node in nodes(type_)):
            return True
        return any(
            any(_needed_node(node) for node in nodes(self._types.named[name].type))
            for name in self._types.reachable(type_)
        )

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

    def emit(self, module: Module) -> None:
        """Writes the functions that were asked for, and those that they ask for."""
        written = 0
        while written < len(self._pending):
            function, name, type_, annotation = self._pending[written]
            written += 1
            module.space()
            with module.block(Group(f"def {function}(", (("value: ", annotation),), ") -> bool:")):
                module.docstring(f"What decoding cannot check of `{name}`.")
                terms = self._terms(type_, "value")
                module.line(("return ", terms[0] if len(terms) == 1 else Chain("and", tuple(terms))))

    def expression(self, type_: ir.Type, value: str) -> Doc | None:
        """A boolean expression over the text `value`; None when there is nothing to check."""
        terms = self._terms(type_, value) if self.needed(type_) else []
        if not terms:
            return None
        return terms[0] if len(terms) == 1 else Chain("and", tuple(terms))

    def _terms(self, type_: ir.Type, value: str) -> list[Doc]:
        if not self.needed(type_):
            return []
        match type_:
            case ir.StringType():
                return self._string(type_, value)
            case ir.RefType():
                return [f"{self.named(type_.name)}({value})"]
            case ir.ArrayType():
                return self._all(type_.items, value)
            case ir.MapType():
                return self._all(type_.values, f"{value}.values()")
            case ir.UnionType():
                return self._union(type_, value)
            case ir.ObjectType():
                return self._object(type_, value)
        return []

    def _string(self, type_: ir.StringType, value: str) -> list[Doc]:
        terms: list[Doc] = []
        if predicate := _formats.PREDICATES.get(type_.format):
            terms.append(f"{self._spell.name('katana.runtime.generated.formats', predicate)}({value})")
        if type_.pattern is not None:
            terms.append(f"{self.pattern(type_.pattern)}.matches({value})")
        return terms

    def _all(self, items: ir.Type, values: str) -> list[Doc]:
        term = self.expression(items, "item")
        return [] if term is None else [f"all({flat(term)} for item in {values})"]

    def _union(self, union: ir.UnionType, value: str) -> list[Doc]:
        """`value is None or ...` for the common case, else one implication for each variant that has a check."""
        others = [variant for variant in union.variants if not isinstance(variant, ir.NullType)]
        if len(others) == 1:
            term = self.expression(others[0], value)
            guarded = f"({value} is None or {_inner(term)})"
            return [] if term is None else [guarded if len(others) < len(union.variants) else term]
        terms: list[Doc] = []
        for variant in others:
            term = self.expression(variant, value)
            if term is not None:
                terms.append(f"(not isinstance({value}, {self._atom(variant)}) or {_inner(term)})")
        return terms

    def _atom(self, variant: ir.Type) -> str:
        resolved = self._types.resolve(variant)
        if isinstance(resolved, ir.RefType):
            return flat(self._spell.named(resolved.name))
        return {"string": "str", "array": "list", "object": "dict"}[self._types.kinds(resolved)[0]]

    def _object(self, type_: ir.ObjectType, value: str) -> list[Doc]:
        terms: list[Doc] = []
        if needs_count(type_):
            terms.append(self._count(type_, value))
        for field in type_.fields:
            name = f"{value}.{identifier(field.py_name)}"
            term = self.expression(field.type, name)
            if term is not None:
                optional = not field.required and field.default is UNSET
                terms.append(f"({name} is {self._unset()} or {_inner(term)})" if optional else term)
        return terms

    def _count(self, type_: ir.ObjectType, value: str) -> Doc:
        """At least so many members. One that has a default may have been absent, so it does not count."""
        required = sum(field.required for field in type_.fields)
        optional = [field for field in type_.fields if not field.required and field.default is UNSET]
        present = tuple(f"{value}.{identifier(field.py_name)} is not {self._unset()}" for field in optional)
        missing = type_.min_properties - required
        if missing == 1 and present:
            return Group("(", (Chain("or", present),), ")", comma=False) if len(present) > 1 else present[0]
        return (Group("sum((", present, "))"), f" >= {missing}")

    def _unset(self) -> str:
        return self._spell.name("msgspec", "UNSET")


def needs_count(type_: ir.ObjectType) -> bool:
    """Whether the required members alone do not make up the least number of members."""
    return type_.min_properties > sum(field.required for field in type_.fields)


def _needed_node(node: ir.Type) -> bool:
    if isinstance(node, ir.StringType):
        return node.pattern is not None or node.format in _formats.PREDICATES
    return isinstance(node, ir.ObjectType) and needs_count(node)


def _inner(term: Doc | None) -> str:
    """A conjunction needs no parentheses after `or`, but a reader is glad of them."""
    if term is None:
        return ""
    return f"({flat(term)})" if isinstance(term, Chain) else flat(term)
