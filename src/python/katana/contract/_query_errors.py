"""The errors that queries answer by declaration, against the operations whose controllers call them (RFC 0011).

In: a controller, and the databases whose repositories it takes. Out: a diagnostic at each call of a query that may
answer what the operation does not declare. Never: a call inside `try`, whose author may catch the error; a call that
hides from the eye (through another object, or an attribute that is not set in `__init__`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from katana import ir
from katana.contract._controller import Controller
from katana.contract._signatures import Locate, Method, named
from katana.diagnostics import Diagnostic
from katana.gen.sql import identifier, pascal

_PROBLEM = "application/problem+json"
Queries = Mapping[str, ir.Query]


def check_query_errors(
    controller: Controller, databases: Mapping[str, ir.Database], locate: Locate
) -> list[Diagnostic]:
    """What the queries of a controller answer and its operations do not declare, in the order of the contract."""
    source = controller.source
    lineage = source.lineage(source.class_nodes[controller.construction.cls.name])
    methods: dict[str, Method] = {}
    for cls in reversed(lineage):
        methods.update((each.name, each) for each in cls.body if isinstance(each, Method))
    repositories = _repositories(controller, databases)
    attributes = _attributes(methods.get("__init__"), repositories)
    found: list[Diagnostic] = []
    for expected in controller.expected:
        if expected.operation is not None and expected.name in methods:
            for call, query in _calls(methods, expected.name, attributes):
                for error in _undeclared(expected.operation, query):
                    what = f"`{query.name}` of {query.source} answers `{error.error}` with {error.status}, which "
                    what += f"{named(expected, locate)} does not declare as a problem"
                    found.append(_diagnostic(controller, call, what, error.status))
    return list(dict.fromkeys(found))


def _repositories(controller: Controller, databases: Mapping[str, ir.Database]) -> dict[str, Queries]:
    """The queries with declared errors that each parameter of the constructor gives, by the name of their method."""
    found: dict[str, Queries] = {}
    for parameter, repository in controller.construction.arguments:
        database = databases.get(repository.module.removesuffix(".repo"))
        if database is not None:
            found[parameter.name] = {
                identifier(query.name): query
                for query in database.queries
                if query.errors and f"{pascal(query.group)}Repo" == repository.name
            }
    return found


def _attributes(constructor: Method | None, repositories: Mapping[str, Queries]) -> dict[str, Queries]:
    """The same by the attribute that keeps a parameter: `self._users = users`."""
    found: dict[str, Queries] = {}
    for node in ast.walk(constructor) if constructor is not None else ():
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Name):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                name = _own(target)
                if name and node.value.id in repositories:
                    found[name] = repositories[node.value.id]
    return found


def _calls(
    methods: Mapping[str, Method], name: str, attributes: Mapping[str, Queries]
) -> Iterator[tuple[ast.Call, ir.Query]]:
    """The calls of queries in a method, and in methods of the same object that it calls; none inside `try`."""
    seen, waiting = {name}, [name]
    while waiting:
        for call in _outside_try(methods[waiting.pop(0)]):
            function = call.func
            own = _own(function)
            if own in methods and own not in seen:
                seen.add(own)
                waiting.append(own)
            elif isinstance(function, ast.Attribute):
                query = attributes.get(_own(function.value), {}).get(function.attr)
                if query is not None:
                    yield call, query


def _outside_try(node: ast.AST) -> Iterator[ast.Call]:
    if isinstance(node, ast.Try | ast.TryStar) and node.handlers:
        for rest in (*node.orelse, *node.finalbody):
            yield from _outside_try(rest)
        return
    if isinstance(node, ast.Call):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from _outside_try(child)


def _own(node: ast.AST) -> str:
    """`x` of `self.x`; empty for anything else."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
        return node.attr
    return ""


def _undeclared(operation: ir.Operation, query: ir.Query) -> Iterator[ir.QueryError]:
    declared = {
        response.status.upper()
        for response in operation.responses
        if any(content.media_type == _PROBLEM for content in response.contents)
    }
    for error in query.errors:
        if declared.isdisjoint((str(error.status), f"{error.status // 100}XX", "DEFAULT")):
            yield error


def _diagnostic(controller: Controller, call: ast.Call, what: str, status: int) -> Diagnostic:
    place = controller.source.place(call.func)
    return Diagnostic(
        file=controller.path,
        line=place.line,
        column=place.column,
        width=place.width,
        code="undeclared-query-problem",
        message=what,
        hint=f"""declare `"{status}"` with `{_PROBLEM}`, or catch the error here""",
    )
