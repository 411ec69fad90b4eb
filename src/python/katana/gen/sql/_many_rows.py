"""What `repo.py` has for `:copyfrom`, `:bulk` and `:batch`: methods that take many rows.

In: a planned query. Out: annotations, packers and bodies in one module. Never: how the rows travel, which
`katana.runtime.sql` knows.
"""

from __future__ import annotations

from collections.abc import Collection

from katana import ir
from katana.gen.source import Group, Module, literal
from katana.gen.sql._names import identifier
from katana.gen.sql._plan import Plan, PlannedQuery, element
from katana.gen.sql._policies import deadline
from katana.gen.sql._sql_text import sql_lines
from katana.gen.sql._types import RUNTIME, Types


class ManyRows:
    """Prints for one module."""

    def __init__(self, module: Module, plan: Plan, types: Types) -> None:
        self._module = module
        self._plan = plan
        self._types = types

    def rows(self, planned: PlannedQuery, avoid: Collection[str]) -> str:
        """The annotation of the rows that a method takes."""
        row = self._row(planned, avoid)
        if planned.query.command == "bulk":
            return f"{self._module.use('collections.abc', 'Sequence', avoid)}[{row}]"
        rows = f"{self._module.use('collections.abc', 'Iterable', avoid)}[{row}]"
        if planned.query.command == "batch":
            return rows
        return f"{rows} | {self._module.use('collections.abc', 'AsyncIterable', avoid)}[{row}]"

    def probe(self, planned: PlannedQuery) -> None:
        """The statement whose columns are those of a COPY."""
        module, query = self._module, planned.query
        with module.block(f"{planned.probe} = {module.use(RUNTIME, 'Statement')}("):
            module.line(f"{literal(f'{query.group}.{query.name}')},")
            module.verbatim(sql_lines(query.probe, 4))
            oids = tuple(str(self._plan.wire(parameter.type).oid) for parameter in query.parameters)
            module.line(f"result_oids=({oids[0]},)," if len(oids) == 1 else (Group("result_oids=(", oids, ")"), ","))
        module.line(")")

    def packer(self, planned: PlannedQuery) -> None:
        """The function that packs one row."""
        module = self._module
        values = tuple(self._packed(planned, parameter) for parameter in planned.each)
        module.space()
        with module.block(f"def {planned.packer}(row: {self._row(planned, ())}) -> tuple[bytes | None, ...]:"):
            module.line(f"return ({values[0]},)" if len(values) == 1 else Group("return (", values, ")"))

    def body(self, planned: PlannedQuery) -> None:
        """The body of a method of `:copyfrom` or `:batch`."""
        module = self._module
        run = module.use(RUNTIME, "copy_from" if planned.query.command == "copyfrom" else "run_batch")
        probe = (planned.probe,) if planned.probe else ()
        until = deadline(module, planned.query)
        arguments = (
            "ctx.db",
            planned.constant,
            *probe,
            "rows",
            planned.packer,
            f"deadline={until}" if probe else until,
        )
        call = Group(f"await {run}(", arguments, ")")
        if planned.query.command == "copyfrom":
            module.line(("return ", call))
            return
        module.line(("results = ", call))
        if planned.decoder:
            take = module.use(RUNTIME, "all_rows")
            module.line(f"return [{take}({planned.constant}, result, {planned.decoder}) for result in results]")
        else:
            module.line(f"return [{module.use(RUNTIME, 'affected_rows')}(result) for result in results]")

    def column(self, planned: PlannedQuery, parameter: ir.QueryParameter, avoid: Collection[str]) -> str:
        """The expression that packs one parameter of `:bulk`: its values of all rows."""
        values = "rows" if planned.taken is None else f"[row.{identifier(parameter.py_name)} for row in rows]"
        return self._types.pack(self._plan.wire(parameter.type), values, {*avoid, "rows", "row"})

    def _row(self, planned: PlannedQuery, avoid: Collection[str]) -> str:
        if planned.taken is not None:
            return self._module.use(f"{self._plan.package}.params", planned.taken.name, avoid)
        (parameter,) = planned.each
        wire = self._plan.wire(element(planned.query, parameter))
        return self._types.parameter(wire, avoid, nullable=parameter.nullable)

    def _packed(self, planned: PlannedQuery, parameter: ir.QueryParameter) -> str:
        value = "row" if planned.taken is None else f"row.{identifier(parameter.py_name)}"
        packed = self._types.pack(self._plan.wire(parameter.type), value, {"row"})
        return f"None if {value} is None else {packed}" if parameter.nullable else packed
