"""Types as Python annotations.

In: IR types, the module that is being written, the names that its scope shadows. Out: `Doc`. Never: definitions.

There are two spellings: *plain* for signatures, where only the type matters, and *constrained* for what msgspec
decodes, with bounds in `Annotated` and stand-ins for unions that it cannot tell apart.
"""

from dataclasses import dataclass, field, replace

from katana import ir
from katana.gen.openapi import _formats
from katana.gen.openapi._bounds import integer_bounds, integer_limits, number_limits
from katana.gen.openapi._stand_ins import StandIns
from katana.gen.openapi._types import RawType, Types, json_kind, literal_values
from katana.gen.source import Chain, Doc, Group, Module, identifier, literal

_INTEGERS = {"int32": "Int32", "int64": "Int64"}
"""Types of `katana.runtime.generated` by format; any other format of an integer says nothing."""

_MAX_LENGTH = 2**63 - 1


@dataclass(frozen=True)
class Annotations:
    """Spells types in one module.

    Args:
        types: the named types.
        stand_ins: names of unions that msgspec cannot tell apart.
        module: gets the imports.
        dto: the dotted name of the module of named types; None inside that module.
        constrained: which spelling.
        limits: whether the constrained spelling has bounds; values that a schema has accepted need none.
        files: binary text is a file of a form.
        avoid: names that mean something else where the annotation stands (fields of the class around it).
    """

    types: Types
    stand_ins: StandIns
    module: Module
    dto: str | None
    constrained: bool = True
    limits: bool = True
    files: bool = False
    avoid: frozenset[str] = field(default_factory=frozenset)

    def avoiding(self, names: frozenset[str]) -> "Annotations":
        """The same for a scope in which `names` are taken."""
        return replace(self, avoid=names)

    def name(self, module: str, name: str) -> str:
        """Imports a name, under an alias where it is shadowed."""
        return self.module.use(module, name, self.avoid)

    def builtin(self, name: str) -> str:
        """A built-in type."""
        return self.name("builtins", name) if name in self.avoid or self.module.defines(name) else name

    def named(self, name: str) -> str:
        """A named type."""
        return identifier(name) if self.dto is None else self.name(self.dto, identifier(name))

    def _generated(self, name: str) -> str:
        return self.name("katana.runtime.generated", name)

    def optional(self, type_: ir.Type, otherwise: str) -> Doc:
        """`T | otherwise`, where `otherwise` is `None` or `UnsetType`; None is not added twice."""
        if otherwise == "None" and "null" in self.types.kinds(type_):
            return self.of(type_)
        return union((self.of(type_), otherwise))

    def of(self, type_: ir.Type) -> Doc:
        """The annotation of a type."""
        match type_:
            case ir.AnyType() | ir.NullType() | ir.BooleanType():
                return self._simple(type_)
            case ir.IntegerType():
                return self._integer(type_)
            case ir.NumberType(format="decimal"):
                return self._generated("ExactDecimal") if self.constrained else self.name("decimal", "Decimal")
            case ir.NumberType():
                return self._annotated(self.builtin("float"), number_limits(type_))
            case ir.StringType():
                return self._string(type_)
            case ir.EnumType():
                return self._enum(type_)
            case ir.ArrayType():
                inner = Group(f"{self.builtin('list')}[", (self.of(type_.items),), "]", comma=False)
                return self._annotated(inner, _sizes(type_.min_items, type_.max_items))
            case ir.MapType() | ir.ObjectType():
                return self._map(type_)
            case ir.UnionType():
                return self._union_type(type_)
        return self.named(type_.name)

    def _simple(self, type_: ir.AnyType | ir.NullType | ir.BooleanType) -> str:
        if isinstance(type_, RawType):
            return self.name("msgspec", "Raw")
        if isinstance(type_, ir.AnyType):
            return self.name("typing", "Any")
        return "None" if isinstance(type_, ir.NullType) else self.builtin("bool")

    def _integer(self, type_: ir.IntegerType) -> Doc:
        named = _INTEGERS.get(type_.format)
        whole = integer_bounds(type_) == integer_bounds(ir.IntegerType(format=type_.format))
        if named and self.constrained and self.limits and whole and type_.multiple_of is None:
            return self._generated(named)
        limits = integer_limits(type_, self._generated) if self.constrained and self.limits else []
        return self._annotated(self.builtin("int"), limits)

    def _string(self, type_: ir.StringType) -> Doc:
        if self.files and type_.format == "binary":
            return self.name("katana.runtime", "Upload")
        special = _formats.python_type(type_.format)
        if special is None:
            return self._annotated(self.builtin("str"), _sizes(type_.min_length, type_.max_length))
        module, name = special
        spelled = self.builtin(name) if module == "builtins" else self.name(module, name)
        return self._annotated(spelled, ["tz=True"] if type_.format in ("date-time", "time") else [])

    def _enum(self, type_: ir.EnumType) -> Doc:
        if literal_values(type_):
            values = tuple(literal(value) for value in type_.values)
            return Group(f"{self.name('typing', 'Literal')}[", values, "]", comma=len(values) > 1)
        python = {"boolean": "bool", "integer": "int", "number": "float", "string": "str"}
        kinds = dict.fromkeys(json_kind(value) for value in type_.values)
        if not kinds.keys() <= {*python, "null"}:
            return self.name("typing", "Any")
        return union(tuple("None" if kind == "null" else self.builtin(python[kind]) for kind in kinds))

    def _map(self, type_: ir.MapType | ir.ObjectType) -> Doc:
        values = self.of(type_.values) if isinstance(type_, ir.MapType) else self.name("typing", "Any")
        inner = Group(f"{self.builtin('dict')}[", (self.builtin("str"), values), "]")
        return self._annotated(inner, _sizes(type_.min_properties, type_.max_properties))

    def _union_type(self, type_: ir.UnionType) -> Doc:
        if self.constrained and not self.types.native(type_):
            return self.named(self.stand_ins.name_of(type_))
        return union(tuple(self.of(variant) for variant in type_.variants))

    def _annotated(self, inner: Doc, limits: list[str]) -> Doc:
        if not limits or not self.constrained or not self.limits:
            return inner
        meta = Group(f"{self.name('msgspec', 'Meta')}(", tuple(limits), ")")
        return Group(f"{self.name('typing', 'Annotated')}[", (inner, meta), "]")


def _sizes(low: int, high: int | None) -> list[str]:
    """The arguments of `Meta`, which takes lengths of 63 bits; no text is longer."""
    limits = [f"min_length={min(low, _MAX_LENGTH)}"] if low else []
    return limits if high is None or high > _MAX_LENGTH else [*limits, f"max_length={high}"]


def union(operands: tuple[Doc, ...]) -> Doc:
    """`A | B`, flattened, each once, None last."""
    flat_operands: list[Doc] = []
    for operand in operands:
        for each in operand.operands if isinstance(operand, Chain) else (operand,):
            if each not in flat_operands:
                flat_operands.append(each)
    ordered = [o for o in flat_operands if o != "None"] + [o for o in flat_operands if o == "None"]
    return ordered[0] if len(ordered) == 1 else Chain("|", tuple(ordered))
