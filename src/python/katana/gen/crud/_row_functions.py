"""Functions that make a DTO of a row.

In: a query and the type of the contract. Out: the name of a function; all of them are printed at the end of the module.
Never: two functions that do the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import UNSET

from katana import ir
from katana.gen import openapi, sql
from katana.gen.crud._match import Offer
from katana.gen.crud._misfit import Misfit, Misfits
from katana.gen.crud._resources import key
from katana.gen.crud._shapes import shape_of
from katana.gen.crud._spelling import Spelling
from katana.gen.crud._values import read
from katana.gen.source import Chain, Doc, Group, Module, identifier


@dataclass
class _Function:
    """A function; `rows` are the types that it takes."""

    name: str
    rows: list[str]


class RowFunctions:
    """The functions of one module: by DTO, argument and what the members are made from."""

    def __init__(self) -> None:
        self._functions: dict[tuple[str, str, tuple[str, ...]], _Function] = {}
        self._names = openapi.Names()
        self.filled: dict[tuple[str, str], str] = {}
        """The DTO of each member that rows in rows fill, by DTO and member; all as `key` spells them."""

    def of(self, dto: str, offer: Offer, spell: Spelling) -> str:
        """The function that makes a `dto` of a row of the query.

        Raises:
            Misfits: the row does not have what the DTO needs.
        """
        spell = spell.avoiding(("row", "value"))
        argument = "row" if offer.row is not None else "value"
        fields = self._fields(dto, offer, argument, spell)
        cls = spell.use(f"{spell.plan.package}.dto", identifier(dto))
        identity = (cls, argument, fields)
        if identity not in self._functions:
            self._functions[identity] = _Function(self._names.new(f"_{openapi.snake(dto)}", "row_"), [])
        function, row = self._functions[identity], row_type(offer, spell)
        if row not in function.rows:
            function.rows.append(row)
        return function.name

    def _fields(self, dto: str, offer: Offer, row: str, spell: Spelling) -> tuple[str, ...]:
        definition = spell.plan.types.named[dto].type
        assert isinstance(definition, ir.ObjectType)  # noqa: S101 - the caller has looked
        columns = {key(column.py_name): column for column in offer.columns}
        members = {key(member.py_name): member for member in offer.members}
        fields, missing, wrong = [], [], []
        for field in definition.fields:
            column = columns.get(key(field.py_name)) or columns.get(key(field.name))
            member = members.get(key(field.py_name)) or members.get(key(field.name))
            optional = not field.required and field.default is UNSET
            if column is None and member is None:
                if not optional:
                    missing.append(field.name)
                continue
            try:
                if column is not None:
                    value = _of_column(field, column, offer, row, spell, optional=optional)
                else:
                    assert member is not None  # noqa: S101 - one of the two is there
                    value = self._of_member(dto, field, member, offer, spell, optional=optional)
            except Misfit as misfit:
                wrong.append(Misfit(misfit.code, f"`{dto}.{field.name}` {misfit.message}", misfit.hint))
            except Misfits as several:
                wrong += several.misfits
            else:
                fields.append(f"{identifier(field.py_name)}={value}")
        if missing:
            listed = ", ".join(f"`{name}`" for name in missing)
            hint = f"select {listed}; a column is called like the member"
            message = f"answers with {listed} of `{dto}`, which the query does not select"
            wrong.append(Misfit("crud-column", message, hint))
        if wrong:
            raise Misfits(wrong)
        return tuple(fields)

    def _of_member(
        self, dto: str, field: ir.Field, member: sql.Member, offer: Offer, spell: Spelling, *, optional: bool
    ) -> str:
        """`[_post(item) for item in row.posts]`, `None if row.author is None else _author(row.author)`."""
        shape = shape_of(field.type, spell.plan)
        type_ = spell.plan.types.resolve(shape.type)
        if member.many != isinstance(type_, ir.ArrayType):
            one, many = "one object", "a list of objects"
            says, has = (one, many) if member.many else (many, one)
            message = f"is {says} in the specification and {has} in the query"
            raise Misfit("crud-member", message, "make the two agree")
        if isinstance(type_, ir.ArrayType):
            type_ = spell.plan.types.resolve(shape_of(type_.items, spell.plan).type)
        if not isinstance(type_, ir.RefType) or not isinstance(spell.plan.types.named[type_.name].type, ir.ObjectType):
            message = f"holds no object with a name, and `{member.py_name}` of the query is a row"
            raise Misfit("crud-member", message, "give the object a name in `components/schemas`")
        function = self.of(type_.name, offer.within(member), spell)
        self.filled[key(dto), key(field.name)] = key(type_.name)
        value = f"row.{sql.identifier(member.py_name)}"
        if member.many:
            return f"[{function}(item) for item in {value}]"
        if not member.optional:
            return f"{function}({value})"
        if not shape.nullable and not optional:
            message = f"is never null, and there may be no `{member.py_name}`"
            raise Misfit("crud-null", message, "allow null in the specification, or leave it out of `required`")
        none = "None" if shape.nullable else spell.use("msgspec", "UNSET")
        return f"{none} if {value} is None else {function}({value})"

    def emit(self, module: Module) -> None:
        """Prints them."""
        for (cls, argument, fields), function in self._functions.items():
            module.space()
            parameter: Doc = (f"{argument}: ", Chain("|", tuple(function.rows)))
            with module.block((Group(f"def {function.name}(", (parameter,), ")"), f" -> {cls}:")):
                module.line(Group(f"return {cls}(", fields, ")"))


def row_type(offer: Offer, spell: Spelling) -> str:
    """What the repository returns for one row."""
    row = offer.row
    if row is not None:
        return spell.use(offer.plan.module_of(row), row.name)
    (column,) = offer.columns
    types = sql.Types(offer.plan, spell.module)
    return types.result(offer.wire(column.type), spell.avoid, nullable=column.nullable)


def column_value(
    type_: ir.Type, column: ir.Column, offer: Offer, row: str, spell: Spelling, *, none: str | None
) -> str:
    """The value of a column for a type of the contract.

    Args:
        type_: of the contract.
        column: of the query.
        offer: the query.
        row: the expression of the row, or of its only value.
        spell: for the place.
        none: what to say for NULL; None when the contract has no word for it.

    Raises:
        Misfit: the types do not agree, or NULL has no place.
    """
    expression = row if offer.row is None else f"{row}.{sql.identifier(column.py_name)}"
    value = read(shape_of(type_, spell.plan), offer.wire(column.type), offer.plan, expression, spell)
    if not column.nullable or (value == expression and none == "None"):
        return value
    if none is None:
        raise Misfit(
            "crud-null",
            f"is never null, and the column `{column.name}` may be",
            f"allow null in the specification, or write `-- not_null: {column.name}` if it never is",
        )
    return f"{none} if {expression} is None else {value}"


def _of_column(field: ir.Field, column: ir.Column, offer: Offer, row: str, spell: Spelling, *, optional: bool) -> str:
    nullable = shape_of(field.type, spell.plan).nullable
    none = "None" if nullable else spell.use("msgspec", "UNSET") if optional and column.nullable else None
    return column_value(field.type, column, offer, row, spell, none=none)
