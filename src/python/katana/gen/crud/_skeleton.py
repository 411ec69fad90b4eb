"""The query to write for an operation that has none.

In: an operation, the tables of the service's databases. Out: SQL to paste, which fits the operation when the columns of
the table are called like the members; None where no query of one table comes to mind. Never: a promise (the author
knows the schema, this only knows names), or a DELETE for anything that is not called so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from katana import ir
from katana.gen import openapi
from katana.gen.crud._binding import CURSORS, LIMITS, OFFSETS
from katana.gen.crud._inputs import Input, Inputs
from katana.gen.crud._misfit import Misfit
from katana.gen.crud._pages import page_of
from katana.gen.crud._resources import key, resource_of


def skeleton(method: openapi.Method, plan: openapi.Plan, databases: Iterable[ir.Database]) -> str | None:
    """The annotated query, without an empty line at the end; None when none suggests itself."""
    return _Skeleton(method, plan, databases).text()


class _Skeleton:
    def __init__(self, method: openapi.Method, plan: openapi.Plan, databases: Iterable[ir.Database]) -> None:
        self._method = method
        self._plan = plan
        self._inputs = Inputs(method, plan)
        self._resource = resource_of(method.operation.path)
        names = {key(name) for name in (self._resource.many, self._resource.one, self._resource.noun)}
        tables = [table for database in databases for table in database.tables if key(table.name) in names]
        self._table = tables[0].name if tables else self._resource.many
        self._columns = [column.name for column in tables[0].columns] if tables else []
        self._nullable: list[str] = []

    def text(self) -> str | None:
        verb = self._method.operation.method
        if verb == "GET" and self._answers() is None:
            return None
        if verb == "GET" and self._list_type() is not None:
            command, lines = "many", self._list()
        elif verb == "GET":
            command, lines = "one", [f"SELECT {self._selected()}", f"FROM {self._table}", self._where()]
        elif verb == "POST" and not self._resource.is_item and self._inputs.members:
            command, lines = "one!", self._insert()
        elif verb in ("PUT", "PATCH", "POST") and self._inputs.members:
            command, lines = "one", self._update()
        elif verb == "DELETE" and self._inputs.path:
            command, lines = "execrows", [f"DELETE FROM {self._table}", self._where()]  # noqa: S608 - for people to read, not to run
        else:
            return None
        if not self._answers() and command in ("one", "one!"):
            command, lines = "execrows", [line for line in lines if not line.startswith("RETURNING")]
        head = [f"-- name: {self._method.operation.name} :{command}"]
        if self._nullable:
            head.append(f"-- nullable: {', '.join(self._nullable)}")
        return "\n".join([*head, *(line for line in lines if line)]) + ";"

    def _list(self) -> list[str]:
        limit, cursor, offset, conditions = "", "", "", self._owners()
        for each in self._inputs.arguments.values():
            name = key(each.name)
            if each.in_path or each.ignorable:
                continue
            if name in LIMITS:
                limit = f"LIMIT @{each.name}"
            elif name in OFFSETS:
                offset = f"OFFSET @{each.name}"
            elif name in CURSORS:
                cursor = f"{self._key()} > @{each.name}"
            else:
                conditions.append(self._filter(each))
        where = [f"WHERE {conditions[0]}", *(f"  AND {each}" for each in conditions[1:])] if conditions else []
        if cursor:
            where = [*where, f"  AND {cursor}"] if where else [f"WHERE {cursor}"]
        return [f"SELECT {self._selected()}", f"FROM {self._table}", *where, f"ORDER BY {self._key()}", limit, offset]

    def _filter(self, each: Input) -> str:
        if not each.maybe_none:
            return f"{each.name} = @{each.name}"
        self._nullable.append(each.name)
        return f"(@{each.name}::{_CASTS.get(each.shape.kind, 'text')} IS NULL OR {each.name} = @{each.name})"

    def _insert(self) -> list[str]:
        names = [*(each.name for each in self._inputs.path), *self._stored()]
        values = ", ".join(f"@{name}" for name in names)
        return [
            f"INSERT INTO {self._table} ({', '.join(names)})",
            f"VALUES ({values})",
            f"RETURNING {self._selected()}",
        ]

    def _update(self) -> list[str]:
        patch = self._method.operation.method == "PATCH"
        stored = self._stored()
        changes = [self._change(self._inputs.members[key(name)]) if patch else f"{name} = @{name}" for name in stored]
        changes = changes or ["..."]
        lines = [f"SET {changes[0]}", *(f"    {each}" for each in changes[1:])]
        lines = [f"{line}," for line in lines[:-1]] + lines[-1:]
        return [f"UPDATE {self._table}", *lines, self._where(), f"RETURNING {self._selected()}"]

    def _change(self, member: Input) -> str:
        name = member.name
        if member.absent != "UNSET":
            return f"{name} = @{name}"
        if member.shape.nullable:
            return f"{name} = CASE WHEN @set_{name}::boolean THEN @{name} ELSE {name} END"
        return f"{name} = coalesce(@{name}, {name})"

    def _stored(self) -> list[str]:
        taken = {key(each.name) for each in self._inputs.path}
        stored = [each for each in self._inputs.members.values() if key(each.name) not in taken and not each.ignorable]
        self._nullable += [each.name for each in stored if each.maybe_none]
        return [each.name for each in stored]

    def _where(self) -> str:
        conditions = self._owners()
        return f"WHERE {' AND '.join(conditions)}" if conditions else ""

    def _owners(self) -> list[str]:
        """The conditions that the path says."""
        path = self._inputs.path
        conditions = [f"{each.name} = @{each.name}" for each in path]
        if path and self._resource.is_item:
            conditions = [f"{self._column(path[-1].name)} = @{path[-1].name}", *conditions[:-1]]
        return conditions

    def _column(self, name: str) -> str:
        """The column that a path's last parameter is about."""
        return name if name in self._columns or key(name) != key(f"{self._resource.one}_id") else "id"

    def _key(self) -> str:
        return "id" if not self._columns or "id" in self._columns else self._columns[0]

    def _selected(self) -> str:
        names = _members(self._answers(), self._plan)
        known = [name for name in names if name in self._columns] if self._columns else names
        return ", ".join(known or names or self._columns or ["*"])

    def _answers(self) -> ir.Type | None:
        for answer in sorted(self._method.answers, key=lambda answer: answer.response.status):
            if answer.response.status.startswith("2") and answer.content is not None:
                return answer.content.type
        return None

    def _list_type(self) -> ir.Type | None:
        """The type of the list that is answered."""
        type_ = self._answers()
        if type_ is None:
            return None
        resolved = self._plan.types.resolve(type_)
        if isinstance(resolved, ir.ArrayType):
            return resolved
        try:
            page = page_of(type_, self._plan)
        except Misfit:
            return None
        return page.items.type if page is not None else None


def _members(type_: ir.Type | None, plan: openapi.Plan) -> Sequence[str]:
    """The members of what is answered, or of each item of it."""
    if type_ is None:
        return ()
    try:
        page = page_of(type_, plan)
    except Misfit:
        page = None
    resolved = plan.types.resolve(page.items.type if page is not None else type_)
    if isinstance(resolved, ir.ArrayType):
        resolved = plan.types.resolve(resolved.items)
    definition = plan.types.named[resolved.name].type if isinstance(resolved, ir.RefType) else None
    return [field.py_name for field in definition.fields] if isinstance(definition, ir.ObjectType) else ()


_CASTS = {
    "bool": "boolean",
    "bytes": "bytea",
    "date": "date",
    "datetime": "timestamptz",
    "float": "float8",
    "int": "bigint",
    "time": "timetz",
    "uuid": "uuid",
}
"""PostgreSQL's type for a value that may be NULL, by kind; anything else is text."""
