"""`validators.py`: schemas, shapes and input tables.

In: a `Plan`. Out: the module's text, and for `routes.py` the names of what stands in it. Never: schemas that no request
reaches.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from katana.gen.openapi._annotations import Annotations
from katana.gen.openapi._body_inputs import BodyInputs
from katana.gen.openapi._checks import Checks
from katana.gen.openapi._decoders import Decoders
from katana.gen.openapi._header import module_of
from katana.gen.openapi._json_text import pretty
from katana.gen.openapi._names import Names, constant
from katana.gen.openapi._parameter_inputs import parameter_input
from katana.gen.openapi._plan import Method, Plan
from katana.gen.openapi._receiving import received_json
from katana.gen.openapi._schemas import asserting, reached
from katana.gen.openapi._variants import variant_schema
from katana.gen.source import Doc, Group, Module, literal

_GENERATED = "katana.runtime.generated"


@dataclass
class Validators:
    """`validators.py` while it is being written.

    After `emit`, `tables` has the constant of each operation's inputs, `shapes` that of each JSON body, `body_checks`
    the function for what a decoded body has to meet, `body_tables` the inputs of a body that is read by itself; of the
    last three each by operation and index of the reading.
    """

    plan: Plan
    text: str = ""
    tables: dict[str, str] = field(default_factory=dict)
    shapes: dict[tuple[str, int], str] = field(default_factory=dict)
    body_checks: dict[tuple[str, int], str] = field(default_factory=dict)
    body_tables: dict[tuple[str, int], str] = field(default_factory=dict)

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
        reading = [method for method in plan.methods if method.operation.name in self.tables or method.streams]
        printer.schemas(reading)
        printer.shapes(reading)
        for method in reading:
            printer.tables(method)
        self.text = module.render()


class _Printer:
    def __init__(self, out: Validators, module: Module, spell_type: Annotations, names: Names) -> None:
        self._out = out
        self._plan = out.plan
        self._types = out.plan.types
        self._module = module
        self._spell = spell_type
        self._names = names
        self._checks = Checks(out.plan.types, spell_type, names)
        self._bodies = BodyInputs(out.plan.types, spell_type, names, self._checks)

    def schemas(self, methods: list[Method]) -> None:
        """`SCHEMAS`, with what the inputs and the stand-ins reach."""
        roots: list[Any] = [argument.parameter.schema for method in methods for argument in method.arguments]
        roots += [schema for method in methods for schema in self._bodies.roots(method)]
        roots += [content.schema for content in received_json(self._plan)]
        undecided = self._plan.stand_ins.undecided()
        roots += [json.loads(variant_schema(variant)) for union in undecided for variant in union.variants]
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
            lines += self._bodies.shapes(method)
        self._out.shapes, self._out.body_checks = self._bodies.constants, self._bodies.body_checks
        self._out.body_tables = self._bodies.tables
        functions = self._module.apart()
        self._checks.emit(functions)
        if self._checks.patterns or self._checks.limits:
            self._module.space()
        for expression, name in self._checks.patterns.items():
            made = Group(f"{self._use('Pattern')}(", (literal(expression),), ")")
            self._module.line((f"{name}: {self._use('Final')} = ", made))
        for arguments, name in self._checks.limits.items():
            self._module.line((f"{name}: {self._use('Final')} = ", Group(f"{self._use('Limits')}(", arguments, ")")))
        if functions.body():
            self._module.space()
            self._module.verbatim(functions.body())
        if lines:
            self._module.space()
        for line in lines:
            self._module.line(line)

    def tables(self, method: Method) -> None:
        """The `Inputs` of an operation, and what reads its body apart from them."""
        lines = [self._table(method)] if method.operation.name in self._out.tables else []
        lines += self._bodies.apart(method)
        if lines:
            self._module.space()
            self._module.comment(method.title)
        for line in lines:
            self._module.line(line)

    def _table(self, method: Method) -> Doc:
        row = partial(parameter_input, method, self._types, self._spell)
        rows: list[Doc] = [row(argument, index) for index, argument in enumerate(method.path_arguments)]
        if method.has_body and not method.streams:
            rows.append(self._bodies.row(method))
        rows += [row(argument) for argument in method.keyword_arguments]
        name = self._out.tables[method.operation.name]
        table = Group("inputs=(", tuple(rows), ")", lone=True)
        return (f"{name}: {self._use('Final')} = ", Group(f"{self._use('Inputs')}(", ("schemas=SCHEMAS", table), ")"))

    def _use(self, name: str) -> str:
        return self._spell.name("typing" if name == "Final" else _GENERATED, name)
