"""What `repo.py` has for rows in rows: `embed`, `one_per_row` and `prefetch`.

In: planned queries. Out: decoders, assemblers and loaders in one module. Never: a walk over columns at run time: where
each member comes from is written out.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import chain, count

from katana import ir
from katana.gen.source import WIDTH, Chain, Doc, Group, Module
from katana.gen.sql._names import identifier, pascal
from katana.gen.sql._plan import Plan, PlannedQuery
from katana.gen.sql._row_members import Member, flat_positions
from katana.gen.sql._types import RUNTIME, Types

_TAKE = {"one": "optional_assembled", "one!": "single_assembled"}


class NestedRows:
    """Prints for one module."""

    def __init__(self, module: Module, plan: Plan, types: Types) -> None:
        self._module = module
        self._plan = plan
        self._types = types
        self._planned = {(p.query.group, p.query.name): p for group in plan.repositories.values() for p in group}
        self._loaders: dict[tuple[str, str, str], str] = {}
        for planned in self._planned.values():
            for each in planned.query.prefetches:
                names = _and_numbered(f"_load_{planned.query.name}_{each.py_name}")
                name = next(name for name in names if name not in self._loaders.values())
                self._loaders[planned.query.group, planned.query.name, each.name] = name

    def column(self, column: ir.Column, position: int, value: str = "value") -> str:
        """The expression of a value: `unpack_int8(value(row, 0))`."""
        wire = self._plan.wire(column.type)
        data = f"{value}(row, {position})"
        if not column.nullable:
            return self._types.unpack(wire, data)
        return f"None if (data := {data}) is None else {self._types.unpack(wire, 'data')}"

    def fields(self, planned: PlannedQuery) -> tuple[Doc, ...]:
        """The arguments of the row's class; a list of a join is `items` there."""
        assert planned.row is not None  # noqa: S101 - the caller has looked
        positions = flat_positions(planned.query)
        values = self._values(planned.row.columns, positions)
        return (*values, *(self._member(planned, member) for member in planned.row.members))

    def _values(self, columns: Sequence[ir.Column], positions: Sequence[int], presence: int = -1) -> tuple[Doc, ...]:
        """The values of a row; the one that told that there is a row is `present`, and not asked for again."""
        values = []
        for column, position in zip(columns, positions, strict=True):
            if position == presence:
                value = self._types.unpack(self._plan.wire(column.type), "present")
            else:
                value = self.column(column, position)
            values.append(f"{identifier(column.py_name)}={value}")
        return tuple(values)

    def _member(self, planned: PlannedQuery, member: Member) -> Doc:
        name = f"{identifier(member.py_name)}="
        if member.prefetch is not None:
            return f"{name}{self._loaded(planned.query, member.prefetch)}"
        if member.many:
            return f"{name}items"
        return self._embedded(member)

    def _embedded(self, member: Member) -> Doc:
        """A nested row, or None where an outer join has none."""
        assert member.nested is not None  # noqa: S101 - the caller has looked
        name = f"{identifier(member.py_name)}="
        if member.nested.presence < 0:
            return (name, self._row(member))
        condition = f"if (present := value(row, {member.nested.presence})) is None"
        return (name, Chain("", ("None", condition, self._row(member, "else "))))

    def _row(self, member: Member, before: str = "") -> Group:
        """The call of the class of a nested row."""
        assert member.nested is not None  # noqa: S101 - the caller has looked
        values = self._values(member.nested.columns, member.nested.positions, member.nested.presence)
        inner = [self._embedded(each) for each in member.members]
        return Group(f"{before}{self._class(member.row)}(", (*values, *inner), ")")

    def _loaded(self, query: ir.Query, prefetch: ir.Prefetch) -> str:
        """`posts_by_key.get(unpack_int8(value(row, 0)), [])`."""
        column, rows = query.columns[prefetch.column], _by_key(prefetch, ())
        unpack = self._types.unpack(self._plan.wire(column.type), "{}")
        rest = ", [])" if prefetch.many else ")"
        data = f"value(row, {prefetch.column})"
        if not column.nullable:
            return f"{rows}.get({unpack.format(data)}{rest}"
        none = "[]" if prefetch.many else "None"
        return f"{none} if (data := {data}) is None else {rows}.get({unpack.format('data')}{rest}"

    def _class(self, name: str, avoid: Collection[str] = ()) -> str:
        return self._module.use(f"{self._plan.package}.rows", name, avoid)

    def decoder_arguments(self, planned: PlannedQuery) -> tuple[str, ...]:
        """What the decoder of a row takes beside the result and the row: the loaded rows."""
        return tuple(f"{_by_key(each, ())}: {self._rows_by_key(each, ())}" for each in planned.query.prefetches)

    def assembler(self, planned: PlannedQuery) -> None:
        """The function that makes all rows of a result; pages make theirs one by one."""
        if planned.query.command == "page":
            return
        assert planned.row is not None  # noqa: S101 - such a query has rows
        module, query = self._module, planned.query
        row = self._class(planned.row.name)
        arguments = (f"result: {module.use(RUNTIME, 'Result')}", *self.decoder_arguments(planned))
        module.space()
        with module.block((Group(f"def {planned.assembler}(", arguments, ")"), f" -> list[{row}]:")):
            if query.parent:
                self._group(planned, row)
                return
            loaded = ", ".join(("result", "row", *(_by_key(each, ()) for each in query.prefetches)))
            each, rows = f"{planned.decoder}({loaded})", "for row in range(result.ntuples)"
            if len(f"    return [{each} {rows}]") <= WIDTH:
                module.line(f"return [{each} {rows}]")
                return
            with module.block("return ["):
                module.line(each)
                module.line(rows)
            module.line("]")

    def _group(self, planned: PlannedQuery, row: str) -> None:
        assert planned.row is not None  # noqa: S101 - the caller has looked
        module, query = self._module, planned.query
        member = next(member for member in planned.row.members if member.nested is not None and member.many)
        assert member.nested is not None  # noqa: S101 - as was asked for
        parts = [f"value(row, {position})" for position in query.parent]
        child = self._class(member.row)
        module.line("value = result.get_value")
        module.line(f"rows: list[{row}] = []")
        module.line(f"lists: dict[object, list[{child}]] = {{}}")
        module.line(f"items: list[{child}] = []")
        module.line("last: object = lists  # equals no key")
        with module.block("for row in range(result.ntuples):"):
            module.line(f"key = {parts[0]}" if len(parts) == 1 else Group("key = (", tuple(parts), ")"))
            with module.block("if key != last:"):
                module.line("last = key")
                with module.block("if key in lists:"):
                    module.line("items = lists[key]")
                with module.block("else:"):
                    module.line("items = lists[key] = []")
                    module.line(Group("rows.append(", (Group(f"{row}(", self.fields(planned), ")"),), ")"))
            append = Group("items.append(", (self._row(member),), ")")
            if member.nested.presence < 0:
                module.line(append)
            else:
                with module.block(f"if (present := value(row, {member.nested.presence})) is not None:"):
                    module.line(append)
        module.line("return rows")

    def body(self, planned: PlannedQuery, call: Doc, parameters: frozenset[str], statement: str, keyset: str) -> None:
        """The body of a method whose rows are made together, behind the choice of its statement."""
        module, query = self._module, planned.query
        loaded = [_by_key(each, parameters) for each in query.prefetches]
        taken = parameters | {*loaded, statement, keyset}
        result = _free("result", taken)
        module.line((f"{result} = ", call))
        self._load_all(query, loaded, result, taken)
        if query.command == "page":
            decode = Group(f"lambda found, row: {planned.decoder}(", ("found", "row", *loaded), ")")
            module.line(Group(f"return {keyset}.page(", (statement, result, decode, "limit"), ")"))
            return
        take = module.use(RUNTIME, _TAKE.get(query.command, "all_assembled"), taken)
        arguments = (statement, result, planned.assembler, *loaded)
        module.line(("return ", Group(f"{take}(", arguments, ")")))

    def _load_all(self, query: ir.Query, loaded: Sequence[str], result: str, taken: Collection[str]) -> None:
        module = self._module
        loads = [self._load(query, each, result) for each in query.prefetches]
        if len(loads) == 1:
            module.line(f"{loaded[0]} = await {loads[0]}")
        elif loads:
            together = module.use(RUNTIME, "together", taken)
            module.line((f"{', '.join(loaded)} = ", Group(f"await {together}(", tuple(loads), ")")))

    def _load(self, query: ir.Query, each: ir.Prefetch, result: str) -> str:
        shared = [f"{identifier(name)}={identifier(name)}" for name in each.shared]
        return f"self.{self._loaders[query.group, query.name, each.name]}({', '.join(('ctx', result, *shared))})"

    def loaders(self, planned: PlannedQuery, methods: frozenset[str]) -> None:
        """The methods that load the members of the rows of a query."""
        for each in planned.query.prefetches:
            self._module.space()
            self._loader(planned, each, methods)

    def _loader(self, planned: PlannedQuery, each: ir.Prefetch, methods: frozenset[str]) -> None:
        module, query, child = self._module, planned.query, self._planned[each.group, each.query]
        shared = frozenset(each.shared)
        result, keys, found, row = (_free(name, shared) for name in ("result", "keys", "found", "row"))
        rows = self._rows_by_key(each, methods)
        ctx = module.use("katana.runtime", "Ctx", methods)
        signature = ["self", f"ctx: {ctx}", f"{result}: {module.use(RUNTIME, 'Result', methods)}"]
        signature += ["*"] if shared else []
        for parameter in query.parameters:
            if parameter.py_name in shared:
                wire = self._plan.wire(parameter.type)
                annotation = self._types.parameter(wire, methods | shared, nullable=parameter.nullable)
                signature.append(f"{identifier(parameter.py_name)}: {annotation}")
        name = self._loaders[query.group, query.name, each.name]
        with module.block((Group(f"async def {name}(", tuple(signature), ")"), f" -> {rows}:")):
            module.docstring(f"`{each.name}` of the rows of `{query.name}`, by `{child.query.columns[each.by].name}`.")
            module.line(f"{found}: {self._rows_by_key(each, shared)} = {{}}")
            chunks = module.use(RUNTIME, "key_chunks", shared)
            key = self._plan.wire(query.columns[each.column].type)
            unpack = self._types.unpacker(key)
            arguments = f"{planned.statement}, {result}, {each.column}, {unpack}"
            repository = "self" if each.group == query.group else f"{identifier(pascal(each.group))}Repo()"
            given = [f"{identifier(name)}={identifier(name)}" for name in each.shared]
            call = ", ".join(("ctx", f"{identifier(each.parameter)}={keys}", *given))
            rows_of = f"for {row} in await {repository}.{identifier(each.query)}({call}):"
            with module.block(f"for {keys} in {chunks}({arguments}):"), module.block(rows_of):
                self._keep(each, child, found, row)
            module.line(f"return {found}")

    def _keep(self, each: ir.Prefetch, child: PlannedQuery, found: str, row: str) -> None:
        module = self._module
        key = f"{row}.{identifier(child.query.columns[each.by].py_name)}"
        if each.many:
            module.line(f"{found}.setdefault({key}, []).append({row})")
            return
        with module.block(f"if {found}.setdefault({key}, {row}) is not {row}:"):
            module.line(f"raise {module.use(RUNTIME, 'second_row', each.shared)}({child.statement})")

    def _rows_by_key(self, each: ir.Prefetch, avoid: Collection[str]) -> str:
        """`dict[int, list[PostsRow]]`."""
        child = self._planned[each.group, each.query]
        assert child.row is not None  # noqa: S101 - the front end asks for two columns
        column = child.query.columns[each.by]
        key = self._types.result(self._plan.wire(column.type), avoid, nullable=column.nullable)
        row = self._class(child.row.name, avoid)
        value = f"{self._types.builtin('list', avoid)}[{row}]" if each.many else row
        return f"{self._types.builtin('dict', avoid)}[{key}, {value}]"


def _by_key(each: ir.Prefetch, taken: Collection[str]) -> str:
    """What the loaded rows are called."""
    return _free(f"{identifier(each.py_name)}_by_key", taken)


def _free(name: str, taken: Collection[str]) -> str:
    while name in taken:
        name += "_"
    return name


def _and_numbered(name: str) -> chain[str]:
    return chain((name,), (f"{name}_{number}" for number in count(2)))
