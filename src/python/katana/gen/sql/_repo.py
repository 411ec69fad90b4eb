"""`repo.py`: statements, decoders, one class per file of queries.

In: a `Plan`. Out: the module's text. Never: a decision per value at run time: which codec, which column, whether NULL
is possible, all of it is written out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from katana import ir
from katana.gen.source import Doc, Group, Module, literal
from katana.gen.sql._answers import answers
from katana.gen.sql._many_rows import ManyRows
from katana.gen.sql._names import identifier, pascal
from katana.gen.sql._nested import NestedRows
from katana.gen.sql._own_codecs import OwnCodecs
from katana.gen.sql._plan import ROWS, Plan, PlannedQuery
from katana.gen.sql._policies import deadline, is_cached, statement_arguments
from katana.gen.sql._sql_text import sql_lines
from katana.gen.sql._types import RUNTIME, Types
from katana.gen.sql._variants import Variants

_TAKE = {"one": "optional_row", "one!": "single_row"}


def emit(module: Module, plan: Plan) -> str:
    """The text of `repo.py`."""
    return _Printer(module, plan).text()


class _Printer:
    def __init__(self, module: Module, plan: Plan) -> None:
        self._module = module
        self._plan = plan
        self._types = Types(plan, module)
        self._codecs = OwnCodecs(module, plan, self._types)
        self._many = ManyRows(module, plan, self._types)
        self._nested = NestedRows(module, plan, self._types)
        self._variants = Variants(module, plan, self._types)
        self._queries = [planned for group in plan.repositories.values() for planned in group]

    def text(self) -> str:
        module, plan = self._module, self._plan
        module.define(*(f"{pascal(group)}Repo" for group in plan.repositories))
        module.define(
            *(
                name
                for planned in self._queries
                for name in (
                    planned.constant,
                    planned.decoder,
                    planned.assembler,
                    planned.packer,
                    planned.probe,
                    planned.keyset,
                )
                if name
            )
        )
        for number, planned in enumerate(self._queries):
            if number:
                module.line()
            self._statement(planned)
        self._codecs.print(self._queries)
        for planned in self._queries:
            self._variants.keysets(planned)
        self._row_decoders()
        for planned in _one_each(self._queries, lambda planned: "" if planned.row is not None else planned.decoder):
            self._value_decoder(planned)
        for planned in _one_each(self._queries, lambda planned: planned.packer):
            self._many.packer(planned)
        for group, queries in plan.repositories.items():
            self._repository(group, queries)
        return module.render()

    def _statement(self, planned: PlannedQuery) -> None:
        module, query = self._module, planned.query
        statement = module.use(RUNTIME, "Statement")
        module.comment(f"name: {query.name} :{query.command}")
        if query.variants:
            self._variants.statements(planned)
            return
        with module.block(f"{planned.constant} = {statement}("):
            module.line(f"{literal(f'{query.group}.{query.name}')},")
            module.verbatim(sql_lines(query.sql, 4))
            if query.parameters and not query.probe:
                self._oids("parameter_oids", [parameter.type.oid for parameter in query.parameters])
            if query.command in ROWS and query.columns:
                self._oids("result_oids", [self._plan.wire(column.type).oid for column in query.columns])
            for line in statement_arguments(query):
                module.line(line)
            if query.errors:
                module.line(answers(module, query.errors))
        module.line(")")
        if query.probe:
            self._many.probe(planned)

    def _oids(self, name: str, oids: list[int]) -> None:
        if len(oids) == 1:
            self._module.line(f"{name}=({oids[0]},),")
        elif oids:
            self._module.line((Group(f"{name}=(", tuple(map(str, oids)), ")"), ","))

    def _row_decoders(self) -> None:
        by_row: dict[tuple[str, str], list[PlannedQuery]] = {}
        for planned in self._queries:
            if planned.row is not None:
                by_row.setdefault((planned.row.name, planned.row.decoder), []).append(planned)
        for _, (first, *others) in sorted(by_row.items()):
            if not first.query.parent:
                self._row_decoder(first)
            for planned in (first, *others):
                if planned.assembler:
                    self._nested.assembler(planned)

    def _row_decoder(self, planned: PlannedQuery) -> None:
        assert planned.row is not None  # noqa: S101 - the caller has looked
        name = self._module.use(self._plan.module_of(planned.row), planned.row.name)
        self._decoder_head(planned.row.decoder, name, *self._nested.decoder_arguments(planned))
        with self._module.block():
            fields = self._nested.fields(planned)
            if not fields:
                self._module.line(f"return {name}()")
                return
            self._module.line("value = result.get_value")
            self._module.line(Group(f"return {name}(", fields, ")"))

    def _value_decoder(self, planned: PlannedQuery) -> None:
        (column,) = planned.query.columns
        self._decoder_head(
            planned.decoder, self._types.result(self._plan.wire(column.type), (), nullable=column.nullable)
        )
        with self._module.block():
            self._module.line(f"return {self._nested.column(column, 0, 'result.get_value')}")

    def _decoder_head(self, name: str, returns: str, *loaded: str) -> None:
        self._module.space()
        result = self._module.use(RUNTIME, "Result")
        self._module.line((Group(f"def {name}(", (f"result: {result}", "row: int", *loaded), ")"), f" -> {returns}:"))

    def _repository(self, group: str, queries: list[PlannedQuery]) -> None:
        module = self._module
        module.space()
        methods = frozenset(planned.query.name for planned in queries)
        with module.block(f"class {identifier(pascal(group))}Repo:"):
            module.docstring(f"The queries of {queries[0].query.source}.")
            for planned in queries:
                module.space()
                self._method(planned, methods)
            for planned in queries:
                self._nested.loaders(planned, methods)

    def _method(self, planned: PlannedQuery, methods: frozenset[str]) -> None:
        module, query = self._module, planned.query
        parameters = frozenset(parameter.py_name for parameter in query.parameters)
        ctx = module.use("katana.runtime", "Ctx", methods)
        signature = ["self", f"ctx: {ctx}"]
        of_filters = {filter_.parameter for filter_ in query.filters}
        single = [
            parameter for n, parameter in enumerate(query.parameters, 1) if not parameter.each and n not in of_filters
        ]
        chosen = self._variants.signature(planned, methods | parameters)
        if planned.each:
            signature.append(f"rows: {self._many.rows(planned, methods)}")
        if single or chosen:
            signature.append("*")
        for parameter in single:
            annotation = self._types.parameter(
                self._plan.wire(parameter.type), methods | parameters, nullable=parameter.nullable
            )
            signature.append(f"{identifier(parameter.py_name)}: {annotation}")
        signature += chosen
        head = f"{'def' if query.command == 'stream' else 'async def'} {identifier(query.name)}("
        with module.block(Group(head, tuple(signature), f") -> {self._returns(planned, methods)}:")):
            module.docstring(_what(query))
            self._body(planned, parameters)

    def _returns(self, planned: PlannedQuery, methods: frozenset[str]) -> str:
        command = planned.query.command
        if command == "exec":
            return "None"
        if not planned.decoder:
            count = self._types.builtin("int", methods)
            return f"{self._types.builtin('list', methods)}[{count}]" if command == "batch" else count
        if planned.row is not None:
            value = self._module.use(self._plan.module_of(planned.row), planned.row.name, methods)
            value = f"{value} | None" if command == "one" else value
        else:
            (column,) = planned.query.columns
            nullable = column.nullable or command == "one"
            value = self._types.result(self._plan.wire(column.type), methods, nullable=nullable)
        if command == "stream":
            return f"{self._module.use(RUNTIME, 'RowStream', methods)}[{value}]"
        if command in ("one", "one!"):
            return value
        if command == "page":
            return f"{self._module.use(RUNTIME, 'Page', methods)}[{value}]"
        rows = f"{self._types.builtin('list', methods)}[{value}]"
        return f"{self._types.builtin('list', methods)}[{rows}]" if command == "batch" else rows

    def _body(self, planned: PlannedQuery, parameters: frozenset[str]) -> None:
        module, command = self._module, planned.query.command
        if command in ("copyfrom", "batch"):
            self._many.body(planned)
            return
        statement = planned.constant
        if planned.query.variants:
            parameters |= {filter_.name for filter_ in planned.query.filters}
            statement = _free("statement", parameters)
            module.line((f"{statement} = ", self._variants.chosen(planned)))
        keyset = self._keyset(planned, parameters)
        packed = self._packed(planned, parameters, self._variants.page_parameters(planned, keyset, parameters))
        if command == "stream":
            until = deadline(module, planned.query, parameters)
            arguments = ("ctx.db", statement, packed, planned.decoder, until)
            module.line(Group(f"return {module.use(RUNTIME, 'RowStream', parameters)}(", arguments, ")"))
            return
        asked = (statement, packed, deadline(module, planned.query, parameters))
        call = Group("await ctx.db.execute(", asked, ")")
        if is_cached(planned.query):
            call = Group(f"await {module.use(RUNTIME, 'cached', parameters)}(", ("ctx.db", *asked), ")")
        if command == "exec":
            module.line(call)
            return
        if planned.assembler:
            self._nested.body(planned, call, parameters, statement, keyset)
            return
        result = _free("result", parameters)
        module.line((f"{result} = ", call))
        if not planned.decoder:
            module.line(f"return {module.use(RUNTIME, 'affected_rows', parameters)}({result})")
        elif command == "page":
            module.line(f"return {keyset}.page({statement}, {result}, {planned.decoder}, limit)")
        else:
            take = module.use(RUNTIME, _TAKE.get(command, "all_rows"), parameters)
            module.line(f"return {take}({statement}, {result}, {planned.decoder})")

    def _keyset(self, planned: PlannedQuery, parameters: frozenset[str]) -> str:
        """What makes the cursors of a page: a constant, or one for the order that is asked for."""
        if not planned.keyset or not any(sort.name for sort in planned.query.sorts):
            return planned.keyset
        name = _free("keys", parameters)
        self._module.line(f"{name} = {planned.keyset}[sort]")
        return name

    def _packed(self, planned: PlannedQuery, parameters: frozenset[str], more: tuple[str, ...]) -> Doc:
        items: list[str] = []
        for parameter in planned.query.parameters:
            name = identifier(parameter.py_name)
            if parameter.each:
                items.append(self._many.column(planned, parameter, parameters))
                continue
            packed = self._types.pack(self._plan.wire(parameter.type), name, parameters)
            items.append(f"None if {name} is None else {packed}" if parameter.nullable else packed)
        items += more
        return f"({items[0]},)" if len(items) == 1 else Group("(", tuple(items), ")")


def _one_each(queries: Iterable[PlannedQuery], name: Callable[[PlannedQuery], str]) -> Iterator[PlannedQuery]:
    """The first query of each name that is not empty: variants share functions with the query they are of."""
    seen = {""}
    for planned in queries:
        if name(planned) not in seen:
            seen.add(name(planned))
            yield planned


def _free(name: str, parameters: frozenset[str]) -> str:
    """A name for a local variable beside the parameters."""
    return name if name not in parameters else f"{name}_"


def _what(query: ir.Query) -> str:
    if query.variant_of:
        return f"`{query.variant_of}` of {query.source}, by its `on_conflict`."
    return f"`{query.name} :{query.command}` of {query.source}."
