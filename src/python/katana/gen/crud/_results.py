"""Rows as the response of an operation.

In: the success that it declares, the query, expressions that have rows. Out: expressions of the response. Never: the
call of the query, or what happens when it fails.
"""

from __future__ import annotations

from katana import ir
from katana.gen import openapi
from katana.gen.crud._inputs import Inputs
from katana.gen.crud._locations import location
from katana.gen.crud._match import Offer
from katana.gen.crud._misfit import Misfit
from katana.gen.crud._pages import Page, cursor_column, page_of
from katana.gen.crud._resources import key
from katana.gen.crud._row_functions import RowFunctions, column_value
from katana.gen.crud._shapes import shape_of
from katana.gen.crud._spelling import RUNTIME, Spelling
from katana.gen.source import Doc, Group, identifier

_DOCUMENTS = ("json", "jsonb")
_BY_HAND = "write the method in a controller"


class Results:
    """Makes the response of one operation."""

    def __init__(
        self,
        method: openapi.Method,
        success: openapi.Answer,
        offer: Offer,
        *,
        inputs: Inputs,
        functions: RowFunctions,
        spell: Spelling,
    ) -> None:
        self._method = method
        self._success = success
        self._offer = offer
        self._inputs = inputs
        self._functions = functions
        self._spell = spell
        self.has_body = success.content is not None
        if success.content is not None and (success.kind != "json" or success.ranged):
            raise Misfit("crud-response", f"answers {success.content.media_type}, which no query returns", _BY_HAND)

    @property
    def needs_row(self) -> bool:
        """Whether the response says anything about the row."""
        return self.has_body or bool(self._success.headers)

    def list_type(self) -> ir.Type:
        """The type of a response to `:many`.

        Raises:
            Misfit: it is no list.
        """
        type_ = self._type()
        if type_ is None or (
            shape_of(type_, self._spell.plan).kind != "list" and page_of(type_, self._spell.plan) is None
        ):
            raise Misfit(
                "crud-command",
                "answers no array, and the query is `:many`",
                f"write `-- name: {self._offer.query.name} :one`, or answer an array or an object with one in it",
            )
        return type_

    def items(self, list_type: ir.Type, rows: str, row: str) -> Doc:
        """`[_user(row) for row in rows]`."""
        resolved = self._spell.plan.types.resolve(shape_of(list_type, self._spell.plan).type)
        assert isinstance(resolved, ir.ArrayType)  # noqa: S101 - the caller has looked
        element = self._value(resolved.items, row)
        return rows if element == row else f"[{element} for {row} in {rows}]"

    def page(self, page: Page, rows: str, row: str, following: str) -> Doc:
        """`UserPage(items=[...], next_cursor=...)`; `following` is the condition that there is another page."""
        members: list[Doc] = [(f"{identifier(page.items.py_name)}=", self.items(page.items.type, rows, row))]
        if page.next is not None:
            column = cursor_column(self._offer)
            nullable = shape_of(page.next.type, self._spell.plan).nullable
            if not nullable and page.next.required:
                message = f"answers with `{page.dto}.{page.next.name}` even when there is no next page"
                raise Misfit("crud-page", message, "allow null, or leave it out of `required`")
            none = "None" if nullable else self._spell.use("msgspec", "UNSET")
            value = column_value(page.next.type, column, self._offer, f"{rows}[-1]", self._spell, none=none)
            members.append(f"{identifier(page.next.py_name)}={value} if {following} else {none}")
        if page.more is not None:
            members.append(f"{identifier(page.more.py_name)}={following}")
        return Group(f"{self._spell.use(f'{self._spell.plan.package}.dto', page.dto)}(", tuple(members), ")")

    def keyset_page(self, page: Page, found: str, row: str) -> Doc:
        """`UserPage(items=[...], next_cursor=page.next)`, of a page whose query has made the cursor.

        Raises:
            Misfit: the cursor is no text, or may not be left out.
        """
        assert page.next is not None  # noqa: S101 - the caller has looked
        shape = shape_of(page.next.type, self._spell.plan)
        member = f"`{page.dto}.{page.next.name}`"
        if shape.kind != "str":
            raise Misfit(
                "crud-page", f"answers with {member}, and a cursor is a text", "write `type: [string, 'null']`"
            )
        if not shape.nullable and page.next.required:
            message = f"answers with {member} even when there is no next page"
            raise Misfit("crud-page", message, "allow null, or leave it out of `required`")
        following = f"{found}.next"
        if not shape.nullable:
            following = f"{self._spell.use('msgspec', 'UNSET')} if {following} is None else {following}"
        members: list[Doc] = [
            (f"{identifier(page.items.py_name)}=", self.items(page.items.type, f"{found}.items", row)),
            f"{identifier(page.next.py_name)}={following}",
        ]
        if page.more is not None:
            members.append(f"{identifier(page.more.py_name)}={found}.next is not None")
        return Group(f"{self._spell.use(f'{self._spell.plan.package}.dto', page.dto)}(", tuple(members), ")")

    def item(self, row: str) -> Doc:
        """`_user(row)`.

        Raises:
            Misfit: the response is a list.
        """
        type_, several = self._type(), self._offer.columns[1:] or self._offer.members
        if type_ is None or (shape_of(type_, self._spell.plan).kind == "list" and several):
            hint = f"write `-- name: {self._offer.query.name} :many`"
            raise Misfit("crud-command", f"answers an array, and the query is `:{self._offer.query.command}`", hint)
        return self._value(type_, row)

    def answer(self, body: Doc | None, row: str | None) -> Doc:
        """The response: the body itself, `NoContent()`, or a class with body and headers."""
        success = self._success
        if success.form == "bare" and body is not None:
            return body
        if success.form == "empty":
            return f"{self._spell.use(RUNTIME, 'NoContent')}()"
        members: list[Doc] = [("body=", body)] if body is not None else []
        names = openapi.header_names(success)
        for header in success.headers:
            value = self._header(header, row)
            if value is not None:
                members.append(f"{identifier(names[header.name])}={value}")
        cls = self._spell.use(f"{self._spell.plan.package}.responses", success.name)
        return Group(f"{cls}(", tuple(members), ")")

    def _header(self, header: ir.Header, row: str | None) -> str | None:
        if header.name.lower() == "location" and row is not None:
            value = location(self._method, self._inputs, self._offer, row, self._spell)
            if value is not None or not header.required:
                return value
            hint = "declare `GET` of one item, and select the column that its path names"
            raise Misfit("crud-header", "answers with a `Location`, and nothing tells where the item is", hint)
        if header.required:
            raise Misfit("crud-header", f"answers with the header `{header.name}`, which nothing fills", _BY_HAND)
        return None

    def _type(self) -> ir.Type | None:
        return self._success.content.type if self._success.content is not None else None

    def _value(self, type_: ir.Type, row: str) -> str:
        plan, columns = self._spell.plan, self._offer.columns
        shape = shape_of(type_, plan)
        resolved = plan.types.resolve(shape.type)
        if isinstance(resolved, ir.RefType) and isinstance(plan.types.named[resolved.name].type, ir.ObjectType):
            if self._is_row(resolved.name):
                return row
            if not self._is_document(resolved.name):
                return f"{self._functions.of(resolved.name, self._offer, self._spell)}({row})"
        elif len(columns) != 1 or self._offer.members:
            raise Misfit(
                "crud-column",
                f"answers a single value, and the query returns {len(columns)} columns",
                "select one column, or answer a named object",
            )
        return column_value(type_, columns[0], self._offer, row, self._spell, none="None" if shape.nullable else None)

    def _is_row(self, dto: str) -> bool:
        """Whether the rows are of the class of the contract."""
        row = self._offer.row
        return row is not None and (row.module, row.name) == (f"{self._spell.plan.package}.dto", identifier(dto))

    def _is_document(self, dto: str) -> bool:
        """Whether the only column holds the whole object as JSON."""
        definition = self._spell.plan.types.named[dto].type
        assert isinstance(definition, ir.ObjectType)  # noqa: S101 - the caller has looked
        if len(self._offer.columns) != 1 or self._offer.members:
            return False
        (first,) = self._offer.columns
        named = any(key(field.py_name) == key(first.py_name) for field in definition.fields)
        return first.type.name in _DOCUMENTS and not named
