"""What `repo.py` has for queries with filters, orders or pages: one statement for each variant, and how one is chosen.

In: a planned query with variants. Out: lines and expressions of one module. Never: SQL that is made at run time.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import batched

from msgspec import structs

from katana import ir
from katana.gen.source import Chain, Doc, Group, Module, literal
from katana.gen.sql._answers import answers
from katana.gen.sql._names import identifier
from katana.gen.sql._plan import Plan, PlannedQuery
from katana.gen.sql._policies import statement_arguments
from katana.gen.sql._sql_text import sql_lines
from katana.gen.sql._types import RUNTIME, Types
from katana.gen.sql._wire import below_domains

_TEXT = 25
"""What an unused parameter is declared as whose own type has no fixed OID. It is NULL."""


class Variants:
    """Prints for one module."""

    def __init__(self, module: Module, plan: Plan, types: Types) -> None:
        self._module = module
        self._plan = plan
        self._types = types

    def statements(self, planned: PlannedQuery) -> None:
        """The constant with every statement: by order if they have names, then by what is given."""
        module, query = self._module, planned.query
        each = len(query.variants) // max(1, len(query.sorts))
        named = any(sort.name for sort in query.sorts)
        if not named:
            with module.block(f"{planned.constant} = ("):
                for number, text in enumerate(query.variants):
                    self._statement(planned, (*query.sorts, ir.Sort())[0], number, text, "", indent=4)
            module.line(")")
            return
        with module.block(f"{planned.constant} = {module.use(RUNTIME, 'Orders')}("):
            with module.block("{"):
                for sort, of_sort in zip(query.sorts, batched(query.variants, each), strict=True):
                    self._order(planned, sort, of_sort)
            module.line("}")
        module.line(")")

    def _order(self, planned: PlannedQuery, sort: ir.Sort, texts: tuple[str, ...]) -> None:
        """The statement of one order, or those of its variants."""
        head = f"{literal(sort.name)}: "
        if len(texts) == 1:
            self._statement(planned, sort, 0, texts[0], head, indent=8)
            return
        with self._module.block(f"{head}("):
            for number, text in enumerate(texts):
                self._statement(planned, sort, number, text, "", indent=12)
        self._module.line("),")

    def _statement(
        self, planned: PlannedQuery, sort: ir.Sort, number: int, text: str, head: str, *, indent: int
    ) -> None:
        module, query = self._module, planned.query
        with module.block(f"{head}{module.use(RUNTIME, 'Statement')}("):
            module.line(f"{literal(f'{query.group}.{query.name}')},")
            module.verbatim(sql_lines(text, indent + 4))
            self._oids("parameter_oids", self._parameter_oids(query, sort, number))
            if query.columns:
                self._oids("result_oids", [self._plan.wire(column.type).oid for column in query.columns])
            for line in statement_arguments(query):
                module.line(line)
            if query.errors:
                module.line(answers(module, query.errors))
        module.line("),")

    def _oids(self, name: str, oids: list[int]) -> None:
        if oids:
            self._module.line((Group(f"{name}=(", tuple(map(str, oids)), ")", lone=True), ","))

    def _parameter_oids(self, query: ir.Query, sort: ir.Sort, number: int) -> list[int]:
        unused = {filter_.parameter for bit, filter_ in enumerate(query.filters) if not number >> bit & 1}
        oids = [parameter.type.oid or (_TEXT if n in unused else 0) for n, parameter in enumerate(query.parameters, 1)]
        if query.command != "page":
            return oids
        behind = number >> len(query.filters) & 1
        return [*oids, 20, *(query.columns[key.column].type.oid for key in sort.keys if behind)]

    def keysets(self, planned: PlannedQuery) -> None:
        """The constant that makes cursors and reads them."""
        module, query = self._module, planned.query
        if query.command != "page":
            return
        module.line()
        if not any(sort.name for sort in query.sorts):
            module.line((f"{planned.keyset} = ", self._keyset(query, query.sorts[0])))
            return
        with module.block(f"{planned.keyset} = {{"):
            for sort in query.sorts:
                module.line((f"{literal(sort.name)}: ", self._keyset(query, sort), ","))
        module.line("}")

    def _keyset(self, query: ir.Query, sort: ir.Sort) -> Doc:
        module = self._module
        what, keys = [], []
        for key in sort.keys:
            column = query.columns[key.column]
            wire = self._plan.wire(structs.replace(below_domains(column.type), python=None))
            pack, unpack = self._types.packer(wire), self._types.unpacker(wire)
            direction = " desc" if key.descending else ""
            nulls = " nulls first" if key.nulls_first and column.nullable else ""
            what.append(f"{column.name} {column.type.name}{direction}{nulls}")
            keys.append(f"({key.column}, {unpack}, {pack})")
        name = f"{query.group}.{query.name} by {', '.join(what)}"
        return Group(f"{module.use(RUNTIME, 'Keyset')}(", (literal(name), *keys), ")")

    def signature(self, planned: PlannedQuery, avoid: Collection[str]) -> list[str]:
        """The parameters of the method behind those that are always given."""
        module, query = self._module, planned.query
        found = [f"limit: {self._types.builtin('int', avoid)}"] if query.command == "page" else []
        for filter_ in query.filters:
            name = identifier(filter_.name)
            if filter_.parameter:
                wire = self._plan.wire(query.parameters[filter_.parameter - 1].type)
                found.append(f"{name}: {self._types.parameter(wire, avoid, nullable=True)} = None")
            else:
                found.append(f"{name}: {self._types.builtin('bool', avoid)} = False")
        names = [literal(sort.name) for sort in query.sorts if sort.name]
        if names:
            found.append(f"sort: {module.use('typing', 'Literal', avoid)}[{', '.join(names)}] = {names[0]}")
        if query.command == "page":
            found.append(f"after: {self._types.builtin('str', avoid)} | None = None")
        return found

    def chosen(self, planned: PlannedQuery) -> Doc:
        """The expression for the statement that fits what is given."""
        query = planned.query
        signs = [
            f"({identifier(filter_.name)} is not None)" if filter_.parameter else identifier(filter_.name)
            for filter_ in query.filters
        ]
        signs += ["(after is not None)"] if query.command == "page" else []
        by_sort = "[sort]" if any(sort.name for sort in query.sorts) else ""
        if not signs:
            return f"{planned.constant}{by_sort}"
        terms = tuple(sign if not bit else f"{1 << bit} * {sign}" for bit, sign in enumerate(signs))
        index: Doc = terms[0].strip("()") if len(terms) == 1 else Chain("+", terms)
        return Group(f"{planned.constant}{by_sort}[", (index,), "]", comma=False)

    def page_parameters(self, planned: PlannedQuery, keyset: str, avoid: Collection[str]) -> tuple[str, ...]:
        """The values behind those of the parameters."""
        if planned.query.command != "page":
            return ()
        return (f"{self._module.use(RUNTIME, 'page_size', avoid)}(limit)", f"*{keyset}.behind(after)")
