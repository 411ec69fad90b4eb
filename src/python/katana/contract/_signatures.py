"""The part of the contract check that needs no types: are the methods there, and do they take what they are given?

In: a controller's source and the methods it has to define. Out: diagnostics. Never: what only a type checker can say;
a decorated method, or one with `*args`, is left to it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from katana.contract._expected import ExpectedMethod
from katana.diagnostics import Diagnostic
from katana.gen.service import Place, Source

Method = ast.AsyncFunctionDef | ast.FunctionDef
Locate = Callable[[ExpectedMethod], str]
"""Gives the place of an operation in its specification (`src/openapi/users.yaml:66`), empty when it is not known."""

_STEP = 4
_HARMLESS = frozenset(("abc.ABC", "object"))
"""Bases that define no method of an interface. What another base defines, only a type checker knows."""


def check_class(
    source: Source, cls: str, expected: tuple[ExpectedMethod, ...], interfaces: frozenset[str], locate: Locate
) -> list[Diagnostic]:
    """Compares one controller with one interface.

    Args:
        source: the module of the controller.
        cls: its name.
        expected: the abstract methods of the interface.
        interfaces: qualified names of generated interfaces; they implement nothing.
        locate: where an operation stands in its specification.
    """
    node = source.class_nodes[cls]
    known = _HARMLESS | interfaces
    lineage = source.lineage(node)
    found = []
    for method in expected:
        defined = _definition(lineage, method.name)
        if defined is None:
            if source.foreign_bases(lineage) <= known:
                found.append(_missing(source, node, method, locate))
        elif isinstance(defined, Method) and not defined.decorator_list:
            found += _compare(source, defined, method, locate)
    return found


def _definition(lineage: list[ast.ClassDef], name: str) -> ast.stmt | None:
    """The statement that binds `name` in the class or its bases in the module."""
    for cls in lineage:
        for statement in reversed(cls.body):
            if isinstance(statement, Method) and statement.name == name:
                return statement
            if isinstance(statement, ast.Assign) and any(ast.unparse(target) == name for target in statement.targets):
                return statement
    return None


def _missing(source: Source, node: ast.ClassDef, method: ExpectedMethod, locate: Locate) -> Diagnostic:
    return _diagnostic(
        source.path,
        source.place_of_name(node),
        code="method-missing",
        message=f"{node.name} does not implement {named(method, locate)}",
        hint=f"add\n{method.text(_STEP)}",
    )


def _compare(source: Source, defined: Method, method: ExpectedMethod, locate: Locate) -> Iterator[Diagnostic]:
    if method.asynchronous and not isinstance(defined, ast.AsyncFunctionDef):
        yield _diagnostic(
            source.path,
            source.place_of_name(defined),
            code="method-not-async",
            message=f"{named(method, locate)} is a plain function; the server awaits it",
            hint=f"write\n{method.text(_STEP)}",
        )
    wrong = _wrong_parameters(defined, method)
    if wrong is not None:
        what, node = wrong
        place = source.place_of_name(defined) if node is None else source.place(node)
        hint = f"write\n{method.text(_STEP)}"
        message = f"{named(method, locate)} {what}"
        yield _diagnostic(source.path, place, code="method-parameters", message=message, hint=hint)
    elif unannotated := _unannotated(defined, method):
        missing = " and ".join(f"`{arg.arg}`" if arg else "the return value" for arg in unannotated)
        place = source.place(unannotated[0]) if unannotated[0] else source.place_of_name(defined)
        yield _diagnostic(
            source.path,
            place,
            code="method-untyped",
            message=f"{named(method, locate)} has no annotation for {missing}, so nothing checks it",
            hint=f"write\n{method.text(_STEP)}",
        )


def _wrong_parameters(defined: Method, method: ExpectedMethod) -> tuple[str, ast.arg | None] | None:
    """What is wrong with the parameters, and the one to point at; None when the server can call the method."""
    args = defined.args
    if args.vararg or args.kwarg:
        return None
    positional = [*args.posonlyargs, *args.args]
    if not positional:
        return "takes no `self`", None
    positional = positional[1:]
    expected = [arg.arg for arg in method.positional]
    for given, name in zip(positional, expected, strict=False):
        if given.arg != name:
            if {arg.arg for arg in positional} >= set(expected):
                return f"has its parameters in another order: `{given.arg}` stands where `{name}` is passed", given
            return f"calls a parameter `{given.arg}`, which the contract calls `{name}`", given
    if len(positional) < len(expected):
        return f"lacks {_listed(expected[len(positional) :])}", None
    return _wrong_keywords(defined, positional[len(expected) :], method)


def _wrong_keywords(defined: Method, rest: list[ast.arg], method: ExpectedMethod) -> tuple[str, ast.arg | None] | None:
    """The same for what is passed by keyword; `rest` are positional parameters beyond those that are passed so."""
    args = defined.args
    required = {arg.arg for arg, value in zip(args.kwonlyargs, args.kw_defaults, strict=True) if value is None}
    first_default = len(args.posonlyargs) + len(args.args) - len(args.defaults)
    required |= {arg.arg for i, arg in enumerate([*args.posonlyargs, *args.args]) if i < first_default}
    by_keyword = [*rest, *args.kwonlyargs]
    expected = [arg.arg for arg in method.keyword_only]
    missing = [name for name in expected if name not in {arg.arg for arg in by_keyword}]
    surplus = [arg for arg in by_keyword if arg.arg not in expected and arg.arg in required]
    if missing and surplus:
        return f"calls a parameter `{surplus[0].arg}`, but the contract passes {_listed(missing)}", surplus[0]
    if missing:
        return f"lacks {_listed(missing)}, passed by keyword", None
    if surplus:
        return f"takes `{surplus[0].arg}`, which the contract does not pass", surplus[0]
    return None


def _unannotated(defined: Method, method: ExpectedMethod) -> list[ast.arg | None]:
    """Parameters of the contract without annotation; None at the end stands for the return value."""
    names = {arg.arg for arg in [*method.positional, *method.keyword_only]}
    args = [*defined.args.posonlyargs, *defined.args.args, *defined.args.kwonlyargs]
    out: list[ast.arg | None] = [arg for arg in args if arg.arg in names and arg.annotation is None]
    return [*out, None] if defined.returns is None else out


def named(method: ExpectedMethod, locate: Locate) -> str:
    """`get_user (GET /users/{user_id}, src/openapi/users.yaml:66)`."""
    if method.operation is None:
        return method.name
    where = locate(method)
    return f"{method.name} ({method.title}{f', {where}' if where else ''})"


def _listed(names: list[str]) -> str:
    noun = "the parameter" if len(names) == 1 else "the parameters"
    return f"{noun} {', '.join(f'`{name}`' for name in names)}"


def _diagnostic(file: str, place: Place, *, code: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic(
        file=file, line=place.line, column=place.column, width=place.width, code=code, message=message, hint=hint
    )
