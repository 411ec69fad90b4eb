"""Names and row types of everything that will be printed.

In: a `Database` whose types are all supported. Out: `Plan`. Never: Python text beyond names.

Row types: a query that returns a table's columns with the same names, types and nullability returns that table's row
(`UsersRow`); one that returns a single column returns the bare value; any other has a row of its own (`GetTotalsRow`).
The class may also be one that the author has chosen (`-- row:`).
A name that is taken gets what tells it apart in front: the schema of a table or enum, the file of a query.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from msgspec import structs

from katana import ir
from katana.diagnostics import Diagnostic, DiagnosticsError
from katana.gen.source import literal
from katana.gen.sql._names import pascal, stem
from katana.gen.sql._row_members import Member, all_nested, flat_columns, result_of
from katana.gen.sql._wire import Composite, Enum, Unsupported, Wire, below_domains, wire_of
from katana.gen.sql._wire_parts import parts

ROWS = ("one", "one!", "many", "page", "stream", "bulk", "batch")

"""Commands that may return rows."""

ALWAYS_ROWS = ("one", "one!", "many", "page", "stream")


@dataclass(frozen=True)
class RowType:
    """A class of `rows.py`. `decoder` is the function of `repo.py` that makes one; `what` describes it.

    `columns` are the members that are values, in the order of the result. `module` is where the class is if its author
    has chosen it; `rows.py` has the others.
    """

    name: str
    decoder: str
    what: str
    columns: tuple[ir.Column, ...]
    members: tuple[Member, ...] = ()
    module: str = ""


@dataclass(frozen=True)
class PlannedQuery:
    """A query with its names: the constant of its statement, its row, or the decoder of its single column.

    `taken` is the class of the rows that the caller gives; None when each is one bare value, or there are none.
    `packs_as` is the constant of the query that packs its rows alike.
    """

    query: ir.Query
    constant: str
    row: RowType | None
    decoder: str
    taken: RowType | None = None
    packs_as: str = ""

    @property
    def each(self) -> tuple[ir.QueryParameter, ...]:
        """The parameters that every row has a value of its own for."""
        return tuple(parameter for parameter in self.query.parameters if parameter.each)

    @property
    def assembler(self) -> str:
        """The function that makes all rows of a result, where they are not made one by one."""
        grouped = self.query.parent or self.query.prefetches
        return f"{self.constant.lower()}_rows" if grouped else ""

    @property
    def packer(self) -> str:
        """The function that packs one row that the caller gives, where each row is sent by itself."""
        return (
            f"{(self.packs_as or self.constant).lower()}_values" if self.query.command in ("copyfrom", "batch") else ""
        )

    @property
    def statement(self) -> str:
        """The expression of its statement, of several variants the first."""
        by_sort = next((f"[{literal(sort.name)}]" for sort in self.query.sorts if sort.name), "")
        several = len(self.query.variants) > max(1, len(self.query.sorts))
        return f"{self.constant}{by_sort}{'[0]' if several else ''}"

    @property
    def keyset(self) -> str:
        """The constant that makes the cursors of pages."""
        return f"{self.constant}_KEYS" if self.query.command == "page" else ""

    @property
    def probe(self) -> str:
        """The constant of the statement that tells the types of the columns of a COPY."""
        return f"{self.constant}_COLUMNS" if self.query.probe else ""


@dataclass
class Plan:
    """What the printers read.

    `enums` and `composites` map (schema, name) to the stem, composites after those in their fields; `repositories` are
    in order of their files.
    """

    database: ir.Database
    package: str
    enums: dict[tuple[str, str], str] = field(default_factory=dict)
    composites: dict[Composite, str] = field(default_factory=dict)
    rows: list[RowType] = field(default_factory=list)
    taken: list[RowType] = field(default_factory=list)
    repositories: dict[str, list[PlannedQuery]] = field(default_factory=dict)

    def module_of(self, row: RowType) -> str:
        """The module of a class of rows."""
        return row.module or f"{self.package}.rows"

    def wire(self, type_: ir.PgType) -> Wire:
        """The form of a type that `_support` has let pass."""
        wire = wire_of(type_, self.database.enums)
        assert not isinstance(wire, Unsupported)  # noqa: S101 - refused before
        return wire


def element(query: ir.Query, parameter: ir.QueryParameter) -> ir.PgType:
    """The type of one row's value of a parameter: for `unnest`, of the array's element."""
    if query.command != "bulk":
        return parameter.type
    return structs.replace(below_domains(parameter.type), dimensions=0, oid=0)


def make_plan(database: ir.Database, package: str) -> Plan:
    """The plan.

    Raises:
        DiagnosticsError: two things would have the same name whatever is put in front.
    """
    return _Planner(database, package).run()


class _Planner:
    def __init__(self, database: ir.Database, package: str) -> None:
        self._plan = Plan(database, package)
        self._classes: set[str] = set()
        self._diagnostics: list[Diagnostic] = []
        self._tables: dict[int, RowType] = {}
        self._chosen: dict[tuple[str, tuple[ir.Column, ...]], RowType] = {}
        self._statements: set[str] = set()
        self._planned: dict[tuple[str, str], PlannedQuery] = {}

    def run(self) -> Plan:
        database = self._plan.database
        for query in database.queries:
            self._tables_of(query)
        self._name_types()
        for query in database.queries:
            self._plan.repositories.setdefault(query.group, []).append(self._query(query))
        self._add_prefetched_members()
        self._repository_classes()
        if self._diagnostics:
            raise DiagnosticsError(self._diagnostics)
        return self._plan

    def _tables_of(self, query: ir.Query) -> None:
        """Names the rows of tables first, so that a new query never renames one."""
        for table in (self._table(query), *(self._named(each.table) for each in all_nested(query))):
            if table is not None and id(table) not in self._tables:
                self._add_table(table)

    def _add_table(self, table: ir.Table) -> None:
        name = self._claim(_stems(table, self._plan.database.tables), "Row", table.name)
        row = RowType(f"{pascal(name)}Row", f"_{name}_row", f"A row of the table `{table.name}`.", table.columns)
        self._tables[id(table)] = row
        self._plan.rows.append(row)

    def _table(self, query: ir.Query) -> ir.Table | None:
        if query.command not in ROWS or query.prefetches or query.row or len(query.columns) == 1:
            return None
        table = self._named(query.table)
        return table if table is not None and table.columns == query.columns else None

    def _named(self, name: str) -> ir.Table | None:
        """The table that a query calls so."""
        found = (
            table
            for table in self._plan.database.tables
            if name == (table.name if table.namespace == "public" else f"{table.namespace}.{table.name}")
        )
        return next(found, None)

    def _name_types(self) -> None:
        """Names the enums and composites that queries use, so that none of them is renamed by a new query."""
        database = self._plan.database
        used: set[Wire] = set()
        for query in database.queries:
            types = [parameter.type for parameter in query.parameters] + [column.type for column in query.columns]
            for type_ in types:
                used.update(parts(self._plan.wire(type_)))
        enums = {(wire.enum.namespace, wire.enum.name) for wire in used if isinstance(wire, Enum)}
        for enum in database.enums:
            if (enum.namespace, enum.name) in enums:
                name = self._claim(_stems(enum, database.enums), "", enum.name)
                self._plan.enums[enum.namespace, enum.name] = name
        composites = [wire for wire in used if isinstance(wire, Composite)]
        for composite in sorted(composites, key=lambda wire: (wire.name, wire.namespace)):
            self._name_composite(composite)

    def _name_composite(self, composite: Composite) -> None:
        for inner in parts(composite, itself=False):
            if isinstance(inner, Composite):
                self._name_composite(inner)
        if composite not in self._plan.composites:
            plain, full = stem(composite.name), f"{stem(composite.namespace)}_{stem(composite.name)}"
            stems = [plain, full] if composite.namespace == "public" else [full]
            self._plan.composites[composite] = self._claim(stems, "", composite.name)

    def _query(self, query: ir.Query) -> PlannedQuery:
        planned = self._with_names(query, self._planned.get((query.group, query.variant_of)))
        self._planned[query.group, query.name] = planned
        return planned

    def _with_names(self, query: ir.Query, first: PlannedQuery | None) -> PlannedQuery:
        """A query; a variant of `first` takes and returns the same classes where it can."""
        name = self._claim_statement(query)
        constant = f"_{name.upper()}"
        taken = first.taken if first is not None else self._taken(query)
        packs_as = first.constant if first is not None else ""
        if query.command not in ROWS or not (query.columns or query.command in ALWAYS_ROWS):
            return PlannedQuery(query, constant, None, "", taken, packs_as)
        if first is not None and result_of(first.query) == result_of(query):
            return PlannedQuery(query, constant, first.row, first.decoder, taken, packs_as)
        if query.row:
            row = self._chosen_row(query)
            return PlannedQuery(query, constant, row, row.decoder, taken, packs_as)
        if len(query.columns) == 1 and not query.nested and not query.prefetches:
            return PlannedQuery(query, constant, None, f"_{name}_value", taken, packs_as)
        table = self._table(query)
        row = self._tables[id(table)] if table is not None else self._own_row(query)
        return PlannedQuery(query, constant, row, row.decoder, taken, packs_as)

    def _taken(self, query: ir.Query) -> RowType | None:
        """The class of the rows that the caller gives."""
        each = [parameter for parameter in query.parameters if parameter.each]
        if len(each) < 2:
            return None
        name = self._claim([query.name, f"{query.group}_{query.name}"], "Params", query.name)
        what = f"What `{query.name}` of {query.source} takes for each row."
        columns = tuple(
            ir.Column(
                name=parameter.name,
                py_name=parameter.py_name,
                type=element(query, parameter),
                nullable=parameter.nullable,
            )
            for parameter in each
        )
        taken = RowType(f"{pascal(name)}Params", "", what, columns)
        self._plan.taken.append(taken)
        return taken

    def _chosen_row(self, query: ir.Query) -> RowType:
        """A class of the author's; queries with the same columns make it in the same way."""
        row = self._chosen.get((query.row, query.columns))
        if row is None:
            module, _, name = query.row.rpartition(".")
            prefix = self._claim([stem(name), query.name, f"{query.group}_{query.name}"], "Row", query.name)
            row = RowType(name, f"_{prefix}_row", "", query.columns, module=module)
            self._chosen[query.row, query.columns] = row
        return row

    def _own_row(self, query: ir.Query) -> RowType:
        name = self._claim([query.name, f"{query.group}_{query.name}"], "Row", query.name)
        what = f"A row of the query `{query.name}` of {query.source}."
        members = tuple(self._member(query, nested, [query.name]) for nested in query.nested)
        row = RowType(f"{pascal(name)}Row", f"_{name}_row", what, flat_columns(query), members)
        self._plan.rows.append(row)
        return row

    def _member(self, query: ir.Query, nested: ir.Nested, path: Sequence[str]) -> Member:
        """A row in a row: that of its table, or a class of its own."""
        path = [*path, nested.py_name]
        inner = tuple(self._member(query, each, path) for each in nested.nested)
        table = self._named(nested.table) if nested.table else None
        row = self._tables[id(table)] if table is not None and not inner else None
        if row is None:
            name = self._claim(["_".join(path), "_".join([query.group, *path])], "Row", nested.name)
            what = f"`{nested.name}` in a row of the query `{query.name}` of {query.source}."
            row = RowType(f"{pascal(name)}Row", "", what, nested.columns, inner)
            self._plan.rows.append(row)
        optional = nested.presence >= 0 and not nested.many
        return Member(nested.py_name, row.name, nested.many, optional, nested=nested, members=inner)

    def _add_prefetched_members(self) -> None:
        """Gives the rows of queries that prefetch what is loaded; rows of the other queries have their names by now."""
        rows = {(p.query.group, p.query.name): p.row for group in self._plan.repositories.values() for p in group}
        full: dict[str, RowType] = {}
        for group in self._plan.repositories.values():
            for n, planned in enumerate(group):
                loaded = [(each, rows[each.group, each.query]) for each in planned.query.prefetches]
                members = [Member.loaded(each, row.name) for each, row in loaded if row is not None]
                if planned.row is not None and members:
                    row = replace(planned.row, members=(*planned.row.members, *members))
                    full[row.name] = row
                    group[n] = replace(planned, row=row)
        self._plan.rows = [full.get(row.name, row) for row in self._plan.rows]

    def _repository_classes(self) -> None:
        for group, planned in self._plan.repositories.items():
            self._claim([group], "Repo", planned[0].query.source)

    def _claim_statement(self, query: ir.Query) -> str:
        """What the statement of a query is called; two files may have queries of one name."""
        behind = {"page": "_KEYS", "copyfrom": "_COLUMNS"}.get(query.command, "")
        for candidate in (query.name, f"{query.group}_{query.name}"):
            names = {candidate.upper(), f"{candidate.upper()}{behind}"}
            if not names & self._statements:
                self._statements |= names
                return candidate
        self._collision(query.name, f"_{query.name.upper()}")
        return query.name

    def _claim(self, stems: Sequence[str], suffix: str, original: str) -> str:
        """The first of `stems` whose class is not taken yet."""
        for candidate in stems:
            if pascal(candidate) + suffix not in self._classes:
                self._classes.add(pascal(candidate) + suffix)
                return candidate
        self._collision(original, pascal(stems[0]) + suffix)
        return stems[0]

    def _collision(self, original: str, name: str) -> None:
        self._diagnostics.append(
            Diagnostic(
                file=self._plan.database.source,
                message=f"`{original}` would be `{name}` in Python, and so would something else",
                code="name-collision",
                hint="give one of the two another name",
            )
        )


def _stems(item: ir.Table | ir.EnumDef, all_of_kind: Sequence[ir.Table] | Sequence[ir.EnumDef]) -> list[str]:
    """What `item` may be called, the best first.

    Of several with one name only that of `public` has it alone, whichever of them the queries use: a query that is
    added must not rename the row of another.
    """
    plain, full = stem(item.name), f"{stem(item.namespace)}_{stem(item.name)}"
    shared = sum(stem(other.name) == plain for other in all_of_kind) > 1
    return [full] if shared and item.namespace != "public" else [plain, full]
