"""Which input of an operation each parameter of its query gets.

In: the inputs of an operation, a query. Out: the arguments of the repository's method, or every reason why one of them
has nothing to take, or an input nowhere to go. Never: a value of the body where the path decides.

A parameter takes, in this order: the path or query parameter of its name; for `id`, the parameter that the path ends
in; for `set_bio`, whether the body has `bio`; the member of the body of its name; for the ways to say how much and from
where (`page_size`, `after`), the query parameter that says the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from katana import ir
from katana.gen import openapi, sql
from katana.gen.crud._inputs import Input, Inputs
from katana.gen.crud._match import Offer
from katana.gen.crud._misfit import Misfit
from katana.gen.crud._orders import order_argument, order_of
from katana.gen.crud._resources import key, resource_of
from katana.gen.crud._shapes import Shape
from katana.gen.crud._spelling import Spelling
from katana.gen.crud._values import write

LIMITS = ("limit", "pagesize", "perpage", "maxrows")
CURSORS = ("cursor", "after", "startingafter", "afterid", "pagetoken")
OFFSETS = ("offset", "skip")


@dataclass
class Binding:
    """The arguments of a call, and what of the request they use."""

    arguments: list[str]
    used: set[str]
    misfits: list[Misfit]


def limit_of(inputs: Inputs) -> Input | None:
    """The query parameter that says how many to return."""
    return next((inputs.arguments[name] for name in LIMITS if name in inputs.arguments), None)


def bind(method: openapi.Method, inputs: Inputs, offer: Offer, spell: Spelling, *, look_ahead: bool) -> Binding:
    """Finds an input for each parameter.

    Args:
        method: the operation.
        inputs: what it has.
        offer: the query.
        spell: for the place of the call.
        look_ahead: ask for one row more than the client does, to know whether there is another page.
    """
    return _Binder(method, inputs, offer, spell, look_ahead=look_ahead).run()


class _Binder:
    def __init__(
        self, method: openapi.Method, inputs: Inputs, offer: Offer, spell: Spelling, *, look_ahead: bool
    ) -> None:
        self._method = method
        self._inputs = inputs
        self._offer = offer
        self._spell = spell
        self._look_ahead = look_ahead
        self._binding = Binding([], set(), [])

    def run(self) -> Binding:
        for number, (parameter, optional) in enumerate(_parameters(self._offer.query), start=1):
            if optional and self._named(parameter) is None:
                continue
            try:
                expression = self._expression(parameter, number)
            except Misfit as misfit:
                self._binding.misfits.append(misfit)
            else:
                self._binding.arguments.append(f"{sql.identifier(parameter.py_name)}={expression}")
        self._order()
        for each in self._inputs:
            if each.expression not in self._binding.used and not each.ignorable and not self._path_decides(each):
                self._binding.misfits.append(
                    Misfit(
                        "crud-input",
                        f"takes {each.title}, which the query does not use",
                        f"use `@{each.name}` in the query, or take it out of the specification",
                    )
                )
        return self._binding

    def _order(self) -> None:
        """The name of the order, for a query that has several."""
        found = order_of(self._offer.query, self._inputs)
        if found is None:
            return
        self._binding.used.add(found.expression)
        try:
            self._binding.arguments.append(f"sort={order_argument(self._offer.query, found)}")
        except Misfit as misfit:
            self._binding.misfits.append(misfit)

    def _path_decides(self, member: Input) -> bool:
        """Whether a member of the body says again what the path has said."""
        if not member.in_body:
            return False
        named = self._inputs.arguments.get(key(member.name)) or self._identity(key(member.name))
        return named is not None and named.in_path

    def _expression(self, parameter: ir.QueryParameter, number: int) -> str:
        name = key(parameter.py_name)
        found = self._named(parameter)
        if found is None and (flag := self._flag(parameter)) is not None:
            self._binding.used.add(flag.expression)
            return f"{flag.expression} is not {self._spell.use('msgspec', 'UNSET')}"
        found = found or self._inputs.members.get(name) or self._role(name)
        if found is None:
            raise Misfit(
                "crud-parameter",
                f"has nothing for the parameter `{parameter.name}` of the query",
                f"name the parameter like an input ({self._names()}), or declare one called `{parameter.name}`",
            )
        self._binding.used.add(found.expression)
        if self._look_ahead and name in LIMITS:
            shape = _one_more(found.shape, self._spell.plan)
            return f"{write(shape, self._wire(parameter), self._offer.plan, found.expression, self._spell)} + 1"
        return self._converted(parameter, number, found)

    def _named(self, parameter: ir.QueryParameter) -> Input | None:
        """The parameter of the request that is called like this."""
        name = key(parameter.py_name)
        return self._inputs.arguments.get(name) or self._identity(name)

    def _names(self) -> str:
        return ", ".join(f"`{each.name}`" for each in self._inputs) or "there is none"

    def _identity(self, name: str) -> Input | None:
        """The path parameter that says which item, by another name: `id` for `user_id`, or the other way round."""
        path, resource = self._inputs.path, resource_of(self._method.operation.path)
        if not path or not (resource.is_item or (len(path) == 1 and "id" not in self._inputs.members)):
            return None
        same = name == "id" or (name == key(f"{resource.one}_id") and path[-1].name == "id")
        return path[-1] if same else None

    def _flag(self, parameter: ir.QueryParameter) -> Input | None:
        """The member that `set_bio` is about."""
        if not parameter.py_name.startswith("set_") or parameter.type.name != "bool":
            return None
        member = self._inputs.members.get(key(parameter.py_name.removeprefix("set_")))
        return member if member is not None and member.absent == "UNSET" else None

    def _role(self, name: str) -> Input | None:
        for words in (LIMITS, CURSORS, OFFSETS):
            if name in words:
                return next((self._inputs.arguments[word] for word in words if word in self._inputs.arguments), None)
        return None

    def _wire(self, parameter: ir.QueryParameter) -> sql.Wire:
        return self._offer.wire(parameter.type)

    def _converted(self, parameter: ir.QueryParameter, number: int, found: Input) -> str:
        if parameter.name in _switches(self._offer.query) and found.shape.kind == "bool":
            return f"{found.expression} is True" if found.maybe_none else found.expression
        if found.maybe_none and not parameter.nullable:
            raise Misfit(
                "crud-null",
                f"may have no value for {found.title}, and the parameter `{parameter.name}` of the query needs one",
                f"write `-- nullable: {parameter.name}` below the name of the query and see to it there",
            )
        self._refuse_lost_absence(parameter, number, found)
        try:
            value = write(found.shape, self._wire(parameter), self._offer.plan, found.expression, self._spell)
        except Misfit as misfit:
            raise Misfit(misfit.code, f"{found.title} {misfit.message}", misfit.hint) from None
        return self._guarded(found, value)

    def _guarded(self, found: Input, value: str) -> str:
        same, conditions = value == found.expression, []
        if found.absent == "UNSET":
            conditions.append(f"{found.expression} is {self._spell.use('msgspec', 'UNSET')}")
        if not same and (found.absent == "None" or found.shape.nullable):
            conditions.append(f"{found.expression} is None")
        return f"None if {' or '.join(conditions)} else {value}" if conditions else value

    def _refuse_lost_absence(self, parameter: ir.QueryParameter, number: int, found: Input) -> None:
        """A PATCH leaves alone what is absent; null clears it."""
        if self._method.operation.method != "PATCH" or found.absent != "UNSET":
            return
        names = {key(each.py_name) for each in self._offer.query.parameters}
        if key(f"set_{parameter.py_name}") in names:
            return
        name, column = parameter.name, found.name
        if found.shape.nullable:
            raise Misfit(
                "crud-absent",
                f"cannot tell a {found.title.removeprefix('the ')} that is null from one that is absent",
                f"write `{column} = CASE WHEN @set_{name}::boolean THEN @{name} ELSE {column} END` in the query",
            )
        if not re.search(rf"coalesce\s*\(\s*\${number}\b", self._offer.query.sql, re.IGNORECASE):
            raise Misfit(
                "crud-absent",
                f"would clear `{column}` when {found.title} is absent",
                f"write `{column} = coalesce(@{name}, {column})` in the query",
            )


def _parameters(query: ir.Query) -> Iterator[tuple[ir.QueryParameter, bool]]:
    """The parameters of the repository's method but `sort`, and whether it can do without."""
    filters = {filter_.parameter for filter_ in query.filters}
    for number, parameter in enumerate(query.parameters, start=1):
        yield parameter, number in filters
    for name in _switches(query):
        yield ir.QueryParameter(name=name, py_name=name, type=ir.PgType(name="bool", oid=16)), True
    if query.command == "page":
        yield ir.QueryParameter(name="limit", py_name="limit", type=ir.PgType(name="int8", oid=20)), False
        yield (
            ir.QueryParameter(name="after", py_name="after", type=ir.PgType(name="text", oid=25), nullable=True),
            False,
        )


def _switches(query: ir.Query) -> list[str]:
    return [filter_.name for filter_ in query.filters if not filter_.parameter]


def _one_more(limit: Shape, plan: openapi.Plan) -> Shape:
    """The limit plus one, for the check of ranges."""
    resolved = plan.types.resolve(limit.type)
    if not isinstance(resolved, ir.IntegerType):
        return limit
    low, high = openapi.integer_bounds(resolved)
    bounds = ir.IntegerType(minimum=low, maximum=None if high is None else high + 1)
    return replace(limit, type=bounds)
