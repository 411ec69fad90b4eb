"""`validators.py`: schemas, shapes and input tables.

In: a `Plan`. Out: the module's text, and for `routes.py` the names of what stands in it. Never: schemas that no request
reaches.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

from katana import ir
from katana.gen.openapi import _media
from katana.gen.openapi._annotations import Annotations
from katana.gen.openapi._checks import Checks
from katana.gen.openapi._decoders import Decoders
from katana.gen.openapi._forms import is_array, object_type
from katana.gen.openapi._header import module_of
from katana.gen.openapi._json_text import pretty
from katana.gen.openapi._names import Names, constant
from katana.gen.openapi._parameter_inputs import parameter_input, spelled_kinds
from katana.gen.openapi._plan import Method, Plan
from katana.gen.openapi._schemas import asserting, reached
from katana.gen.openapi._variants import variant_schema
from katana.gen.source import Doc, Group, Module, flat, literal

_GENERATED = "katana.runtime.generated"
_VALIDATED = ("form", "json")


@dataclass
class Validators:
    """`validators.py` while it is being written.

    After `emit`, `tables` has the constant of each operation's inputs, `shapes` that of each JSON body, `checks` writes
    the conditions that a decoded body has to meet.
    """

    plan: Plan
    text: str = ""
    tables: dict[str, str] = field(default_factory=dict)
    shapes: dict[str, str] = field(default_factory=dict)
    body_checks: dict[str, str] = field(default_factory=dict)

    def emit(self) -> None:
        """Makes the text and the names."""
        plan = self.plan
        module = module_of(plan, f"What requests of {plan.title} have to look like.")
        spell_type = Annotations(plan.types, plan.stand_ins, module, dto=f"{plan.package}.dto")
        names = Names(("SCHEMAS",))
        methods = [method for method in plan.methods if Decoders(plan.types).may_fail(method)]
        self.tables = {m.operation.name: names.new(constant(m.operation.name)) for m in methods}
        printer = _Printer(self, module, spell_type, names)
        module.define(*self.tables.values())
        printer.schemas(methods)
        printer.shapes(methods)
        for method in methods:
            printer.table(method)
        self.text = module.render()


class _Printer:
    def __init__(self, out: Validators, module: Module, spell_type: Annotations, names: Names) -> None:
        self._out = out
        self._plan = out.plan
        self._types = out.plan.types
        self._module = module
        self._spell = spell_type
        self._names = names
        self._by_type: dict[str, str] = {}
        self._checks = Checks(out.plan.types, spell_type, names)

    def schemas(self, methods: list[Method]) -> None:
        """`SCHEMAS`, with what the inputs and the stand-ins reach."""
        roots: list[Any] = [argument.parameter.schema for method in methods for argument in method.arguments]
        roots += [
            m.body.schema for m in methods if m.body is not None and _media.kind(m.body, self._types) in _VALIDATED
        ]
        stand_ins = (*self._plan.stand_ins.named.values(), *self._plan.stand_ins.anonymous.values())
        roots += [json.loads(variant_schema(variant)) for union in stand_ins for variant in union.variants]
        names = reached(roots, self._plan.api)
        self._module.space()
        head = f"SCHEMAS: {self._use('Final')} = {self._use('Schemas')}("
        if not names:
            self._module.line(f"{head}{{}})")
            return
        self._module.line(head)
        with self._module.block(), self._module.block("{"):
            for name in names:
                self._definition(name, self._types.named[name].schema)
        self._module.line("    }")
        self._module.line(")")

    def _definition(self, name: str, schema: Any) -> None:
        text = pretty(asserting(schema))
        if '"""' in text:
            self._module.line(f"{literal(name)}: {literal(text)},")
            return
        first, *rest = f'{literal(name)}: r"""{text}""",'.split("\n")
        self._module.line(first)
        self._module.verbatim(rest)

    def shapes(self, methods: list[Method]) -> None:
        """Constants for the types of JSON bodies, then the functions that check decoded bodies."""
        lines: list[Doc] = []
        for method in methods:
            if method.body is None or _media.kind(method.body, self._types) != "json":
                continue
            name, line = self._shape(method, method.body)
            self._out.shapes[method.operation.name] = name
            if line is not None:
                lines.append(line)
        functions = self._module.apart()
        self._checks.emit(functions)
        if self._checks.patterns:
            self._module.space()
        for expression, name in self._checks.patterns.items():
            made = Group(f"{self._use('Pattern')}(", (literal(expression),), ")")
            self._module.line((f"{name}: {self._use('Final')} = ", made))
        if functions.body():
            self._module.space()
            self._module.verbatim(functions.body())
        if lines:
            self._module.space()
        for line in lines:
            self._module.line(line)

    def _shape(self, method: Method, content: ir.Content) -> tuple[str, Doc | None]:
        type_ = content.type if content.type is not None else ir.AnyType()
        annotation = self._spell.of(type_)
        exact = self._types.exact(type_, content.checks)
        if exact and self._checks.needed(type_) and not method.form:
            wanted = f"{method.operation.name}_body"
            self._out.body_checks[method.operation.name] = self._checks.function(type_, wanted)
        key = f"{exact} {flat(annotation)} {'' if exact else json.dumps(content.schema, sort_keys=True)}"
        if key in self._by_type:
            return self._by_type[key], None
        stem = constant(type_.name if isinstance(type_, ir.RefType) else f"{method.operation.name}_body")
        name = self._by_type[key] = self._names.new(f"{stem}_SHAPE")
        maker = self._use("Shape" if exact else "CheckedShape")
        arguments: tuple[Doc, ...] = (annotation,)
        if not exact:
            arguments += ("SCHEMAS", literal(json.dumps(asserting(content.schema))))
        elif self._types.loose(type_):
            arguments += ("loose=True",)
        head: Doc = name
        if not (isinstance(type_, ir.RefType) and self._types.is_object(type_.name)):
            head = Group(f"{name}: {maker}[", (annotation,), "]", comma=False)
        return name, (head, " = ", Group(f"{maker}(", arguments, ")"))

    def table(self, method: Method) -> None:
        """The `Inputs` of an operation."""
        self._module.space()
        self._module.comment(method.title)
        rows: list[Doc] = [
            parameter_input(argument, index, self._types, self._spell)
            for index, argument in enumerate(method.path_arguments)
        ]
        if method.body is not None:
            rows.append(self._body(method, method.body))
        rows += [parameter_input(argument, 0, self._types, self._spell) for argument in method.keyword_arguments]
        name = self._out.tables[method.operation.name]
        table = Group("inputs=(", tuple(rows), ")", lone=True)
        self._module.line(
            (f"{name}: {self._use('Final')} = ", Group(f"{self._use('Inputs')}(", ("schemas=SCHEMAS", table), ")"))
        )

    def _body(self, method: Method, content: ir.Content) -> Doc:
        if method.form:
            return self._form(method, content)
        if _media.kind(content, self._types) != "json":
            text = _media.kind(content, self._types) == "text"
            options = (f"text={text}", f"required={method.body_required}")
            return Group(f"{self._use('RawBodyInput')}(", options, ")")
        return self._json(method, content)

    def _json(self, method: Method, content: ir.Content) -> Doc:
        items = [
            f"schema={literal(json.dumps(asserting(content.schema)))}",
            f"shape={self._out.shapes[method.operation.name]}",
        ]
        if not method.body_required:
            items.append("required=False")
        return Group(f"{self._use('BodyInput')}(", tuple(items), ")")

    def _form(self, method: Method, content: ir.Content) -> Doc:
        unbounded = replace(self._spell, limits=False)
        type_ = content.type if content.type is not None else ir.AnyType()
        items: list[Doc] = [
            f"schema={literal(json.dumps(asserting(content.schema)))}",
            Group(f"shape={self._use('Shape')}(", (unbounded.of(type_),), ")"),
            Group("members={", tuple(f"{literal(n)}: {literal(m)}" for n, m in self._members(type_)), "}"),
        ]
        if not method.body_required:
            items.append("required=False")
        if _media.kind(content, self._types) == "json":
            items.append(("json=", self._json(method, content)))
        return Group(f"{self._use('FormInput')}(", tuple(items), ")")

    def _members(self, type_: ir.Type) -> list[tuple[str, tuple[tuple[str, ...], bool]]]:
        """Names, and per name the scalars that its text may spell and whether it is an array."""
        fields = object_type(type_, self._types).fields
        return [(f.name, (spelled_kinds(f.type, self._types), is_array(f.type, self._types))) for f in fields]

    def _use(self, name: str) -> str:
        return self._spell.name("typing" if name == "Final" else _GENERATED, name)
