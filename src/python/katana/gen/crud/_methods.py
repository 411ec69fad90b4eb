"""One method of a generated controller: a query, called with the inputs of an operation, its rows as the response.

In: an operation of the plan, its query. Out: lines in a module. Never: half a method: every difference between the two
is found first, and then nothing counts but the list of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from katana.gen import openapi, sql
from katana.gen.crud._answers import Failure, Failures, success_of
from katana.gen.crud._binding import LIMITS, Binding, bind, limit_of
from katana.gen.crud._inputs import Inputs, refuse_body
from katana.gen.crud._match import Offer
from katana.gen.crud._misfit import Misfit, Misfits
from katana.gen.crud._pages import page_of
from katana.gen.crud._resources import key
from katana.gen.crud._results import Results
from katana.gen.crud._row_functions import RowFunctions
from katana.gen.crud._spelling import RUNTIME, Spelling
from katana.gen.source import Doc, Group

_WITH_ROWS = ("one", "one!", "many", "page")
_MANY_ROWS = ("stream", "copyfrom", "bulk", "batch")
_CALLED_BY_HAND = "write a controller that calls it, or give the query another name"


@dataclass(frozen=True)
class Surroundings:
    """What methods of one class share.

    `spell` is for signatures; `attribute` gives the expression of a query's repository; `parent` the operation and the
    query that find the item which a collection lies in.
    """

    spell: Spelling
    rows: RowFunctions
    attribute: Callable[[Offer], str]
    parent: Callable[[openapi.Method], tuple[openapi.Method, Offer] | None]


def write_method(around: Surroundings, method: openapi.Method, offer: Offer) -> None:
    """Adds the method to the module.

    Raises:
        Misfits: the operation and the query do not fit together.
    """
    body = _Body(around, method, offer)
    lines = body.lines()
    plan, module = around.spell.plan, around.spell.module
    annotations = openapi.Annotations(
        plan.types, plan.stand_ins, module, f"{plan.package}.dto", constrained=False, avoid=around.spell.avoid
    )
    module.space()
    with module.block(openapi.signature(annotations, plan, method)):
        module.docstring(f"{method.title}: the query `{offer.query.name}` of {offer.query.source}.")
        for depth, line in lines:
            with ExitStack() as blocks:
                for _ in range(depth):
                    blocks.enter_context(module.block())
                module.line(line)


class _Body:
    """The statements of one method, each with how deep it stands inside others."""

    def __init__(self, around: Surroundings, method: openapi.Method, offer: Offer) -> None:
        arguments = {"self", "ctx", "body", *(argument.name for argument in method.arguments)}
        names = openapi.Names(arguments)
        self._rows, self._row, self._page, self._count = (names.new(w) for w in ("rows", "row", "page", "count"))
        bound = (*arguments, self._rows, self._row, self._page, self._count)
        self._around = around
        self._spell = around.spell.avoiding(bound)
        self._method = method
        self._offer = offer
        self._inputs = Inputs(method, around.spell.plan)
        self._failures = Failures(method)
        self._misfits: list[Misfit] = []
        self._lines: list[tuple[int, Doc]] = []

    def lines(self) -> list[tuple[int, Doc]]:
        """All of them.

        Raises:
            Misfits: every reason why there are none.
        """
        with self._collecting():
            self._statements()
        if self._misfits:
            raise Misfits(self._misfits)
        return self._lines

    @contextmanager
    def _collecting(self) -> Iterator[None]:
        """Goes on after a misfit, so that all of them are told at once."""
        try:
            yield
        except Misfit as misfit:
            self._misfits.append(misfit)
        except Misfits as several:
            self._misfits += several.misfits

    def _statements(self) -> None:
        refusal = refuse_body(self._method, self._spell.plan)
        if refusal is not None:
            raise refusal
        command = self._offer.query.command
        if command in _MANY_ROWS:
            raise Misfit("crud-command", f"is one request, and the query is `:{command}`", _CALLED_BY_HAND)
        success = success_of(self._method, rows=command in _WITH_ROWS)
        results = Results(
            self._method, success, self._offer, inputs=self._inputs, functions=self._around.rows, spell=self._spell
        )
        if command == "many":
            self._many(results)
        elif command == "page":
            self._keyset_page(results)
        elif command in ("one", "one!"):
            self._one(results)
        else:
            self._changed(results)

    def _many(self, results: Results) -> None:
        with self._collecting():
            type_ = results.list_type()
            page = page_of(type_, self._spell.plan)
            limit = self._limit() if page is not None and page.look_ahead else ""
        self._call(self._rows, look_ahead=not self._misfits and limit != "")
        if self._misfits:
            return
        self._look_for_parent(self._rows)
        if limit:
            self._add(f"{self._page} = {self._rows}[:{limit}]")
        if page is None:
            body = results.items(type_, self._rows, self._row)
        else:
            following = f"len({self._rows}) > {limit}"
            body = results.page(page, self._page if limit else self._rows, self._row, following)
        self._add(("return ", results.answer(body, None)))

    def _keyset_page(self, results: Results) -> None:
        """Of a query that makes its cursors itself."""
        with self._collecting():
            type_ = results.list_type()
            page = page_of(type_, self._spell.plan)
            if page is None or page.next is None:
                hint = "answer `{items, next_cursor}`, or write `:many`"
                raise Misfit("crud-page", "answers no page with a cursor, and the query is `:page`", hint)
        self._call(self._page)
        if self._misfits:
            return
        self._look_for_parent(f"{self._page}.items")
        body = results.keyset_page(page, self._page, self._row)
        self._add(("return ", results.answer(body, None)))

    def _limit(self) -> str:
        """The expression that says how many items a page has."""
        limit = limit_of(self._inputs)
        if limit is None or limit.absent or limit.shape.kind != "int":
            hint = "declare the query parameter `limit`, an integer with a default"
            raise Misfit("crud-page", "answers with one page, and the request does not say how long a page is", hint)
        if not any(key(parameter.py_name) in LIMITS for parameter in self._offer.query.parameters):
            hint = "end the query in `LIMIT @limit`"
            raise Misfit("crud-page", "answers with one page, and the query returns all rows", hint)
        return limit.expression

    def _look_for_parent(self, empty: Doc) -> None:
        """An empty list of something that does not exist is no list."""
        failure, parent = self._failures.not_found(), self._parent()
        if failure is not None and parent is not None:
            self._add(("if not ", empty, " and ", parent, " is None:"))
            self._add(failure.statement, depth=1)

    def _parent(self) -> Group | None:
        """The call that finds the item which the path names."""
        found = self._around.parent(self._method)
        if found is None or not self._failures.asks_for_parent(self._offer):
            return None
        method, offer = found
        binding = bind(method, Inputs(method, self._spell.plan), offer, self._spell, look_ahead=False)
        return self._await(offer, binding) if offer.query.command == "one" and not binding.misfits else None

    def _one(self, results: Results) -> None:
        maybe = self._offer.query.command == "one"
        self._call(self._row if maybe or results.needs_row else "")
        if maybe:
            with self._collecting():
                self._add(f"if {self._row} is None:")
                self._add(self._nothing().statement, depth=1)
        body: Doc | None = None
        with self._collecting():
            body = results.item(self._row) if results.has_body else None
        self._add(("return ", results.answer(body, self._row)))

    def _nothing(self) -> Failure:
        """What a `:one` without a row means."""
        failure = self._failures.not_found()
        if failure is None and self._method.operation.method != "GET":
            failure = self._failures.conflict()
        if failure is not None:
            return failure
        raise Misfit(
            "crud-command",
            "declares no 404, and the query may find nothing",
            f"declare a 404, or write `-- name: {self._offer.query.name} :one!` if there is always a row",
        )

    def _changed(self, results: Results) -> None:
        failure = self._failures.not_found() if self._method.path_arguments else None
        counts = self._offer.query.command == "execrows"
        self._call(self._count if failure is not None and counts else "")
        with self._collecting():
            if failure is not None and not counts:
                hint = f"write `-- name: {self._offer.query.name} :execrows`"
                message = "declares a 404, and an `:exec` does not tell whether there was a row"
                raise Misfit("crud-command", message, hint)
        if failure is not None:
            self._add(f"if not {self._count}:")
            self._add(failure.statement, depth=1)
        self._add(("return ", results.answer(None, None)))

    def _call(self, target: str, *, look_ahead: bool = False) -> None:
        """`row = await self._users.get_user(ctx, id=user_id)`, with what it may raise."""
        binding = bind(self._method, self._inputs, self._offer, self._spell, look_ahead=look_ahead)
        self._misfits += binding.misfits
        call = self._await(self._offer, binding)
        statement: Doc = (f"{target} = ", call) if target else call
        self._misfits += self._failures.undeclared(self._offer)
        errors = self._failures.of_errors(self._offer, self._spell)
        if errors:
            self._add("try:")
        self._add(statement, depth=1 if errors else 0)
        if errors and self._offer.query.errors:  # which the query answers itself (RFC 0011)
            self._add(f"except {self._spell.use(RUNTIME, 'Problem')}:")
            self._add("raise", depth=1)
        for error, failure in errors:
            self._add(f"except {error}:")
            self._blame(failure)

    def _blame(self, failure: Failure) -> None:
        """Answers a violated constraint: a 404 only if it is the item of the path that is missing."""
        of_body = self._failures.reference_of_body() if failure.function == "not_found" else None
        parent = self._parent() if of_body is not None else None
        if of_body is not None and parent is not None:
            self._add(("if ", parent, " is not None:"), depth=1)
            self._add(of_body.statement, depth=2)
        self._add(failure.statement, depth=1)

    def _await(self, offer: Offer, binding: Binding) -> Group:
        head = f"await {self._around.attribute(offer)}.{sql.identifier(offer.query.name)}("
        return Group(head, ("ctx", *binding.arguments), ")")

    def _add(self, line: Doc, *, depth: int = 0) -> None:
        self._lines.append((depth, line))
