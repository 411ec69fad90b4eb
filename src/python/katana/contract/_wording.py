"""What a type checker says about a controller, in the words of the contract.

In: an error of mypy and the method it lies in. Out: a `Diagnostic`. Never: other wording for errors that have nothing
to do with the contract; those keep mypy's.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from katana.contract._expected import ExpectedMethod
from katana.contract._mypy import MypyError
from katana.contract._signatures import Locate, named
from katana.diagnostics import Diagnostic

_RETURN_TYPE = re.compile(r'Return type "(.+)" of "(\w+)" incompatible with return type "(.+)" in supertype ".+"')
_ARGUMENT = re.compile(r'Argument (\d+) of "(\w+)" is incompatible with supertype ".+"; .+ as "(.+)"')
_SIGNATURE = re.compile(r'Signature of "(\w+)" incompatible with supertype ".+"')
_RETURNED = re.compile(r'Incompatible return value type \(got "(.+?)", expected "(.+)"\)')
_COROUTINE = re.compile(r"^Coroutine\[Any, Any, (.+)\]$")
_GENERATOR = re.compile(r"Async(?:Generator|Iterable|Iterator)\[")
_STEP = 4

Words = tuple[str, str, str]
"""Code, message, hint."""


def explain(error: MypyError, file: str, method: ExpectedMethod | None, locate: Locate) -> Diagnostic:
    """The diagnostic for an error of mypy in a controller's module.

    Args:
        error: what mypy says.
        file: the module, as the user names it.
        method: the method of an interface whose definition holds the error, if one does.
        locate: where an operation stands in its specification.
    """
    words = _of_contract(error.message, method, locate) if method is not None else None
    code, message, hint = words or (error.code or "type", error.message, "")
    width = error.end_column - error.column if error.end_line == error.line and error.end_column else 1
    return Diagnostic(
        file=file, line=error.line, column=error.column + 1, width=max(1, width), code=code, message=message, hint=hint
    )


def _of_contract(text: str, method: ExpectedMethod, locate: Locate) -> Words | None:
    for pattern, words in _EXPLANATIONS:
        if match := pattern.fullmatch(text):
            return words(match, method, locate)
    return None


def _return_type(match: re.Match[str], method: ExpectedMethod, locate: Locate) -> Words:
    if _GENERATOR.match(match[1]) and "AsyncIterable[" in match[3]:
        message = f"{named(method, locate)} is an async generator; the contract awaits it and iterates what it returns"
        hint = "move what yields into a method of its own, and return what that gives: `return self._elements()`"
        return "return-type", message, hint
    annotated, declared = _awaited(match[1]), _awaited(match[3])
    message = f"{named(method, locate)} is annotated to return `{annotated}`; the specification declares `{declared}`"
    return "return-type", message, f"write\n{method.text(_STEP)}"


def _argument(match: re.Match[str], method: ExpectedMethod, locate: Locate) -> Words:
    parameters = [*method.positional, *method.keyword_only]
    index = int(match[1]) - 1
    name = parameters[index].arg if index < len(parameters) else match[1]
    message = f"{named(method, locate)} does not accept what the contract passes as `{name}`: `{match[3]}`"
    return "parameter-type", message, f"write\n{method.text(_STEP)}"


def _signature(_: re.Match[str], method: ExpectedMethod, locate: Locate) -> Words:
    message = f"{named(method, locate)} cannot be called the way the contract calls it"
    return "method-parameters", message, f"write\n{method.text(_STEP)}"


def _returned(match: re.Match[str], method: ExpectedMethod, locate: Locate) -> Words:
    declared = method.returns
    undeclared = [member for member in _members(match[1]) if member not in _members(declared)]
    if not undeclared:
        message = f"{named(method, locate)} returns `{match[1]}`, which is declared, but not in its own annotation"
        return "return-type", message, f"write\n{method.text(_STEP)}"
    return (
        "undeclared-response",
        f"{named(method, locate)} returns `{' | '.join(undeclared)}`, which the specification does not declare",
        f"return `{declared}`, or declare the response in the specification",
    )


def _members(text: str) -> list[str]:
    """The members of a union; the text itself when it is none, or nothing that Python can read."""
    try:
        pending = [ast.parse(text, mode="eval").body]
    except SyntaxError:
        return [text]
    members: list[str] = []
    while pending:
        node = pending.pop()
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            pending += [node.right, node.left]
        else:
            members.append(ast.unparse(node))
    return members


def _awaited(text: str) -> str:
    match = _COROUTINE.match(text)
    return match[1] if match else text


_EXPLANATIONS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], ExpectedMethod, Locate], Words]], ...] = (
    (_RETURN_TYPE, _return_type),
    (_ARGUMENT, _argument),
    (_SIGNATURE, _signature),
    (_RETURNED, _returned),
)
